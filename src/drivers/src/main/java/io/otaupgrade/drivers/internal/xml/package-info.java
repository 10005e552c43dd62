/** XML that may be hostile. */
package io.otaupgrade.drivers.internal.xml;
