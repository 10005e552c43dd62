package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import java.util.concurrent.CompletableFuture;

/** A request whose outcome is still to come. */
final class Waiting {
  final RegistrationRequest request;
  final CompletableFuture<RegistrationOutcome> outcome = new CompletableFuture<>();

  /** Whether it is decided what the outcome will be; guarded by the registry's lock. */
  boolean settled;

  Waiting(RegistrationRequest request) {
    this.request = request;
  }
}
