/** Ports: their settings and their state, as management sees them. */
@Export
@Version("1.3.0")
package io.mooring.api.port;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
