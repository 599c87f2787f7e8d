/**
 * What the operating system gives beyond the JDK: descriptors, eventfds, mappings, polling, TAP,
 * processor affinity.
 */
@Export
@Version("1.6.0")
package io.mooring.api.os;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
