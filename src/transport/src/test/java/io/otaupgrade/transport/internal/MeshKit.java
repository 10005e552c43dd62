package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mesh on a fake driver, in time that the test makes pass. */
final class MeshKit {

  static final Duration LONG = Duration.ofMinutes(10);

  final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  final FakeDriver driver = new FakeDriver();
  final List<RadioTransport> published = new ArrayList<>();
  final List<NodeEvent> events = new ArrayList<>();
  final List<ApsFrame> received = new ArrayList<>();
  final RadioBoard board = new RadioBoard(Runnable::run);
  final Mesh mesh;

  MeshKit() {
    this(Settings.DEFAULT, Optional.empty());
  }

  MeshKit(Settings settings, Optional<Path> nodeFolder) {
    mesh =
        new Mesh(
            "home",
            driver,
            loop,
            settings,
            Runnable::run,
            transport -> {
              published.add(transport);
              return () -> published.remove(transport);
            },
            nodeFolder,
            board,
            events::add);
    listen(Map.of(), received::add);
    mesh.start();
  }

  static MeshKit up() {
    return up(8, 2);
  }

  static MeshKit up(int framesInFlight, int perNode) {
    MeshKit kit = new MeshKit();
    kit.driver.limits = new RadioLimits(framesInFlight, perNode);
    kit.driver.networkUp();
    kit.loop.runDue();
    return kit;
  }

  void listen(Map<String, Object> properties, ApsListener listener) {
    mesh.dispatch(new ApsDispatch(List.of(new ApsSubscription(listener, properties))));
  }

  /** Sends a frame of one octet and gives back where its outcome will be. */
  Outcome send(Priority priority, int address, int octet) {
    return send(priority, address, octet, LONG);
  }

  Outcome send(Priority priority, int address, int octet, Duration deadline) {
    Outcome outcome = new Outcome();
    mesh.send(frame(address, octet), priority, TxOptions.ACKNOWLEDGED, deadline, outcome);
    assertThat(outcome.deliveries).as("no outcome before send returned").isEmpty();
    return outcome;
  }

  static ApsFrame frame(int address, int octet) {
    return ApsFrame.to(address, 1, 1, 0x0104, 0x0006, ByteBuffer.wrap(new byte[] {(byte) octet}));
  }

  /** The first octets of the frames that were given to the driver, in order. */
  List<Integer> sentOctets() {
    return driver.frames().stream().map(frame -> frame.payload().get(0) & 0xFF).toList();
  }

  void pass(Duration time) {
    loop.advance(time);
  }

  List<NodeEvent.Kind> kinds() {
    return events.stream().map(NodeEvent::kind).toList();
  }

  /** What became of a frame. */
  static final class Outcome implements DeliveryListener {
    final List<Delivery> deliveries = new ArrayList<>();

    @Override
    public void settled(Delivery delivery) {
      deliveries.add(delivery);
    }
  }
}
