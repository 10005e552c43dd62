package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ZclStatusTest {

  /**
   * ZCL rev 8 §2.6.3, checked against Koenkk/zigbee-specification, src/zcl/definition/status.ts.
   */
  private static final String TABLE =
      """
      00 SUCCESS
      01 FAILURE
      7E NOT_AUTHORIZED
      80 MALFORMED_COMMAND
      81 UNSUP_COMMAND
      82 UNSUP_GENERAL_COMMAND
      83 UNSUP_MANUF_CLUSTER_COMMAND
      84 UNSUP_MANUF_GENERAL_COMMAND
      85 INVALID_FIELD
      86 UNSUPPORTED_ATTRIBUTE
      87 INVALID_VALUE
      88 READ_ONLY
      89 INSUFFICIENT_SPACE
      8A DUPLICATE_EXISTS
      8B NOT_FOUND
      8C UNREPORTABLE_ATTRIBUTE
      8D INVALID_DATA_TYPE
      8E INVALID_SELECTOR
      8F WRITE_ONLY
      90 INCONSISTENT_STARTUP_STATE
      91 DEFINED_OUT_OF_BAND
      93 ACTION_DENIED
      94 TIMEOUT
      95 ABORT
      96 INVALID_IMAGE
      97 WAIT_FOR_DATA
      98 NO_IMAGE_AVAILABLE
      99 REQUIRE_MORE_IMAGE
      9A NOTIFICATION_PENDING
      C0 HARDWARE_FAILURE
      C1 SOFTWARE_FAILURE
      C3 UNSUPPORTED_CLUSTER
      C4 LIMIT_REACHED
      """;

  @Test
  void theTableIsTheSpecifications() {
    assertThat(
            Arrays.stream(ZclStatus.values())
                .map(status -> "%02X %s\n".formatted(status.code(), status))
                .collect(Collectors.joining()))
        .isEqualTo(TABLE);
    assertThat(ZclStatus.values()).hasSize(33);
  }

  @Test
  void everyOctetHasItsConstantOrNone() {
    for (int code = 0; code <= 0xFF; code++) {
      String line = "%02X ".formatted(code);
      assertThat(ZclStatus.of(code).isPresent()).as(line).isEqualTo(TABLE.contains(line));
      int expected = code;
      ZclStatus.of(code).ifPresent(status -> assertThat(status.code()).isEqualTo(expected));
    }
    assertThat(ZclStatus.of(-1)).isEmpty();
    assertThat(ZclStatus.of(0x100)).isEmpty();
  }

  @Test
  void aCodeWithoutConstantIsNamedInHexadecimal() {
    assertThat(ZclStatus.nameOf(0x98)).isEqualTo("NO_IMAGE_AVAILABLE");
    assertThat(ZclStatus.nameOf(0x7F)).isEqualTo("0x7F");
  }

  @Test
  void aRejectHasNoStackTrace() {
    ZclFormatException e = new ZclFormatException(ZclStatus.ABORT, "need 14 octets, have 9");
    assertThat(e.getStackTrace()).isEmpty();
    assertThat(e.status()).isEqualTo(ZclStatus.ABORT);
    assertThat(e).hasMessage("need 14 octets, have 9");
  }
}
