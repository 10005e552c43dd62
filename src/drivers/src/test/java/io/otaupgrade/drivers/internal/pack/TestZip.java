package io.otaupgrade.drivers.internal.pack;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes zip archives by hand, good ones and others. */
public final class TestZip {

  private final List<Entry> entries = new ArrayList<>();
  private byte[] before = {};
  private byte[] betweenDataAndDirectory = {};
  private byte[] comment = {};
  private byte[] behind = {};
  private int entryCountLie;

  /** One entry; each field as it goes into both headers, until it is changed. */
  public static final class Entry {
    byte[] name;
    byte[] localName;
    byte[] content;
    byte[] data;
    int method;
    int flags;
    long crc;
    long size;
    long localSize;
    int unixMode = 0x81A4;
    byte[] extra = {};
    byte[] behind = {};
    boolean descriptor;
    long headerLie;

    /** Another name in its own header. */
    public Entry localName(String text) {
      localName = text.getBytes(StandardCharsets.UTF_8);
      return this;
    }

    /** Another size in the directory. */
    public Entry size(long lie) {
      size = lie;
      return this;
    }

    Entry localSize(long lie) {
      localSize = lie;
      return this;
    }

    Entry mode(int mode) {
      unixMode = mode;
      return this;
    }

    Entry crc(long lie) {
      crc = lie;
      return this;
    }

    Entry flags(int more) {
      flags |= more;
      return this;
    }

    Entry method(int number) {
      method = number;
      return this;
    }

    Entry descriptor() {
      descriptor = true;
      flags |= 8;
      return this;
    }

    Entry extra(byte... octets) {
      extra = octets;
      return this;
    }

    Entry behind(byte... octets) {
      behind = octets;
      return this;
    }

    Entry header(long lie) {
      headerLie = lie;
      return this;
    }
  }

  /** Adds a deflated file. */
  public Entry add(String name, byte[] content) {
    return add(name.getBytes(StandardCharsets.UTF_8), content, true);
  }

  /** Adds a deflated file. */
  public Entry add(String name, String content) {
    return add(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Entry stored(String name, byte[] content) {
    return add(name.getBytes(StandardCharsets.UTF_8), content, false);
  }

  Entry add(byte[] name, byte[] content, boolean deflated) {
    Entry entry = new Entry();
    entry.name = name;
    entry.localName = name;
    entry.content = content;
    entry.data = deflated ? deflate(content) : content;
    entry.method = deflated ? 8 : 0;
    entry.flags = 0x0800;
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.crc = crc.getValue();
    entry.size = content.length;
    entry.localSize = content.length;
    if (name.length > 0 && name[name.length - 1] == '/') {
      entry.unixMode = 0x41ED;
    }
    entries.add(entry);
    return entry;
  }

  TestZip before(byte... octets) {
    before = octets;
    return this;
  }

  TestZip betweenDataAndDirectory(byte... octets) {
    betweenDataAndDirectory = octets;
    return this;
  }

  TestZip comment(byte... octets) {
    comment = octets;
    return this;
  }

  TestZip behind(byte... octets) {
    behind = octets;
    return this;
  }

  TestZip entryCountLie(int difference) {
    entryCountLie = difference;
    return this;
  }

  static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    while (!deflater.finished()) {
      out.write(chunk, 0, deflater.deflate(chunk));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** The archive. */
  public byte[] toByteArray() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(before);
    var directory = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      int header = out.size();
      ByteBuffer local = little(30);
      local.putInt(0x04034b50).putShort((short) 20).putShort((short) entry.flags);
      local.putShort((short) entry.method).putInt(0);
      local.putInt(entry.descriptor ? 0 : (int) entry.crc);
      local.putInt(entry.descriptor ? 0 : entry.data.length);
      local.putInt(entry.descriptor ? 0 : (int) entry.localSize);
      local.putShort((short) entry.localName.length).putShort((short) 0);
      out.writeBytes(octets(local));
      out.writeBytes(entry.localName);
      out.writeBytes(entry.data);
      if (entry.descriptor) {
        ByteBuffer sizes = little(16);
        sizes.putInt(0x08074b50).putInt((int) entry.crc).putInt(entry.data.length);
        sizes.putInt((int) entry.localSize);
        out.writeBytes(octets(sizes));
      }
      out.writeBytes(entry.behind);
      ByteBuffer central = little(46);
      central.putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20);
      central.putShort((short) entry.flags).putShort((short) entry.method).putInt(0);
      central.putInt((int) entry.crc).putInt(entry.data.length).putInt((int) entry.size);
      central.putShort((short) entry.name.length).putShort((short) entry.extra.length);
      central.putShort((short) 0).putShort((short) 0).putShort((short) 0);
      central.putInt(entry.unixMode << 16).putInt((int) (header + entry.headerLie));
      directory.writeBytes(octets(central));
      directory.writeBytes(entry.name);
      directory.writeBytes(entry.extra);
    }
    out.writeBytes(betweenDataAndDirectory);
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    ByteBuffer end = little(22);
    short count = (short) (entries.size() + entryCountLie);
    end.putInt(0x06054b50).putInt(0).putShort(count).putShort(count);
    end.putInt(directory.size()).putInt(start).putShort((short) comment.length);
    out.writeBytes(octets(end));
    out.writeBytes(comment);
    out.writeBytes(behind);
    return out.toByteArray();
  }

  private static byte[] octets(ByteBuffer written) {
    byte[] octets = new byte[written.flip().remaining()];
    written.get(octets);
    return octets;
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
