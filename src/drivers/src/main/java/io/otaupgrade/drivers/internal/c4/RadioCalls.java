package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The driver's device on the air: whether it is there, frames to and from it, the reflash lock. */
final class RadioCalls implements ReflashLocks.Holder {
  private static final int UNKNOWN_ADDRESS = 0xFFFE;
  private static final int LONGEST_PACKET = 255;
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private enum Online {
    ONLINE,
    OFFLINE,
    REBOOT,
    UNKNOWN
  }

  private final LuaDriver driver;
  private Online online = Online.UNKNOWN;
  private boolean serverIsThere;
  private Hold hold;

  RadioCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    c4.method("SendZigbeePacket", this::send);
    c4.method("GetZigbeeEUID", arguments -> LuaValue.valueOf(driver.setup().device().toString()));
    c4.method(
        "RequestReflashLock",
        arguments -> {
          if (usable("RequestReflashLock")) {
            called("RequestReflashLock", "", "");
            driver.mesh().reflashLocks.request(this);
          }
          return LuaValue.NONE;
        });
    c4.method(
        "KeepReflashLock",
        arguments -> {
          boolean kept = driver.mesh().reflashLocks.keep(this);
          called("KeepReflashLock", "", kept ? "" : "not held");
          if (kept && hold != null) {
            hold.renew(ReflashLocks.LEASE);
          }
          return LuaValue.NONE;
        });
    c4.method(
        "ReleaseReflashLock",
        arguments -> {
          called("ReleaseReflashLock", "", "");
          driver.mesh().reflashLocks.release(this);
          endHold();
          return LuaValue.NONE;
        });
    driver.atEnd(
        () -> {
          driver.mesh().reflashLocks.release(this);
          endHold();
        });
  }

  private void called(String function, String arguments, String result) {
    driver.watcher().called("C4:" + function, arguments, result);
  }

  private boolean usable(String function) {
    if (!driver.ready()) {
      driver.log(Level.WARN, "C4:" + function + " cannot be called before OnDriverInit is over");
    }
    return driver.ready();
  }

  // Online or not.

  /** Tells the driver how its device is, once its script is ready. */
  void begin() {
    serverIsThere = driver.mesh().server().isPresent();
    node().ifPresent(node -> tell(node.online() ? Online.ONLINE : Online.OFFLINE));
  }

  private Optional<Node> node() {
    return driver.mesh().radio().flatMap(radio -> radio.node(driver.setup().device()));
  }

  void nodeEvent(NodeEvent event) {
    switch (event.kind()) {
      case JOINED, ANNOUNCED -> tell(online == Online.ONLINE ? Online.REBOOT : Online.ONLINE);
      case LEFT -> tell(Online.OFFLINE);
      case ADDRESS_CHANGED, DESCRIBED -> {
        if (event.node().online() && online != Online.ONLINE) {
          tell(Online.ONLINE);
        }
      }
    }
  }

  void radioCame() {
    begin();
  }

  void radioWent() {
    tell(Online.UNKNOWN);
  }

  /**
   * The OTA server of the mesh is there (again), with no images of this driver. Being told that its
   * device is online is what makes a driver add its image.
   */
  void serverCame() {
    boolean again = !serverIsThere;
    serverIsThere = true;
    if (again && online == Online.ONLINE) {
      call(Online.ONLINE);
    }
  }

  void serverWent() {
    serverIsThere = false;
    hold = null;
  }

  private void tell(Online now) {
    if (now == online) {
      return;
    }
    online = now == Online.REBOOT ? Online.ONLINE : now;
    call(now);
  }

  private void call(Online now) {
    driver.callNow(
        "OnZigbeeOnlineStatusChanged",
        LuaValue.valueOf(now.name()),
        LuaValue.valueOf(""),
        LuaValue.valueOf(0));
  }

  // Frames.

  /** Whether a frame of the device changes anything. */
  boolean hearsFrames() {
    return online != Online.ONLINE || driver.globals().rawget("OnZigbeePacketIn").isfunction();
  }

  void received(ApsFrame frame) {
    if (online != Online.ONLINE) {
      tell(Online.ONLINE);
    }
    if (!driver.globals().rawget("OnZigbeePacketIn").isfunction()) {
      return;
    }
    byte[] octets = new byte[frame.payload().remaining()];
    frame.payload().get(frame.payload().position(), octets);
    driver.callNow(
        "OnZigbeePacketIn",
        driver.sandbox().string(octets),
        LuaValue.valueOf(frame.profile()),
        LuaValue.valueOf(frame.cluster()),
        LuaValue.valueOf(0),
        LuaValue.valueOf(frame.sourceEndpoint()),
        LuaValue.valueOf(frame.destinationEndpoint()),
        LuaValue.valueOf(driver.setup().device().toString()));
  }

  private Varargs send(Varargs arguments) {
    if (!usable("SendZigbeePacket")) {
      return LuaValue.NONE;
    }
    LuaString packet = Arguments.string(arguments, 1);
    boolean fits = packet.m_length <= LONGEST_PACKET;
    int profile = Arguments.integer(arguments, 2);
    int cluster = Arguments.integer(arguments, 3);
    int group = Arguments.integer(arguments, 4, 0);
    int source = Arguments.integer(arguments, 5, 1);
    int destination = Arguments.integer(arguments, 6, 1);
    driver.sandbox().spend(500);
    Varargs told =
        LuaValue.varargsOf(
            new LuaValue[] {
              fits ? packet : LuaValue.EMPTYSTRING, // no outcome is to keep a longer one
              LuaValue.valueOf(profile),
              LuaValue.valueOf(cluster),
              LuaValue.valueOf(group),
              LuaValue.valueOf(source),
              LuaValue.valueOf(destination),
              LuaValue.valueOf(driver.setup().device().toString())
            });
    if (cluster == OtaCluster.ID && driver.mesh().reflashLocks.holds(this)) {
      holdDevice();
    }
    Optional<RadioTransport> radio = driver.mesh().radio();
    Optional<Node> node = node();
    String refusal = "";
    if (group != 0) {
      refusal = "groups are not served";
    } else if (!fits) {
      refusal = "a packet of " + packet.m_length + " octets, at most " + LONGEST_PACKET;
    } else if (radio.isEmpty()) {
      refusal = "the radio is not there";
    } else if (node.isEmpty() || node.get().networkAddress() == UNKNOWN_ADDRESS) {
      refusal = "the device's address is not known";
    } else {
      try {
        ApsFrame frame =
            ApsFrame.to(
                node.get().networkAddress(),
                source,
                destination,
                profile,
                cluster,
                ByteBuffer.wrap(Octets.of(packet)));
        radio
            .get()
            .send(
                frame,
                cluster == OtaCluster.ID ? Priority.OTA : Priority.CONTROL,
                TxOptions.ACKNOWLEDGED,
                DEADLINE,
                delivery -> driver.post(() -> settled(delivery, told)));
      } catch (IllegalArgumentException outOfRange) {
        refusal = outOfRange.getMessage();
      }
    }
    called("SendZigbeePacket", LuaDriver.describe(told.subargs(1)), refusal);
    if (!refusal.isEmpty()) {
      driver.log(Level.WARN, "C4:SendZigbeePacket: " + refusal);
      driver.post(() -> settled(Delivery.REFUSED, told));
    }
    return LuaValue.NONE;
  }

  private void settled(Delivery delivery, Varargs told) {
    boolean success = delivery == Delivery.DELIVERED || delivery == Delivery.UNCONFIRMED;
    LuaValue[] values = new LuaValue[told.narg()];
    for (int i = 0; i < values.length; i++) {
      values[i] = told.arg(i + 1);
    }
    driver.callNow(success ? "OnZigbeePacketSuccess" : "OnZigbeePacketFailed", values);
  }

  // The reflash lock.

  /** A driver that serves image blocks itself keeps our server from answering the device too. */
  private void holdDevice() {
    if (hold != null && hold.renew(ReflashLocks.LEASE)) {
      return;
    }
    hold =
        driver
            .mesh()
            .server()
            .flatMap(server -> server.hold(driver.setup().device(), ReflashLocks.LEASE))
            .orElse(null);
  }

  private void endHold() {
    if (hold != null) {
      hold.close();
      hold = null;
    }
  }

  @Override
  public void granted() {
    driver.post(() -> driver.callNow("OnReflashLockGranted"));
  }

  @Override
  public void revoked() {
    driver.post(
        () -> {
          endHold();
          driver.callNow("OnReflashLockRevoked");
        });
  }
}
