/** Swaps: a room's bundle takes the place of another's under running VMs, and goes back alone. */
@Export
@Version("1.0.0")
package io.mooring.api.swap;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
