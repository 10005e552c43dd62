package io.otaupgrade.zcl.ota;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OtaTablesTest {

  /** ZCL rev 8 §11.10, with M for a mandatory attribute; defaults in hexadecimal. */
  private static final String ATTRIBUTES =
      """
      0000 UPGRADE_SERVER_ID EUI64 M FFFFFFFFFFFFFFFF
      0001 FILE_OFFSET UINT32 O FFFFFFFF
      0002 CURRENT_FILE_VERSION UINT32 O FFFFFFFF
      0003 CURRENT_ZIGBEE_STACK_VERSION UINT16 O FFFF
      0004 DOWNLOADED_FILE_VERSION UINT32 O FFFFFFFF
      0005 DOWNLOADED_ZIGBEE_STACK_VERSION UINT16 O FFFF
      0006 IMAGE_UPGRADE_STATUS ENUM8 M 0
      0007 MANUFACTURER_ID UINT16 O -
      0008 IMAGE_TYPE_ID UINT16 O -
      0009 MINIMUM_BLOCK_PERIOD UINT16 O 0
      000A IMAGE_STAMP UINT32 O -
      000B UPGRADE_ACTIVATION_POLICY ENUM8 O 0
      000C UPGRADE_TIMEOUT_POLICY ENUM8 O 0
      FFFD CLUSTER_REVISION UINT16 M -
      """;

  @Test
  void theAttributesAreTheSpecifications() {
    assertThat(
            Arrays.stream(OtaAttribute.values())
                .map(OtaTablesTest::line)
                .collect(Collectors.joining()))
        .isEqualTo(ATTRIBUTES);
    assertThat(OtaAttribute.of(0x000D)).isEmpty();
    for (OtaAttribute attribute : OtaAttribute.values()) {
      assertThat(OtaAttribute.of(attribute.id())).contains(attribute);
    }
  }

  private static String line(OtaAttribute attribute) {
    return "%04X %s %s %s %s\n"
        .formatted(
            attribute.id(),
            attribute,
            attribute.type(),
            attribute.mandatory() ? "M" : "O",
            attribute.defaultValue().isPresent()
                ? Long.toHexString(attribute.defaultValue().getAsLong()).toUpperCase(ROOT)
                : "-");
  }

  @Test
  void theUpgradeStatusesAreTheSpecifications() {
    assertThat(
            Arrays.stream(ImageUpgradeStatus.values())
                .map(status -> "%02X %s\n".formatted(status.code(), status))
                .collect(Collectors.joining()))
        .isEqualTo(
            """
            00 NORMAL
            01 DOWNLOAD_IN_PROGRESS
            02 DOWNLOAD_COMPLETE
            03 WAITING_TO_UPGRADE
            04 COUNT_DOWN
            05 WAIT_FOR_MORE
            06 WAITING_TO_UPGRADE_VIA_EXTERNAL_EVENT
            """);
    assertThat(ImageUpgradeStatus.of(0x05)).contains(ImageUpgradeStatus.WAIT_FOR_MORE);
    assertThat(ImageUpgradeStatus.of(0x07)).isEmpty();
  }
}
