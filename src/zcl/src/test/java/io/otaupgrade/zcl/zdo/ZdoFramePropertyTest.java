package io.otaupgrade.zcl.zdo;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ZdoFramePropertyTest {

  @Property
  void aFrameIsReadAsItWasWritten(
      @ForAll("commands") ZdoCommand command,
      @ForAll @IntRange(max = 0xFF) int transactionSequenceNumber)
      throws ZclFormatException {
    ZdoFrame frame = new ZdoFrame(transactionSequenceNumber, command);
    ByteBuffer asdu = ByteBuffer.allocate(1100);
    ZdoEncoder.encode(asdu, frame);
    assertThat(ZdoDecoder.decode(command.cluster().id(), asdu.flip())).isEqualTo(frame);
  }

  /** With SUCCESS in the place of the status, and a short length or two, more is reached. */
  @Property(tries = 5000)
  void randomOctetsAreReadOrRejected(
      @ForAll ZdoCluster cluster,
      @ForAll @IntRange(max = 1) int status,
      @ForAll @IntRange(max = 16) int count,
      @ForAll @Size(max = 40) byte[] rest) {
    ByteBuffer asdu = ByteBuffer.allocate(5 + rest.length);
    asdu.put((byte) 7).put((byte) status).put((byte) 0x34).put((byte) 0x12).put((byte) count);
    ZdoFrameLaws.check(cluster.id(), asdu.put(rest).flip());
  }

  @Property
  void anyOctetsAreReadOrRejected(
      @ForAll ZdoCluster cluster, @ForAll @Size(max = 30) byte[] octets) {
    ZdoFrameLaws.check(cluster.id(), ByteBuffer.wrap(octets));
  }

  @Provide
  Arbitrary<ZdoCommand> commands() {
    return Arbitraries.oneOf(List.of(requests(), addressResponses(), descriptorResponses()));
  }

  private static Arbitrary<ZdoCommand> requests() {
    Arbitrary<ZdoCommand> nwkAddr =
        Combinators.combine(eui64s(), booleans(), u8()).as(ZdoRequest.NwkAddrReq::new);
    Arbitrary<ZdoCommand> ieeeAddr =
        Combinators.combine(u16(), booleans(), u8()).as(ZdoRequest.IeeeAddrReq::new);
    Arbitrary<ZdoCommand> nodeDesc = u16().map(ZdoRequest.NodeDescReq::new);
    Arbitrary<ZdoCommand> simpleDesc =
        Combinators.combine(u16(), u8()).as(ZdoRequest.SimpleDescReq::new);
    Arbitrary<ZdoCommand> activeEp = u16().map(ZdoRequest.ActiveEpReq::new);
    Arbitrary<ZdoCommand> matchDesc =
        Combinators.combine(u16(), u16(), clusters(255), clusters(255))
            .as(ZdoRequest.MatchDescReq::new);
    Arbitrary<ZdoCommand> annce =
        Combinators.combine(u16(), eui64s(), u8().map(MacCapability::new))
            .as(ZdoRequest.DeviceAnnce::new);
    Arbitrary<ZdoCommand> leave =
        Combinators.combine(eui64s(), booleans(), booleans()).as(ZdoRequest.MgmtLeaveReq::new);
    return Arbitraries.oneOf(
        List.of(nwkAddr, ieeeAddr, nodeDesc, simpleDesc, activeEp, matchDesc, annce, leave));
  }

  private static Arbitrary<ZdoCommand> addressResponses() {
    Arbitrary<RemoteDevice> remotes = Combinators.combine(eui64s(), u16()).as(RemoteDevice::new);
    Arbitrary<Optional<AssociatedDevices>> associated =
        Combinators.combine(u8(), clusters(255))
            .as((start, list) -> new AssociatedDevices(list.isEmpty() ? 0 : start, list))
            .optional();
    Arbitrary<ZdoCommand> nwkAddr =
        Combinators.combine(remotes, associated)
            .as((remote, list) -> new ZdoResponse.NwkAddrRsp(0, Optional.of(remote), list));
    Arbitrary<ZdoCommand> ieeeAddr =
        Combinators.combine(remotes, associated)
            .as((remote, list) -> new ZdoResponse.IeeeAddrRsp(0, Optional.of(remote), list));
    Arbitrary<ZdoCommand> failed =
        Combinators.combine(failures(), remotes.optional())
            .as((status, remote) -> new ZdoResponse.NwkAddrRsp(status, remote, Optional.empty()));
    return Arbitraries.oneOf(List.of(nwkAddr, ieeeAddr, failed));
  }

  private static Arbitrary<ZdoCommand> descriptorResponses() {
    Arbitrary<NodeDescriptor> nodes =
        Combinators.combine(
                Arbitraries.of(LogicalType.class),
                Arbitraries.integers().between(0, 31),
                u8().map(MacCapability::new),
                u16(),
                u8(),
                u16(),
                u16(),
                u16())
            .as(
                (type, band, mac, manufacturer, buffer, in, mask, out) ->
                    new NodeDescriptor(
                        type, band, mac, manufacturer, buffer, in, mask, out, buffer));
    Arbitrary<SimpleDescriptor> simples =
        Combinators.combine(
                u8(),
                u16(),
                u16(),
                Arbitraries.integers().between(0, 15),
                clusters(61),
                clusters(62))
            .as(SimpleDescriptor::new);
    Arbitrary<List<Integer>> endpoints = u8().list().ofMaxSize(255);
    Arbitrary<ZdoCommand> node =
        Combinators.combine(u16(), nodes)
            .as((nwk, value) -> new ZdoResponse.NodeDescRsp(0, nwk, Optional.of(value)));
    Arbitrary<ZdoCommand> noNode =
        Combinators.combine(failures(), u16())
            .as((status, nwk) -> new ZdoResponse.NodeDescRsp(status, nwk, Optional.empty()));
    Arbitrary<ZdoCommand> simple =
        Combinators.combine(u16(), simples)
            .as((nwk, value) -> new ZdoResponse.SimpleDescRsp(0, nwk, Optional.of(value)));
    Arbitrary<ZdoCommand> noSimple =
        Combinators.combine(failures(), u16())
            .as((status, nwk) -> new ZdoResponse.SimpleDescRsp(status, nwk, Optional.empty()));
    Arbitrary<ZdoCommand> active =
        Combinators.combine(u8(), u16(), endpoints).as(ZdoResponse.ActiveEpRsp::new);
    Arbitrary<ZdoCommand> match =
        Combinators.combine(u8(), u16(), endpoints).as(ZdoResponse.MatchDescRsp::new);
    Arbitrary<ZdoCommand> leave = u8().map(ZdoResponse.MgmtLeaveRsp::new);
    return Arbitraries.oneOf(List.of(node, noNode, simple, noSimple, active, match, leave));
  }

  private static Arbitrary<Boolean> booleans() {
    return Arbitraries.of(true, false);
  }

  private static Arbitrary<Integer> u8() {
    return Arbitraries.integers().between(0, 0xFF);
  }

  private static Arbitrary<Integer> failures() {
    return Arbitraries.integers().between(1, 0xFF);
  }

  private static Arbitrary<Integer> u16() {
    return Arbitraries.integers().between(0, 0xFFFF);
  }

  private static Arbitrary<List<Integer>> clusters(int max) {
    return u16().list().ofMaxSize(max);
  }

  private static Arbitrary<Eui64> eui64s() {
    return Arbitraries.longs().map(Eui64::new);
  }
}
