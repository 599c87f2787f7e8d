/** Numbers of the virtio specification that several rooms share. */
@Export
@Version("1.1.0")
package io.mooring.api.virtio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
