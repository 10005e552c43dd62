package io.otaupgrade.registry.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A temporary file that a fetch writes into, piece by piece. It may be closed while a fetch that
 * was given up still writes; that fetch then gets an exception.
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
  public synchronized int write(ByteBuffer source) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
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
  public synchronized Optional<IOException> failure() {
    return failure;
  }

  /** What was written, read-only. */
  public synchronized ByteBuffer map() throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed && channel.isOpen();
  }

  /** Gives the file up: it is deleted, at the latest when the store is opened the next time. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) { // not channel.isOpen(): an interrupted writer closes that, and nothing else
      return;
    }
    closed = true;
    store.release(size);
    channel.close();
    store.discard(path);
  }
}
