/**
 * The figures that this server is held to, and how they are measured. Start at {@link
 * io.otaupgrade.bench.Figure} and {@link io.otaupgrade.bench.Measure}.
 */
package io.otaupgrade.bench;
