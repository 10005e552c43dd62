/**
 * The seam of the driver host: what runs a driver's script, and what the host around it provides.
 */
package io.otaupgrade.drivers.internal.instance;
