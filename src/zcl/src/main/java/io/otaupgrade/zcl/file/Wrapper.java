package io.otaupgrade.zcl.file;

/** What vendors put around an OTA file. Nothing of it is served. */
public enum Wrapper {
  /** The file starts with the OTA header. */
  NONE,
  /**
   * IKEA's container: {@code NGIS}, then little-endian words, of which @16 is the offset and @20
   * the size of the OTA file; a signature of 512 octets follows it.
   */
  IKEA_NGIS,
  /** Legrand's: the size of the OTA file as a little-endian word, the file, 17 octets. */
  LEGRAND,
  /**
   * Third Reality's: 152 octets, the first 64 of them the SHA-512 of everything after them, and the
   * length of that as a little-endian word @68.
   */
  THIRD_REALITY,
  /** Octets of unknown meaning. */
  UNKNOWN_PREFIX;

  static final int NGIS_MAGIC = 0x5349_474E; // "NGIS", read little-endian
  static final int NGIS_OFFSET_AT = 16;
  static final int NGIS_SIZE_AT = 20;
  static final int NGIS_END_AT = 24;
  static final int NGIS_METADATA_END = 28;
  static final int NGIS_SIGNATURE_LENGTH = 512;
  static final int LEGRAND_PREFIX = 4;
  static final int LEGRAND_TRAILER = 17;
  static final int THIRD_REALITY_PREFIX = 152;
  static final int THIRD_REALITY_DIGEST = 64;
  static final int THIRD_REALITY_LENGTH_AT = 68;
}
