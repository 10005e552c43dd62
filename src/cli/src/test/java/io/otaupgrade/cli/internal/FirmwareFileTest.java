package io.otaupgrade.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaFileWriter;
import io.otaupgrade.zcl.file.OtaHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareFileTest {

  @TempDir Path folder;

  @Test
  void isCopiedUnderANameThatNeedsNoEscapes() throws IOException, CommandFailed {
    Path given =
        Files.write(folder.resolve("my lamp #2.ota"), new OtaFileWriter(1, 2, 3).toByteArray());
    FirmwareFile file = FirmwareFile.in(folder.resolve("copies"), Optional.of(given));
    assertThat(file.path().getFileName()).hasToString("my_lamp__2.ota");
    assertThat(file.path()).hasSameBinaryContentAs(given);
    assertThat(file.olderVersion()).isEqualTo(2);
  }

  @Test
  void hasTheHashOfTheImageNotOfTheWrapper() throws IOException, CommandFailed {
    OtaFileWriter writer =
        new OtaFileWriter(1, 2, 3).element(ElementTag.UPGRADE_IMAGE.code(), new byte[9]);
    Path plain = Files.write(folder.resolve("plain"), writer.toByteArray());
    Path trailed =
        Files.write(folder.resolve("trailed"), writer.trailer(new byte[4]).toByteArray());
    assertThat(FirmwareFile.in(folder.resolve("a"), Optional.of(plain)).sha256())
        .isEqualTo(FirmwareFile.in(folder.resolve("b"), Optional.of(trailed)).sha256());
  }

  @Test
  void ofAnyManufacturerIsForDevicesOfTheSampleOne() throws IOException, CommandFailed {
    Path given =
        Files.write(folder.resolve("any"), new OtaFileWriter(OtaHeader.ANY, 2, 0).toByteArray());
    FirmwareFile file = FirmwareFile.in(folder.resolve("c"), Optional.of(given));
    assertThat(file.deviceManufacturerCode()).isEqualTo(SampleImage.MANUFACTURER_CODE);
    assertThat(file.olderVersion()).isZero();
  }

  @Test
  void thatIsNoneIsNamedInOneLine() throws IOException {
    Path given = Files.writeString(folder.resolve("text"), "no firmware");
    assertThatThrownBy(() -> FirmwareFile.in(folder.resolve("d"), Optional.of(given)))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining(given.toString());
    assertThatThrownBy(
            () -> FirmwareFile.in(folder.resolve("d"), Optional.of(folder.resolve("nothing"))))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("cannot read");
  }

  @Test
  void theSampleIsTheSameEveryTimeAndWhole() throws OtaFileException {
    assertThat(SampleImage.octets()).isEqualTo(SampleImage.octets());
    OtaFile sample = OtaFile.inspect(ByteBuffer.wrap(SampleImage.octets()), OtaFileLimits.DEFAULT);
    assertThat(sample.warnings()).isEmpty();
    assertThat(sample.header().fileVersion()).isEqualTo(SampleImage.FILE_VERSION);
  }
}
