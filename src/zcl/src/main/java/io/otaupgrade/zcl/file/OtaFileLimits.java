package io.otaupgrade.zcl.file;

import io.otaupgrade.zcl.file.OtaFileException.Fault;

/**
 * What a file may cost us.
 *
 * @param maximumFileSize octets, 1..2 147 483 647, for one mapping holds the whole file
 * @param maximumElements how many elements are listed before the rest is taken as opaque, 1..65
 *     536; of the published images none has more than 175
 */
public record OtaFileLimits(long maximumFileSize, int maximumElements) {

  /** 64 MiB, octets: thirty times the largest published image. */
  public static final long DEFAULT_MAXIMUM_FILE_SIZE = 64L << 20;

  /** {@link #DEFAULT_MAXIMUM_FILE_SIZE} and 4 096 elements. */
  public static final OtaFileLimits DEFAULT = new OtaFileLimits(DEFAULT_MAXIMUM_FILE_SIZE);

  private static final int DEFAULT_ELEMENTS = 4096;

  public OtaFileLimits {
    if (maximumFileSize < 1 || maximumFileSize > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maximumFileSize must be 1..2147483647, was " + maximumFileSize);
    }
    if (maximumElements < 1 || maximumElements > 65_536) {
      throw new IllegalArgumentException(
          "maximumElements must be 1..65536, was " + maximumElements);
    }
  }

  public OtaFileLimits(long maximumFileSize) {
    this(maximumFileSize, DEFAULT_ELEMENTS);
  }

  /**
   * Judges a file by its size alone; to be called before it is mapped or fetched further.
   *
   * @throws OtaFileException {@link Fault#EMPTY} or {@link Fault#TOO_LARGE}
   */
  public void check(long fileSize) throws OtaFileException {
    if (fileSize == 0) {
      throw new OtaFileException(Fault.EMPTY, "file", "has 0 octets");
    }
    if (fileSize > maximumFileSize) {
      throw new OtaFileException(
          Fault.TOO_LARGE,
          "file",
          Octets.text("has %d octets, the limit is %d", fileSize, maximumFileSize));
    }
  }
}
