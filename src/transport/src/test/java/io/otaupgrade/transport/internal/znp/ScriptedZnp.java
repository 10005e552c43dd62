package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.EventLoop;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A co-processor of few words, written from TI's "Z-Stack Monitor and Test API" and from what
 * zigbee-herdsman and zigpy-znp expect, with none of the code under test. Commands are named by
 * their two octets as a request has them: {@code "2101"} is SYS_PING.
 */
final class ScriptedZnp {

  static final String PING = "2101";
  static final String VERSION = "2102";
  static final String NV_INIT = "2107";
  static final String NV_DELETE = "2112";
  static final String NV_LENGTH = "2113";
  static final String NV_READ = "211c";
  static final String NV_WRITE = "211d";
  static final String RESET = "4100";
  static final String REGISTER = "2400";
  static final String DATA = "2401";
  static final String DELETE = "2404";
  static final String PERMIT = "2536";
  static final String CALLBACK = "253e";
  static final String STARTUP = "2540";
  static final String ROUTE = "2545";
  static final String NETWORK = "2550";
  static final String DEVICE = "2700";
  static final String COMMISSION = "2f05";
  static final String CHANNEL = "2f08";

  /** EUI-64 00124b0011223344. */
  static final String SELF = "44332211004b1200";

  /** From zigpy-znp's tests/test_nib.py: channel 25, PAN 8695, extended PAN a8c03bdb53ca60a8. */
  static final String NIB_ALIGNED =
      "790502331433001e0000000105018f00070002051e000000190000000000000000000000958608000080"
          + "10020f0f0400010000000100000000a860ca53db3bc0a801000000000000000000000000000000000000"
          + "0000000000000000000000000000000000000f030001780a0100000020470000";

  /** Likewise, of a CC2531: channel 20, PAN d285, extended PAN 00124b001cce3385. */
  static final String NIB_PACKED =
      "5f0502101410001e0000000105018f070002051e0000140000000000000000000085d208000010020f0f"
          + "05000100000001000000008533ce1c004b12000100000000000000000000000000000000000000000000"
          + "00000000000000000000000000003c030001780a010000170000";

  private final EventLoop loop;
  private final Map<String, UnaryOperator<byte[]>> answers = new HashMap<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** What was asked, command and data in hexadecimal. */
  final List<String> asked = new ArrayList<>();

  /** NV items by their number. */
  final Map<Integer, byte[]> nv = new TreeMap<>();

  /** What came that was no frame. */
  int otherOctets;

  /** What it takes when the PAN id that it is to have is in use near by. */
  Optional<byte[]> panIdInstead = Optional.empty();

  int state;
  Consumer<ByteBuffer> host = octets -> {};

  ScriptedZnp(EventLoop loop) {
    this.loop = loop;
    nv.put(0x21, bytes(NIB_ALIGNED));
    nv.put(0x55, new byte[] {1});
    nv.put(0x60, new byte[] {0x55});
    answer(PING, "7906");
    answer(VERSION, "02" + "01" + "02" + "07" + "01" + "0b6f3401"); // 20213515
    answer(NV_LENGTH, data -> word(item(data).length));
    answer(NV_READ, this::read);
    answer(NV_INIT, this::create);
    answer(NV_WRITE, this::overwrite);
    answer(NV_DELETE, this::delete);
    answer(RESET, "");
    answer(REGISTER, "00");
    answer(DATA, "00");
    answer(DELETE, "00");
    answer(PERMIT, "00");
    answer(CALLBACK, "00");
    answer(ROUTE, "00");
    answer(CHANNEL, "00");
    answer(STARTUP, data -> startsUp("00"));
    answer(COMMISSION, data -> commissions());
    answer(DEVICE, data -> bytes("00" + SELF + "0000" + "07" + hex(state) + "00"));
    answer(NETWORK, data -> network());
  }

  /** One with no network. */
  ScriptedZnp blank() {
    nv.clear();
    return this;
  }

  /** Answers this command so from now on, with data in hexadecimal. */
  void answer(String command, String data) {
    answer(command, ignored -> bytes(data));
  }

  void answer(String command, UnaryOperator<byte[]> data) {
    answers.put(command, data);
  }

  /** Does not answer this command any more. */
  void mute(String command) {
    answers.remove(command);
  }

  /** Does not answer anything any more. */
  void muteAll() {
    answers.clear();
  }

