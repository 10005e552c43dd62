package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import io.otaupgrade.zcl.ZclStatus;
import java.util.Locale;

/** The checks that both decoders make before they read a field. */
final class Commands {

  private Commands() {}

  static void check(ZclHeader header, Direction direction) throws ZclFormatException {
    if (header.frameType() != FrameType.CLUSTER_SPECIFIC
        || header.direction() != direction
        || header.manufacturerCode().isPresent()) {
      throw unsupported(header, direction);
    }
  }

  static ZclFormatException unsupported(ZclHeader header, Direction direction) {
    return new ZclFormatException(
        ZclStatus.UNSUP_COMMAND,
        String.format(
            Locale.ROOT,
            "%s command 0x%02X%s, %s, is no command of cluster 0x0019, %s",
            header.frameType(),
            header.commandId(),
            header.manufacturerCode().isPresent()
                ? " of manufacturer 0x%04X".formatted(header.manufacturerCode().getAsInt())
                : "",
            header.direction(),
            direction));
  }

  static void need(String what, int octets, int have) throws ZclFormatException {
    if (have < octets) {
      throw new ZclFormatException(
          ZclStatus.MALFORMED_COMMAND, what + ": need " + octets + " octets, have " + have);
    }
  }
}
