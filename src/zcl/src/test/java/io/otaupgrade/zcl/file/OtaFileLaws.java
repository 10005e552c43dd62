package io.otaupgrade.zcl.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;

/** What holds for every file whatever is in it. */
final class OtaFileLaws {
  private static final OtaFileLimits LIMITS = new OtaFileLimits(1 << 20, 16);

  private OtaFileLaws() {}

  static void check(ByteBuffer file) {
    OtaFile ota;
    try {
      ota = OtaFile.inspect(file, LIMITS);
    } catch (OtaFileException refusal) {
      assertThat(refusal.getMessage()).startsWith(refusal.field() + ": ").matches(".*[0-9].*");
      return;
    }
    assertThat(ota.image().remaining()).isEqualTo((int) ota.header().totalImageSize());
    assertThat(ota.imageOffset() + ota.header().totalImageSize() + ota.trailingBytes())
        .isEqualTo(file.remaining());
    assertThat(ota.image()).isEqualTo(file.slice(ota.imageOffset(), ota.image().remaining()));
    assertThat(ota.imageOffset() == 0).isEqualTo(ota.wrapper() == Wrapper.NONE);
    assertThat(ota.integrityRule().isPresent()).isEqualTo(ota.integrity() == Integrity.VERIFIED);
    assertThat(ota.elements()).hasSizeLessThanOrEqualTo(LIMITS.maximumElements());
    if (!ota.elements().isEmpty()) {
      long at = ota.header().headerLength();
      for (OtaElement element : ota.elements()) {
        assertThat(element.offset()).isEqualTo(at);
        at = element.end();
      }
      assertThat(at).isEqualTo(ota.header().totalImageSize());
    }
    assertThat(ota.header().headerString()).matches("[ -~]{0,32}");
    assertThat(ota.warnings()).hasSizeLessThan(30);
  }
}
