/**
 * What driver scripts call and what calls them: the {@code C4} and {@code zigbee} APIs over the
 * services of this product.
 */
package io.otaupgrade.drivers.internal.c4;
