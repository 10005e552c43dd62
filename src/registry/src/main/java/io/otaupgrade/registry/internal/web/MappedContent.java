package io.otaupgrade.registry.internal.web;

import io.otaupgrade.api.image.FirmwareImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** A firmware image, straight from its mapping. */
record MappedContent(FirmwareImage image) implements Content {
  private static final int PIECE_OCTETS = 16_384;

  @Override
  public long size() {
    return image.size();
  }

  @Override
  public EntityTag tag() {
    return EntityTag.strong(image.sha256());
  }

  @Override
  public Optional<Instant> lastModified() {
    return Optional.empty();
  }

  @Override
  public String contentType() {
    return ContentTypes.UNKNOWN;
  }

  @Override
  public void copy(ByteRange range, OutputStream out) throws IOException {
    ByteBuffer octets = image.block((int) range.first(), (int) range.length());
    byte[] piece = new byte[Math.min(PIECE_OCTETS, octets.remaining())];
    while (octets.hasRemaining()) {
      int length = Math.min(piece.length, octets.remaining());
      octets.get(piece, 0, length);
      out.write(piece, 0, length);
    }
  }

  @Override
  public void close() {
    // The mapping is shared, and goes when nobody refers to it any more.
  }
}
