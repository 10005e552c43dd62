package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.ImageSlot;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.AttributeValue;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclDataType;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaAttribute;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCommand;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device tells of itself, beside its OTA client. */
class NodeTest {

  private static TestMesh joined(DeviceProfile profile) {
    TestMesh mesh = TestMesh.fast(Map.of(), profile).open();
    mesh.loop.advance(Duration.ofSeconds(1));
    mesh.server.zdo.clear();
    return mesh;
  }

  private static DeviceProfile quiet() {
    return DeviceProfile.builder().firstQuery(Duration.ofDays(1)).build();
  }

  @Nested
  @DisplayName("Zigbee Device Object")
  class Zdo {

    private TestMesh mesh = joined(quiet());
    private int address = mesh.server.address();
    private Eui64 eui64 = mesh.server.joined.get(address);

    private ZdoCommand ask(ZdoRequest request) {
      mesh.server.zdo(address, 0x42, request);
      mesh.loop.runDue();
      assertThat(mesh.server.zdo).hasSize(1);
      return mesh.server.zdo.get(0);
    }

    @Test
    void itTellsItsIeeeAddress() {
      ZdoResponse.IeeeAddrRsp response =
          (ZdoResponse.IeeeAddrRsp) ask(new ZdoRequest.IeeeAddrReq(address, false, 0));
      assertThat(response.remoteDevice()).contains(new ZdoResponse.RemoteDevice(eui64, address));
    }

    @Test
    void itTellsItsNetworkAddressWhenItIsTheOneLookedForByBroadcast() {
      mesh.server.zdo(0xFFFD, 1, new ZdoRequest.NwkAddrReq(new Eui64(5), false, 0));
      mesh.loop.runDue();
      assertThat(mesh.server.zdo).isEmpty();

      mesh.server.zdo(0xFFFD, 2, new ZdoRequest.NwkAddrReq(eui64, false, 0));
      mesh.loop.runDue();
      assertThat(((ZdoResponse.NwkAddrRsp) mesh.server.zdo.get(0)).remoteDevice())
          .contains(new ZdoResponse.RemoteDevice(eui64, address));
    }

    @Test
    void itTellsItsNodeDescriptor() {
      ZdoResponse.NodeDescRsp response =
          (ZdoResponse.NodeDescRsp) ask(new ZdoRequest.NodeDescReq(address));
      assertThat(response.nodeDescriptor().orElseThrow().logicalType())
          .isEqualTo(LogicalType.ROUTER);
      assertThat(response.nodeDescriptor().orElseThrow().manufacturerCode()).isEqualTo(0xFFF1);
    }

    @Test
    void itTellsItsEndpointsAndWhatTheyAre() {
      assertThat(ask(new ZdoRequest.ActiveEpReq(address)))
          .isEqualTo(new ZdoResponse.ActiveEpRsp(ZdoStatus.SUCCESS.code(), address, List.of(1)));
      mesh.server.zdo.clear();
      ZdoResponse.SimpleDescRsp response =
          (ZdoResponse.SimpleDescRsp) ask(new ZdoRequest.SimpleDescReq(address, 1));
      SimpleDescriptor simple = response.simpleDescriptor().orElseThrow();
      assertThat(simple.profileId()).isEqualTo(0x0104);
      assertThat(simple.inputClusters()).containsExactly(BasicCluster.ID);
      assertThat(simple.outputClusters()).containsExactly(OtaCluster.ID);
    }

    @Test
    void anEndpointItDoesNotHaveIsNotActive() {
      assertThat(((ZdoResponse) ask(new ZdoRequest.SimpleDescReq(address, 9))).statusCode())
          .isEqualTo(ZdoStatus.NOT_ACTIVE.code());
    }

    @Test
    void itMatchesWhoeverLooksForAnOtaClient() {
      assertThat(
              ask(new ZdoRequest.MatchDescReq(address, 0x0104, List.of(), List.of(OtaCluster.ID))))
          .isEqualTo(new ZdoResponse.MatchDescRsp(ZdoStatus.SUCCESS.code(), address, List.of(1)));
    }

