package io.otaupgrade.registry.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A temporary file that a fetch writes into, piece by piece. One thread writes, and when it is done
 * another may {@link #map} and {@link #close}; whoever hands over between them orders their memory.
 */
public final class IncomingFile implements WritableByteChannel {
  private final ImageStore store;
  private final Path path;
  private final long maximumSize;
  private final FileChannel channel;
  private long size;
  private boolean closed;
  private Optional<IOException> failure = Optional.empty();

  IncomingFile(ImageStore store, Path path, long maximumSize) throws IOException {
    this.store = store;
    this.path = path;
    this.maximumSize = maximumSize;
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TooLargeException when the file may not have so many octets
   * @throws StoreFullException when the quota is used up
   */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int octets = source.remaining();
    try {
      if (octets > maximumSize - size) {
        throw new TooLargeException(maximumSize);
      }
      store.reserve(octets);
      size += octets;
      while (source.hasRemaining()) {
        channel.write(source);
      }
      return octets;
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  /** Why a write failed, when one did. */
  public Optional<IOException> failure() {
    return failure;
  }

  /** What was written, read-only. */
  public ByteBuffer map() throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** Gives the file up: it is deleted, at the latest when the store is opened the next time. */
  @Override
  public void close() throws IOException {
    if (closed) { // not channel.isOpen(): an interrupted writer closes that, and nothing else
      return;
    }
    closed = true;
    store.release(size);
    channel.close();
    store.discard(path);
  }
}
