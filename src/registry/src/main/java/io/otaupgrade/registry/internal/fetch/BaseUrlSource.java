package io.otaupgrade.registry.internal.fetch;

/** Finds out what host {@code director} stands for, each time anew: web servers come and go. */
@FunctionalInterface
interface BaseUrlSource {
  ResourceUrl get(FetchSettings settings) throws FetchFailure;
}
