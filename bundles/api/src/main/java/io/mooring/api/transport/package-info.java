/** Unix sockets that carry vhost-user messages and descriptors. */
@Export
@Version("3.1.0")
package io.mooring.api.transport;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