  /** The host wrote. */
  void received(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      line.write(octets.get());
    }
    byte[] all = line.toByteArray();
    int at = 0;
    while (at < all.length) {
      if (all[at] != (byte) 0xFE) {
        otherOctets++;
        at++;
        continue;
      }
      int end = at + 5 + (all[at + 1] & 0xFF);
      byte check = 0;
      for (int i = at + 1; i < end; i++) {
        check ^= all[i];
      }
      if (check != 0) {
        throw new AssertionError("no frame: " + HexFormat.of().formatHex(all, at, end));
      }
      asked(all, at, end);
      at = end;
    }
    line.reset();
  }

  private void asked(byte[] all, int from, int end) {
    String command = HexFormat.of().formatHex(all, from + 2, from + 4);
    byte[] data = Arrays.copyOfRange(all, from + 4, end - 1);
    asked.add(command + HexFormat.of().formatHex(data));
    if (command.equals(RESET)) {
      if (nv.getOrDefault(0x03, new byte[1])[0] == 3) {
        byte[] option = nv.get(0x03);
        nv.clear();
        nv.put(0x03, option);
      }
      if (answers.containsKey(RESET)) {
        later(100, () -> tell("4180" + "00" + "0201" + "020701"));
      }
      return;
    }
    UnaryOperator<byte[]> answer = answers.get(command);
    if (answer != null) {
      byte[] octets = answer.apply(data);
      tell(
          HexFormat.of().toHexDigits((byte) (all[from + 2] | 0x60))
              + command.substring(2)
              + HexFormat.of().formatHex(octets));
    }
  }

  /** Tells the host something: command and data in hexadecimal. */
  void tell(String commandAndData) {
    byte[] body = bytes(commandAndData);
    ByteBuffer frame = ByteBuffer.allocate(body.length + 3);
    frame.put((byte) 0xFE).put((byte) (body.length - 2)).put(body);
    byte check = 0;
    for (int i = 1; i < frame.position(); i++) {
      check ^= frame.get(i);
    }
    write(frame.put(check).array());
  }

  void write(byte[] octets) {
    loop.execute(() -> host.accept(ByteBuffer.wrap(octets)));
  }

  private byte[] startsUp(String status) {
    later(50, () -> changeState(8));
    later(100, () -> changeState(9));
    return bytes(status);
  }

  private byte[] commissions() {
    // What zigpy-znp's NIB has, with what was written to the other items.
    byte[] nib = bytes(NIB_ALIGNED);
    int channels = ByteBuffer.wrap(nv.get(0x84)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    nib[24] = (byte) Integer.numberOfTrailingZeros(channels);
    System.arraycopy(panIdInstead.orElse(nv.get(0x83)), 0, nib, 36, 2);
    System.arraycopy(nv.get(0x2D), 0, nib, 57, 8);
    later(2_000, () -> nv.put(0x21, nib));
    later(1_500, () -> changeState(9));
    return bytes("00");
  }

  void changeState(int newState) {
    state = newState;
    tell("45c0" + hex(newState));
  }

  private byte[] network() {
    byte[] nib = nv.get(0x21);
    boolean aligned = nib.length == 116;
    String hex = HexFormat.of().formatHex(nib);
    int channel = aligned ? 24 : 22;
    int pan = aligned ? 36 : 33;
    int extended = aligned ? 57 : 53;
    return bytes(
        "0000"
            + hex(state)
            + hex.substring(2 * pan, 2 * pan + 4)
            + "0000"
            + hex.substring(2 * extended, 2 * extended + 16)
            + "0000000000000000"
            + hex.substring(2 * channel, 2 * channel + 2));
  }

  private byte[] read(byte[] data) {
    byte[] item = item(data);
    int offset = word(data, 2);
    int length = Math.min(item.length - offset, 100);
    return bytes("00" + hex(length) + HexFormat.of().formatHex(item, offset, offset + length));
  }

  private byte[] create(byte[] data) {
    nv.put(word(data, 0), Arrays.copyOfRange(data, 5, data.length));
    return bytes("09");
  }

  private byte[] overwrite(byte[] data) {
    nv.put(word(data, 0), Arrays.copyOfRange(data, 6, data.length));
    return bytes("00");
  }

  private byte[] delete(byte[] data) {
    nv.remove(word(data, 0));
    return bytes("00");
  }

  private byte[] item(byte[] data) {
    return nv.getOrDefault(word(data, 0), new byte[0]);
  }

  private void later(int milliseconds, Runnable task) {
    loop.after(Duration.ofMillis(milliseconds), task);
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] word(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8)};
  }

  private static int word(byte[] data, int at) {
    return (data[at] & 0xFF) | ((data[at + 1] & 0xFF) << 8);
  }

  static String hex(int octet) {
    return HexFormat.of().toHexDigits((byte) octet);
  }
}
