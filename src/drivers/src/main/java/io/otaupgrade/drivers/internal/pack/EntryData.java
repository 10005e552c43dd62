package io.otaupgrade.drivers.internal.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The octets of an entry; never more than the directory says. */
final class EntryData {

  private static final int CHUNK = 16 * 1024;

  private EntryData() {}

  /** All of them; the caller has looked at the size. */
  static byte[] read(Octets octets, ZipDirectory.Entry entry) throws IOException {
    var out = new ByteArrayOutputStream((int) entry.size());
    copy(octets, entry, out);
    return out.toByteArray();
  }

  /**
   * Unpacks them.
   *
   * @throws BrokenPackageException if they are not those that the directory tells of
   */
  static void copy(Octets octets, ZipDirectory.Entry entry, OutputStream out) throws IOException {
    CRC32 crc = new CRC32();
    long size =
        entry.isDeflated() ? inflate(octets, entry, out, crc) : store(octets, entry, out, crc);
    if (size != entry.size()) {
      throw new BrokenPackageException(
          "unpacks to " + size + " octets, not to its " + entry.size());
    }
    if (crc.getValue() != entry.crc()) {
      throw new BrokenPackageException("is damaged: its checksum is another one");
    }
  }

  private static long store(Octets octets, ZipDirectory.Entry entry, OutputStream out, CRC32 crc)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    long done = 0;
    while (done < entry.compressed()) {
      fill(octets, entry, done, chunk);
      out.write(chunk.array(), 0, chunk.limit());
      crc.update(chunk.array(), 0, chunk.limit());
      done += chunk.limit();
    }
    return done;
  }

  private static long inflate(Octets octets, ZipDirectory.Entry entry, OutputStream out, CRC32 crc)
      throws IOException {
    Inflater inflater = new Inflater(true);
    try {
      ByteBuffer in = ByteBuffer.allocate(CHUNK);
      byte[] chunk = new byte[CHUNK];
      long read = 0;
      long written = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          if (read == entry.compressed()) {
            throw new BrokenPackageException("is cut short");
          }
          fill(octets, entry, read, in);
          read += in.limit();
          inflater.setInput(in.array(), 0, in.limit());
        }
        if (inflater.needsDictionary()) {
          throw new BrokenPackageException("needs a dictionary to unpack");
        }
        int count = inflater.inflate(chunk);
        written += count;
        if (written > entry.size()) {
          throw new BrokenPackageException("unpacks to more than its " + entry.size() + " octets");
        }
        out.write(chunk, 0, count);
        crc.update(chunk, 0, count);
      }
      if (inflater.getBytesRead() != entry.compressed()) {
        throw new BrokenPackageException(
            "has " + (entry.compressed() - inflater.getBytesRead()) + " octets behind its data");
      }
      return written;
    } catch (DataFormatException e) {
      throw new BrokenPackageException("is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  private static void fill(Octets octets, ZipDirectory.Entry entry, long done, ByteBuffer chunk)
      throws IOException {
    chunk.clear().limit((int) Math.min(CHUNK, entry.compressed() - done));
    octets.read(entry.data() + done, chunk);
    chunk.flip();
  }
}
