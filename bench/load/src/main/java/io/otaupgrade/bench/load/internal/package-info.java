/**
 * Keeps a running server busy with a simulated mesh and writes down what it took. Start at {@link
 * io.otaupgrade.bench.load.internal.Load}.
 */
package io.otaupgrade.bench.load.internal;
