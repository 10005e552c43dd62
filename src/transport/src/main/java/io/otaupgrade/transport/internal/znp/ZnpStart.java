package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.transport.internal.HostEndpoints;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Formation;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.transport.internal.znp.NvMemory.Item;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;

/**
 * From an open line to a co-processor on its network. The methods stand in the order in which they
 * have their turn. Belongs to the loop.
 *
 * <p>A network that is there is resumed and nothing of it written. That it is there is told by the
 * co-processor's own network information base, and not by the mark that hosts leave ({@link
 * Item#HAS_CONFIGURED}), since some leave none.
 */
final class ZnpStart {

  /** What the start arrives at. */
  interface Listener {
    /** It is on this network. */
    void started(NetworkParameters network, Product product);
  }

  /** The families of firmware, as SYS_VERSION numbers them. */
  enum Product {
    Z_STACK_1_2(0, "Z-Stack 1.2"),
    Z_STACK_3_X_0(1, "Z-Stack 3.x.0"),
    Z_STACK_3_0_X(2, "Z-Stack 3.0.x");

    private final int id;
    private final String title;

    Product(int id, String title) {
      this.id = id;
      this.title = title;
    }

    static Optional<Product> of(int id) {
      return Arrays.stream(values()).filter(product -> product.id == id).findFirst();
    }
  }

  /** What a running co-processor answers within, even over a slow network. */
  private static final Duration FIRST_PING = Duration.ofMillis(500);

  private static final Duration PING = Duration.ofSeconds(1);
  private static final int PINGS = 3;

  /**
   * 0xEF makes the serial boot loader of a CC2530 or CC2538 start the firmware at once. As many of
   * them as a frame is long also end a frame that a host before us left unfinished.
   */
  private static final byte[] BOOT_NOW = new byte[Unpi.LONGEST_FRAME];

  private static final Duration BOOTING = Duration.ofSeconds(1);
  private static final Duration RESETTING = Duration.ofSeconds(30);
  private static final Duration STARTING = Duration.ofSeconds(60);

  /** With scans of the channel before. */
  private static final Duration FORMING = Duration.ofSeconds(100);

  /** From "is coordinator" on until that is in its memory. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private static final int SETTLING_READS = 30;

  /** DEV_END_DEVICE, DEV_ROUTER, DEV_COORD_STARTING, DEV_ZB_COORD in TI's ZDApp.h. */
  private static final int END_DEVICE = 6;

  private static final int ROUTER = 7;
  private static final int COORDINATOR_STARTING = 8;
  static final int COORDINATOR = 9;

  /** What ZDO_STARTUP_FROM_APP says when it starts nothing. */
  private static final int LEFT_AND_NOT_STARTED = 2;

  private static final int SOFT_RESET = 1;

  /** ZCD_STARTOPT_DEFAULT_CONFIG_STATE and ZCD_STARTOPT_DEFAULT_NETWORK_STATE. */
  private static final byte[] FORGET_ALL = {0x03};

  private static final byte[] FORGET_NOTHING = {0x00};

  /** BDB_COMMISSIONING_MODE_NWK_FORMATION in TI's bdb.h. */
  private static final int NETWORK_FORMATION = 0x04;

  /** BDB_COMMISSIONING_FORMATION_FAILURE. */
  private static final int FORMATION_FAILURE = 0x08;

  private static final byte CONFIGURED = 0x55;

  /** Says to ZDO_MSG_CB_REGISTER: all responses, and Device_annce. */
  private static final int ALL_RESPONSES = 0xFFFF;

  static {
    Arrays.fill(BOOT_NOW, (byte) 0xEF);
  }

  private final CoProcessorHost host;
  private final MtLink link;
  private final NvMemory nv;
  private final RandomGenerator random;
  private final Listener listener;

  private Optional<Product> product = Optional.empty();

  /** What it is, for the operator. */
  private String found = "";

  private Eui64 self = new Eui64(0);

  /** What its memory says it is on, while that is to be compared with what it does. */
  private Optional<Nib> remembered = Optional.empty();

  private Optional<Runnable> onReset = Optional.empty();
  private Optional<Runnable> onCoordinator = Optional.empty();
  private EventLoop.Timer timer = () -> {};

  ZnpStart(CoProcessorHost host, MtLink link, RandomGenerator random, Listener listener) {
    this.host = host;
    this.link = link;
    this.random = random;
    this.listener = listener;
    nv = new NvMemory(link);
  }

