package io.otaupgrade.drivers.internal.pack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** A file to read from anywhere in it. */
public interface Octets {

  /** How many there are. */
  long size() throws IOException;

  /**
   * Fills the buffer.
   *
   * @throws EOFException if there are not so many
   */
  void read(long position, ByteBuffer into) throws IOException;

  /** Some of them, little-endian, ready to be read. */
  default ByteBuffer slice(long position, int length) throws IOException {
    ByteBuffer octets = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(position, octets);
    return octets.flip();
  }

  /** Those of a file, which stays its caller's to close. */
  static Octets of(FileChannel channel) {
    return new Octets() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
          int count = channel.read(into, at);
          if (count < 0) {
            throw new EOFException("the file ends at " + at);
          }
          at += count;
        }
      }
    };
  }

  /** Those of an array, which nobody changes. */
  static Octets of(byte[] all) {
    return new Octets() {
      @Override
      public long size() {
        return all.length;
      }

      @Override
      public void read(long position, ByteBuffer into) throws IOException {
        if (position < 0 || position + into.remaining() > all.length) {
          throw new EOFException("there are " + all.length + " octets");
        }
        into.put(all, (int) position, into.remaining());
      }
    };
  }
}
