package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.air.Link;
import io.otaupgrade.simulator.internal.air.Station;
import io.otaupgrade.simulator.internal.time.Alarm;
import io.otaupgrade.zcl.AttributeValue;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ReadAttributesResponse.Attribute;
import io.otaupgrade.zcl.ZclDataType;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaResponseDecoder;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoCommand;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Zigbee device with an OTA Upgrade client: the node around {@link OtaClient}, which joins,
 * announces itself, tells what it is, and reboots. All but {@link #report} belongs to the mesh's
 * loop.
 */
public final class SimulatedDevice implements Station {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedDevice.class);

  private static final int COORDINATOR = 0x0000;
  private static final int BROADCAST_LISTENING = 0xFFFD;
  private static final int ALL_ENDPOINTS = 0xFF;
  private static final int SMART_PLUG = 0x0051;
  private static final int LQI = 200;
  private static final int MAXIMUM_ASDU = 82;

  /** How long a sleepy device listens after it came onto the network, for whoever interviews it. */
  private static final Duration AWAKE_AFTER_JOINING = Duration.ofSeconds(30);

  private final Eui64 eui64;
  private final DeviceProfile profile;
  private final Gauges gauges = new Gauges();
  private final OtaClient client;
  private final Alarm power = new Alarm(this::powerUp);

  private Network network;
  private EventLoop loop;
  private Link link;
  private DeviceObject self;
  private ApsFrame request;
  private int transaction;
  private boolean member;
  private boolean dead;
  private boolean isDown;
  private boolean installing;

  /** What a device needs of the network around it. */
  public interface Network {
    /** An address that no other device has. */
    int freeAddress();

    /** The trust centre lets the device in. */
    void joined(SimulatedDevice device, int networkAddress);

    /** The device has left. */
    void left(SimulatedDevice device);
  }

  /** A device that is switched off. */
  public SimulatedDevice(Eui64 eui64, DeviceProfile profile, RandomGenerator random) {
    this.eui64 = eui64;
    this.profile = profile;
    this.client = new OtaClient(this, eui64, profile, random, gauges);
  }

  public Eui64 eui64() {
    return eui64;
  }

  public DeviceProfile profile() {
    return profile;
  }

  /** How it stands; safe from any thread. */
  public SimulatedDeviceReport report() {
    return gauges.report(eui64);
  }

  /**
   * Puts the device into the air. One that was a member of the network goes on there, as if it had
   * lost its power for a moment; another waits for {@link #join}.
   */
  public void place(Network around, EventLoop meshLoop, Link place) {
    network = around;
    loop = meshLoop;
    link = place;
    client.moveTo(loop);
    power.moveTo(loop);
    if (dead) {
      return;
    }
    if (isDown) {
      powerUp();
    } else if (member) {
      appear(gauges.report(eui64).networkAddress());
    }
  }

  /** Takes it out of the air; it keeps what a device keeps without power. */
  public void remove() {
    client.halt();
    power.cancel();
  }

  /** Joins the network, unless it did before. */
  public void join() {
    if (member) {
      return;
    }
    member = true;
    int address = network.freeAddress();
    network.joined(this, address);
    appear(address);
    announce();
  }

  /**
   * Is a member of the network from now on, as if it had joined long ago.
   *
   * @param announces whether it tells everyone, as after a loss of power, or keeps silent until it
   *     has something to ask
   */
  public void settle(boolean announces) {
    if (member) {
      return;
    }
    member = true;
    appear(network.freeAddress());
    if (announces) {
      announce();
    }
  }

  /** Its network is gone; it is as new, but keeps its images. */
  public void expel() {
    if (member) {
      client.halt();
      power.cancel();
      isDown = false;
      link.left();
      member = false;
    }
  }

  /** Whether it belongs to the network. */
  public boolean isMember() {
    return member;
  }

  private void appear(int address) {
    gauges.networkAddress(address);
    self =
        new DeviceObject(
            eui64,
            address,
            new NodeDescriptor(
                profile.sleepy() ? LogicalType.END_DEVICE : LogicalType.ROUTER,
                NodeDescriptor.BAND_2400_MHZ,
                capability(),
                profile.manufacturerCode(),
                MAXIMUM_ASDU,
                MAXIMUM_ASDU,
                0,
                MAXIMUM_ASDU,
                0),
            List.of(
                new SimpleDescriptor(
                    profile.endpoint(),
                    profile.profileId(),
                    SMART_PLUG,
                    1,
                    List.of(BasicCluster.ID),
                    List.of(OtaCluster.ID))));
    link.online(address);
    client.boot();
  }

  private MacCapability capability() {
    return profile.sleepy() ? MacCapability.SLEEPY_END_DEVICE : MacCapability.ROUTER;
  }

  private void announce() {
    zdo(
        BROADCAST_LISTENING,
        nextTransaction(),
        new ZdoRequest.DeviceAnnce(self.networkAddress(), eui64, capability()));
    link.stayAwake(AWAKE_AFTER_JOINING);
  }

  // ---- reboots

  /** Reboots as after a fault: what was not kept is lost. */
  void reboot() {
    powerDown();
    installing = false;
  }

  /** Reboots into what was downloaded. */
  void upgrade() {
    powerDown();
    installing = true;
    if (profile.afterUpgrade() == AfterUpgrade.NEVER_COMES_BACK) {
      dead = true;
      power.cancel();
    }
  }

  private void powerDown() {
    LOG.debug("{} reboots", this);
    isDown = true;
    client.halt();
    link.offline();
    power.set(profile.rebootTime());
  }

  private void powerUp() {
    if (installing && profile.afterUpgrade() == AfterUpgrade.RUNS_NEW) {
      client.install();
    } else if (installing) {
      client.dropDownload();
    }
    installing = false;
    isDown = false;
    appear(
        profile.newAddressAfterReboot()
            ? network.freeAddress()
            : gauges.report(eui64).networkAddress());
    announce();
  }

  private void leave(boolean rejoin) {
    client.halt();
    link.left();
    member = false;
    network.left(this);
    if (rejoin) {
      loop.after(profile.rebootTime(), this::join);
    }
  }

  // ---- what comes in

  @Override
  public void received(ApsFrame frame) {
    try {
      if (frame.profile() == ZdoCluster.PROFILE
          && frame.destinationEndpoint() == ZdoCluster.ENDPOINT) {
        zdoReceived(frame);
      } else if (frame.profile() == profile.profileId()
          && (frame.destinationEndpoint() == profile.endpoint()
              || frame.destinationEndpoint() == ALL_ENDPOINTS)) {
        zclReceived(frame);
      } else {
        LOG.debug("{} has no endpoint for {}", this, frame);
      }
    } catch (ZclFormatException malformed) {
      LOG.debug("{} cannot read {}: {}", this, frame, malformed.getMessage());
    }
  }

  @Override
  public void frameLeft(ApsFrame frame) {
    // What else it says meanwhile is no reason to wait longer for an answer.
    if (frame == request) {
      client.frameLeft();
    }
  }

  private void zclReceived(ApsFrame frame) throws ZclFormatException {
    ZclHeader header = ZclHeader.decode(frame.payload());
    boolean answered = false;
    ZclStatus status;
    try {
      if (header.frameType() == FrameType.GLOBAL) {
        if (header.commandId() == DefaultResponse.COMMAND_ID) {
          defaultResponse(frame, DefaultResponse.decode(header, frame.payload()));
          return;
        }
        if (header.commandId() == ReadAttributes.COMMAND_ID) {
          readAttributes(frame, header);
          answered = true;
          status = ZclStatus.SUCCESS;
        } else {
          status = ZclStatus.UNSUP_COMMAND;
        }
      } else if (frame.cluster() == OtaCluster.ID) {
        status =
            client.received(
                OtaResponseDecoder.decode(header, frame.payload()), frame.isBroadcast());
      } else {
        status =
            frame.cluster() == BasicCluster.ID
                ? ZclStatus.UNSUP_COMMAND
                : ZclStatus.UNSUPPORTED_CLUSTER;
      }
    } catch (ZclFormatException malformed) {
      LOG.debug("{} cannot read {}: {}", this, frame, malformed.getMessage());
      status = malformed.status();
    }
    boolean wanted = status != ZclStatus.SUCCESS || !header.disableDefaultResponse();
    if (wanted && !answered && !frame.isBroadcast()) {
      ByteBuffer response = ByteBuffer.allocate(DefaultResponse.FRAME_OCTETS + 2);
      DefaultResponse.encode(response, header, status);
      reply(frame, response.flip());
    }
  }

  private void defaultResponse(ApsFrame frame, DefaultResponse response) {
    if (frame.cluster() == OtaCluster.ID) {
      client.defaultResponse(response.commandId(), response.statusCode());
    }
  }

  private void readAttributes(ApsFrame frame, ZclHeader header) throws ZclFormatException {
    List<Attribute> attributes =
        ReadAttributes.decode(header, frame.payload()).attributeIds().stream()
            .map(
                id ->
                    attribute(frame.cluster(), header.direction(), id)
                        .map(value -> Attribute.of(id, value))
                        .orElseGet(() -> Attribute.without(id, ZclStatus.UNSUPPORTED_ATTRIBUTE)))
            .toList();
    ByteBuffer response = ByteBuffer.allocate(MAXIMUM_ASDU * 4);
    new ReadAttributesResponse(attributes)
        .encode(response, header.globalReply(ReadAttributesResponse.COMMAND_ID));
    reply(frame, response.flip());
  }

  /** Of the Basic cluster the device is the server, of the OTA Upgrade cluster the client. */
  private Optional<AttributeValue> attribute(int cluster, Direction direction, int id) {
    if (cluster == OtaCluster.ID && direction == Direction.SERVER_TO_CLIENT) {
      return client.attribute(id);
    }
    if (cluster != BasicCluster.ID || direction != Direction.CLIENT_TO_SERVER) {
      return Optional.empty();
    }
    return switch (id) {
      case 0x0000 -> Optional.of(new AttributeValue.Numeric(ZclDataType.UINT8, 8)); // ZCLVersion
      case BasicCluster.MANUFACTURER_NAME ->
          Optional.of(new AttributeValue.Text(profile.manufacturerName()));
      case BasicCluster.MODEL_IDENTIFIER ->
          Optional.of(new AttributeValue.Text(profile.modelIdentifier()));
      case 0x0007 -> // PowerSource: battery, or mains with a single phase
          Optional.of(new AttributeValue.Numeric(ZclDataType.ENUM8, profile.sleepy() ? 3 : 1));
      case 0x4000 -> // SWBuildID
          Optional.of(new AttributeValue.Text("%08x".formatted(client.runningVersion())));
      default -> Optional.empty();
    };
  }

  private void zdoReceived(ApsFrame frame) throws ZclFormatException {
    ZdoFrame zdo = ZdoDecoder.decode(frame.cluster(), frame.payload());
    ZdoCommand command = zdo.command();
    if (command instanceof ZdoRequest.MgmtLeaveReq leave) {
      if (leave.deviceAddress().value() == 0 || leave.deviceAddress().equals(eui64)) {
        zdo(
            COORDINATOR,
            zdo.transactionSequenceNumber(),
            new ZdoResponse.MgmtLeaveRsp(ZdoStatus.SUCCESS.code()));
        leave(leave.rejoin());
      }
    } else if (command instanceof ZdoRequest request) {
      self.answer(request, frame.isBroadcast())
          .ifPresent(answer -> zdo(COORDINATOR, zdo.transactionSequenceNumber(), answer));
    } else if (command instanceof ZdoResponse.MatchDescRsp match) {
      if (match.statusCode() == ZdoStatus.SUCCESS.code()
          && match.nwkAddrOfInterest() == COORDINATOR
          && !match.matchList().isEmpty()) {
        client.serverFound(match.matchList().get(0));
      }
    } else if (command instanceof ZdoResponse.IeeeAddrRsp address) {
      address
          .remoteDevice()
          .filter(remote -> remote.nwkAddr() == COORDINATOR)
          .ifPresent(remote -> client.serverIdentified(remote.ieeeAddr()));
    }
  }

  // ---- what goes out

  /** Match_Desc_req to everyone: who serves OTA upgrades? */
  void matchServer(int matchProfileId) {
    link.stayAwake(profile.responseTimeout());
    zdo(
        BROADCAST_LISTENING,
        nextTransaction(),
        new ZdoRequest.MatchDescReq(
            BROADCAST_LISTENING, matchProfileId, List.of(OtaCluster.ID), List.of()));
  }

  /** IEEE_addr_req to the server. */
  void identifyServer() {
    link.stayAwake(profile.responseTimeout());
    zdo(COORDINATOR, nextTransaction(), new ZdoRequest.IeeeAddrReq(COORDINATOR, false, 0));
  }

  /** Sends a request of the OTA client, whose answer is awaited. */
  void request(int serverEndpoint, ByteBuffer payload) {
    link.stayAwake(profile.responseTimeout());
    request =
        ApsFrame.from(
            self.networkAddress(),
            Optional.empty(),
            profile.endpoint(),
            serverEndpoint,
            profile.profileId(),
            OtaCluster.ID,
            LQI,
            payload);
    link.unicast(request, profile.acknowledgedRequests());
  }

  /** More of the answer is to come. */
  void expectsAnswer() {
    link.stayAwake(profile.responseTimeout());
  }

  /** The answer has come. */
  void expectsNothing() {
    link.sleep();
  }

  EventLoop loop() {
    return loop;
  }

  private void reply(ApsFrame to, ByteBuffer payload) {
    link.unicast(
        ApsFrame.from(
            self.networkAddress(),
            Optional.empty(),
            profile.endpoint(),
            to.sourceEndpoint(),
            to.profile(),
            to.cluster(),
            LQI,
            payload),
        /* acknowledged= */ true);
  }

  private int nextTransaction() {
    transaction = (transaction + 1) & 0xFF;
    return transaction;
  }

  private void zdo(int destination, int transactionSequenceNumber, ZdoCommand command) {
    ByteBuffer payload = ByteBuffer.allocate(MAXIMUM_ASDU);
    ZdoEncoder.encode(payload, new ZdoFrame(transactionSequenceNumber, command));
    ApsFrame frame =
        ApsFrame.from(
            self.networkAddress(),
            Optional.empty(),
            ZdoCluster.ENDPOINT,
            ZdoCluster.ENDPOINT,
            ZdoCluster.PROFILE,
            command.cluster().id(),
            LQI,
            payload.flip());
    if (destination == COORDINATOR) {
      link.unicast(frame, /* acknowledged= */ true);
    } else {
      link.broadcast(frame);
    }
  }

  @Override
  public String toString() {
    return "simulated device " + eui64;
  }
}
