/**
 * Driver packages: installing, looking after and following them. Start at {@link DriverPackages}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.drivers;
