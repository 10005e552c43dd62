package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mesh: a driver's co-processor as a service that all bundles of the host share. */
final class Mesh implements RadioTransport {

  private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);

  /** For who asks off the loop before the driver was asked: 82 octets less six relays. */
  static final int LEAST_PAYLOAD = 68;

  private static final NetworkParameters NO_NETWORK =
      new NetworkParameters(new Eui64(0), KnownNode.NO_ADDRESS, 0, 0, 0);

  /** So long changes of the node table wait for others before they are written. */
  private static final Duration SAVE_DELAY = Duration.ofSeconds(5);

  /** Searches for nodes that lost their address to another are broadcasts, so they are rare. */
  private static final Duration BETWEEN_SEARCHES = Duration.ofSeconds(2);

  private static final Duration SEARCH = Duration.ofSeconds(5);

  /** 255 means for ever in Mgmt_Permit_Joining_req. */
  private static final Duration LONGEST_PERMIT = Duration.ofSeconds(254);

  private static final long STOP_SECONDS = 5;

  private final String name;
  private final RadioDriver driver;
  private final EventLoop loop;
  private final Executor outside;
  private final Optional<Path> nodeFolder;
  private final RadioBoard board;
  private final Consumer<NodeEvent> nodeEvents;
  private final Presence presence;
  private final LoopCalls calls;
  private final SendScheduler sender;
  private final ZdoClient zdo;
  private final AddressLookup lookup;
  private final Interviewer interviewer;
  private final NodeTable nodes;
  private final Map<Integer, Integer> payloads = new ConcurrentHashMap<>();
  private final AtomicReference<Optional<Save>> nextSave = new AtomicReference<>(Optional.empty());
  private volatile ApsDispatch dispatch = ApsDispatch.EMPTY;

  /** Guards {@link #stopping} and whether the board has this mesh, and nothing that waits. */
  private final Object startAndStop = new Object();

  private boolean stopping;

  // What follows belongs to the loop.
  private NetworkParameters network = NO_NETWORK;
  private boolean up;
  private boolean stopped;

  /** Counts networkUp and networkDown, so that what was begun before one is not ended after it. */
  private int networkChanges;

  /** The extended PAN id whose nodes the table has. */
  private OptionalLong nodesOf = OptionalLong.empty();

  private boolean saveIsDue;
  private long lastSearch = Long.MIN_VALUE / 2;

  /**
   * @param outside one thread for what may block
   * @param publish registers the transport as a service and gives back what takes it away
   * @param nodeFolder where the node table is kept; empty when it is not
   * @param board shows operators how the driver fares
   * @param nodeEvents hears all events of nodes, on the loop; must not throw
   */
  Mesh(
      String name,
      RadioDriver driver,
      EventLoop loop,
      Settings settings,
      Executor outside,
      Function<RadioTransport, Runnable> publish,
      Optional<Path> nodeFolder,
      RadioBoard board,
      Consumer<NodeEvent> nodeEvents) {
    this.name = name;
    this.driver = driver;
    this.loop = loop;
    this.outside = outside;
    this.nodeFolder = nodeFolder;
    this.board = board;
    this.nodeEvents = nodeEvents;
    calls = new LoopCalls(loop, outside);
    presence = new Presence(outside, loop, () -> publish.apply(this));
    sender = new SendScheduler(name, loop, driver, settings, this::sleeps);
    zdo = new ZdoClient(name, loop, sender);
    lookup = new AddressLookup(name, loop, zdo);
    nodes = new NodeTable(this::nodeChanged);
    interviewer = new Interviewer(name, loop, sender, zdo, settings, nodes::described);
  }

  /** Opens the driver; does nothing when it was stopped, which another thread may do first. */
  void start() {
    String radio = driver.toString();
    synchronized (startAndStop) {
      if (stopping) {
        return;
      }
      board.added(name, this, radio, driver::counters);
    }
    onLoop(this::open);
  }

  private void open() {
    if (stopped) {
      return;
    }
    try {
      driver.open(new Events(), loop);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{}: the driver did not open", name, e);
      board.progress(name, driver.toString(), RadioState.MISCONFIGURED, RadioBoard.didNotOpen(e));
    }
  }

  /**
   * Takes the service away and closes the driver. Returns when that is done, or after a few seconds
   * when the loop does not come to it.
   */
  void stop() {
    synchronized (startAndStop) {
      stopping = true;
      board.removed(name, this);
    }
    presence.close();
    CountDownLatch done = new CountDownLatch(1);
    onLoop(
        () -> {
          try {
            end();
          } finally {
            done.countDown();
          }
        });
    try {
      if (!done.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: the loop did not close the driver within {} s", name, STOP_SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The mesh was stopped and its loop too: whoever calls now, or just did, is to hear of it. */
  void loopEnded() {
    calls.loopEnded();
  }

  void configure(Settings settings) {
    onLoop(
        () -> {
          sender.configure(settings);
          interviewer.configure(settings);
        });
  }

  /** Who gets the frames from now on; from any thread. */
  void dispatch(ApsDispatch changed) {
    dispatch = changed;
  }

  @Override
  public String mesh() {
    return name;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public void send(
      ApsFrame frame,
      Priority priority,
      TxOptions options,
      Duration deadline,
      DeliveryListener listener) {
    Objects.requireNonNull(frame);
    Objects.requireNonNull(priority);
    Objects.requireNonNull(options);
    Objects.requireNonNull(listener);
    long now = loop.nanos();
    long until = now + Nanos.of(deadline);
    if (LOG.isTraceEnabled()) {
      LOG.trace("{} {} > {} {}", name, priority, frame, hex(frame));
    }
    if (loop.inLoop()) {
      sender.send(frame, priority, options, now, until, listener);
    } else {
      calls.make(
          () -> sender.send(frame, priority, options, loop.nanos(), until, listener),
          () -> listener.settled(Delivery.REFUSED));
    }
  }

  @Override
  public int maximumPayload(int networkAddress) {
    if (loop.inLoop()) {
      return up ? driver.maximumPayload(networkAddress) : LEAST_PAYLOAD;
    }
    // The driver may be asked on the loop only, and nobody shall wait for that.
    loop.execute(() -> payloads.put(networkAddress, maximumPayload(networkAddress)));
    return payloads.getOrDefault(networkAddress, LEAST_PAYLOAD);
  }

  @Override
  public void zdo(
      int networkAddress,
      int cluster,
      ByteBuffer payload,
      Duration timeout,
      Consumer<Optional<ByteBuffer>> answer) {
    Objects.requireNonNull(answer);
    if (cluster < 0 || cluster >= ZdoClient.RESPONSE) {
      throw new IllegalArgumentException("cluster must be 0..0x7FFF, was " + cluster);
    }
    if (networkAddress < 0 || networkAddress > 0xFFFF) {
      throw new IllegalArgumentException("networkAddress must be 0..0xFFFF, was " + networkAddress);
    }
    ByteBuffer fields = ByteBuffer.allocate(payload.remaining());
    fields.put(payload.duplicate()).flip();
    calls.make(
        () ->
            zdo.request(
                networkAddress,
                cluster,
                fields,
                Priority.CONTROL,
                timeout,
                response -> answer.accept(response.map(Mesh::withoutSequenceNumber))),
        () -> answer.accept(Optional.empty()));
  }

  @Override
  public void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
    Objects.requireNonNull(answer);
    calls.make(() -> find(networkAddress, timeout, answer), () -> answer.accept(Optional.empty()));
  }

  private void find(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
    Optional<Eui64> known =
        networkAddress == network.networkAddress()
            ? Optional.of(network.coordinator())
            : nodes.node(networkAddress).map(Node::eui64);
    if (!up || known.isPresent() || !Nwk.isUnicast(networkAddress)) {
      loop.execute(() -> answer.accept(up ? known : Optional.empty()));
    } else {
      lookup.lookUp(networkAddress, timeout, answer);
    }
  }

  @Override
  public void permitJoin(Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST_PERMIT) > 0) {
      throw new IllegalArgumentException("duration must be 0..254 s, was " + duration);
    }
    onLoop(
        () -> {
          if (up) {
            driver.permitJoin(duration);
          }
        });
  }

  @Override
  public List<Node> nodes() {
    return nodes.nodes();
  }

  @Override
  public Optional<Node> node(Eui64 eui64) {
    return nodes.node(eui64);
  }

  @Override
  public Optional<Node> node(int networkAddress) {
    return nodes.node(networkAddress);
  }

  @Override
  public String toString() {
    return "mesh " + name;
  }

  private boolean sleeps(int address) {
    return nodes.at(address).sleeps();
  }

  /** For tests. */
  KnownNode known(int address) {
    return nodes.at(address);
  }

  private void networkUp(NetworkParameters parameters) {
    RadioLimits limits = driver.limits();
    if (up && parameters.extendedPanId() == network.extendedPanId()) {
      network = parameters;
      board.up(name, parameters);
      sender.up(limits);
      return;
    }
    if (up) {
      networkDown("it is on another network now");
    }
    LOG.info(
        "{}: on channel {}, PAN {}, extended PAN {}, as {} {}",
        name,
        parameters.channel(),
        Hex.address(parameters.panId()),
        Hex.extendedPanId(parameters.extendedPanId()),
        parameters.coordinator(),
        Hex.address(parameters.networkAddress()));
    up = true;
    network = parameters;
    board.up(name, parameters);
    int change = ++networkChanges;
    sender.up(limits);
    if (nodesOf.equals(OptionalLong.of(parameters.extendedPanId()))) {
      nodesAreKnown();
    } else {
      nodesOf = OptionalLong.empty();
      nodes.clear();
      load(parameters.extendedPanId(), change);
    }
  }

  /** Reads the nodes that were known before the last stop; only then others may see the mesh. */
  private void load(long extendedPanId, int change) {
    EventLoop.TimeHold hold = loop.holdTime();
    outside(
        () -> {
          List<KnownNode> known =
              nodeFolder
                  .map(folder -> new NodeFile(folder, name, extendedPanId).read())
                  .orElse(List.of());
          loop.execute(
              () -> {
                if (change == networkChanges) {
                  boolean learntMeanwhile = !nodes.all().isEmpty();
                  nodes.adopt(known);
                  nodesOf = OptionalLong.of(extendedPanId);
                  if (learntMeanwhile) {
                    saveLater();
                  }
                  nodesAreKnown();
                }
                hold.close();
              });
        },
        hold);
  }

  /** Now others may see the mesh. */
  private void nodesAreKnown() {
    presence.want(true);
    interviewer.resume(nodes.members());
  }

  private void networkDown(String reason) {
    if (!up) {
      return;
    }
    LOG.info("{}: off its network: {}", name, reason);
    board.down(name, reason);
    networkChanges++;
    up = false;
    presence.want(false);
    save();
    sender.down();
    zdo.endAll();
    lookup.endAll();
    interviewer.stopAll(nodes.all());
  }

  private void end() {
    networkDown("the mesh is stopping");
    stopped = true;
    try {
      driver.close();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{}: the driver did not close", name, e);
    }
  }

  private void receive(ApsFrame frame) {
    if (!up) {
      LOG.debug("{}: not on a network, so this is lost: {}", name, frame);
      return;
    }
    if (LOG.isTraceEnabled()) {
      LOG.trace("{} < {} {}", name, frame, hex(frame));
    }
    if (frame.profile() == ZdoCluster.PROFILE
        && frame.destinationEndpoint() == ZdoCluster.ENDPOINT) {
      // First, since it may tell whose the address is.
      zdoReceived(frame);
    }
    dispatch.deliver(identified(frame));
  }

  /** The frame with its sender's EUI-64, if that is known. */
  private ApsFrame identified(ApsFrame frame) {
    KnownNode known = nodes.at(frame.networkAddress());
    Optional<Eui64> given = frame.eui64();
    if (known == KnownNode.NOBODY
        || (given.isPresent() && given.get().value() != known.eui64.value())) {
      learnFrom(frame, given);
      return frame;
    }
    if (known.needsAttention()) {
      attend(known, frame);
    }
    return given.isPresent() ? frame : frame.from(known.identity);
  }

  private void learnFrom(ApsFrame frame, Optional<Eui64> given) {
    int address = frame.networkAddress();
    if (given.isPresent()) {
      learn(given.get(), address).ifPresent(known -> attend(known, frame));
    } else if (Nwk.isUnicast(address) && address != network.networkAddress()) {
      lookup.heard(address);
    }
  }

  /** A node spoke that was thought to be gone, or of which not all is known. */
  private void attend(KnownNode known, ApsFrame frame) {
    nodes.heard(known);
    if (known.isDescribed()) {
      return;
    }
    if (known.interview.awaitsBasic
        && frame.cluster() == BasicCluster.ID
        && frame.profile() != ZdoCluster.PROFILE) {
      interviewer.basicReceived(known, frame);
    }
    interviewer.spoke(known);
  }

  /** This node has this address; empty when that cannot be. */
  private Optional<KnownNode> learn(Eui64 eui64, int address) {
    if (!isNode(eui64, address)) {
      return Optional.empty();
    }
    KnownNode known = nodes.learn(eui64, address);
    lookup.found(address, eui64);
    return Optional.of(known);
  }

  private boolean isNode(Eui64 eui64, int address) {
    return Nwk.isDevice(eui64)
        && Nwk.isUnicast(address)
        && address != network.networkAddress()
        && !eui64.equals(network.coordinator());
  }

  private void zdoReceived(ApsFrame frame) {
    if ((frame.cluster() & ZdoClient.RESPONSE) != 0) {
      if (frame.cluster() == ZdoCluster.IEEE_ADDR_RSP.id()
          || frame.cluster() == ZdoCluster.NWK_ADDR_RSP.id()) {
        addressesReceived(frame);
      }
      zdo.received(frame);
      return;
    }
    decoded(frame)
        .ifPresent(
            zdoFrame -> {
              if (zdoFrame.command() instanceof ZdoRequest.DeviceAnnce announce) {
                announced(announce);
              } else if (zdoFrame.command() instanceof ZdoRequest request
                  && frame.networkAddress() != network.networkAddress()) {
                ZdoServer.answer(frame, zdoFrame.transactionSequenceNumber(), request, network)
                    .ifPresent(this::reply);
              }
            });
  }

  private void reply(ApsFrame answer) {
    send(answer, Priority.CONTROL, TxOptions.ACKNOWLEDGED, SEARCH, DeliveryListener.NONE);
  }

  private void announced(ZdoRequest.DeviceAnnce announce) {
    if (isNode(announce.ieeeAddr(), announce.nwkAddr())) {
      KnownNode known =
          nodes.announced(
              announce.ieeeAddr(), announce.nwkAddr(), announce.capability().receiverOnWhenIdle());
      lookup.found(announce.nwkAddr(), announce.ieeeAddr());
      interviewer.announced(known);
    }
  }

  private void addressesReceived(ApsFrame frame) {
    decoded(frame)
        .flatMap(
            zdoFrame -> {
              if (zdoFrame.command() instanceof ZdoResponse.IeeeAddrRsp ieee) {
                return successful(ieee.statusCode(), ieee.remoteDevice());
              }
              return zdoFrame.command() instanceof ZdoResponse.NwkAddrRsp nwk
                  ? successful(nwk.statusCode(), nwk.remoteDevice())
                  : Optional.empty();
            })
        .ifPresent(device -> learn(device.ieeeAddr(), device.nwkAddr()));
  }

  private static Optional<ZdoResponse.RemoteDevice> successful(
      int statusCode, Optional<ZdoResponse.RemoteDevice> device) {
    return statusCode == 0 ? device : Optional.empty();
  }

  private Optional<ZdoFrame> decoded(ApsFrame frame) {
    if (ZdoCluster.of(frame.cluster()).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ZdoDecoder.decode(frame.cluster(), frame.payload()));
    } catch (ZclFormatException e) {
      LOG.debug("{}: malformed, {}: {}", name, frame, e.getMessage());
      return Optional.empty();
    }
  }

  private void joined(Eui64 device, int address) {
    if (up && isNode(device, address)) {
      LOG.info("{} joined {} as {}", device, name, Hex.address(address));
      KnownNode known = nodes.joined(device, address);
      lookup.found(address, device);
      interviewer.joined(known);
    }
  }

  private void left(Eui64 device) {
    if (up) {
      LOG.info("{} left {}", device, name);
      KnownNode known = nodes.of(device);
      nodes.left(device);
      interviewer.left(known);
    }
  }

  private void nodeChanged(NodeEvent event) {
    saveLater();
    nodeEvents.accept(event);
    Node node = event.node();
    if (event.kind() == NodeEvent.Kind.ADDRESS_CHANGED
        && node.networkAddress() == KnownNode.NO_ADDRESS) {
      search(node.eui64());
    }
  }

  /** Another node has its address now: where is it? */
  private void search(Eui64 eui64) {
    long now = loop.nanos();
    if (now - lastSearch < BETWEEN_SEARCHES.toNanos()) {
      return;
    }
    lastSearch = now;
    LOG.debug("{}: its address is another node's now; searching", eui64);
    // Whoever answers, learning from it is the same as from any other response.
    zdo.request(
        Nwk.ALL_LISTENING,
        new ZdoRequest.NwkAddrReq(eui64, false, 0),
        Priority.OTA,
        SEARCH,
        response -> {});
  }

  private void saveLater() {
    if (nodeFolder.isPresent() && !saveIsDue) {
      saveIsDue = true;
      loop.after(SAVE_DELAY, this::save);
    }
  }

  private void save() {
    if (!saveIsDue) {
      return;
    }
    saveIsDue = false;
    if (nodesOf.isEmpty()) {
      // The file is still being read; what was learnt since is saved with what is in it.
      return;
    }
    NodeFile file = new NodeFile(nodeFolder.orElseThrow(), name, nodesOf.getAsLong());
    Save save = new Save(file, NodeFile.format(nodes.members()));
    // Virtual time may be faster than the disk: what was not written yet need not be.
    if (nextSave.getAndSet(Optional.of(save)).isEmpty()) {
      outside(() -> nextSave.getAndSet(Optional.empty()).ifPresent(Save::write), () -> {});
    }
  }

  /** A state of the node table that is to be written. */
  private record Save(NodeFile file, String text) {
    void write() {
      file.write(text);
    }
  }

  /**
   * Runs what may block.
   *
   * @param hold is closed if it will not run
   */
  private void outside(Runnable task, EventLoop.TimeHold hold) {
    try {
      outside.execute(task);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{}: stopping", name, stopping);
      hold.close();
    }
  }

  private void onLoop(Runnable task) {
    if (loop.inLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private static ByteBuffer withoutSequenceNumber(ByteBuffer asdu) {
    return asdu.slice(asdu.position() + 1, asdu.remaining() - 1);
  }

  private static String hex(ApsFrame frame) {
    byte[] octets = new byte[frame.payload().remaining()];
    frame.payload().duplicate().get(octets);
    return HexFormat.of().formatHex(octets);
  }

  /**
   * What the driver tells. A driver that tells from another thread, or while it is being given a
   * frame, is heard a little later, since nobody expects that then. A fault of ours never comes
   * back to it, so that it goes on reading.
   */
  private final class Events implements RadioEvents {

    @Override
    public void progress(String radio, RadioState state, String message) {
      if (state == RadioState.STARTING || state == RadioState.UP) {
        LOG.info("{}: {}: {}", name, radio, message);
      } else {
        LOG.warn("{}: {}: {}", name, radio, message);
      }
      board.progress(name, radio, state, message);
    }

    @Override
    public void networkUp(NetworkParameters parameters) {
      Objects.requireNonNull(parameters);
      handle(() -> Mesh.this.networkUp(parameters));
    }

    @Override
    public void networkDown(String reason) {
      handle(() -> Mesh.this.networkDown(reason));
    }

    @Override
    public void received(ApsFrame frame) {
      if (loop.inLoop() && !sender.isInDriver()) {
        try {
          if (!stopped) {
            receive(frame);
          }
        } catch (RuntimeException e) {
          LOG.error("{}: failed on {}", name, frame, e);
        }
      } else {
        loop.execute(() -> received(frame));
      }
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      Objects.requireNonNull(confirmation);
      if (loop.inLoop()) {
        sender.confirmed(tag, confirmation);
      } else {
        loop.execute(() -> sender.confirmed(tag, confirmation));
      }
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      Objects.requireNonNull(device);
      handle(() -> Mesh.this.joined(device, networkAddress));
    }

    @Override
    public void left(Eui64 device) {
      Objects.requireNonNull(device);
      handle(() -> Mesh.this.left(device));
    }

    private void handle(Runnable event) {
      if (loop.inLoop() && !sender.isInDriver()) {
        try {
          if (!stopped) {
            event.run();
          }
        } catch (RuntimeException e) {
          LOG.error("{}: failed on what the driver told", name, e);
        }
      } else {
        loop.execute(() -> handle(event));
      }
    }
  }
}
