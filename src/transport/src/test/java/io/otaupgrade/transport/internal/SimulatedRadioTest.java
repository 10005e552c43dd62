package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.MeshSettings;
import io.otaupgrade.simulator.internal.SimulatedMeshDriver;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/** The transport on the simulated mesh. */
class SimulatedRadioTest extends RadioContract {

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final List<ApsFrame> received = new ArrayList<>();
  private final Tap driver = new Tap(MeshSettings.of("home", Map.of("devices", 1)), loop);
  private final Mesh mesh =
      new Mesh(
          "home",
          driver,
          loop,
          Settings.DEFAULT,
          Runnable::run,
          transport -> () -> {},
          Optional.empty(),
          new RadioBoard(Runnable::run),
          event -> {});

  @BeforeEach
  void theDeviceIsThere() {
    mesh.dispatch(new ApsDispatch(List.of(new ApsSubscription(received::add, Map.of()))));
    mesh.start();
    passUntil(() -> !mesh.nodes().isEmpty());
  }

  @Override
  RadioTransport radio() {
    return mesh;
  }

  @Override
  Eui64 peer() {
    return mesh.nodes().get(0).eui64();
  }

  @Override
  int peerAddress() {
    return mesh.nodes().get(0).networkAddress();
  }

  @Override
  void peerSays(int profile, int cluster, ByteBuffer payload) {
    driver
        .events
        .orElseThrow()
        .received(
            ApsFrame.from(peerAddress(), Optional.empty(), 1, 1, profile, cluster, 255, payload));
  }

  @Override
  List<ApsFrame> peerHeard() {
    return driver.delivered;
  }

  @Override
  List<ApsFrame> received() {
    return received;
  }

  @Override
  void passUntil(BooleanSupplier condition) {
    loop.runUntil(condition, PATIENCE);
  }

  /** The simulator's driver, overheard: its devices tell nobody what they hear. */
  private static final class Tap implements RadioDriver {
    private final SimulatedMeshDriver simulated;
    private final Map<Integer, ApsFrame> inFlight = new HashMap<>();
    private final List<ApsFrame> delivered = new ArrayList<>();
    private Optional<RadioEvents> events = Optional.empty();

    Tap(MeshSettings settings, EventLoop loop) {
      simulated = new SimulatedMeshDriver(settings, Optional.of(loop), List.of(settings.profile()));
    }

    @Override
    public void open(RadioEvents to, EventLoop on) {
      events = Optional.of(to);
      simulated.open(new Overheard(to), on);
    }

    @Override
    public void close() {
      simulated.close();
    }

    @Override
    public RadioLimits limits() {
      return simulated.limits();
    }

    @Override
    public int maximumPayload(int networkAddress) {
      return simulated.maximumPayload(networkAddress);
    }

    @Override
    public void send(int tag, ApsFrame frame, TxOptions options) {
      inFlight.put(tag, frame);
      simulated.send(tag, frame, options);
    }

    private final class Overheard implements RadioEvents {
      private final RadioEvents events;

      Overheard(RadioEvents events) {
        this.events = events;
      }

      @Override
      public void progress(String radio, RadioState state, String message) {
        events.progress(radio, state, message);
      }

      @Override
      public void networkUp(NetworkParameters network) {
        events.networkUp(network);
      }

      @Override
      public void networkDown(String reason) {
        events.networkDown(reason);
      }

      @Override
      public void received(ApsFrame frame) {
        events.received(frame);
      }

      @Override
      public void confirmed(int tag, Confirmation confirmation) {
        ApsFrame frame = inFlight.remove(tag);
        if (confirmation == Confirmation.DELIVERED && frame.cluster() == 0x0006) {
          delivered.add(frame);
        }
        events.confirmed(tag, confirmation);
      }

      @Override
      public void joined(Eui64 device, int networkAddress) {
        events.joined(device, networkAddress);
      }

      @Override
      public void left(Eui64 device) {
        events.left(device);
      }
    }
  }
}
