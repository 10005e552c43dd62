package io.otaupgrade.zcl.file;

/**
 * Whether an image is signed. Who may sign is known to the devices alone, so nothing is checked.
 */
public enum SignatureState {
  /** No signature element. */
  ABSENT("absent"),
  /** A signature element of either suite. */
  PRESENT_UNVERIFIED("present-unverified");

  private final String word;

  SignatureState(String word) {
    this.word = word;
  }

  /** The word for it in machine output. */
  public String word() {
    return word;
  }
}