    @Test
    void toldToLeaveItLeavesAndIsSilent() {
      assertThat(ask(new ZdoRequest.MgmtLeaveReq(new Eui64(0), false, false)))
          .isEqualTo(new ZdoResponse.MgmtLeaveRsp(ZdoStatus.SUCCESS.code()));
      assertThat(mesh.server.left).containsExactly(eui64);
      mesh.server.zdo.clear();
      mesh.loop.advance(Duration.ofDays(2));
      assertThat(mesh.server.zdo).isEmpty();
      assertThat(mesh.server.joined).hasSize(1);
    }

    @Test
    void toldToRejoinItComesBackUnderANewAddress() {
      ask(new ZdoRequest.MgmtLeaveReq(eui64, false, true));
      mesh.loop.advance(Duration.ofSeconds(10));
      assertThat(mesh.server.left).containsExactly(eui64);
      assertThat(mesh.server.joined).hasSize(2).containsValue(eui64);
      assertThat(mesh.device().networkAddress()).isNotEqualTo(address);
      assertThat(mesh.server.zdo).hasAtLeastOneElementOfType(ZdoRequest.DeviceAnnce.class);
    }
  }

  @Nested
  @DisplayName("Read Attributes")
  class Attributes {

    private ReadAttributesResponse read(
        TestMesh mesh, int cluster, Direction direction, Integer... ids) throws Exception {
      ByteBuffer payload = ByteBuffer.allocate(82);
      ReadAttributes.of(ids)
          .encode(payload, ZclHeader.global(direction, true, 0x21, ReadAttributes.COMMAND_ID));
      mesh.server.others.clear();
      mesh.server.send(
          ApsFrame.to(mesh.server.address(), 1, 1, 0x0104, cluster, payload.flip()), false);
      mesh.loop.runDue();
      ApsFrame answer = mesh.server.others.get(0);
      ZclHeader header = ZclHeader.decode(answer.payload());
      assertThat(header.sequenceNumber()).isEqualTo(0x21);
      assertThat(header.direction()).isEqualTo(direction.opposite());
      return ReadAttributesResponse.decode(header, answer.payload());
    }

    @Test
    void theBasicClusterTellsModelAndManufacturer() throws Exception {
      TestMesh mesh =
          joined(quiet().with().modelIdentifier("S1 (5501)").manufacturerName("ubisys").build());
      ReadAttributesResponse response =
          read(mesh, BasicCluster.ID, Direction.CLIENT_TO_SERVER, 0x0004, 0x0005, 0x4000, 0x7777);
      assertThat(response.text(0x0004)).contains("ubisys");
      assertThat(response.text(0x0005)).contains("S1 (5501)");
      assertThat(response.text(0x4000)).contains("00000001");
      assertThat(response.attributes().get(3).status()).contains(ZclStatus.UNSUPPORTED_ATTRIBUTE);
    }

    @Test
    void theOtaAttributesAreTheClientsAndReadInThatDirection() throws Exception {
      TestMesh mesh = joined(quiet().with().images(new ImageSlot(0x4204, 0x20029623)).build());
      assertThat(read(mesh, OtaCluster.ID, Direction.SERVER_TO_CLIENT, 0x0002).attributes().get(0))
          .isEqualTo(
              ReadAttributesResponse.Attribute.of(
                  0x0002, new AttributeValue.Numeric(ZclDataType.UINT32, 0x20029623)));
      assertThat(
              read(mesh, OtaCluster.ID, Direction.CLIENT_TO_SERVER, 0x0002)
                  .attributes()
                  .get(0)
                  .status())
          .contains(ZclStatus.UNSUPPORTED_ATTRIBUTE);
    }

