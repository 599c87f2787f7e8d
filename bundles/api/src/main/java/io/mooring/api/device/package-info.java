/** Devices: what a device author implements and what the device is given. */
@Export
@Version("1.4.0")
package io.mooring.api.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
