/**
 * Virtqueues: the ring engine and the bursts of descriptor chains that it exchanges with devices.
 */
@Export
@Version("1.1.0")
package io.mooring.api.virtqueue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
