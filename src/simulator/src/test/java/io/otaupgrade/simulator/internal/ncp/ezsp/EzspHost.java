package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.ncp.FirmwareBench;
import io.otaupgrade.simulator.internal.ncp.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A host that says what a test tells it to, and writes down what it hears; parameters are
 * hexadecimal digits, as on the line, with spaces between fields.
 */
final class EzspHost implements AshDecoder.Sink {

  private static final HexFormat HEX = HexFormat.of();

  final FirmwareBench bench;
  final int version;

  /** Callbacks in the order they came: id, then parameters. */
  final List<Told> callbacks = new ArrayList<>();

  private final AshDecoder decoder = new AshDecoder(this);
  private final List<byte[]> responses = new ArrayList<>();
  private int toSend;
  private int expected;
  private int sequence;
  private int resets;
  private int lastControl;

  /** What the co-processor told by itself. */
  record Told(int id, ByteBuffer parameters) {
    String hex() {
      byte[] octets = new byte[parameters.remaining()];
      parameters.get(parameters.position(), octets);
      return HEX.formatHex(octets);
    }
  }

  EzspHost(int version, Map<String, ?> keys) {
    this.version = version;
    Map<String, Object> all = new HashMap<>(keys);
    all.put("ncp", "ember");
    all.put("ezsp", version);
    bench = new FirmwareBench(all, EzspFirmware::new);
    bench.firmware.attached(wire());
  }

  private Wire wire() {
    return decoder::accept;
  }

  boolean isModern() {
    return version >= 14;
  }

  /** Resets the co-processor and agrees on the version. */
  EzspHost connected() {
    reset();
    legacyVersion(version);
    return this;
  }

  /** The same, and brings the network up that the stick holds. */
  EzspHost up() {
    connected();
    addEndpoint(1);
    command(0x17, "0000");
    advance(Duration.ofMillis(100));
    return this;
  }

  void reset() {
    toSend = 0;
    expected = 0;
    int before = resets;
    octets("1ac038bc7e");
    advance(Duration.ofMillis(200));
    if (resets != before + 1) {
      throw new AssertionError("no RSTACK");
    }
  }

  void advance(Duration time) {
    bench.loop.advance(time);
  }

  List<SimulatedDeviceReport> devices() {
    return bench.mesh().devices();
  }

  void octets(String hex) {
    bench.firmware.received(ByteBuffer.wrap(HEX.parseHex(hex)));
  }

  // ---- commands

  /** The version command as every host begins with it. */
  String legacyVersion(int wanted) {
    byte[] response = transact(new byte[] {(byte) sequence++, 0, 0, (byte) wanted});
    return HEX.formatHex(response, 1, response.length);
  }

  void addEndpoint(int endpoint) {
    String status = command(0x02, "%02x 0401 0500 00 02 01 0000 1900 0600".formatted(endpoint));
    if (!status.equals(status(0))) {
      throw new AssertionError("addEndpoint: " + status);
    }
  }

  /** Sends a command in the extended format; its response's parameters. */
  String command(int id, String parameters) {
    byte[] response = transact(frame(id, parameters));
    int answered = (response[3] & 0xFF) | (response[4] & 0xFF) << 8;
    if (answered != id) {
      return "%04x:".formatted(answered) + HEX.formatHex(response, 5, response.length);
    }
    return HEX.formatHex(response, 5, response.length);
  }

  byte[] frame(int id, String parameters) {
    byte[] octets = HEX.parseHex(parameters.replace(" ", ""));
    return ByteBuffer.allocate(5 + octets.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) sequence++)
        .put((byte) 0)
        .put((byte) 1)
        .putShort((short) id)
        .put(octets)
        .array();
  }

  /** Sends an EZSP frame and waits for the response. */
  byte[] transact(byte[] ezsp) {
    responses.clear();
    send(ezsp);
    for (int i = 0; responses.isEmpty() && i < 1_000; i++) {
      advance(Duration.ofMillis(1));
    }
    if (responses.isEmpty()) {
      throw new AssertionError("no response to " + HEX.formatHex(ezsp));
    }
    return responses.get(0);
  }

  void send(byte[] ezsp) {
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    AshEncoder.encode(line, toSend << 4 | expected, ezsp, ezsp.length);
    toSend = toSend + 1 & 7;
    bench.firmware.received(line.flip());
  }

  /** Frame control of the last response, low octet. */
  int lastControl() {
    return lastControl;
  }

  /** A status as it is written in this version, when it has the same code in all of them. */
  String status(int code) {
    return isModern() ? "%02x000000".formatted(code) : "%02x".formatted(code);
  }

  /** A status as it is written in this version. */
  String status(int ember, int sl) {
    return isModern() ? "%08x".formatted(Integer.reverseBytes(sl)) : "%02x".formatted(ember);
  }

  /** A message tag as it is written in this version. */
  String tag(int tag) {
    return isModern() ? "%02x00".formatted(tag) : "%02x".formatted(tag);
  }

  List<Told> take(int id) {
    List<Told> taken = callbacks.stream().filter(each -> each.id() == id).toList();
    callbacks.removeAll(taken);
    return taken;
  }

  // ---- what comes in

  @Override
  public void frame(byte[] octets, int length) {
    int control = octets[0] & 0xFF;
    if (control == 0xC1) {
      resets++;
      return;
    }
    if ((control & 0x80) != 0) {
      return;
    }
    if ((control >> 4 & 7) != expected) {
      throw new AssertionError("frame %02x, expected number %d".formatted(control, expected));
    }
    expected = expected + 1 & 7;
    byte[] ezsp = new byte[length - 1];
    System.arraycopy(octets, 1, ezsp, 0, ezsp.length);
    ezsp(ezsp);
    ByteBuffer ack = ByteBuffer.allocate(16);
    AshEncoder.encode(ack, 0x80 | expected);
    byte[] line = new byte[ack.position()];
    ack.get(0, line);
    bench.loop.execute(() -> bench.firmware.received(ByteBuffer.wrap(line)));
  }

  private void ezsp(byte[] ezsp) {
    boolean isCallback = (ezsp[1] & 0x10) != 0;
    if (isCallback) {
      ByteBuffer parameters =
          ByteBuffer.wrap(ezsp, 5, ezsp.length - 5).slice().order(ByteOrder.LITTLE_ENDIAN);
      callbacks.add(new Told((ezsp[3] & 0xFF) | (ezsp[4] & 0xFF) << 8, parameters));
    } else {
      lastControl = ezsp[1] & 0xFF;
      responses.add(ezsp);
    }
  }

  @Override
  public void damaged() {
    throw new AssertionError("a frame that cannot be read");
  }
}
