package io.otaupgrade.zcl.file;

import java.util.Optional;

/**
 * A file that cannot be served. The message names the field and the numbers, so that it can be
 * shown as it is. Carries no stack trace: the file is input, and the fault is in it.
 */
public final class OtaFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Fault fault;
  private final String field;
  private final transient Optional<OtaHeader> header;

  OtaFileException(Fault fault, String field, String message) {
    this(fault, field, message, Optional.empty());
  }

  OtaFileException(Fault fault, String field, String message, Optional<OtaHeader> header) {
    super(field + ": " + message, null, false, false);
    this.fault = fault;
    this.field = field;
    this.header = header;
  }

  /** What kind of fault it is. */
  public Fault fault() {
    return fault;
  }

  /** The field that is at fault, such as {@code totalImageSize}, or {@code file} for the whole. */
  public String field() {
    return field;
  }

  /**
   * The header, when it is whole and sound and what is wrong comes after it: it tells which image
   * this would have been.
   */
  public Optional<OtaHeader> header() {
    return header;
  }

  /** Why a file is refused. */
  public enum Fault {
    /** There is not one octet. */
    EMPTY,
    /** More octets than {@link OtaFileLimits} allows. */
    TOO_LARGE,
    /** No OTA header is found in it. */
    NOT_OTA,
    /** A header of another major version than 1, whose fields could mean anything. */
    HEADER_VERSION,
    /** A header shorter than the fields it says it has, or longer than any header can be. */
    HEADER_LENGTH,
    /**
     * 0xFFFFFFFF, the wildcard, or 0xFFFFFFFE, which tools use for "whatever you have": a device
     * that took such a version would never take another.
     */
    FILE_VERSION,
    /** A total size that cannot hold the header itself. */
    TOTAL_IMAGE_SIZE,
    /** The file ends before its header or its image does. */
    TRUNCATED
  }
}
