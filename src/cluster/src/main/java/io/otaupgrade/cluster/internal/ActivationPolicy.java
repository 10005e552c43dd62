package io.otaupgrade.cluster.internal;

/** When a device that has the whole image is told to run it. */
enum ActivationPolicy {
  /** At once, in the answer to its Upgrade End Request. */
  IMMEDIATE("immediate"),
  /** When somebody asks for it; until then it waits with the image. */
  ON_REQUEST("onRequest");

  private final String word;

  ActivationPolicy(String word) {
    this.word = word;
  }

  /** As the configuration spells it. */
  String word() {
    return word;
  }
}