  void begin() {
    link.call(MtCommand.SYS_PING, FIRST_PING, MtLink.NO_DATA, pong -> askVersion(), this::boot);
  }

  void close() {
    timer.cancel();
  }

  /** The co-processor restarted. Gives back whether that was to be expected. */
  boolean restarted() {
    Optional<Runnable> then = onReset;
    onReset = Optional.empty();
    then.ifPresent(
        step -> {
          timer.cancel();
          step.run();
        });
    // Opening a serial port restarts some sticks.
    return then.isPresent() || product.isEmpty();
  }

  /** The co-processor's state changed. */
  void stateChanged(int state) {
    if (state == COORDINATOR) {
      Optional<Runnable> then = onCoordinator;
      onCoordinator = Optional.empty();
      then.ifPresent(
          step -> {
            timer.cancel();
            step.run();
          });
    } else if (state == ROUTER || state == END_DEVICE) {
      refuse(
          "it is on a network as %s, not as the coordinator; give it a coordinator's firmware"
              .formatted(state == ROUTER ? "a router" : "an end device"));
    }
  }

  /** How a commissioning goes that was begun here. */
  void commissioned(int status) {
    if (status == FORMATION_FAILURE && onCoordinator.isPresent()) {
      link.fail("the co-processor could not form a network: is the channel very busy?");
    }
  }

  private void boot() {
    link.writeRaw(ByteBuffer.wrap(BOOT_NOW));
    timer = host.loop().after(BOOTING, () -> pingAgain(PINGS - 1));
  }

  private void pingAgain(int left) {
    link.call(
        MtCommand.SYS_PING,
        PING,
        MtLink.NO_DATA,
        pong -> askVersion(),
        () -> {
          if (left > 1) {
            pingAgain(left - 1);
          } else {
            link.fail(
                "nothing that speaks ZNP answers; is it a TI co-processor with Z-Stack, and is the"
                    + " baud rate right (115200 for most)?");
          }
        });
  }

  private void askVersion() {
    link.call(
        MtCommand.SYS_VERSION,
        MtLink.NO_DATA,
        answer -> {
          answer.get(); // revision of the transport
          int id = answer.get() & 0xFF;
          String release =
              "%d.%d.%d".formatted(answer.get() & 0xFF, answer.get() & 0xFF, answer.get() & 0xFF);
          String build =
              answer.remaining() < Integer.BYTES
                  ? ""
                  : ", build " + Integer.toUnsignedString(answer.getInt());
          product = Product.of(id);
          found =
              product.map(known -> known.title).orElse("unknown product " + id)
                  + " ("
                  + release
                  + build
                  + ")";
          if (product.isEmpty() || product.get() == Product.Z_STACK_1_2) {
            refuse(
                "found " + found + ", wanted Z-Stack 3.0.x or 3.x.0; flash it with one of these");
          } else {
            host.progress(found);
            askState();
          }
        });
  }

  private void askState() {
    link.call(
        MtCommand.UTIL_GET_DEVICE_INFO,
        MtLink.NO_DATA,
        answer -> {
          answer.get(); // status
          self = new Eui64(answer.getLong());
          answer.getShort(); // network address
          answer.get(); // what it can be
          int state = answer.get() & 0xFF;
          if (state == COORDINATOR) {
            registerEndpoints(HostEndpoints.ALL);
          } else if (state == COORDINATOR_STARTING) {
            awaitCoordinator(STARTING, () -> registerEndpoints(HostEndpoints.ALL));
          } else {
            readNetwork();
          }
        });
  }

  private void readNetwork() {
    nv.read(
        Item.NIB,
        nib ->
            nv.read(
                Item.BDB_NODE_IS_ON_A_NETWORK,
                flag -> {
                  // 0 is what a co-processor without a network has; some have no such item.
                  boolean hasLeft = flag.isPresent() && flag.get().get() == 0;
                  networkRead(
                      nib.flatMap(Nib::of).filter(network -> network.isNetwork() && !hasLeft));
                }));
  }

  private void networkRead(Optional<Nib> network) {
    if (network.isPresent()) {
      resume(network.get());
    } else if (host.network().form()) {
      form(Formation.of(host.network(), random));
    } else {
      refuse(Formation.NO_NETWORK);
    }
  }

