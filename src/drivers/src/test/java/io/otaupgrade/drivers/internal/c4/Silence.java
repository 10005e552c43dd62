package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.lua.Coroutine;
import io.otaupgrade.drivers.internal.lua.Sandbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Nothing around a script. */
final class Silence implements Sandbox.Surroundings {
  @Override
  public void print(String line) {}

  @Override
  public byte[] file(String path) {
    return null;
  }

  @Override
  public InstantSource clock() {
    return InstantSource.fixed(Instant.EPOCH);
  }

  @Override
  public LongSupplier ticks() {
    return () -> 0;
  }

  @Override
  public Coroutine.Threads threads() {
    return body -> false;
  }
}
