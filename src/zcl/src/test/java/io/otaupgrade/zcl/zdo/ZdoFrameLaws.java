package io.otaupgrade.zcl.zdo;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.ZclFormatException;
import java.nio.ByteBuffer;

/** What holds for any octets at all, as the ASDU of a ZDO frame. */
final class ZdoFrameLaws {

  private ZdoFrameLaws() {}

  /** Fails on any exception but the one reject, and when writing does not undo reading. */
  static void check(int clusterId, ByteBuffer asdu) {
    try {
      ZdoFrame frame = ZdoDecoder.decode(clusterId, asdu);
      assertThat(frame.command().cluster().id()).isEqualTo(clusterId);
      ByteBuffer out = ByteBuffer.allocate(asdu.remaining() + 8);
      ZdoEncoder.encode(out, frame);
      assertThat(ZdoDecoder.decode(clusterId, out.flip())).isEqualTo(frame);
    } catch (ZclFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