  private void resume(Nib network) {
    host.progress("resuming PAN %04x on channel %d".formatted(network.panId(), network.channel()));
    remembered = Optional.of(network);
    awaitCoordinator(STARTING, () -> registerEndpoints(HostEndpoints.ALL));
    link.call(
        MtCommand.ZDO_STARTUP_FROM_APP,
        STARTING,
        out -> out.putShort((short) 100), // milliseconds
        answer -> {
          if ((answer.get() & 0xFF) == LEFT_AND_NOT_STARTED) {
            link.fail("the co-processor left its network and did not start again");
          }
        });
  }

  private void form(Formation network) {
    host.progress(
        "forming a network: channel %d, PAN %04x, extended PAN %016x"
            .formatted(network.channel(), network.panId(), network.extendedPanId()));
    nv.delete(
        Item.NIB,
        () ->
            nv.write(
                Item.STARTUP_OPTION,
                FORGET_ALL,
                () ->
                    reset(
                        () ->
                            nv.write(
                                Item.STARTUP_OPTION,
                                FORGET_NOTHING,
                                () -> writeSettings(network)))));
  }

  private void reset(Runnable then) {
    onReset = Optional.of(then);
    timer =
        host.loop()
            .after(RESETTING, () -> link.fail("the co-processor did not come back from a reset"));
    link.tell(MtCommand.SYS_RESET_REQ, out -> out.put((byte) SOFT_RESET));
  }

  private void writeSettings(Formation network) {
    byte[] extendedPanId = littleEndian(Long.BYTES).putLong(network.extendedPanId()).array();
    Map<Item, byte[]> settings = new LinkedHashMap<>();
    settings.put(Item.LOGICAL_TYPE, new byte[] {0}); // coordinator
    settings.put(Item.ZDO_DIRECT_CB, new byte[] {1});
    settings.put(Item.CHANLIST, littleEndian(Integer.BYTES).putInt(mask(network)).array());
    settings.put(Item.PANID, littleEndian(Short.BYTES).putShort((short) network.panId()).array());
    settings.put(Item.EXTENDED_PAN_ID, extendedPanId);
    settings.put(Item.APS_USE_EXT_PANID, extendedPanId);
    // Devices get the key from the trust centre instead of having it beforehand.
    settings.put(Item.PRECFGKEYS_ENABLE, new byte[] {0});
    settings.put(Item.PRECFGKEY, network.networkKey().octets());
    writeAll(settings.entrySet().iterator(), () -> setChannels(network));
  }

  private void writeAll(Iterator<Map.Entry<Item, byte[]>> settings, Runnable then) {
    if (settings.hasNext()) {
      Map.Entry<Item, byte[]> next = settings.next();
      nv.write(next.getKey(), next.getValue(), () -> writeAll(settings, then));
    } else {
      then.run();
    }
  }

  private void setChannels(Formation network) {
    setChannels(true, mask(network), () -> setChannels(false, 0, () -> commission(network)));
  }

  private void setChannels(boolean primary, int mask, Runnable then) {
    link.call(
        MtCommand.APP_CNF_BDB_SET_CHANNEL,
        out -> out.put((byte) (primary ? 1 : 0)).putInt(mask),
        answer -> succeeded("setting the channel", answer, then));
  }

  private void commission(Formation network) {
    awaitCoordinator(
        FORMING,
        () -> {
          host.progress("formed; waiting until the co-processor remembers it");
          settle(network, SETTLING_READS);
        });
    link.call(
        MtCommand.APP_CNF_BDB_START_COMMISSIONING,
        FORMING,
        out -> out.put((byte) NETWORK_FORMATION),
        answer -> succeeded("forming the network", answer, () -> {}));
  }

  private void settle(Formation network, int readsLeft) {
    timer = host.loop().after(SETTLING, () -> checkSettled(network, readsLeft));
  }

  private void checkSettled(Formation network, int readsLeft) {
    nv.read(
        Item.NIB,
        nib -> {
          Optional<Nib> formed = nib.flatMap(Nib::of).filter(Nib::isNetwork);
          if (formed.isPresent()) {
            formed(network, formed.get());
          } else if (readsLeft > 1) {
            settle(network, readsLeft - 1);
          } else {
            link.fail("the co-processor formed a network but does not remember it");
          }
        });
  }

  private void formed(Formation wanted, Nib formed) {
    if (formed.panId() != wanted.panId()) {
      host.progress(
          "PAN %04x is another network's near by, so it took %04x"
              .formatted(wanted.panId(), formed.panId()));
    }
    remembered = Optional.of(formed);
    nv.write(
        Item.HAS_CONFIGURED,
        new byte[] {CONFIGURED},
        () -> {
          wanted.formed(host.mesh());
          registerEndpoints(HostEndpoints.ALL);
        });
  }

