package io.otaupgrade.zcl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otaupgrade.zcl.file.OtaFileWarning.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Over images that vendors published, where a folder {@code shared/ota-images} with a manifest of
 * their traits lies beside the checkout (or above it); the images are not ours to ship.
 */
class RealImagesTest {
  private static Path folder = Path.of("");
  private static List<Real> images = List.of();

  /** One entry of the manifest. */
  private record Real(
      String file, List<String> traits, int manufacturerCode, int imageType, long fileVersion) {
    boolean has(String trait) {
      return traits.contains(trait);
    }
  }

  @BeforeAll
  static void findTheImages() throws IOException {
    Optional<Path> found = Optional.empty();
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve("ota-images");
      if (Files.isRegularFile(candidate.resolve("MANIFEST.json"))) {
        found = Optional.of(candidate);
        break;
      }
    }
    assumeTrue(found.isPresent(), "no folder shared/ota-images beside the checkout");
    folder = found.orElseThrow();
    images = manifest(Files.readString(folder.resolve("MANIFEST.json")));
    assertThat(images).isNotEmpty();
  }

  @Test
  void onlyTheTruncatedFileIsRefused() throws IOException {
    List<String> refused = new ArrayList<>();
    for (Real real : images) {
      try {
        inspect(real);
      } catch (OtaFileException refusal) {
        refused.add(refusal.getMessage());
        assertThat(real.traits()).contains("truncated");
      }
    }
    assertThat(refused)
        .containsExactly("totalImageSize: is 278830, file has 92222 octets from offset 0");
  }

  @Test
  void idsAndTraitsAreThoseOfTheManifest() throws Exception {
    for (Real real : images) {
      if (real.has("truncated")) {
        continue;
      }
      OtaFile ota = inspect(real);
      OtaHeader header = ota.header();
      assertEquals(real.manufacturerCode(), header.manufacturerCode(), real.file());
      assertEquals(real.imageType(), header.imageType(), real.file());
      assertEquals(real.fileVersion(), header.fileVersion(), real.file());
      assertEquals(real.has("wrapped"), ota.imageOffset() > 0, real.file());
      assertEquals(real.has("trailing"), ota.trailingBytes() > 0, real.file());
      assertEquals(real.has("fc4"), header.hardwareVersions().isPresent(), real.file());
      assertEquals(
          real.has("ecdsa"), ota.signature() == SignatureState.PRESENT_UNVERIFIED, real.file());
      assertThat(kinds(ota))
          .as(real.file())
          .doesNotContain(Kind.UNKNOWN_PREFIX, Kind.WRAPPER, Kind.HEADER_TAIL);
      for (String trait : real.traits()) {
        if (trait.startsWith("first") && !ota.elements().isEmpty()) {
          assertEquals(
              Integer.parseInt(trait.substring(5), 16), ota.elements().get(0).tag(), real.file());
        }
      }
    }
  }

  @Test
  void everyIntegrityCodeIsVerifiedByTheRuleOfItsVendor() throws Exception {
    for (Real real : images) {
      if (real.has("truncated")) {
        continue;
      }
      OtaFile ota = inspect(real);
      Optional<IntegrityRule> rule =
          !real.has("ic")
              ? Optional.empty()
              : switch (real.manufacturerCode()) {
                case 0x1015 -> Optional.of(IntegrityRule.LENGTH_MOD_65536); // Develco
                case 0x128B -> Optional.of(IntegrityRule.WITH_TAG_HEADER); // NodOn
                default -> Optional.of(IntegrityRule.STANDARD);
              };
      assertEquals(
          rule.isPresent() ? Integrity.VERIFIED : Integrity.ABSENT, ota.integrity(), real.file());
      assertEquals(rule, ota.integrityRule(), real.file());
    }
  }

  @Test
  void theCodeOfAUbisysImageIsWhereAndWhatItWasFoundToBe() throws Exception {
    Optional<Real> ubisys =
        images.stream().filter(real -> real.file().contains("01000206-m7b-wd1")).findFirst();
    assumeTrue(ubisys.isPresent());

    OtaFile ota = inspect(ubisys.orElseThrow());

    OtaElement code = ota.elements().get(ota.elements().size() - 1);
    assertEquals(207_708, code.offset());
    byte[] octets = new byte[16];
    ota.image().get((int) code.dataOffset(), octets);
    assertEquals("066da5e459c4793a4aa26b7b14c8b528", HexFormat.of().formatHex(octets));
  }

  @Test
  void onlyImagesWithoutSoundElementsAreOpaque() throws Exception {
    List<String> opaque = new ArrayList<>();
    for (Real real : images) {
      if (!real.has("truncated") && kinds(inspect(real)).contains(Kind.ELEMENT_WALK)) {
        opaque.add(real.file().split("__", 2)[0]);
      }
    }
    assertThat(opaque).containsExactlyInAnyOrder("Datek", "Hue", "UltronSMART");
  }

  private static OtaFile inspect(Real real) throws IOException, OtaFileException {
    try (FileChannel channel = FileChannel.open(folder.resolve(real.file()))) {
      ByteBuffer mapping = channel.map(MapMode.READ_ONLY, 0, channel.size());
      return OtaFile.inspect(mapping, OtaFileLimits.DEFAULT);
    }
  }

  private static List<Kind> kinds(OtaFile ota) {
    return ota.warnings().stream().map(OtaFileWarning::kind).toList();
  }

  /** The manifest is a flat list: its objects have no objects in them. */
  private static List<Real> manifest(String json) {
    List<Real> entries = new ArrayList<>();
    Matcher object = Pattern.compile("\\{[^}]*}").matcher(json);
    while (object.find()) {
      String entry = object.group();
      entries.add(
          new Real(
              value(entry, "\"file\":\\s*\"([^\"]*)\""),
              Pattern.compile("\"([^\"]*)\"")
                  .matcher(value(entry, "\"traits\":\\s*\\[([^]]*)]"))
                  .results()
                  .map(result -> result.group(1))
                  .toList(),
              Integer.parseInt(value(entry, "\"manufacturerCode\":\\s*(\\d+)")),
              Integer.parseInt(value(entry, "\"imageType\":\\s*(\\d+)")),
              Long.parseLong(value(entry, "\"fileVersion\":\\s*(\\d+)"))));
    }
    return entries;
  }

  private static String value(String entry, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(entry);
    assertThat(matcher.find()).as("%s in %s", pattern, entry).isTrue();
    return matcher.group(1);
  }
}
