package io.otaupgrade.api.image;

import java.util.concurrent.CompletionStage;

/** A fetch under way. */
public interface Fetch {

  /** Completes exactly once, never exceptionally, on a thread of the fetcher. */
  CompletionStage<FetchOutcome> outcome();

  /** Ends it soon. */
  void cancel();
}
