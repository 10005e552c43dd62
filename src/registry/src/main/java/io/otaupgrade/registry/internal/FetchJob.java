package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.registry.internal.store.IncomingFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One fetch of one URL for all requests that wait for it. Guarded by the registry's lock, but for
 * {@link #known} and {@link #file}, which are the worker's.
 */
final class FetchJob {

  /** An image that the URL gave before, so that a new download may not be needed. */
  record Known(String etag, FirmwareImage image) {}

  final String url;
  final List<Waiting> waiting = new ArrayList<>();
  Optional<Known> known = Optional.empty();
  Optional<IncomingFile> file = Optional.empty();
  Optional<Fetch> fetch = Optional.empty();

  /** Nobody waits for it any more. */
  boolean abandoned;

  FetchJob(String url) {
    this.url = url;
  }
}
