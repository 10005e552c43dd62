package io.otaupgrade.zcl;

import java.util.Locale;

/** The global commands this bundle reads and writes (ZCL rev 8 §2.5). */
enum GlobalCommand {
  READ_ATTRIBUTES(ReadAttributes.COMMAND_ID),
  READ_ATTRIBUTES_RESPONSE(ReadAttributesResponse.COMMAND_ID),
  DEFAULT_RESPONSE(DefaultResponse.COMMAND_ID);

  private final int id;

  GlobalCommand(int id) {
    this.id = id;
  }

  /** Refuses, while decoding, a header that belongs to another command. */
  void check(ZclHeader header) throws ZclFormatException {
    if (!belongsTo(header)) {
      throw new ZclFormatException(ZclStatus.UNSUP_COMMAND, mismatch(header));
    }
  }

  /** Refuses, while encoding, a header that belongs to another command. */
  void require(ZclHeader header) {
    if (!belongsTo(header)) {
      throw new IllegalArgumentException(mismatch(header));
    }
  }

  private boolean belongsTo(ZclHeader header) {
    return header.frameType() == ZclHeader.FrameType.GLOBAL && header.commandId() == id;
  }

  private String mismatch(ZclHeader header) {
    return String.format(
        Locale.ROOT,
        "%s command 0x%02X is not %s, global command 0x%02X",
        header.frameType(),
        header.commandId(),
        this,
        id);
  }
}
