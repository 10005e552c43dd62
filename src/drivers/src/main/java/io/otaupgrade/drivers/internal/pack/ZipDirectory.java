package io.otaupgrade.drivers.internal.pack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The structure of a zip archive (PKWARE APPNOTE 6.3), read so that no two readers can see two
 * different archives in it: every octet belongs to exactly one entry, the central directory or the
 * end record, and what is said twice is said alike. A zip that a packager made is like that.
 */
public final class ZipDirectory {

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int DESCRIPTOR_SIGNATURE = 0x08074b50;
  private static final int LONGEST_COMMENT = 0xFFFF;

  private static final int ENCRYPTED = 0x0001;
  private static final int SIZES_BEHIND = 0x0008;
  private static final int PATCH = 0x0020;
  private static final int STRONGLY_ENCRYPTED = 0x0040;
  private static final int UTF8 = 0x0800;
  private static final int MASKED = 0x2000;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int UNICODE_PATH = 0x7075;

  private static final int FILE_TYPE = 0xF000;
  private static final int REGULAR = 0x8000;
  private static final int FOLDER = 0x4000;
  private static final int LINK = 0xA000;

  private final Octets octets;
  private final PackageLimits limits;
  private final Findings findings;

  /**
   * One file or folder.
   *
   * @param name with slashes; ends with one if it is a folder
   * @param data where its octets begin
   */
  public record Entry(
      String name,
      boolean isDeflated,
      long crc,
      long compressed,
      long size,
      long header,
      long data) {

    boolean isFolder() {
      return name.endsWith("/");
    }
  }

  private record End(int entries, long directory, long directorySize) {}

  /** An entry as the central directory has it. */
  private record Central(
      ByteBuffer rawName,
      String name,
      int flags,
      int method,
      long crc,
      long compressed,
      long size,
      long header) {}

  private ZipDirectory(Octets octets, PackageLimits limits, Findings findings) {
    this.octets = octets;
    this.limits = limits;
    this.findings = findings;
  }

  /**
   * Reads the structure.
   *
   * @param findings gets whatever is wrong
   * @return entries with good names; with an error among the findings, for looking at only
   * @throws BrokenPackageException if it is no archive at all
   */
  static List<Entry> read(Octets octets, PackageLimits limits, Findings findings)
      throws IOException {
    return new ZipDirectory(octets, limits, findings).read();
  }

  private List<Entry> read() throws IOException {
    long size = octets.size();
    if (size > limits.archive()) {
      throw new BrokenPackageException("has " + size + " octets, at most " + limits.archive());
    }
    End end = findEnd(size);
    List<Central> central = readCentral(end);
    checkNames(central);
    checkSizes(central);
    return locate(central, end.directory());
  }

