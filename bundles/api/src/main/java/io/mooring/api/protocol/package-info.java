/** The vhost-user protocol: numbers, messages, and what a message may change of a port. */
@Export
@Version("2.3.0")
package io.mooring.api.protocol;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
