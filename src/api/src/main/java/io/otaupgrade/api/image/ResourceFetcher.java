package io.otaupgrade.api.image;

import java.nio.channels.WritableByteChannel;
import org.osgi.annotation.versioning.ProviderType;

/** Fetches URLs with the limits on address, redirects, size, time and rate that images have. */
@ProviderType
public interface ResourceFetcher {

  /**
   * Fetches the body into the sink, piece by piece; returns at once.
   *
   * @param sink written on a thread of the fetcher, not closed by it
   */
  Fetch fetch(FetchRequest request, WritableByteChannel sink);
}
