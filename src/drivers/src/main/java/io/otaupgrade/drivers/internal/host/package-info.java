/** Installs packages, binds them to devices, and keeps their drivers running. */
package io.otaupgrade.drivers.internal.host;
