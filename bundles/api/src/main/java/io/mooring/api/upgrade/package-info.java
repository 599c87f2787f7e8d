/** Upgrades: a new process takes over from a running one, and front-ends do not notice. */
@Export
@Version("1.1.0")
package io.mooring.api.upgrade;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
