package io.otaupgrade.zcl.zdo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ZdoStatusTest {

  /**
   * 05-3474 rev 22 §2.4.5 and, from 0x90, rev 23, checked against the headers of Silicon Labs (to
   * 0x8F) and of STM32CubeWB (to 0x90).
   */
  @Test
  void theTableIsTheSpecifications() {
    assertThat(
            Arrays.stream(ZdoStatus.values())
                .map(status -> "%02X %s\n".formatted(status.code(), status))
                .collect(Collectors.joining()))
        .isEqualTo(
            """
            00 SUCCESS
            80 INV_REQUESTTYPE
            81 DEVICE_NOT_FOUND
            82 INVALID_EP
            83 NOT_ACTIVE
            84 NOT_SUPPORTED
            85 TIMEOUT
            86 NO_MATCH
            88 NO_ENTRY
            89 NO_DESCRIPTOR
            8A INSUFFICIENT_SPACE
            8B NOT_PERMITTED
            8C TABLE_FULL
            8D NOT_AUTHORIZED
            8E DEVICE_BINDING_TABLE_FULL
            8F INVALID_INDEX
            90 FRAME_TOO_LARGE
            91 BAD_KEY_NEGOTIATION_METHOD
            92 TEMPORARY_FAILURE
            """);
    assertThat(ZdoStatus.of(0x87)).isEmpty();
    assertThat(ZdoStatus.nameOf(0x87)).isEqualTo("0x87");
  }
}
