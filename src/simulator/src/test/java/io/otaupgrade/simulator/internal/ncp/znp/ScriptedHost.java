package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.simulator.internal.ncp.TestBoard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A host that says what a test wants, in hexadecimal; its framing is its own. */
final class ScriptedHost {

  private static final HexFormat HEX = HexFormat.of();

  final TestBoard board;

  /** Frames from the co-processor, cmd0 and cmd1, a blank, and the data. */
  final List<String> heard = new ArrayList<>();

  ScriptedHost(Map<String, ?> keys) {
    board = new TestBoard(keys, ZnpFirmware::new);
    board.firmware.attached(this::hear);
  }

  private void hear(ByteBuffer frame) {
    byte[] octets = new byte[frame.remaining()];
    frame.get(octets);
    int check = 0;
    for (int i = 1; i < octets.length - 1; i++) {
      check ^= octets[i];
    }
    if (octets[0] != (byte) 0xFE
        || octets[1] != octets.length - 5
        || (byte) check != octets[octets.length - 1]) {
      throw new AssertionError("no frame: " + HEX.formatHex(octets));
    }
    String hex = HEX.formatHex(octets, 2, octets.length - 1);
    heard.add((hex.substring(0, 4) + " " + hex.substring(4)).strip());
  }

  static byte[] frame(String command, String data) {
    byte[] body = HEX.parseHex((command + data).replace(" ", ""));
    byte[] octets = new byte[body.length + 3];
    octets[0] = (byte) 0xFE;
    octets[1] = (byte) (body.length - 2);
    System.arraycopy(body, 0, octets, 2, body.length);
    for (int i = 1; i < octets.length - 1; i++) {
      octets[octets.length - 1] ^= octets[i];
    }
    return octets;
  }

  void octets(byte[] octets) {
    board.firmware.received(ByteBuffer.wrap(octets));
  }

  void say(String command, String data) {
    octets(frame(command, data));
    board.loop.runDue();
  }

  /** Says a command and takes out what was heard since the one before. */
  List<String> ask(String command, String data) {
    heard.clear();
    say(command, data);
    List<String> answers = List.copyOf(heard);
    heard.clear();
    return answers;
  }

  List<String> heard(String command) {
    return heard.stream().filter(frame -> frame.startsWith(command)).toList();
  }

  /** Two octets, least significant first. */
  static String u16(int value) {
    return HEX.toHexDigits((byte) value) + HEX.toHexDigits((byte) (value >> 8));
  }
}