    @Test
    void theVersionMayBeUnreadable() throws Exception {
      TestMesh mesh = joined(quiet().with().currentVersionReadable(false).build());
      assertThat(read(mesh, OtaCluster.ID, Direction.SERVER_TO_CLIENT, 0x0002).number(0x0002))
          .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyAttributeHasItsTypeAndItsDefaultBeforeAnythingHappened(OtaAttribute attribute)
        throws Exception {
      TestMesh mesh = joined(quiet().with().periodField(PeriodField.PRESENT).build());
      ReadAttributesResponse response =
          read(mesh, OtaCluster.ID, Direction.SERVER_TO_CLIENT, attribute.id());
      Optional<AttributeValue> value = response.value(attribute.id());
      if (attribute == OtaAttribute.IMAGE_STAMP) {
        assertThat(value).isEmpty();
        return;
      }
      assertThat(value.orElseThrow().type()).isEqualTo(attribute.type());
      boolean known =
          attribute == OtaAttribute.CURRENT_FILE_VERSION
              || attribute == OtaAttribute.CURRENT_ZIGBEE_STACK_VERSION;
      if (value.get() instanceof AttributeValue.Numeric number
          && attribute.defaultValue().isPresent()
          && !known) {
        assertThat(number.value()).isEqualTo(attribute.defaultValue().getAsLong());
      }
    }

    @Test
    void theyFollowADownload() throws Exception {
      TestMesh mesh =
          TestMesh.fast(Map.of(), TestMesh.eager().thinkTime(Duration.ofSeconds(1)).build());
      mesh.serving(5_000);
      mesh.open().until(() -> mesh.server.requests(ImageBlock.class).size() == 10);
      ReadAttributesResponse response =
          read(
              mesh,
              OtaCluster.ID,
              Direction.SERVER_TO_CLIENT,
              0x0000,
              0x0001,
              0x0002,
              0x0006,
              0x0008);
      assertThat(response.number(0x0001)).hasValue(500);
      assertThat(response.number(0x0002)).hasValue(1);
      assertThat(response.number(0x0006)).hasValue(1);
      assertThat(response.number(0x0008)).hasValue(1);
      assertThat(response.value(0x0000))
          .as("the coordinator's address, which it asked for")
          .get()
          .satisfies(
              value ->
                  assertThat(((AttributeValue.Address) value).value().toString())
                      .startsWith("026f7461")
                      .endsWith("0000"));
    }
  }

  @Nested
  @DisplayName("what it does not understand")
  class Nonsense {

    private List<DefaultResponse> answersTo(int cluster, int... octets) {
      TestMesh mesh = joined(quiet());
      ByteBuffer payload = ByteBuffer.allocate(octets.length);
      for (int octet : octets) {
        payload.put((byte) octet);
      }
      mesh.server.send(
          ApsFrame.to(mesh.server.address(), 1, 1, 0x0104, cluster, payload.flip()), false);
      mesh.loop.runDue();
      return mesh.server.defaultResponses.isEmpty()
          ? mesh.server.others.stream().map(NodeTest::defaultResponse).toList()
          : mesh.server.defaultResponses;
    }

    @Test
    void anUnknownOtaCommand() {
      assertThat(answersTo(0x0019, 0x09, 1, 0x44))
          .containsExactly(DefaultResponse.of(0x44, ZclStatus.UNSUP_COMMAND));
    }

    @Test
    void aTruncatedOtaCommand() {
      assertThat(answersTo(0x0019, 0x19, 1, 0x05, 0x00, 0xF1))
          .containsExactly(DefaultResponse.of(0x05, ZclStatus.MALFORMED_COMMAND));
    }

    @Test
    void anUnknownGlobalCommand() {
      assertThat(answersTo(0x0000, 0x00, 1, 0x02, 0, 0))
          .containsExactly(DefaultResponse.of(0x02, ZclStatus.UNSUP_COMMAND));
    }

    @Test
    void aClusterItDoesNotHave() {
      assertThat(answersTo(0x0006, 0x01, 1, 0x02))
          .containsExactly(DefaultResponse.of(0x02, ZclStatus.UNSUPPORTED_CLUSTER));
    }

    @Test
    void aDefaultResponseIsNeverAnswered() {
      assertThat(answersTo(0x0000, 0x08, 1, 0x0B, 0x02, 0x81)).isEmpty();
      assertThat(answersTo(0x0019, 0x08, 1, 0x0B)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void lessThanAHeader() {
      assertThat(answersTo(0x0019, 0x19, 1)).isEmpty();
    }
  }

  private static DefaultResponse defaultResponse(ApsFrame frame) {
    try {
      return DefaultResponse.decode(ZclHeader.decode(frame.payload()), frame.payload());
    } catch (ZclFormatException wrong) {
      throw new AssertionError(wrong);
    }
  }
}
