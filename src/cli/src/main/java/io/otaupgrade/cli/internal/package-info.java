/** The commands of the {@code ota} launcher. */
package io.otaupgrade.cli.internal;
