package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.simulator.internal.ncp.Board;
import io.otaupgrade.simulator.internal.ncp.Firmware;
import io.otaupgrade.simulator.internal.ncp.NcpSettings;
import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.simulator.internal.ncp.Radio;
import io.otaupgrade.simulator.internal.ncp.SoftwareCoProcessor;
import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.simulator.internal.ncp.ezsp.EzspFirmware;
import io.otaupgrade.simulator.internal.ncp.znp.ZnpFirmware;
import io.otaupgrade.transport.internal.ember.EmberCoProcessor;
import io.otaupgrade.transport.internal.link.CoProcessor;
import io.otaupgrade.transport.internal.link.CoProcessorDriver;
import io.otaupgrade.transport.internal.link.FlowControl;
import io.otaupgrade.transport.internal.link.HostLines;
import io.otaupgrade.transport.internal.link.NetworkSettings;
import io.otaupgrade.transport.internal.link.PortAddress;
import io.otaupgrade.transport.internal.znp.ZnpCoProcessor;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The product's transport and driver on a co-processor of software, with TCP between them. */
final class TcpRadio implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final AtomicInteger MESHES = new AtomicInteger();

  /** A protocol, at both of its ends. */
  record Kind(String name, Map<String, ?> keys, CoProcessor.Factory driver, Firmware.Maker chip) {

    static final Kind ZNP =
        new Kind("znp", Map.of("ncp", "znp"), ZnpCoProcessor::new, ZnpFirmware::new);

    static Kind ezsp(int version) {
      return new Kind(
          "ember",
          Map.of("ncp", "ember", "ezsp", version),
          EmberCoProcessor::new,
          EzspFirmware::new);
    }
  }

  /** How the radio fared, and when it was told. */
  record Told(long nanos, RadioState state, String message) {}

  final String mesh;
  final NcpSettings settings;
  final SoftwareCoProcessor stick;
  final CoProcessorDriver driver;
  final Meshes meshes;

  /** The services that are there. */
  final List<RadioTransport> published = new CopyOnWriteArrayList<>();

  final List<ApsFrame> received = new CopyOnWriteArrayList<>();

  /** What arrived at the devices of our cluster. */
  final List<ApsFrame> heard = new CopyOnWriteArrayList<>();

  final List<Told> told = new CopyOnWriteArrayList<>();
  private volatile Tapped tapped;

  /**
   * Starts both ends.
   *
   * @param keys of the co-processor's configuration, beside those that the kind needs
   * @param way from the co-processor's address, where the driver is to connect to
   */
  static TcpRadio start(Kind kind, Map<String, ?> keys, UnaryOperator<String> way) {
    TcpRadio radio = new TcpRadio(kind, keys, way);
    radio.meshes.addRadioListener(radio.new Noted());
    radio.meshes.addApsListener((ApsListener) radio.received::add, Map.of());
    radio.meshes.addDriver(radio.driver, Map.of(RadioDriver.MESH, radio.mesh));
    return radio;
  }

  static TcpRadio start(Kind kind, Map<String, ?> keys) {
    return start(kind, keys, UnaryOperator.identity());
  }

  private TcpRadio(Kind kind, Map<String, ?> keys, UnaryOperator<String> way) {
    mesh = "tcp-" + MESHES.incrementAndGet() + ".";
    Map<String, Object> all = new HashMap<>(kind.keys);
    all.put("listen", "tcp://127.0.0.1:0");
    all.put("fastChannel", true);
    all.put("devices", 1);
    // Whose announcement came before the driver was ready is heard then.
    all.put("firstQuerySeconds", 1);
    all.putAll(keys);
    settings = NcpSettings.of(mesh, all);
    try {
      stick = SoftwareCoProcessor.started(settings, board -> tap(board, kind.chip));
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    driver =
        new CoProcessorDriver(
            mesh,
            kind.name,
            PortAddress.of(way.apply(stick.address()), 115_200, FlowControl.NONE),
            NetworkSettings.RESUME,
            kind.driver,
            new HostLines(Optional.empty()));
    ExecutorService outside =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "ota-transport-" + mesh));
    meshes =
        new Meshes(
            Settings.DEFAULT,
            transport -> {
              published.add(transport);
              return () -> published.remove(transport);
            },
            Optional.empty(),
            outside);
    meshes.start();
  }

  private Firmware tap(Board board, Firmware.Maker chip) {
    tapped = new Tapped(board, chip);
    return tapped;
  }

  /** The service, once it is there. */
  RadioTransport transport() {
    until("there is a service", () -> !published.isEmpty());
    return published.get(0);
  }

  void until(String what, BooleanSupplier condition) {
    Until.so(PATIENCE, () -> what + "; told: " + told, condition);
  }

  /** Makes a node say something. */
  void says(ApsFrame frame) {
    tapped.board.loop().execute(() -> tapped.chip.received(frame));
  }

  RadioStatus status() {
    return meshes.radios().get(0);
  }

  @Override
  public void close() {
    meshes.removeDriver(driver);
    meshes.deactivate();
    stick.close();
    Until.so(
        Duration.ofSeconds(20), () -> "threads ended: " + threads(), () -> threads().isEmpty());
  }

  /** The threads of this mesh, at both ends. */
  List<String> threads() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.endsWith(mesh))
        .toList();
  }

  private final class Noted implements RadioListener {
    @Override
    public void radioChanged(RadioStatus status) {
      told.add(new Told(System.nanoTime(), status.state(), status.message()));
    }
  }

  /**
   * Overhears what the firmware sends to the mesh: simulated devices tell nobody what they hear.
   */
  private final class Tapped implements Firmware, Radio {
    private final Board board;
    private final Radio radio;
    private final Firmware chip;
    private final ApsFrame[] underWay = new ApsFrame[0x100];

    Tapped(Board board, Firmware.Maker maker) {
      this.board = board;
      radio = board.radio();
      chip =
          maker.on(new Board(board.loop(), this, board.settings(), board.faults(), board.random()));
    }

    @Override
    public void attached(Wire wire) {
      chip.attached(wire);
    }

    @Override
    public void received(ByteBuffer octets) {
      chip.received(octets);
    }

    @Override
    public void detached() {
      chip.detached();
    }

    @Override
    public void reset() {
      chip.reset();
    }

    @Override
    public void received(ApsFrame frame) {
      chip.received(frame);
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      if (confirmation == Confirmation.DELIVERED && underWay[tag].cluster() == 0x0006) {
        heard.add(underWay[tag]);
      }
      chip.confirmed(tag, confirmation);
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      chip.joined(device, networkAddress);
    }

    @Override
    public void left(Eui64 device) {
      chip.left(device);
    }

    @Override
    public Eui64 eui64() {
      return radio.eui64();
    }

    @Override
    public void start(Network network) {
      radio.start(network);
    }

    @Override
    public void stop() {
      radio.stop();
    }

    @Override
    public boolean isOn() {
      return radio.isOn();
    }

    @Override
    public void send(int tag, ApsFrame frame, TxOptions options) {
      byte[] asdu = new byte[frame.payload().remaining()];
      frame.payload().duplicate().get(asdu);
      underWay[tag] =
          ApsFrame.to(
              frame.networkAddress(),
              frame.sourceEndpoint(),
              frame.destinationEndpoint(),
              frame.profile(),
              frame.cluster(),
              ByteBuffer.wrap(asdu));
      radio.send(tag, frame, options);
    }

    @Override
    public void permitJoin(Duration duration) {
      radio.permitJoin(duration);
    }

    @Override
    public int maximumPayload(int networkAddress) {
      return radio.maximumPayload(networkAddress);
    }

    @Override
    public Optional<Eui64> eui64(int networkAddress) {
      return radio.eui64(networkAddress);
    }

    @Override
    public OptionalInt networkAddress(Eui64 device) {
      return radio.networkAddress(device);
    }

    @Override
    public int relays(int networkAddress) {
      return radio.relays(networkAddress);
    }
  }
}
