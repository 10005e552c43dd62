package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageRegistryListener;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.Admission;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.QueryListener;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of cluster 0x0019 on one mesh. Frames, events and timers come on the mesh's loop;
 * what other threads ask for is answered from snapshots or carried out on the loop soon after.
 *
 * <p>This class sorts what comes in; what there is to say is the matter of {@link BlockServer},
 * {@link Queries} and {@link UpgradeEnds}.
 */
public final class OtaClusterServer
    implements OtaServer,
        ApsListener,
        NodeListener,
        ImageRegistryListener,
        BindingListener,
        Session.Keeper {

  private static final Logger LOG = LoggerFactory.getLogger(OtaClusterServer.class);

  private static final int ZDO_PROFILE = 0;

  /** How long a query waits for its sender's EUI-64. */
  private static final Duration LOOK_UP_TIME = Duration.ofSeconds(2);

  /** Who of the host takes part; each may come and go. */
  interface Surroundings {
    Optional<DeviceBindings> bindings();

    List<Admission> admissions();

    List<UpgradeListener> upgradeListeners();

    List<QueryListener> queryListeners();
  }

  private final Mesh mesh;
  private final ImageRegistry registry;
  private final ImageFinder finder;
  private final UpgradeBoard board;
  private final RunningVersions versions = new RunningVersions();
  private final Upgrades upgrades;
  private final Answers answers;
  private final BlockServer blocks;
  private final Queries queries;
  private final UpgradeEnds ends;
  private final Sightings sightings;
  private final VersionReader reader;
  private final Notifier notifier;
  private final GlobalCommands globals;
  private final Map<Eui64, OtaClient> clients = new HashMap<>();
  private final Set<Integer> lookingUp = new HashSet<>();
  private final Set<Eui64> rivals = new HashSet<>();
  private final Queue<EventLoop.TimeHold> fetches = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * A server that does nothing before {@link #start}.
   *
   * @param settings what holds until {@link #configure}
   */
  OtaClusterServer(
      RadioTransport transport,
      ImageRegistry registry,
      Surroundings surroundings,
      Settings settings) {
    this.registry = registry;
    mesh = new Mesh(transport, settings);
    finder = new ImageFinder(mesh, registry, surroundings::bindings);
    board = new UpgradeBoard(surroundings::upgradeListeners);
    upgrades = new Upgrades(mesh, this, versions, board, surroundings::admissions);
    answers = new Answers(mesh);
    notifier = new Notifier(mesh, answers, finder, versions, this::client);
    sightings = new Sightings(mesh, upgrades, versions);
    reader = new VersionReader(mesh, answers, sightings, this::provoke);
    blocks = new BlockServer(mesh, answers, upgrades, finder);
    queries =
        new Queries(
            mesh,
            answers,
            upgrades,
            finder,
            sightings,
            this::offerLater,
            surroundings::queryListeners);
    ends = new UpgradeEnds(mesh, answers, upgrades, finder);
    globals = new GlobalCommands(answers, reader);
  }

  /** A server without bindings, admissions or listeners, for measurements. */
  public static OtaClusterServer unattended(RadioTransport transport, ImageRegistry registry) {
    return new OtaClusterServer(transport, registry, new Unattended(), Settings.DEFAULT);
  }

  private record Unattended() implements Surroundings {
    @Override
    public Optional<DeviceBindings> bindings() {
      return Optional.empty();
    }

    @Override
    public List<Admission> admissions() {
      return List.of();
    }

    @Override
    public List<UpgradeListener> upgradeListeners() {
      return List.of();
    }

    @Override
    public List<QueryListener> queryListeners() {
      return List.of();
    }
  }

  /** Lets the devices know that a server is there. */
  void start() {
    onLoop(
        () -> {
          mesh.transport().nodes().forEach(this::warnOfRival);
          mesh.transport().nodes().forEach(notifier::offer);
        });
  }

  /** Changes the configuration; what is under way goes on under the new one. */
  void configure(Settings settings) {
    mesh.settings(settings);
  }

  /** Ends everything, silently: devices ask again for as long as they can, and go on later. */
  void close() {
    closed = true;
    releaseTime();
    mesh.loop()
        .execute(
            () -> {
              ends.close();
              clients.values().forEach(OtaClient::stop);
            });
  }

  private void onLoop(Runnable task) {
    mesh.loop()
        .execute(
            () -> {
              if (!closed) {
                task.run();
              }
            });
  }

  private OtaClient client(Eui64 device) {
    return clients.computeIfAbsent(device, OtaClient::new);
  }

  // ---- frames

  @Override
  public void received(ApsFrame frame) {
    if (closed || frame.cluster() != OtaCluster.ID || frame.profile() == ZDO_PROFILE) {
      return;
    }
    try {
      receive(frame);
    } catch (RuntimeException fault) {
      LOG.error("{} failed", frame, fault);
    }
  }

  /** Takes a frame; what is thrown is a fault of ours, whatever the frame says. */
  void receive(ApsFrame frame) {
    try {
      if (frame.eui64().isPresent()) {
        OtaClient client = client(frame.eui64().get());
        if (!client.isHeld()) {
          receive(client, frame);
        }
      } else {
        receiveFromStranger(frame);
      }
    } catch (ZclFormatException unreadable) {
      mesh.counters().malformed();
      LOG.debug("{}: {}", frame, unreadable.getMessage());
    }
  }

  private void receive(OtaClient client, ApsFrame frame) throws ZclFormatException {
    ZclHeader header = ZclHeader.decode(frame.payload());
    try {
      if (header.frameType() == ZclHeader.FrameType.GLOBAL) {
        globals.received(client, frame, header);
        return;
      }
      answer(client, frame, header, decode(frame, header));
    } catch (ZclFormatException refused) {
      refuse(frame, header, refused);
    }
  }

  private void answer(OtaClient client, ApsFrame frame, ZclHeader header, OtaRequest request) {
    try {
      client.cancelPage();
      if (request instanceof OtaRequest.ImageBlock block) {
        blocks.imageBlock(client, frame, header, block);
      } else {
        request.match(new Known(client, frame, header)).run();
      }
    } finally {
      mesh.counters().request();
    }
  }

  private static OtaRequest decode(ApsFrame frame, ZclHeader header) throws ZclFormatException {
    if (header.manufacturerCode().isPresent()) {
      throw new ZclFormatException(
          ZclStatus.UNSUP_MANUF_CLUSTER_COMMAND, "manufacturer specific command");
    }
    return OtaRequestDecoder.decode(header, frame.payload());
  }

  private void refuse(ApsFrame frame, ZclHeader header, ZclFormatException refused) {
    if (refused.status() == ZclStatus.MALFORMED_COMMAND) {
      mesh.counters().malformed();
    }
    LOG.debug("{}: {}", frame, refused.getMessage());
    if (!GlobalCommands.isResponse(header)) {
      answers.reject(frame, header, refused.status());
    }
  }

  /** What to do with each request but the block request of a device that is known. */
  private final class Known implements OtaRequest.Cases<Runnable> {
    private final OtaClient client;
    private final ApsFrame frame;
    private final ZclHeader header;

    Known(OtaClient client, ApsFrame frame, ZclHeader header) {
      this.client = client;
      this.frame = frame;
      this.header = header;
    }

    @Override
    public Runnable queryNextImage(OtaRequest.QueryNextImage request) {
      return () -> queries.queryNextImage(client, frame, header, request);
    }

    @Override
    public Runnable imageBlock(OtaRequest.ImageBlock request) {
      return () -> blocks.imageBlock(client, frame, header, request);
    }

    @Override
    public Runnable imagePage(OtaRequest.ImagePage request) {
      return () -> blocks.imagePage(client, frame, header, request);
    }

    @Override
    public Runnable upgradeEnd(OtaRequest.UpgradeEnd request) {
      return () -> ends.upgradeEnd(client, frame, header, request);
    }

    @Override
    public Runnable queryDeviceSpecificFile(OtaRequest.QueryDeviceSpecificFile request) {
      return () -> queries.queryDeviceSpecificFile(client, frame, header, request);
    }
  }

  // ---- frames of nodes whose EUI-64 is not known (yet)

  private void receiveFromStranger(ApsFrame frame) throws ZclFormatException {
    ZclHeader header = ZclHeader.decode(frame.payload());
    try {
      if (header.frameType() == ZclHeader.FrameType.GLOBAL) {
        globals.receivedFromStranger(frame, header);
        return;
      }
      OtaRequest request = decode(frame, header);
      if (request instanceof OtaRequest.ImageBlock block
          && blocks.imageBlock(frame, header, block)) {
        mesh.counters().request();
        identify(frame.networkAddress());
      } else {
        mesh.transport()
            .lookUp(
                frame.networkAddress(),
                LOOK_UP_TIME,
                sender -> lookedUp(frame, header, request, sender));
      }
    } catch (ZclFormatException refused) {
      refuse(frame, header, refused);
    }
  }

  /** Finds out who sends, for the next time. */
  private void identify(int networkAddress) {
    if (lookingUp.add(networkAddress)) {
      mesh.transport()
          .lookUp(networkAddress, LOOK_UP_TIME, sender -> lookingUp.remove(networkAddress));
    }
  }

  private void lookedUp(
      ApsFrame frame, ZclHeader header, OtaRequest request, Optional<Eui64> sender) {
    if (closed) {
      return;
    }
    if (sender.isEmpty()) {
      try {
        request.match(new Unknown(frame, header)).run();
      } finally {
        mesh.counters().request();
      }
      return;
    }
    OtaClient client = client(sender.get());
    if (!client.isHeld()) {
      answer(client, frame.from(sender), header, request);
    }
  }

  /** What to do with the requests of nobody knows whom. */
  private final class Unknown implements OtaRequest.Cases<Runnable> {
    private final ApsFrame frame;
    private final ZclHeader header;

    Unknown(ApsFrame frame, ZclHeader header) {
      this.frame = frame;
      this.header = header;
    }

    @Override
    public Runnable queryNextImage(OtaRequest.QueryNextImage request) {
      return () -> queries.noImage(frame, header);
    }

    @Override
    public Runnable imageBlock(OtaRequest.ImageBlock request) {
      return () -> {
        if (!blocks.imageBlock(frame, header, request)) {
          blocks.noImage(frame, header);
        }
      };
    }

    /** One block is better than none, and no page can be paced without a session. */
    @Override
    public Runnable imagePage(OtaRequest.ImagePage request) {
      return imageBlock(
          new OtaRequest.ImageBlock(
              request.manufacturerCode(),
              request.imageType(),
              request.fileVersion(),
              request.fileOffset(),
              Math.min(request.maximumDataSize(), request.pageSize()),
              request.requestNodeAddress(),
              OptionalInt.empty()));
    }

    @Override
    public Runnable upgradeEnd(OtaRequest.UpgradeEnd request) {
      return () -> ends.upgradeEnd(frame, header, request);
    }

    @Override
    public Runnable queryDeviceSpecificFile(OtaRequest.QueryDeviceSpecificFile request) {
      return () -> queries.noFile(frame, header);
    }
  }

  // ---- sessions

  @Override
  public void settled(Session session, Delivery delivery) {
    if (!closed) {
      blocks.settled(session, delivery);
    }
  }

  @Override
  public void timeIsUp(Session session) {
    if (closed || session.isEnded()) {
      return;
    }
    long now = mesh.now();
    if (session.client().isHeld()) {
      session.neverResend();
    }
    if (session.resendAt() <= now) {
      blocks.nextRequestIsLate(session);
    }
    if (session.readVersionAt() <= now) {
      session.versionIsRead();
      reader.read(session);
    }
    upgrades.publishProgress(session);
    if (session.stateEndsAt() <= now) {
      upgrades.apply(session, session.state().timeIsUp(mesh.time()));
    }
    if (!session.isEnded()) {
      session.wakeBy(session.nextDeadline(), now);
    }
  }

  // ---- nodes

  @Override
  public void nodeEvent(String name, NodeEvent event) {
    if (closed || !name.equals(mesh.name())) {
      return;
    }
    Node node = event.node();
    switch (event.kind()) {
      case ANNOUNCED -> announced(node);
      case JOINED, DESCRIBED -> {
        warnOfRival(node);
        notifier.offer(node);
      }
      case ADDRESS_CHANGED -> forgetLastBlocks(client(node.eui64()));
      case LEFT -> left(node.eui64());
    }
  }

  private void announced(Node node) {
    OtaClient client = client(node.eui64());
    client.cancelPage();
    forgetLastBlocks(client);
    Optional<Session> restarted = Optional.empty();
    for (Session session : client.sessions()) {
      upgrades.apply(session, session.state().announced(mesh.time()));
      if (Sightings.mayHaveRestarted(session)) {
        restarted = session.present();
      }
    }
    if (restarted.isPresent()) {
      reader.read(restarted.get());
    } else {
      notifier.offerAfterRestart(node);
    }
  }

  /** Clients take the first server that they find; one of them being a lamp has happened. */
  private void warnOfRival(Node node) {
    for (NodeEndpoint endpoint : node.endpoints()) {
      if (endpoint.inputClusters().contains(OtaCluster.ID) && rivals.add(node.eui64())) {
        LOG.warn(
            "{}/{} {} calls itself an OTA Upgrade server: devices may ask it for images instead of"
                + " this host",
            node.eui64(),
            endpoint.endpoint(),
            node.modelIdentifier().orElse("(unknown model)"));
      }
    }
  }

  /** What was sent to where the node was, or before it restarted, it does not wait for. */
  private static void forgetLastBlocks(OtaClient client) {
    client.sessions().forEach(Session::neverResend);
  }

  private void left(Eui64 device) {
    OtaClient client = client(device);
    client.cancelPage();
    client.readingEnded();
    for (Session session : client.sessions()) {
      upgrades.end(session, UpgradeReason.DEVICE_LEFT);
    }
    versions.forget(device);
    rivals.remove(device);
    if (!client.isHeld() && client.sessions().stream().allMatch(Session::isEnded)) {
      client.stop();
      clients.remove(device);
    }
  }

  private void provoke(OtaClient client) {
    mesh.transport().node(client.device()).ifPresent(notifier::provoke);
  }

  private void offerLater(OtaClient client, Duration wait) {
    EventLoop.Timer unused =
        mesh.loop()
            .after(
                wait,
                () -> {
                  if (!closed) {
                    mesh.transport().node(client.device()).ifPresent(notifier::offer);
                  }
                });
  }

  // ---- images and bindings

  @Override
  public void changed(ImageEvent event) {
    switch (event.kind()) {
      case FETCH_BEGAN -> {
        fetches.add(mesh.loop().holdTime());
        if (closed) {
          releaseTime();
        }
      }
      case FETCH_ENDED ->
          // after what the fetch led to, which was given to the loop before
          mesh.loop()
              .execute(
                  () -> Optional.ofNullable(fetches.poll()).ifPresent(EventLoop.TimeHold::close));
      case REGISTERED -> onLoop(() -> registered(event.registration().orElseThrow()));
      case HOLDER_ADDED ->
          onLoop(() -> holderAdded(event.registration().orElseThrow(), event.deviceIds()));
      case HOLDER_WITHDRAWN ->
          onLoop(() -> holderWithdrawn(event.registration().orElseThrow(), event.deviceIds()));
      case REMOVED -> onLoop(this::endWhatIsNotCovered);
    }
  }

  private void releaseTime() {
    EventLoop.TimeHold hold = fetches.poll();
    while (hold != null) {
      hold.close();
      hold = fetches.poll();
    }
  }

  private void registered(ImageRegistration registration) {
    for (OtaClient client : List.copyOf(clients.values())) {
      client.reconsider(registration.image());
      ends.imagesRegistered(client);
    }
    for (Node node : mesh.transport().nodes()) {
      if (finder.covers(registration, node.eui64())) {
        notifier.offer(node);
      }
    }
  }

  private void holderAdded(ImageRegistration registration, Set<Integer> deviceIds) {
    for (int deviceId : deviceIds) {
      finder
          .device(deviceId)
          .ifPresent(
              device -> {
                client(device).reconsider(registration.image());
                ends.imagesRegistered(client(device));
                mesh.transport().node(device).ifPresent(notifier::offer);
              });
    }
  }

  private void holderWithdrawn(ImageRegistration registration, Set<Integer> deviceIds) {
    for (int deviceId : deviceIds) {
      finder
          .device(deviceId)
          .filter(device -> !isHeldOtherwise(registration, device))
          .ifPresent(
              device -> {
                client(device).decline(registration.image());
                upgrades.withdraw(
                    client(device), registration.image(), UpgradeReason.IMAGE_WITHDRAWN);
              });
    }
  }

  /** Whether another id of the device, or another registration, gives it these octets. */
  private boolean isHeldOtherwise(ImageRegistration withdrawn, Eui64 device) {
    Set<Integer> ids = finder.deviceIds(device);
    return registry.registrations().stream()
        .filter(
            registration ->
                registration.image().sha256().equals(withdrawn.image().sha256())
                    && finder.covers(registration, device))
        .anyMatch(
            registration ->
                !registration.key().equals(withdrawn.key())
                    || registration.holders().stream().anyMatch(ids::contains));
  }

  private void endWhatIsNotCovered() {
    for (Session session : upgrades.underWay()) {
      if (!finder.isCovered(session.client().device(), session.image())) {
        upgrades.end(session, UpgradeReason.IMAGE_WITHDRAWN);
      }
    }
  }

  @Override
  public void bindingsChanged(Eui64 device) {
    onLoop(
        () -> {
          mesh.transport().node(device).ifPresent(notifier::offer);
          ends.imagesRegistered(client(device));
        });
  }

  /** The bindings are there, for the first time or again: who got nothing without them may now. */
  void bindingsCame() {
    onLoop(
        () -> {
          List.copyOf(clients.values()).forEach(ends::imagesRegistered);
          mesh.transport().nodes().forEach(notifier::offer);
        });
  }

  // ---- what others ask for, from any thread

  @Override
  public String mesh() {
    return mesh.name();
  }

  @Override
  public boolean knows(Eui64 device) {
    return mesh.transport().node(device).isPresent();
  }

  @Override
  public OptionalLong runningVersion(Eui64 device, int manufacturerCode, int imageType) {
    return versions.running(device, manufacturerCode, imageType);
  }

  @Override
  public List<Upgrade> upgrades() {
    return board.upgrades();
  }

  @Override
  public List<Upgrade> upgrades(Eui64 device) {
    return board.upgrades(device);
  }

  @Override
  public boolean abort(Eui64 device) {
    boolean any =
        upgrades(device).stream()
            .map(Upgrade::state)
            .anyMatch(state -> !state.isFinal() && state != UpgradeState.ACTIVATING);
    onLoop(
        () -> {
          OtaClient client = client(device);
          for (Session session : client.sessions()) {
            if (!session.isEnded() && !session.isIn(UpgradeState.ACTIVATING)) {
              client.decline(session.image());
              upgrades.end(session, UpgradeReason.ABORTED_BY_OPERATOR);
            }
          }
        });
    return any;
  }

  @Override
  public boolean activate(Eui64 device, Duration after) {
    if (after.isNegative() || after.toSeconds() >= OtaCluster.WAIT_FOR_COMMAND) {
      throw new IllegalArgumentException(
          "after must be 0.." + (OtaCluster.WAIT_FOR_COMMAND - 1) + " s, was " + after);
    }
    boolean any =
        upgrades(device).stream()
            .anyMatch(upgrade -> upgrade.state() == UpgradeState.WAITING_FOR_ACTIVATION);
    onLoop(() -> ends.activate(client(device), after));
    return any;
  }

  @Override
  public Optional<Hold> hold(Eui64 device, Duration lease) {
    if (!knows(device)) {
      return Optional.empty();
    }
    HoldLease hold =
        new HoldLease(mesh::now, lease, () -> onLoop(() -> holdShortened(client(device))));
    onLoop(
        () -> {
          OtaClient client = client(device);
          client.hold(hold);
          client.cancelPage();
          client.readingEnded();
          forgetLastBlocks(client);
        });
    return Optional.of(hold);
  }

  /** The client's silence counts sooner than its sessions reckoned when they set their timers. */
  private void holdShortened(OtaClient client) {
    long now = mesh.now();
    for (Session session : client.sessions()) {
      if (!session.isEnded()) {
        session.wakeBy(session.nextDeadline(), now);
      }
    }
  }

  @Override
  public boolean notify(Eui64 device) {
    Optional<Node> known = mesh.transport().node(device);
    if (known.isEmpty() || Notifier.clientEndpoints(known.get()).isEmpty()) {
      return false;
    }
    onLoop(
        () -> {
          client(device).reconsider();
          notifier.notify(known.get());
        });
    return true;
  }

  @Override
  public void broadcastNotify(Notification notification) {
    onLoop(() -> notifier.broadcast(notification));
  }

  @Override
  public ServerStatistics statistics() {
    return mesh.counters().snapshot();
  }
}
