package io.otaupgrade.registry.internal.web;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * A file as it is now. Its tag is made of the file's identity, size and time of change; a file that
 * changed a moment ago may change again within the same tick of the file system's clock, so its tag
 * is weak until that has passed.
 */
final class FileContent implements Content {
  private static final int PIECE_OCTETS = 16_384;
  private static final int TAG_OCTETS = 16;

  /** Twice the coarsest clock that file systems still have (FAT). */
  private static final Duration SETTLED = Duration.ofSeconds(4);

  private final SeekableByteChannel channel;
  private final long size;
  private final EntityTag tag;
  private final Optional<Instant> modified;
  private final String contentType;

  private FileContent(
      SeekableByteChannel channel, BasicFileAttributes attributes, String name, Instant now)
      throws IOException {
    this.channel = channel;
    this.size = channel.size();
    this.contentType = ContentTypes.of(name);
    Instant changed = attributes.lastModifiedTime().toInstant();
    // RFC 9110 §8.8.2.1: never a time to come.
    this.modified =
        changed.isAfter(now)
            ? Optional.empty()
            : Optional.of(changed.truncatedTo(ChronoUnit.SECONDS));
    boolean settled = changed.isBefore(now.minus(SETTLED));
    this.tag = new EntityTag(!settled, digest(attributes.fileKey() + "|" + size + "|" + changed));
  }

  /**
   * Opens a regular file.
   *
   * @param file a real path: if it is a link by now, it is not followed
   */
  static FileContent open(Path file, InstantSource clock) throws IOException {
    // Other file systems, in an archive for example, have neither links nor that option.
    Set<OpenOption> options =
        file.getFileSystem().equals(FileSystems.getDefault())
            ? Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ);
    SeekableByteChannel channel = Files.newByteChannel(file, options);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new FileContent(channel, attributes, file.getFileName().toString(), clock.instant());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String digest(String text) {
    try {
      // Hashed, for it is nobody's business which inode it is.
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, TAG_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public EntityTag tag() {
    return tag;
  }

  @Override
  public Optional<Instant> lastModified() {
    return modified;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public void copy(ByteRange range, OutputStream out) throws IOException {
    channel.position(range.first());
    long left = range.length();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_OCTETS, left));
    while (left > 0) {
      piece.clear().limit((int) Math.min(piece.capacity(), left));
      int octets = channel.read(piece);
      if (octets < 0) {
        throw new EOFException("the file has become shorter by %d octets".formatted(left));
      }
      out.write(piece.array(), 0, octets);
      left -= octets;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
