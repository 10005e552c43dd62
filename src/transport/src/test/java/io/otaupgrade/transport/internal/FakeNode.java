package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.zcl.AttributeValue;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A node on the mesh of a {@link MeshKit}: it answers what it is asked about itself. */
final class FakeNode implements ZdoRequest.Cases<Optional<ZdoResponse>> {

  static final List<SimpleDescriptor> LAMP =
      List.of(
          new SimpleDescriptor(1, 0x0104, 0x0100, 0, List.of(0x0000, 0x0006), List.of(0x0019)),
          new SimpleDescriptor(242, 0xA1E0, 0x0061, 0, List.of(), List.of(0x0021)));

  final Eui64 eui64;
  int address;
  MacCapability capability = MacCapability.ROUTER;
  List<SimpleDescriptor> endpoints = LAMP;
  String model = "Lamp 7";
  String manufacturer = "Acme";

  /** Which frames get through to it. */
  Predicate<ApsFrame> hears = frame -> true;

  final List<ApsFrame> heard = new ArrayList<>();
  private final MeshKit kit;

  FakeNode(MeshKit kit, long eui64, int address) {
    this.kit = kit;
    this.eui64 = new Eui64(eui64);
    this.address = address;
  }

  /** Puts the nodes on the air: what is sent to them is confirmed and answered after a while. */
  static void join(MeshKit kit, FakeNode... nodes) {
    kit.driver.onSend =
        sent ->
            kit.loop.after(
                Duration.ofMillis(5),
                () -> {
                  boolean heard = false;
                  for (FakeNode node : nodes) {
                    heard |= node.hear(sent.frame());
                  }
                  if (kit.driver.inFlight.containsKey(sent.tag())) {
                    kit.driver.confirm(
                        sent.tag(), heard ? Confirmation.DELIVERED : Confirmation.NO_ACK);
                  }
                });
  }

  void announce() {
    say(
        ZdoCluster.PROFILE,
        ZdoCluster.DEVICE_ANNCE.id(),
        zdo(9, new ZdoRequest.DeviceAnnce(address, eui64, capability)));
  }

  /** Says something on endpoint 0 or 1, as the profile wants. */
  void say(int profile, int cluster, ByteBuffer payload) {
    int endpoint = profile == ZdoCluster.PROFILE ? 0 : 1;
    kit.driver
        .events()
        .received(
            ApsFrame.from(
                address, Optional.empty(), endpoint, endpoint, profile, cluster, 200, payload));
  }

  static ByteBuffer zdo(int sequenceNumber, ZdoRequest request) {
    return encode(new ZdoFrame(sequenceNumber, request));
  }

  private boolean hear(ApsFrame frame) {
    if ((frame.networkAddress() != address && !frame.isBroadcast()) || !hears.test(frame)) {
      return false;
    }
    heard.add(frame);
    try {
      if (frame.profile() == ZdoCluster.PROFILE) {
        ZdoFrame asked = ZdoDecoder.decode(frame.cluster(), frame.payload());
        if (asked.command() instanceof ZdoRequest request) {
          request
              .match(this)
              .ifPresent(
                  response ->
                      say(
                          ZdoCluster.PROFILE,
                          response.cluster().id(),
                          encode(new ZdoFrame(asked.transactionSequenceNumber(), response))));
        }
      } else if (frame.cluster() == BasicCluster.ID) {
        readNames(frame);
      }
    } catch (ZclFormatException e) {
      throw new AssertionError(e);
    }
    return true;
  }

  private void readNames(ApsFrame frame) throws ZclFormatException {
    ZclHeader header = ZclHeader.decode(frame.payload());
    ReadAttributes read = ReadAttributes.decode(header, frame.payload());
    ByteBuffer out = ByteBuffer.allocate(128);
    new ReadAttributesResponse(
            read.attributeIds().stream()
                .map(
                    id ->
                        ReadAttributesResponse.Attribute.of(
                            id,
                            new AttributeValue.Text(
                                id == BasicCluster.MODEL_IDENTIFIER ? model : manufacturer)))
                .toList())
        .encode(out, header.globalReply(ReadAttributesResponse.COMMAND_ID));
    say(frame.profile(), frame.cluster(), out.flip());
  }

  private static ByteBuffer encode(ZdoFrame frame) {
    ByteBuffer out = ByteBuffer.allocate(128);
    ZdoEncoder.encode(out, frame);
    return out.flip();
  }

  @Override
  public Optional<ZdoResponse> nwkAddr(ZdoRequest.NwkAddrReq request) {
    return request.ieeeAddr().equals(eui64)
        ? Optional.of(new ZdoResponse.NwkAddrRsp(0, Optional.of(both()), Optional.empty()))
        : Optional.empty();
  }

  @Override
  public Optional<ZdoResponse> ieeeAddr(ZdoRequest.IeeeAddrReq request) {
    return Optional.of(new ZdoResponse.IeeeAddrRsp(0, Optional.of(both()), Optional.empty()));
  }

  @Override
  public Optional<ZdoResponse> nodeDesc(ZdoRequest.NodeDescReq request) {
    return Optional.of(
        new ZdoResponse.NodeDescRsp(
            0,
            address,
            Optional.of(
                new NodeDescriptor(
                    NodeDescriptor.LogicalType.ROUTER,
                    NodeDescriptor.BAND_2400_MHZ,
                    capability,
                    0x117C,
                    82,
                    82,
                    0x2C00,
                    82,
                    0))));
  }

  @Override
  public Optional<ZdoResponse> simpleDesc(ZdoRequest.SimpleDescReq request) {
    Optional<SimpleDescriptor> found =
        endpoints.stream().filter(each -> each.endpoint() == request.endpoint()).findFirst();
    return Optional.of(new ZdoResponse.SimpleDescRsp(found.isPresent() ? 0 : 0x83, address, found));
  }

  @Override
  public Optional<ZdoResponse> activeEp(ZdoRequest.ActiveEpReq request) {
    return Optional.of(
        new ZdoResponse.ActiveEpRsp(
            0, address, endpoints.stream().map(SimpleDescriptor::endpoint).toList()));
  }

  @Override
  public Optional<ZdoResponse> matchDesc(ZdoRequest.MatchDescReq request) {
    return Optional.empty();
  }

  @Override
  public Optional<ZdoResponse> deviceAnnce(ZdoRequest.DeviceAnnce announce) {
    return Optional.empty();
  }

  @Override
  public Optional<ZdoResponse> mgmtLeave(ZdoRequest.MgmtLeaveReq request) {
    return Optional.empty();
  }

  private ZdoResponse.RemoteDevice both() {
    return new ZdoResponse.RemoteDevice(eui64, address);
  }
}
