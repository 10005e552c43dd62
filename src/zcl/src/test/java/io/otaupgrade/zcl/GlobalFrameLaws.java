package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;

/** What holds for any octets at all, as a ZCL frame of a global command. */
final class GlobalFrameLaws {

  private GlobalFrameLaws() {}

  /** Fails on any exception but the one reject, and when writing does not undo reading. */
  static void check(ByteBuffer frame) {
    ByteBuffer out = ByteBuffer.allocate(8 * (frame.remaining() + 1));
    try {
      ZclHeader header = ZclHeader.decode(frame);
      switch (header.commandId()) {
        case ReadAttributes.COMMAND_ID -> {
          ReadAttributes command = ReadAttributes.decode(header, frame);
          command.encode(out, header);
          out.flip();
          assertThat(ReadAttributes.decode(ZclHeader.decode(out), out)).isEqualTo(command);
        }
        case ReadAttributesResponse.COMMAND_ID -> {
          ReadAttributesResponse command = ReadAttributesResponse.decode(header, frame);
          command.encode(out, header);
          out.flip();
          assertThat(ReadAttributesResponse.decode(ZclHeader.decode(out), out)).isEqualTo(command);
        }
        case DefaultResponse.COMMAND_ID -> {
          DefaultResponse command = DefaultResponse.decode(header, frame);
          command.encode(out, header);
          out.flip();
          assertThat(DefaultResponse.decode(ZclHeader.decode(out), out)).isEqualTo(command);
        }
        default -> {
          header.encode(out);
          out.flip();
          assertThat(ZclHeader.decode(out)).isEqualTo(header);
        }
      }
    } catch (ZclFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
