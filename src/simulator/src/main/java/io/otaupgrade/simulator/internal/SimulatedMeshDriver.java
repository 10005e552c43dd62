package io.otaupgrade.simulator.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.simulator.internal.air.Air;
import io.otaupgrade.simulator.internal.air.Coordinator;
import io.otaupgrade.simulator.internal.air.Link.Placement;
import io.otaupgrade.simulator.internal.device.DeviceObject;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.SimulatedDevice;
import io.otaupgrade.simulator.internal.time.ScaledTimeLoop;
import io.otaupgrade.simulator.internal.time.SimulatedTimeLoop;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A co-processor that is the coordinator of a simulated mesh, and the devices of that mesh. Devices
 * keep what they hold when the driver is closed and opened again.
 */
public final class SimulatedMeshDriver implements RadioDriver {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedMeshDriver.class);

  private static final int CHANNEL = 15;
  private static final int LQI = 255;

  private final MeshSettings settings;
  private final Optional<EventLoop> ownLoop;
  private final Population population;
  private final List<SimulatedDevice> devices;
  private final Eui64 coordinator;
  private final DeviceObject coordinatorObject;

  private final SimulatedMesh mesh = new Mesh();

  private volatile boolean started;
  private volatile Optional<Session> session = Optional.empty();

  /** A mesh with the loop that its speed calls for. */
  SimulatedMeshDriver(MeshSettings settings) {
    this(settings, loopFor(settings), new Population(settings));
  }

  /**
   * A mesh on a loop of the caller's.
   *
   * @param ownLoop what {@link RadioDriver#loop} says
   * @param profiles of its devices, instead of those the settings ask for
   */
  public SimulatedMeshDriver(
      MeshSettings settings, Optional<EventLoop> ownLoop, List<DeviceProfile> profiles) {
    this(settings, ownLoop, new Population(settings, profiles));
  }

  private SimulatedMeshDriver(
      MeshSettings settings, Optional<EventLoop> ownLoop, Population population) {
    this.settings = settings;
    this.ownLoop = ownLoop;
    this.started = settings.autoStart();
    this.population = population;
    this.devices = population.devices();
    this.coordinator = population.coordinator();
    this.coordinatorObject = population.coordinatorObject(List.of());
  }

  private static Optional<EventLoop> loopFor(MeshSettings settings) {
    String name = "ota-mesh-" + settings.mesh();
    return switch (settings.speed()) {
      case REAL -> Optional.empty();
      case FAST -> Optional.of(ScaledTimeLoop.started(name, Speed.FAST_FACTOR));
      case MAX -> Optional.of(VirtualTimeLoop.started(name));
    };
  }

  /** The mesh as {@link SimulatedMesh}, which it cannot be itself: both have a {@code loop}. */
  public SimulatedMesh mesh() {
    return mesh;
  }

  private final class Mesh implements SimulatedMesh {

    @Override
    public String mesh() {
      return settings.mesh();
    }

    @Override
    public EventLoop loop() {
      return ownLoop
          .or(() -> session.map(open -> open.loop))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "mesh " + mesh() + " has the transport's loop, which is not there yet"));
    }

    @Override
    public void start() {
      started = true;
      session.ifPresent(open -> open.loop.execute(open::joinDevices));
    }

    @Override
    public List<SimulatedDeviceReport> devices() {
      return devices.stream().map(SimulatedDevice::report).toList();
    }
  }

  /** Closes the driver, whoever has it open, and ends the loop, if that is the driver's own. */
  void dispose() {
    session.ifPresent(open -> open.loop.execute(this::close));
    ownLoop.ifPresent(
        loop -> {
          if (loop instanceof SimulatedTimeLoop own) {
            own.close();
          }
        });
  }

  // ---- the co-processor

  @Override
  public Optional<EventLoop> loop() {
    return ownLoop;
  }

  @Override
  public void open(RadioEvents events, EventLoop loop) {
    close();
    Session opened = new Session(events, loop);
    session = Optional.of(opened);
    loop.execute(opened::networkUp);
  }

  @Override
  public void close() {
    session.ifPresent(Session::close);
    session = Optional.empty();
  }

  @Override
  public RadioLimits limits() {
    return settings.limits();
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return session
        .map(open -> open.air.maximumAsdu(networkAddress))
        .orElse(Population.MAXIMUM_ASDU);
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    Session open = session.orElse(null);
    if (open != null) {
      open.send(tag, frame, options);
    }
  }

  /** The time from open to close. */
  private final class Session implements Coordinator, SimulatedDevice.Network {

    private final RadioEvents events;
    private final EventLoop loop;
    private final Air air;
    private boolean joining;
    private boolean closed;
    private int framesInFlight;

    Session(RadioEvents events, EventLoop loop) {
      this.events = events;
      this.loop = loop;
      this.air =
          new Air(loop, settings.conditions(), population.backoffs(), population.fates(), this);
    }

    void networkUp() {
      if (closed) {
        return;
      }
      events.networkUp(
          new NetworkParameters(
              coordinator,
              Population.COORDINATOR_ADDRESS,
              CHANNEL,
              (int) (coordinator.value() >>> 16 & 0x3FFF),
              coordinator.value()));
      for (SimulatedDevice device : devices) {
        DeviceProfile profile = device.profile();
        device.place(
            this,
            loop,
            air.place(
                device,
                new Placement(
                    settings.hops(), profile.sleepy(), profile.fastPoll(), profile.longPoll())));
      }
      if (started) {
        joinDevices();
      }
    }

    /** One after another; those that are members already stay so. */
    void joinDevices() {
      if (closed || joining) {
        return;
      }
      joining = true;
      int turn = 0;
      for (SimulatedDevice device : devices) {
        turn++;
        loop.after(
            settings.joinSpacing().multipliedBy(turn),
            () -> {
              if (!closed) {
                device.join();
              }
            });
      }
    }

    void close() {
      closed = true;
      air.close();
      devices.forEach(SimulatedDevice::remove);
    }

    void send(int tag, ApsFrame frame, TxOptions options) {
      int destination = frame.networkAddress();
      if (frame.payload().remaining() > air.maximumAsdu(destination)) {
        settleLater(tag, Confirmation.REFUSED);
      } else if (destination == Population.COORDINATOR_ADDRESS) {
        toItself(tag, frame);
      } else if (!frame.isBroadcast() && !air.knows(destination)) {
        settleLater(tag, Confirmation.REFUSED); // no route
      } else if (framesInFlight == settings.limits().framesInFlight()) {
        settleLater(tag, Confirmation.BUSY);
      } else {
        framesInFlight++;
        if (frame.isBroadcast()) {
          air.broadcast(frame, tag);
        } else {
          air.unicast(frame, options.apsAcknowledgement(), tag);
        }
      }
    }

    private void settleLater(int tag, Confirmation confirmation) {
      later(() -> events.confirmed(tag, confirmation));
    }

    private void later(Runnable event) {
      loop.execute(
          () -> {
            if (!closed) {
              event.run();
            }
          });
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      framesInFlight--;
      events.confirmed(tag, confirmation);
    }

    @Override
    public void received(ApsFrame frame) {
      Optional<ApsFrame> answer =
          frame.profile() == ZdoCluster.PROFILE ? stackAnswer(frame) : Optional.empty();
      if (answer.isEmpty()) {
        events.received(frame);
      } else if (air.knows(frame.networkAddress())) {
        air.unicast(answer.get());
      }
    }

    /** The host asks its own co-processor. */
    private void toItself(int tag, ApsFrame frame) {
      Optional<ApsFrame> answer =
          frame.profile() == ZdoCluster.PROFILE ? stackAnswer(frame) : Optional.empty();
      if (answer.isEmpty()) {
        settleLater(tag, Confirmation.REFUSED);
        return;
      }
      settleLater(tag, Confirmation.DELIVERED);
      later(
          () ->
              events.received(
                  ApsFrame.from(
                      Population.COORDINATOR_ADDRESS,
                      Optional.of(coordinator),
                      ZdoCluster.ENDPOINT,
                      ZdoCluster.ENDPOINT,
                      ZdoCluster.PROFILE,
                      answer.get().cluster(),
                      LQI,
                      answer.get().payload())));
    }

    @Override
    public int freeAddress() {
      return population.freeAddress(air::knows);
    }

    @Override
    public void joined(SimulatedDevice device, int networkAddress) {
      events.joined(device.eui64(), networkAddress);
    }

    @Override
    public void left(SimulatedDevice device) {
      events.left(device.eui64());
    }
  }

  /**
   * What a co-processor's stack answers by itself, without its host: who it is. What endpoints
   * there are is the host's matter.
   */
  private Optional<ApsFrame> stackAnswer(ApsFrame frame) {
    int cluster = frame.cluster();
    if (cluster != ZdoCluster.NWK_ADDR_REQ.id()
        && cluster != ZdoCluster.IEEE_ADDR_REQ.id()
        && cluster != ZdoCluster.NODE_DESC_REQ.id()) {
      return Optional.empty();
    }
    try {
      ZdoFrame request = ZdoDecoder.decode(cluster, frame.payload());
      return coordinatorObject
          .answer((ZdoRequest) request.command(), /* broadcast= */ false)
          .map(answer -> reply(frame, request.transactionSequenceNumber(), answer));
    } catch (ZclFormatException malformed) {
      LOG.debug("{}: cannot read {}: {}", settings.mesh(), frame, malformed.getMessage());
      return Optional.empty();
    }
  }

  private static ApsFrame reply(ApsFrame to, int transactionSequenceNumber, ZdoResponse answer) {
    ByteBuffer payload = ByteBuffer.allocate(Population.MAXIMUM_ASDU);
    ZdoEncoder.encode(payload, new ZdoFrame(transactionSequenceNumber, answer));
    return ApsFrame.to(
        to.networkAddress(),
        ZdoCluster.ENDPOINT,
        ZdoCluster.ENDPOINT,
        ZdoCluster.PROFILE,
        answer.cluster().id(),
        payload.flip());
  }

  @Override
  public String toString() {
    return "simulated mesh " + settings.mesh();
  }
}
