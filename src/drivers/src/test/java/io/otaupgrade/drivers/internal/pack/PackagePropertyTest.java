package io.otaupgrade.drivers.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What holds for every package, whatever somebody did to it. */
class PackagePropertyTest {

  private static final byte[] LAMP = TestPackage.lamp().toByteArray();

  private static PackageReader.Reading read(byte[] octets) {
    return PackageReader.read("lamp.c4z", Octets.of(octets), PackageLimits.DEFAULT);
  }

  /** A changed octet is noticed, unless it stands where nothing depends on it (times, versions). */
  @Property(tries = 1000)
  void oneChangedOctetChangesNoFile(
      @ForAll @IntRange(max = 0xFFFF) int where, @ForAll @IntRange(min = 1, max = 255) int how) {
    byte[] changed = LAMP.clone();
    changed[where % changed.length] ^= (byte) how;
    PackageReader.Reading reading = read(changed);
    if (reading.check().isAccepted()) {
      assertThat(reading.entries().stream().map(ZipDirectory.Entry::name))
          .containsExactly("driver.xml", "driver.lua", "www/", "www/lamp.zigbee");
      assertThat(reading.contents().orElseThrow().driverXml().text()).isEqualTo(TestPackage.XML);
    }
  }

  @Property(tries = 300)
  void noOctetsMakeTheReaderThrow(@ForAll byte[] octets) {
    assertThat(read(octets).check().isAccepted()).isFalse();
  }

  @Property(tries = 300)
  void piecesPutTogetherDoNotEither(
      @ForAll @IntRange(max = 2000) int cut, @ForAll @IntRange(max = 2000) int from) {
    byte[] head = Arrays.copyOf(LAMP, cut % LAMP.length);
    byte[] tail = Arrays.copyOfRange(LAMP, from % LAMP.length, LAMP.length);
    byte[] both = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    PackageReader.Reading reading = read(both);
    assertThat(reading.check().isAccepted()).isEqualTo(Arrays.equals(both, LAMP));
  }

  /**
   * Whatever the names are: what is accepted lies below the folder, once unpacked, and is whole.
   */
  @Property(tries = 200)
  void whatIsUnpackedLiesInTheFolder(
      @ForAll @Size(max = 4) List<@StringLength(max = 12) String> names) throws IOException {
    Path outside = Files.createTempDirectory("pack");
    try {
      TestZip zip = TestPackage.lamp();
      for (String name : names) {
        zip.add("www/" + name, name);
      }
      Path file = TestPackage.write(outside, "lamp.c4z", zip);
      PackageReader.Reading reading = PackageReader.read(file);
      Path folder = outside.resolve("in");
      if (reading.check().isAccepted()) {
        Unpacking.unpack(file, reading.entries(), folder);
        for (String name : names) {
          assertThat(Files.readString(folder.resolve("www/" + name))).isEqualTo(name);
        }
      }
      try (Stream<Path> around = Files.list(outside)) {
        assertThat(around.map(path -> path.getFileName().toString())).isSubsetOf("lamp.c4z", "in");
      }
    } finally {
      Unpacking.delete(outside);
    }
  }
}
