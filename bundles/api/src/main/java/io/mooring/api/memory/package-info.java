/**
 * Guest memory: regions, the table that translates addresses, the IOMMU's mappings, the migration
 * log, and raw access to what was translated.
 */
@Export
@Version("2.0.0")
package io.mooring.api.memory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