  private End findEnd(long size) throws IOException {
    if (size < END_LENGTH) {
      throw new BrokenPackageException("is no zip archive: it has " + size + " octets");
    }
    int length = (int) Math.min(size, END_LENGTH + LONGEST_COMMENT);
    ByteBuffer tail = octets.slice(size - length, length);
    for (int at = length - END_LENGTH; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE) {
        return end(tail, at, size - length + at, size);
      }
    }
    throw new BrokenPackageException("is no zip archive: it has no end record");
  }

  /** The last signature counts: a comment that holds one could pass for an end record itself. */
  private static End end(ByteBuffer tail, int at, long position, long size)
      throws BrokenPackageException {
    int comment = u16(tail, at + 20);
    long behind = size - (position + END_LENGTH + comment);
    if (behind != 0) {
      throw new BrokenPackageException(
          behind > 0
              ? "has " + behind + " octets behind its end record"
              : "is cut short within its comment");
    }
    if (u16(tail, at + 4) != 0
        || u16(tail, at + 6) != 0
        || u16(tail, at + 8) != u16(tail, at + 10)) {
      throw new BrokenPackageException("is one part of an archive of several");
    }
    int entries = u16(tail, at + 10);
    long directorySize = u32(tail, at + 12);
    long directory = u32(tail, at + 16);
    if (entries == 0xFFFF || directorySize == 0xFFFFFFFFL || directory == 0xFFFFFFFFL) {
      throw new BrokenPackageException("is a zip64 archive, which no package needs");
    }
    if (directory + directorySize != position) {
      long before = position - directorySize - directory;
      throw new BrokenPackageException(
          before > 0
              ? "has "
                  + before
                  + " octets that belong to no entry before its central directory's end"
              : "has a central directory beyond its end record");
    }
    return new End(entries, directory, directorySize);
  }

  private List<Central> readCentral(End end) throws IOException {
    if (end.entries() == 0) {
      throw new BrokenPackageException("is empty");
    }
    if (end.entries() > limits.entries()) {
      throw new BrokenPackageException(
          "has " + end.entries() + " entries, at most " + limits.entries());
    }
    ByteBuffer in = octets.slice(end.directory(), (int) end.directorySize());
    List<Central> entries = new ArrayList<>(end.entries());
    for (int i = 0; i < end.entries(); i++) {
      entries.add(central(in, i));
    }
    if (in.hasRemaining()) {
      throw new BrokenPackageException(
          "has " + in.remaining() + " octets behind the last entry of its central directory");
    }
    return entries;
  }

  private Central central(ByteBuffer in, int index) throws BrokenPackageException {
    int at = in.position();
    if (in.remaining() < CENTRAL_LENGTH || in.getInt(at) != CENTRAL_SIGNATURE) {
      throw new BrokenPackageException(
          "has a central directory that is broken at its entry " + (index + 1));
    }
    int nameLength = u16(in, at + 28);
    int extraLength = u16(in, at + 30);
    int commentLength = u16(in, at + 32);
    if (in.remaining() < CENTRAL_LENGTH + nameLength + extraLength + commentLength) {
      throw new BrokenPackageException(
          "has a central directory that ends within its entry " + (index + 1));
    }
    ByteBuffer rawName = in.slice(at + CENTRAL_LENGTH, nameLength);
    int flags = u16(in, at + 8);
    String name = name(rawName, flags, index);
    checkExtra(name, rawName, in.slice(at + CENTRAL_LENGTH + nameLength, extraLength));
    if (u16(in, at + 34) != 0) {
      findings.error(name, "is said to lie in another part of the archive");
    }
    checkType(name, (int) (u32(in, at + 38) >>> 16) & FILE_TYPE);
    int method = u16(in, at + 10);
    checkMethod(name, flags, method);
    in.position(at + CENTRAL_LENGTH + nameLength + extraLength + commentLength);
    return new Central(
        rawName,
        name,
        flags,
        method,
        u32(in, at + 16),
        u32(in, at + 20),
        u32(in, at + 24),
        u32(in, at + 42));
  }

  private String name(ByteBuffer raw, int flags, int index) {
    try {
      String name = StandardCharsets.UTF_8.newDecoder().decode(raw.duplicate()).toString();
      boolean plain = name.codePoints().allMatch(c -> c < 0x80);
      if (!plain && (flags & UTF8) == 0) {
        findings.error(name, "has a name that is not marked as UTF-8");
      }
      return name;
    } catch (CharacterCodingException e) {
      String stand = "entry " + (index + 1);
      findings.error(stand, "has a name that is not UTF-8");
      return stand;
    }
  }

  /** A second name in an extra field is what some readers take instead of the first. */
  private void checkExtra(String name, ByteBuffer rawName, ByteBuffer extra) {
    ByteBuffer in = extra.order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= 4) {
      int id = in.getShort() & 0xFFFF;
      int length = in.getShort() & 0xFFFF;
      if (length > in.remaining()) {
        findings.error(name, "has a broken extra field");
        return;
      }
      if (id == UNICODE_PATH) {
        int behind = Math.min(5, length); // its version and checksum
        if (!in.slice(in.position() + behind, length - behind).equals(rawName)) {
          findings.error(name, "has a second name in an extra field");
        }
      }
      in.position(in.position() + length);
    }
  }

  private void checkType(String name, int type) {
    boolean folder = name.endsWith("/");
    if (type == LINK) {
      findings.error(name, "is a link");
    } else if (type != 0 && type != (folder ? FOLDER : REGULAR)) {
      findings.error(name, "is neither a file nor a folder");
    }
  }

  private void checkMethod(String name, int flags, int method) {
    if ((flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED)) != 0) {
      findings.error(name, "is encrypted");
    }
    if ((flags & PATCH) != 0) {
      findings.error(name, "is a patch to another file");
    }
    if (method != STORED && method != DEFLATED) {
      findings.error(name, "is compressed by method " + method + ", not stored or deflated");
    }
  }

  private void checkNames(List<Central> entries) {
    Map<String, String> seen = new HashMap<>();
    Set<String> files = new HashSet<>();
    for (Central entry : entries) {
      EntryName.fault(entry.name()).ifPresent(fault -> findings.error(entry.name(), fault));
      String key = EntryName.clashKey(entry.name());
      String other = seen.putIfAbsent(key, entry.name());
      if (other != null) {
        findings.error(
            entry.name(),
            other.equals(entry.name())
                ? "is there twice"
                : "is the same as " + other + " on some file systems");
      }
      if (!entry.name().endsWith("/")) {
        files.add(key);
      }
    }
    for (Central entry : entries) {
      String key = EntryName.clashKey(entry.name());
      for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
        if (files.contains(key.substring(0, slash))) {
          findings.error(entry.name(), "lies in a folder that is a file as well");
        }
      }
    }
  }

  private void checkSizes(List<Central> entries) {
    long all = 0;
    for (Central entry : entries) {
      all += entry.size();
      if (entry.name().endsWith("/")) {
        if (entry.size() != 0) {
          findings.error(entry.name(), "is a folder with octets");
        }
      } else if (entry.size() > limits.file()) {
        findings.error(
            entry.name(), "unpacks to " + entry.size() + " octets, at most " + limits.file());
      } else if (entry.size() > limits.ratioFrom()
          && entry.size() > limits.ratio() * entry.compressed()) {
        findings.error(
            entry.name(),
            "unpacks to more than "
                + limits.ratio()
                + " times its "
                + entry.compressed()
                + " octets");
      }
      if (entry.method() == STORED && entry.size() != entry.compressed()) {
        findings.error(entry.name(), "is stored, in another size than its own");
      }
    }
    if (all > limits.unpacked()) {
      findings.error("", "unpacks to " + all + " octets, at most " + limits.unpacked());
    }
  }

  /** Goes through the entries as they lie in the file: each begins where the one before ends. */
  private List<Entry> locate(List<Central> entries, long directory) throws IOException {
    List<Central> asTheyLie = new ArrayList<>(entries);
    asTheyLie.sort(Comparator.comparingLong(Central::header));
    IdentityHashMap<Central, Entry> located = new IdentityHashMap<>();
    long expected = 0;
    for (int i = 0; i < asTheyLie.size(); i++) {
      Central entry = asTheyLie.get(i);
      long next = i + 1 < asTheyLie.size() ? asTheyLie.get(i + 1).header() : directory;
      if (entry.header() != expected) {
        findings.error(
            entry.name(),
            entry.header() < expected
                ? "overlaps what lies before it"
                : "has " + (entry.header() - expected) + " octets before it that are no entry's");
      }
      try {
        located.put(entry, locate(entry, next));
      } catch (EOFException beyond) {
        findings.error(entry.name(), "lies beyond the end of the archive");
      }
      expected = Math.max(expected, next);
    }
    List<Entry> all = new ArrayList<>();
    for (Central entry : entries) {
      Entry one = located.get(entry);
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  private Entry locate(Central entry, long next) throws IOException {
    ByteBuffer local = octets.slice(entry.header(), LOCAL_LENGTH);
    int nameLength = u16(local, 26);
    int extraLength = u16(local, 28);
    long data = entry.header() + LOCAL_LENGTH + nameLength + extraLength;
    if (local.getInt(0) != LOCAL_SIGNATURE) {
      findings.error(entry.name(), "has no header of its own where the directory says");
    } else {
      ByteBuffer name = octets.slice(entry.header() + LOCAL_LENGTH, nameLength + extraLength);
      compare(entry, local, name.slice(0, nameLength));
      checkExtra(entry.name(), entry.rawName(), name.slice(nameLength, extraLength));
      long behind = next - data - entry.compressed();
      if ((entry.flags() & SIZES_BEHIND) == 0) {
        if (behind != 0) {
          findings.error(
              entry.name(),
              behind > 0
                  ? "has " + behind + " octets behind it that are no entry's"
                  : "runs into what follows it");
        }
      } else {
        checkDescriptor(entry, data + entry.compressed(), behind);
      }
    }
    return new Entry(
        entry.name(),
        entry.method() == DEFLATED,
        entry.crc(),
        entry.compressed(),
        entry.size(),
        entry.header(),
        data);
  }

  private void compare(Central entry, ByteBuffer local, ByteBuffer name) {
    if (!name.equals(entry.rawName())) {
      findings.error(entry.name(), "has another name in its own header than in the directory");
    }
    if (u16(local, 6) != entry.flags() || u16(local, 8) != entry.method()) {
      findings.error(entry.name(), "has other flags in its own header than in the directory");
    }
    boolean behind = (entry.flags() & SIZES_BEHIND) != 0;
    boolean same =
        u32(local, 14) == entry.crc()
            && u32(local, 18) == entry.compressed()
            && u32(local, 22) == entry.size();
    boolean none = u32(local, 14) == 0 && u32(local, 18) == 0 && u32(local, 22) == 0;
    if (!same && !(behind && none)) {
      findings.error(entry.name(), "has other sizes in its own header than in the directory");
    }
  }

  private void checkDescriptor(Central entry, long position, long length) throws IOException {
    if (length != 12 && length != 16) {
      findings.error(
          entry.name(),
          length < 0
              ? "runs into what follows it"
              : "has " + length + " octets behind it instead of its sizes");
      return;
    }
    ByteBuffer in = octets.slice(position, (int) length);
    boolean good = length == 12 || in.getInt() == DESCRIPTOR_SIGNATURE;
    good &= (in.getInt() & 0xFFFFFFFFL) == entry.crc();
    good &= (in.getInt() & 0xFFFFFFFFL) == entry.compressed();
    good &= (in.getInt() & 0xFFFFFFFFL) == entry.size();
    if (!good) {
      findings.error(entry.name(), "has other sizes behind it than in the directory");
    }
  }

  private static int u16(ByteBuffer in, int at) {
    return in.getShort(at) & 0xFFFF;
  }

  private static long u32(ByteBuffer in, int at) {
    return in.getInt(at) & 0xFFFFFFFFL;
  }
}
