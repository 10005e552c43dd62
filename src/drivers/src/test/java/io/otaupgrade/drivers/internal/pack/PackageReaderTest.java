package io.otaupgrade.drivers.internal.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.api.drivers.PackageFinding.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageReaderTest {

  private static final byte[] NOTHING = {};

  private static PackageReader.Reading read(TestZip zip) {
    return read(zip.toByteArray());
  }

  private static PackageReader.Reading read(byte[] octets) {
    return PackageReader.read("lamp.c4z", Octets.of(octets), PackageLimits.DEFAULT);
  }

  private static PackageReader.Reading read(TestZip zip, PackageLimits limits) {
    return PackageReader.read("lamp.c4z", Octets.of(zip.toByteArray()), limits);
  }

  private static void assertRefused(PackageReader.Reading reading, String why) {
    assertThat(reading.findings())
        .filteredOn(finding -> finding.severity() == Severity.ERROR)
        .extracting(PackageFinding::toString)
        .anyMatch(text -> text.contains(why));
    assertThat(reading.check().isAccepted()).isFalse();
  }

  private static void assertWarned(PackageReader.Reading reading, String what) {
    assertThat(reading.check().isAccepted()).as("%s", reading.findings()).isTrue();
    assertThat(reading.findings())
        .extracting(PackageFinding::toString)
        .anyMatch(text -> text.contains(what));
  }

  @Test
  void aGoodPackageIsRead() {
    PackageReader.Reading reading = read(TestPackage.lamp());
    assertThat(reading.findings()).isEmpty();
    PackageContents contents = reading.contents().orElseThrow();
    assertThat(contents.identity().typeId()).isEqualTo("lamp.c4z");
    assertThat(contents.identity().name()).isEqualTo("lamp");
    assertThat(contents.identity().version()).isEqualTo(7);
    assertThat(contents.script()).isEqualTo("driver.lua");
    assertThat(contents.images()).containsExactly("lamp.zigbee");
    assertThat(contents.driverXml().zigbeeBinding()).isEqualTo(6001);
    assertThat(contents.driverXml().minimumOsVersion()).contains("3.3.2");
    assertThat(contents.driverXml().matches())
        .containsExactly(new DeviceMatch(Optional.of("Acme"), "Lamp 1"));
    assertThat(contents.driverXml().properties()).hasSize(1);
    assertThat(contents.driverXml().properties().get(0).readOnly()).isTrue();
  }

  @Test
  void whatAStreamingPackagerWritesIsReadToo() {
    TestZip zip = TestPackage.lamp();
    zip.add("squished.lua", "print(1)").descriptor();
    assertThat(read(zip).findings()).isEmpty();
  }

  @Test
  void allFindingsComeAtOnce() {
    TestZip zip = new TestZip();
    zip.add("driver.xml", TestPackage.XML.replace("<version>7", "<version>seven"));
    zip.add("driver.lua", "-----BEGIN PKCS7-----");
    zip.add("www/a.zigbee", "no image");
    zip.add("../a", "x");
    PackageReader.Reading reading = read(zip);
    assertRefused(reading, "version must be a whole number");
    assertRefused(reading, "is encrypted");
    assertRefused(reading, "is no image");
    assertRefused(reading, "leads out of its folder");
  }

  @Nested
  @DisplayName("Names that lead elsewhere (T11)")
  class Names {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "../x",
          "www/../../x",
          "www/..",
          "./x",
          "www/./x",
          "/x",
          "//host/x",
          "www//x",
          "C:/x",
          "C:x",
          "..\\x",
          "www\\x",
          "\\\\host\\x",
          "www/x\u0000.zigbee",
          "www/x\n",
          "www/\u202Egnp.exe",
          "www/x ",
          "www/x.",
          "www/x.../y",
          " x",
          "www/\uFF0E\uFF0E/x",
          "www\uFF0F..\uFF0Fx",
          "www/\u2025/x",
          "www/\u2024\u2024/x",
          "www/NUL",
          "www/com1.zigbee",
          "www/x:stream",
          "www/a*",
          "",
          "/"
        })
    void areRefused(String name) {
      TestZip zip = TestPackage.lamp();
      zip.add(name, NOTHING);
      assertThat(read(zip).check().isAccepted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"www/Ärger.txt", "www/a b.txt", "www/..a", ".gitignore", "lua/x-1.0.lua"})
    void orNot(String name) {
      TestZip zip = TestPackage.lamp();
      zip.add(name, NOTHING);
      assertThat(read(zip).findings()).isEmpty();
    }

    @Test
    void thatAreNoUtf8AreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.add(new byte[] {'a', (byte) 0xC0, (byte) 0xAE}, NOTHING, false);
      assertRefused(read(zip), "not UTF-8");
    }

    @Test
    void thatAreLinksAreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/link.zigbee", "/etc/passwd").mode(0xA1FF);
      zip.add("www/pipe", NOTHING).mode(0x11A4);
      assertRefused(read(zip), "www/link.zigbee: is a link");
      assertRefused(read(zip), "www/pipe: is neither a file nor a folder");
    }

    @ParameterizedTest
    @MethodSource("io.otaupgrade.drivers.internal.pack.PackageReaderTest#clashes")
    void thatClashAreRefused(String one, String other) {
      TestZip zip = TestPackage.lamp();
      zip.add(one, NOTHING);
      zip.add(other, NOTHING);
      assertThat(read(zip).check().isAccepted()).isFalse();
    }

    @Test
    void withASecondNameInAnExtraFieldAreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x", NOTHING)
          .extra(
              (byte) 0x75,
              (byte) 0x70,
              (byte) 6,
              (byte) 0,
              (byte) 1,
              (byte) 0,
              (byte) 0,
              (byte) 0,
              (byte) 0,
              (byte) 'y');
      assertRefused(read(zip), "second name");
    }
  }

  static Stream<Arguments> clashes() {
    return Stream.of(
            new String[] {"a", "a"},
            new String[] {"www/a", "www/A"},
            new String[] {"www/\u00e4", "www/a\u0308"},
            new String[] {"www/\ufb01", "www/fi"},
            new String[] {"www/stra\u00dfe", "www/STRASSE"},
            new String[] {"www/\u212A", "www/k"},
            new String[] {"a", "a/b"},
            new String[] {"A", "a/b"},
            new String[] {"a/", "a"},
            new String[] {"driver.xml", "x"})
        .map(pair -> Arguments.of(pair[0], pair[1]));
  }

  @Nested
  @DisplayName("Bombs (T11)")
  class Bombs {

    @Test
    void byRatioAreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/zeros", new byte[2 << 20]);
      assertRefused(read(zip), "more than 200 times");
    }

    @Test
    void byALieAboutTheSizeAreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/zeros", new byte[2 << 20]).size(1000).localSize(1000);
      assertRefused(read(zip), "unpacks to more than its 1000 octets");
    }

    @Test
    void byCountAreRefused() {
      TestZip zip = TestPackage.lamp();
      for (int i = 0; i < 2000; i++) {
        zip.stored("www/" + i, NOTHING);
      }
      assertRefused(read(zip), "has 2004 entries, at most 2000");
    }

    @Test
    void bySizeAreRefused() {
      PackageLimits limits = new PackageLimits(1 << 20, 100, 3000, 1500, 200, 1000, 2000, 1000);
      TestZip zip = TestPackage.lamp();
      zip.stored("www/large", new byte[1501]);
      assertRefused(read(zip, limits), "www/large: unpacks to 1501 octets, at most 1500");
      assertRefused(read(zip, limits), "unpacks to");
      TestZip all = TestPackage.lamp();
      all.stored("a", new byte[1400]);
      all.stored("b", new byte[1400]);
      assertRefused(read(all, limits), "octets, at most 3000");
    }

    @Test
    void thatShareTheirDataAreRefused() {
      TestZip zip = TestPackage.lamp();
      zip.stored("a", new byte[100]);
      zip.stored("b", new byte[100]).header(-131);
      assertRefused(read(zip), "a: runs into what follows it");
    }

    @Test
    void asDriverXmlAreRefused() {
      PackageLimits limits =
          new PackageLimits(1 << 20, 100, 1 << 20, 1 << 20, 200, 1 << 20, 100, 1 << 20);
      assertRefused(read(TestPackage.lamp(), limits), "driver.xml: has ");
    }
  }

  @Nested
  @DisplayName("Archives that mean different things to different readers (T11)")
  class Structure {

    @Test
    void noArchiveAtAll() {
      assertRefused(read(NOTHING), "is no zip archive");
      assertRefused(read(new byte[1000]), "is no zip archive");
    }

    @Test
    void octetsBefore() {
      assertRefused(read(TestPackage.lamp().before((byte) '#', (byte) '!')), "2 octets before it");
    }

    @Test
    void octetsBehind() {
      assertRefused(read(TestPackage.lamp().behind((byte) 0)), "1 octets behind its end record");
    }

    @Test
    void octetsBetween() {
      assertRefused(read(TestPackage.lamp().betweenDataAndDirectory(new byte[9])), "9 octets");
      TestZip zip = TestPackage.lamp();
      zip.add("a", "a").behind((byte) 1, (byte) 2);
      zip.add("b", "b");
      assertRefused(read(zip), "2 octets behind it");
    }

    @Test
    void aCommentIsNoHarm() {
      assertThat(read(TestPackage.lamp().comment((byte) 'c')).findings()).isEmpty();
    }

    @Test
    void aCommentThatIsAnEndRecord() {
      byte[] second = new byte[22];
      second[0] = 'P';
      second[1] = 'K';
      second[2] = 5;
      second[3] = 6;
      assertThat(read(TestPackage.lamp().comment(second)).check().isAccepted()).isFalse();
    }

    @Test
    void anotherNameInside() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/good", NOTHING).localName("../evil");
      assertRefused(read(zip), "another name in its own header");
    }

    @Test
    void anotherSizeInside() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x", "abc").localSize(4);
      assertRefused(read(zip), "other sizes in its own header");
    }

    @Test
    void aLieBehindTheData() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x", "abc").descriptor().localSize(4);
      assertRefused(read(zip), "other sizes behind it");
    }

    @Test
    void entriesThatAreNotCounted() {
      assertRefused(read(TestPackage.lamp().entryCountLie(-1)), "behind the last entry");
      assertRefused(read(TestPackage.lamp().entryCountLie(1)), "broken at its entry 5");
    }

    @Test
    void damage() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x", "abc").crc(1);
      assertRefused(read(zip), "www/x: is damaged");
    }

    @Test
    void encryption() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x", "abc").flags(1);
      assertRefused(read(zip), "is encrypted");
    }

    @Test
    void methodsNobodyNeeds() {
      TestZip zip = TestPackage.lamp();
      zip.stored("www/x", new byte[] {1}).method(14);
      assertRefused(read(zip), "compressed by method 14");
    }

    @Test
    void everyTruncation() {
      byte[] whole = TestPackage.lamp().toByteArray();
      for (int length = 0; length < whole.length; length++) {
        assertThat(read(Arrays.copyOf(whole, length)).check().isAccepted()).isFalse();
      }
    }
  }

  @Nested
  @DisplayName("driver.xml (T12)")
  class Xml {

    private PackageReader.Reading withXml(String xml) {
      return read(TestPackage.with(xml));
    }

    private PackageReader.Reading changed(String from, String to) {
      assertThat(TestPackage.XML).contains(from);
      return withXml(TestPackage.XML.replace(from, to));
    }

    @Test
    void entityBombsAreRefused() {
      assertRefused(
          withXml(
              "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
                  + "<devicedata><name>&b;</name></devicedata>"),
          "document type");
    }

    @Test
    void nothingOutsideIsOpened() throws IOException {
      try (ServerSocket canary = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        canary.setSoTimeout(1);
        String url = "http://127.0.0.1:" + canary.getLocalPort() + "/x";
        for (String xml :
            new String[] {
              "<!DOCTYPE d SYSTEM \"" + url + "\"><devicedata/>",
              "<!DOCTYPE d [<!ENTITY % p SYSTEM \"" + url + "\"> %p;]><devicedata/>",
              "<!DOCTYPE d [<!ENTITY e SYSTEM \"" + url + "\">]><devicedata>&e;</devicedata>",
              "<devicedata xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\""
                  + url
                  + "\"/></devicedata>",
              "<devicedata xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                  + " xsi:noNamespaceSchemaLocation=\""
                  + url
                  + "\"/>"
            }) {
          assertThat(withXml(xml).check().isAccepted()).isFalse();
          assertThatThrownBy(canary::accept).isInstanceOf(SocketTimeoutException.class);
        }
      }
    }

    @Test
    void aFileOutsideIsNotRead(@TempDir Path folder) throws IOException {
      Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
      PackageReader.Reading reading =
          withXml(
              "<!DOCTYPE d [<!ENTITY e SYSTEM \""
                  + secret.toUri()
                  + "\">]><devicedata><name>&e;</name></devicedata>");
      assertThat(reading.findings().toString()).doesNotContain("s3cret");
      assertRefused(reading, "document type");
    }

    @Test
    void depthAndNumberOfElementsAreBounded() {
      assertRefused(
          withXml("<devicedata>" + "<a>".repeat(70) + "</a>".repeat(70) + "</devicedata>"),
          "elements more than 64 deep");
      assertRefused(
          withXml("<devicedata>" + "<a/>".repeat(50_001) + "</devicedata>"), "50000 elements");
    }

    @Test
    void isMissing() {
      TestZip zip = new TestZip();
      zip.add("lamp/driver.xml", TestPackage.XML);
      assertRefused(read(zip), "has no driver.xml at its root; there is lamp/driver.xml");
    }

    @Test
    void isNoXml() {
      assertRefused(withXml("hello"), "driver.xml:1");
      assertRefused(withXml("<devicedata>"), "driver.xml:1");
      assertRefused(withXml("<html/>"), "must be devicedata, was html");
    }

    @Test
    void inAnotherEncodingIsRead() {
      TestZip zip = new TestZip();
      zip.add(
          "driver.xml",
          ("\uFEFF" + TestPackage.XML.replace("UTF-8", "UTF-16").replace("Test lamp", "Größe"))
              .getBytes(StandardCharsets.UTF_16BE));
      zip.add("driver.lua", "");
      DriverXml xml = read(zip).contents().orElseThrow().driverXml();
      assertThat(xml.displayName()).isEqualTo("Größe");
      assertThat(xml.text()).startsWith("<?xml").contains("Größe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4294967296", "1.2", "99999999999", "v7", "0x7"})
    void versionsThatAreNone(String version) {
      assertRefused(changed("<version>7", "<version>" + version), "version");
    }

    @Test
    void missingPartsAreWarnedOf() {
      assertWarned(changed("<name>Test lamp</name>", ""), "name is missing");
      assertWarned(changed("version=\"2\"", "version=\"1\""), "of another version than 2");
      assertWarned(changed("<model>Lamp 1</model>", ""), "needs a manufacturer and a model");
      assertWarned(changed(">ZIGBEE<", ">TCP<"), "6001 is taken");
      assertWarned(changed("3.3.2", "2.10.0"), "minimum_os_version of 3.3.2");
      assertWarned(changed("3.3.2", "new"), "must be like 3.3.2");
    }

    @Test
    void productNamesOfBeforeAreMatchedByModel() {
      PackageReader.Reading reading =
          changed(
              "<binding_keys version=\"2\">",
              "<search_types><type>acme:lamp</type></search_types><binding_keys version=\"2\">");
      assertThat(reading.contents().orElseThrow().driverXml().matches())
          .contains(new DeviceMatch(Optional.empty(), "acme:lamp"));
    }

    @Test
    void blobsAreDecoded() {
      String base64 = Base64.getMimeEncoder().encodeToString(new byte[100]);
      PackageReader.Reading reading =
          changed(
              "</devicedata>",
              "<largeblobs><blob name=\"a\">"
                  + base64
                  + "</blob><blob><name>b</name><data>AQI=</data></blob></largeblobs></devicedata>");
      var blobs = reading.contents().orElseThrow().driverXml().blobs();
      assertThat(blobs.get("a")).hasSize(100);
      assertThat(blobs.get("b")).containsExactly(1, 2);
    }
  }

  @Nested
  @DisplayName("Script and images")
  class Contents {

    @Test
    void theScriptIsTheOneThatDriverXmlNames() {
      TestZip zip = TestPackage.with(TestPackage.XML.replace("driver.lua", "lua/squished.lua"));
      assertRefused(read(zip), "the script lua/squished.lua is missing; there is driver.lua");
      zip.add("lua/squished.lua", "");
      assertThat(read(zip).contents().orElseThrow().script()).isEqualTo("lua/squished.lua");
    }

    @Test
    void encryptedScriptsAreRefused() {
      assertRefused(
          read(
              TestPackage.with(
                  TestPackage.XML.replace("driver.lua\"", "driver.lua\" encryption=\"2\""))),
          "the script is encrypted");
      TestZip zip = new TestZip();
      zip.add("driver.xml", TestPackage.XML);
      zip.add("driver.lua.encrypted", "x");
      assertRefused(read(zip), "the script is encrypted");
      TestZip hidden = new TestZip();
      hidden.add("driver.xml", TestPackage.XML);
      hidden.add("driver.lua", new byte[] {0x30, (byte) 0x82, 1, 2});
      assertRefused(read(hidden), "is encrypted (PKCS #7)");
      TestZip compiled = new TestZip();
      compiled.add("driver.xml", TestPackage.XML);
      compiled.add("driver.lua", "\u001bLua5");
      assertRefused(read(compiled), "is compiled Lua");
    }

    @Test
    void theCallsMustFitTheImage() {
      TestZip zip = new TestZip();
      zip.add("driver.xml", TestPackage.XML);
      zip.add(
          "driver.lua",
          "-- 0x1234\nzb:otaAddImage(id, 65521, 2, 'controller://driver/lump/a.zigbee', 'b.c4z')\n"
              + "x = 'controller://driver/lamp/none.zigbee'");
      zip.add("www/lamp.zigbee", TestPackage.image(0x1234, 2, 2, 100));
      PackageReader.Reading reading = read(zip);
      assertWarned(reading, "does not name the manufacturer 0x1234 (4660) of www/lamp.zigbee");
      assertWarned(reading, "controller://driver/lump/a.zigbee, but the package's files are under");
      assertWarned(reading, "names the driver type b.c4z");
      assertWarned(reading, "there is no www/none.zigbee");
      assertThat(reading.findings().toString()).doesNotContain("image type");
    }

    @Test
    void brokenImagesAreRefusedAndOddOnesWarnedOf() {
      TestZip zip = TestPackage.lamp();
      zip.add("www/x.zigbee", "no image");
      assertRefused(read(zip), "www/x.zigbee: is no image that can be served");
      TestZip odd = TestPackage.lamp();
      odd.add("www/x.bin", TestPackage.image(0xFFF1, 1, 3, 10));
      assertWarned(read(odd), "should end in .zigbee");
      assertWarned(read(odd), "a driver registers one of them only");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lamp.zip", ".c4z", "..c4z", "a/b.c4z", "NUL.c4z", "a\nb.c4z"})
  void fileNamesThatCannotBeATypeAreRefused(String name) {
    assertThat(
            PackageReader.read(
                    name, Octets.of(TestPackage.lamp().toByteArray()), PackageLimits.DEFAULT)
                .check()
                .isAccepted())
        .isFalse();
  }

  @Test
  void anAcceptedPackageIsUnpackedAsItIs(@TempDir Path folder) throws IOException {
    Path file = TestPackage.write(folder, "lamp.c4z", TestPackage.lamp());
    Path target = folder.resolve("out");
    Unpacking.unpack(file, PackageReader.read(file).entries(), target);
    try (Stream<Path> all = Files.walk(target)) {
      assertThat(all.filter(Files::isRegularFile).map(target::relativize).map(Path::toString))
          .containsExactlyInAnyOrder("driver.xml", "driver.lua", "www/lamp.zigbee");
    }
    assertThat(Files.readString(target.resolve("driver.lua"))).isEqualTo(TestPackage.LUA);
  }

  @Test
  void evenUnreadNothingIsUnpackedOutside(@TempDir Path folder) throws IOException {
    TestZip zip = TestPackage.lamp();
    zip.add("../evil", "x");
    Path file = TestPackage.write(folder, "lamp.c4z", zip);
    assertThatThrownBy(
            () -> Unpacking.unpack(file, PackageReader.read(file).entries(), folder.resolve("out")))
        .isInstanceOf(BrokenPackageException.class);
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void findingsCannotMoveACursor() {
    TestZip zip = TestPackage.lamp();
    zip.add("www/\u001b[2J", NOTHING);
    assertThat(read(zip).findings().toString()).doesNotContain("\u001b").contains("\\u{1b}");
  }
}
