package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.simulator.internal.MeshSettings;
import io.otaupgrade.simulator.internal.Population;
import io.otaupgrade.simulator.internal.air.Air;
import io.otaupgrade.simulator.internal.air.Coordinator;
import io.otaupgrade.simulator.internal.air.Link.Placement;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.SimulatedDevice;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The radio of a co-processor in a simulated mesh. The devices live on while the co-processor is
 * off: they find no coordinator then, and repeat what they have to say as devices do.
 */
final class MeshRadio implements Radio, Coordinator, SimulatedDevice.Network {

  private static final int TAG_BITS = 8;

  private final NcpSettings settings;
  private final EventLoop loop;
  private final Population population;
  private final Air air;
  private final SimulatedMesh mesh = new Mesh();

  private Firmware firmware;

  /** The network that members are members of. */
  private Optional<Network> home;

  private boolean on;

  /** How often it was stopped, so that what was under way then is not confirmed later. */
  private int epoch;

  /** Whether devices do anything at all: {@link SimulatedMesh#start}. */
  private boolean started;

  /** Members from long ago that have yet to appear. */
  private final Set<SimulatedDevice> unsettled = new HashSet<>();

  private long openUntil;

  MeshRadio(NcpSettings settings, EventLoop loop) {
    this(settings, loop, new Population(settings.mesh()));
  }

  MeshRadio(NcpSettings settings, EventLoop loop, Population population) {
    this.settings = settings;
    this.loop = loop;
    this.population = population;
    this.started = settings.mesh().autoStart();
    this.home = Optional.empty();
    if (settings.members()) {
      home = Optional.of(settings.network());
      unsettled.addAll(population.devices());
    }
    this.air =
        new Air(
            loop,
            settings.mesh().conditions(),
            population.backoffs(),
            population.fates(),
            /* coordinator= */ this);
  }

  /** Switches the devices on; before anything else is called. On the loop. */
  void powerOn(Firmware listener) {
    firmware = listener;
    for (SimulatedDevice device : population.devices()) {
      DeviceProfile profile = device.profile();
      device.place(
          this,
          loop,
          air.place(
              device,
              new Placement(
                  settings.mesh().hops(),
                  profile.sleepy(),
                  profile.fastPoll(),
                  profile.longPoll())));
    }
  }

  /** Ends everything. On the loop. */
  void powerOff() {
    on = false;
    air.close();
    population.devices().forEach(SimulatedDevice::remove);
  }

  SimulatedMesh mesh() {
    return mesh;
  }

  private final class Mesh implements SimulatedMesh {
    @Override
    public String mesh() {
      return settings.mesh().mesh();
    }

    @Override
    public EventLoop loop() {
      return loop;
    }

    @Override
    public void start() {
      loop.execute(
          () -> {
            started = true;
            gather();
          });
    }

    @Override
    public List<SimulatedDeviceReport> devices() {
      return population.devices().stream().map(SimulatedDevice::report).toList();
    }
  }

  // ---- the network and its members

  @Override
  public void start(Network network) {
    if (home.isPresent() && !home.get().equals(network)) {
      population.devices().forEach(SimulatedDevice::expel);
      unsettled.clear();
    }
    home = Optional.of(network);
    on = true;
    gather();
  }

  @Override
  public void stop() {
    on = false;
    epoch++;
    openUntil = loop.nanos();
  }

  @Override
  public boolean isOn() {
    return on;
  }

  /** Members appear, one after another, and others join if they may. */
  private void gather() {
    if (!on || !started) {
      return;
    }
    if (!unsettled.isEmpty()) {
      inTurn(this::settle);
    }
    if (isOpen()) {
      inTurn(this::joinIfOpen);
    }
  }

  private void settle(SimulatedDevice device) {
    if (unsettled.remove(device)) {
      device.settle(settings.announce());
    }
  }

  private void inTurn(Consumer<SimulatedDevice> act) {
    MeshSettings of = settings.mesh();
    int turn = 0;
    for (SimulatedDevice device : population.devices()) {
      if (!device.isMember()) {
        turn++;
        loop.after(
            of.joinSpacing().multipliedBy(turn),
            () -> {
              if (on) {
                act.accept(device);
              }
            });
      }
    }
  }

  private void joinIfOpen(SimulatedDevice device) {
    if (isOpen() && !unsettled.contains(device)) {
      device.join();
    }
  }

  private boolean isOpen() {
    return on && loop.nanos() < openUntil;
  }

  @Override
  public void permitJoin(Duration duration) {
    boolean open = isOpen();
    openUntil = loop.nanos() + duration.toNanos();
    if (!open) {
      gather();
    }
  }

  @Override
  public Eui64 eui64() {
    return population.coordinator();
  }

  @Override
  public Optional<Eui64> eui64(int networkAddress) {
    return networkAddress == Population.COORDINATOR_ADDRESS
        ? Optional.of(eui64())
        : air.station(networkAddress).map(station -> ((SimulatedDevice) station).eui64());
  }

  @Override
  public OptionalInt networkAddress(Eui64 device) {
    if (device.equals(eui64())) {
      return OptionalInt.of(Population.COORDINATOR_ADDRESS);
    }
    return population.devices().stream()
        .filter(each -> each.isMember() && each.eui64().equals(device))
        .mapToInt(each -> each.report().networkAddress())
        .findFirst();
  }

  @Override
  public int relays(int networkAddress) {
    return air.knows(networkAddress) ? settings.mesh().hops() - 1 : 0;
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return air.maximumAsdu(networkAddress);
  }

  // ---- frames

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    int epochTag = epoch << TAG_BITS | tag;
    boolean possible = on && (frame.isBroadcast() || air.knows(frame.networkAddress()));
    if (!possible || frame.payload().remaining() > air.maximumAsdu(frame.networkAddress())) {
      loop.execute(() -> confirmed(epochTag, Confirmation.REFUSED));
    } else if (frame.isBroadcast()) {
      air.broadcast(frame, epochTag);
    } else {
      air.unicast(frame, options.apsAcknowledgement(), epochTag);
    }
  }

  @Override
  public void confirmed(int epochTag, Confirmation confirmation) {
    if (epochTag >> TAG_BITS == epoch) {
      firmware.confirmed(epochTag & (1 << TAG_BITS) - 1, confirmation);
    }
  }

  @Override
  public boolean isListening() {
    return on;
  }

  @Override
  public void received(ApsFrame frame) {
    if (on) {
      firmware.received(frame);
    }
  }

  @Override
  public int freeAddress() {
    return population.freeAddress(air::knows);
  }

  @Override
  public void joined(SimulatedDevice device, int networkAddress) {
    firmware.joined(device.eui64(), networkAddress);
  }

  @Override
  public void left(SimulatedDevice device) {
    if (on) {
      firmware.left(device.eui64());
    }
  }
}
