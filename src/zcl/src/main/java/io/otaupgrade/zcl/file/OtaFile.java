package io.otaupgrade.zcl.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * An OTA file that was found fit to be served, and what there is to say about it.
 *
 * <p>A device gets the octets of the image as they are, whatever they mean; only what concerns
 * serving them (header, sizes) makes a file unfit. Everything else is a {@linkplain #warnings
 * warning}.
 *
 * <p>Immutable and free to share between threads; the octets stay where they are, usually in a
 * mapping of the file, and must not change.
 */
public final class OtaFile {
  private final ByteBuffer image;
  private final OtaHeader header;
  private final Wrapper wrapper;
  private final int imageOffset;
  private final long trailingBytes;
  private final List<OtaElement> elements;
  private final Integrity integrity;
  private final Optional<IntegrityRule> integrityRule;
  private final SignatureState signature;
  private final List<OtaFileWarning> warnings;

  OtaFile(
      ByteBuffer image,
      OtaHeader header,
      Wrapper wrapper,
      int imageOffset,
      long trailingBytes,
      List<OtaElement> elements,
      Integrity integrity,
      Optional<IntegrityRule> integrityRule,
      SignatureState signature,
      List<OtaFileWarning> warnings) {
    this.image = image;
    this.header = header;
    this.wrapper = wrapper;
    this.imageOffset = imageOffset;
    this.trailingBytes = trailingBytes;
    this.elements = List.copyOf(elements);
    this.integrity = integrity;
    this.integrityRule = integrityRule;
    this.signature = signature;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Finds the image in a file, reads its header and elements and checks its integrity code, in one
   * pass over the octets and without copying them.
   *
   * @param wholeFile the file from position to limit, best a read-only mapping; neither is moved.
   *     {@link OtaFileLimits#check} tells beforehand whether a file is worth mapping
   * @throws OtaFileException when the file must not be served
   */
  public static OtaFile inspect(ByteBuffer wholeFile, OtaFileLimits limits)
      throws OtaFileException {
    limits.check(wholeFile.remaining());
    ByteBuffer file = wholeFile.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return new OtaFileInspection(file, limits).judge();
  }

  /** The header of the image. */
  public OtaHeader header() {
    return header;
  }

  /**
   * The image: header and elements, {@code totalImageSize} octets, the only thing ever served. A
   * new read-only view (big-endian, as every new buffer) of the file's octets at each call.
   */
  public ByteBuffer image() {
    return image.duplicate();
  }

  /** What the image was wrapped in. */
  public Wrapper wrapper() {
    return wrapper;
  }

  /** Where the image starts in the file, octets. */
  public int imageOffset() {
    return imageOffset;
  }

  /** How many octets of the file come after the image. */
  public long trailingBytes() {
    return trailingBytes;
  }

  /**
   * The elements, which fill the image from the header to its end without a gap; empty when the
   * octets there cannot be read as elements (some vendors have none), which is a warning.
   */
  public List<OtaElement> elements() {
    return elements;
  }

  /** What came of checking the integrity code. */
  public Integrity integrity() {
    return integrity;
  }

  /** By which rule the integrity code fits; present when {@link Integrity#VERIFIED}. */
  public Optional<IntegrityRule> integrityRule() {
    return integrityRule;
  }

  /** Whether the image is signed. */
  public SignatureState signature() {
    return signature;
  }

  /** What is odd about the file, in the order of its octets. */
  public List<OtaFileWarning> warnings() {
    return warnings;
  }
}
