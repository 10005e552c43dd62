/**
 * Firmware images: registering, finding, hosting and fetching them. Start at {@link ImageRegistry}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.image;
