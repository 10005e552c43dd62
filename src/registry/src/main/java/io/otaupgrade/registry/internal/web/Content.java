package io.otaupgrade.registry.internal.web;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/** A representation that is open for one request: its metadata and octets belong together. */
interface Content extends Closeable {

  /** Octets. */
  long size();

  /** Strong only if other octets would for certain have another tag. */
  EntityTag tag();

  /** Whole seconds; empty when there is no telling. */
  Optional<Instant> lastModified();

  String contentType();

  /**
   * Writes some of the octets.
   *
   * @throws IOException also when they are no longer all there
   */
  void copy(ByteRange range, OutputStream out) throws IOException;
}
