package io.otaupgrade.zcl.file;

/** What the image integrity code (element 0x0003) of an image says. */
public enum Integrity {
  /** There is none. */
  ABSENT("absent"),
  /** It fits by one of the {@linkplain IntegrityRule rules}. */
  VERIFIED("verified"),
  /** It fits by no rule. The image is served all the same: the device is the judge. */
  MISMATCH("mismatch");

  private final String word;

  Integrity(String word) {
    this.word = word;
  }

  /** The word for it in machine output. */
  public String word() {
    return word;
  }
}
