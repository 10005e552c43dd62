package io.otaupgrade.api.image;

import java.util.concurrent.CompletionStage;

/** A registration under way. */
public interface PendingRegistration {

  /** Completes exactly once, never exceptionally, on a thread of the registry. */
  CompletionStage<RegistrationOutcome> outcome();

  /** Gives it up; nothing is registered, unless it was already. */
  void cancel();
}
