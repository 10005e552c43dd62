package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.Admission;
import io.otaupgrade.api.server.QueryListener;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One mesh with a server on it, in virtual time, and devices that the test speaks for. */
final class Stage implements OtaClusterServer.Surroundings {

  static final int MANUFACTURER = 0x117C;
  static final int TYPE = 0x4204;
  static final long OLD = 0x20029600L;
  static final long NEW = 0x20029623L;
  static final String LAMP = "lamp.c4z";

  final FakeRadio radio = new FakeRadio();
  final FakeRegistry registry = new FakeRegistry(radio.loop::runDue);
  final FakeBindings table = new FakeBindings();
  final List<Admission> admissions = new ArrayList<>();
  final List<Upgrade> told = new ArrayList<>();
  final List<QueryListener> queryListeners = new ArrayList<>();
  UpgradeListener listener = told::add;
  private boolean bindingsAreAway;
  private Settings settings = Settings.DEFAULT;
  OtaClusterServer server = startServer();

  private OtaClusterServer startServer() {
    OtaClusterServer started = new OtaClusterServer(radio, registry, this, settings);
    registry.listener = Optional.of(started);
    started.start();
    radio.loop.runDue();
    return started;
  }

  /** Takes the server away, as when the plugin is stopped. */
  void stopServer() {
    server.close();
    registry.listener = Optional.empty();
    radio.loop.runDue();
  }

  /** Puts a new server in place of the old one, which remembers nothing. */
  void restartServer() {
    stopServer();
    server = startServer();
  }

  /** Takes the bindings away, as when the director is updated. */
  void takeBindingsAway() {
    bindingsAreAway = true;
  }

  /** Brings them, or brings them back. */
  void bringBindings() {
    bindingsAreAway = false;
    server.bindingsCame();
    radio.loop.runDue();
  }

  /** Changes one key of the configuration. */
  void configure(Map<String, ?> properties) {
    settings = Settings.of(properties);
    server.configure(settings);
  }

  /** Lets the grace after a start pass. */
  Stage afterStartGrace() {
    advance(Duration.ofSeconds(301));
    return this;
  }

  void advance(Duration duration) {
    if (!radio.loop.advance(duration)) {
      throw new AssertionError("time is held");
    }
  }

  void advanceMillis(long millis) {
    advance(Duration.ofMillis(millis));
  }

  /** A device on the mesh that belongs to no driver. */
  Device join(long eui64, int networkAddress) {
    Device device = new Device(new Eui64(eui64), networkAddress);
    device.describe(true, true);
    return device;
  }

  /** A device on the mesh, bound to the driver of lamps under the id of its network address. */
  Device joinLamp(long eui64, int networkAddress) {
    Device device = join(eui64, networkAddress);
    table.bind(networkAddress, device.eui64, LAMP);
    return device;
  }

  @Override
  public Optional<DeviceBindings> bindings() {
    return bindingsAreAway ? Optional.empty() : Optional.of(table);
  }

  @Override
  public List<Admission> admissions() {
    return admissions;
  }

  @Override
  public List<UpgradeListener> upgradeListeners() {
    return List.of(listener);
  }

  @Override
  public List<QueryListener> queryListeners() {
    return queryListeners;
  }

  /** A device as the radio sees it: frames out, frames in. */
  final class Device {
    final Eui64 eui64;
    final int networkAddress;
    int endpoint = 11;
    boolean isKnown = true;
    private int heard = radio.sent.size();
    private int sequenceNumber;

    Device(Eui64 eui64, int networkAddress) {
      this.eui64 = eui64;
      this.networkAddress = networkAddress;
    }

    Node describe(boolean receiverOnWhenIdle, boolean online) {
      Node node =
          new Node(
              eui64,
              networkAddress,
              receiverOnWhenIdle,
              online,
              Optional.of("model A"),
              Optional.of("maker B"),
              List.of(
                  new NodeEndpoint(endpoint, 0x0104, List.of(0x0000), List.of(OtaCluster.ID)),
                  new NodeEndpoint(242, 0xA1E0, List.of(), List.of(0x0021))));
      radio.nodes.put(eui64, node);
      return node;
    }

    void event(NodeEvent.Kind kind) {
      server.nodeEvent(radio.mesh(), new NodeEvent(kind, radio.nodes.get(eui64)));
      radio.loop.runDue();
    }

    /** Sends octets given as hexadecimal digits, spaces allowed. */
    Device sends(String hex) {
      byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
      server.received(
          ApsFrame.from(
              networkAddress,
              isKnown ? Optional.of(eui64) : Optional.empty(),
              endpoint,
              1,
              0x0104,
              OtaCluster.ID,
              200,
              ByteBuffer.wrap(octets)));
      radio.loop.runDue();
      return this;
    }

    Device sends(OtaRequest request) {
      ByteBuffer out = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
      sequenceNumber = (sequenceNumber + 1) & 0xFF;
      OtaRequestEncoder.encode(out, sequenceNumber, false, request);
      return sends(HexFormat.of().formatHex(out.array(), 0, out.position()));
    }

    /** What it got since the last call, as hexadecimal digits. */
    List<String> hears() {
      return frames().stream().map(sent -> hex(sent.frame().payload())).toList();
    }

    /** The same, whole. */
    List<FakeRadio.Sent> frames() {
      List<FakeRadio.Sent> mine =
          radio.sent.subList(heard, radio.sent.size()).stream()
              .filter(
                  sent ->
                      sent.frame().networkAddress() == networkAddress || sent.frame().isBroadcast())
              .toList();
      heard = radio.sent.size();
      return mine;
    }

    /** Sends a request and takes the one answer to it. */
    String asks(OtaRequest request) {
      hears();
      sends(request);
      return answer();
    }

    String asks(String hex) {
      hears();
      sends(hex);
      return answer();
    }

    private String answer() {
      List<String> answers = hears();
      if (answers.size() != 1) {
        throw new AssertionError("one answer expected, got " + answers);
      }
      return answers.get(0);
    }

    String queries(long currentFileVersion) {
      return asks(query(currentFileVersion));
    }

    String asksBlock(long offset, int size) {
      return asks(block(offset, size));
    }

    /** Asks for an image from an offset to its end. */
    Device downloads(int from, int size) {
      for (int offset = from; offset < size; offset += 50) {
        sends(block(offset, 50));
        advanceMillis(20);
      }
      return this;
    }

    Upgrade upgrade() {
      List<Upgrade> all = server.upgrades(eui64);
      return all.get(all.size() - 1);
    }
  }

  static OtaRequest query(long currentFileVersion) {
    return new OtaRequest.QueryNextImage(
        MANUFACTURER, TYPE, currentFileVersion, OptionalInt.empty());
  }

  static OtaRequest block(long offset, int size) {
    return new OtaRequest.ImageBlock(
        MANUFACTURER, TYPE, NEW, offset, size, Optional.empty(), OptionalInt.empty());
  }

  static String hex(ByteBuffer payload) {
    byte[] octets = new byte[payload.remaining()];
    payload.get(payload.position(), octets);
    return HexFormat.of().withUpperCase().formatHex(octets);
  }
}
