/** Profiles: what a guest sees of a device, under a name. */
@Export
@Version("1.4.0")
package io.mooring.api.profile;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
