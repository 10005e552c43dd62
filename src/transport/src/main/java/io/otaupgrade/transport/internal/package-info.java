/**
 * The radio-transport bundle: wraps each {@code RadioDriver} with node table, send window and
 * priorities.
 */
package io.otaupgrade.transport.internal;
