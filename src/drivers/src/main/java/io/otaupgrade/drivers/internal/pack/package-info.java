/** Reading driver packages, which anybody may have made. */
package io.otaupgrade.drivers.internal.pack;