  private void registerEndpoints(List<SimpleDescriptor> endpoints) {
    if (endpoints.isEmpty()) {
      registerCallbacks();
      return;
    }
    SimpleDescriptor first = endpoints.get(0);
    Runnable then = () -> registerEndpoints(endpoints.subList(1, endpoints.size()));
    register(
        first,
        status -> {
          if (status == 0) {
            then.run();
          } else {
            // It is there, since its last host or ours; but with which clusters?
            replace(first, then);
          }
        });
  }

  private void replace(SimpleDescriptor endpoint, Runnable then) {
    link.call(
        MtCommand.AF_DELETE,
        out -> out.put((byte) endpoint.endpoint()),
        ignored ->
            register(
                endpoint,
                status -> {
                  if (status == 0) {
                    then.run();
                  } else {
                    link.fail(failed("registering endpoint " + endpoint.endpoint(), status));
                  }
                }));
  }

  private void register(SimpleDescriptor endpoint, IntConsumer then) {
    link.call(
        MtCommand.AF_REGISTER,
        out -> {
          out.put((byte) endpoint.endpoint())
              .putShort((short) endpoint.profileId())
              .putShort((short) endpoint.deviceId())
              .put((byte) endpoint.deviceVersion())
              .put((byte) 0); // no latency wanted
          putClusters(out, endpoint.inputClusters());
          putClusters(out, endpoint.outputClusters());
        },
        answer -> then.accept(answer.get() & 0xFF));
  }

  private static void putClusters(ByteBuffer out, List<Integer> clusters) {
    out.put((byte) clusters.size());
    clusters.forEach(cluster -> out.putShort(cluster.shortValue()));
  }

  /**
   * Z-Stack answers ZDO requests itself; what is of interest here are the responses to ours, with
   * their sequence numbers, which only these callbacks tell. Of the requests to us it leaves those
   * Match_Desc_req alone whose profile no endpoint has, so these have to be heard of too.
   */
  private void registerCallbacks() {
    registerCallback(
        ALL_RESPONSES, () -> registerCallback(ZdoCluster.MATCH_DESC_REQ.id(), this::askNetwork));
  }

  private void registerCallback(int cluster, Runnable then) {
    link.call(
        MtCommand.ZDO_MSG_CB_REGISTER,
        out -> out.putShort((short) cluster),
        answer -> succeeded("asking for ZDO frames", answer, then));
  }

  private void askNetwork() {
    link.call(
        MtCommand.ZDO_EXT_NWK_INFO,
        MtLink.NO_DATA,
        answer -> {
          int address = answer.getShort() & 0xFFFF;
          answer.get(); // state
          int panId = answer.getShort() & 0xFFFF;
          answer.getShort(); // parent
          long extendedPanId = answer.getLong();
          answer.getLong(); // parent's EUI-64
          int channel = answer.get() & 0xFF;
          if (remembered.isPresent() && remembered.get().extendedPanId() != extendedPanId) {
            refuse(
                "the co-processor did not resume extended PAN %016x but made %016x; is its memory damaged?"
                    .formatted(remembered.get().extendedPanId(), extendedPanId));
          } else {
            // What is said last stays as long as it is up.
            host.progress(found);
            listener.started(
                new NetworkParameters(self, address, channel, panId, extendedPanId),
                product.orElseThrow());
          }
        });
  }

  private void awaitCoordinator(Duration atMost, Runnable then) {
    onCoordinator = Optional.of(then);
    timer =
        host.loop()
            .after(
                atMost,
                () ->
                    link.fail(
                        "the co-processor was not on its network within "
                            + atMost.toSeconds()
                            + " s"));
  }

  private void succeeded(String doing, ByteBuffer answer, Runnable then) {
    int status = answer.get() & 0xFF;
    if (status == 0) {
      then.run();
    } else {
      link.fail(failed(doing, status));
    }
  }

  private static String failed(String doing, int status) {
    return "%s failed: status 0x%02x".formatted(doing, status);
  }

  private void refuse(String why) {
    host.failed(RadioFault.lasting(why));
  }

  private static int mask(Formation network) {
    return 1 << network.channel();
  }

  private static ByteBuffer littleEndian(int octets) {
    return ByteBuffer.allocate(octets).order(ByteOrder.LITTLE_ENDIAN);
  }
}
