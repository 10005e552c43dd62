package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZdoTest {

  private static final int NODE = 0x1111;

  private MeshKit kit = MeshKit.up();

  private void receive(int cluster, String hex) {
    receive(NODE, cluster, hex);
  }

  private void receive(int address, int cluster, String hex) {
    ByteBuffer payload = ByteBuffer.wrap(HexFormat.ofDelimiter(" ").parseHex(hex));
    kit.driver
        .events()
        .received(
            ApsFrame.from(address, Optional.of(new Eui64(0x77)), 0, 0, 0, cluster, 9, payload));
  }

  private static String hex(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.remaining()];
    buffer.duplicate().get(octets);
    return HexFormat.ofDelimiter(" ").formatHex(octets);
  }

  @Nested
  class Requests {

    private final List<Optional<ByteBuffer>> answers = new ArrayList<>();

    private void ask(int address, Duration timeout) {
      kit.mesh.zdo(
          address,
          ZdoCluster.MGMT_LEAVE_REQ.id(),
          ByteBuffer.wrap(new byte[] {1, 2, 3}),
          timeout,
          answers::add);
    }

    private int sequenceNumber(int nth) {
      return kit.driver.frames().get(nth).payload().get(0) & 0xFF;
    }

    @Test
    void beginWithASequenceNumberAndGoFromEndpointZero() {
      ask(NODE, Duration.ofSeconds(5));
      ApsFrame frame = kit.driver.frames().get(0);
      assertThat(frame.networkAddress()).isEqualTo(NODE);
      assertThat(frame.profile()).isZero();
      assertThat(frame.sourceEndpoint()).isZero();
      assertThat(frame.destinationEndpoint()).isZero();
      assertThat(frame.cluster()).isEqualTo(0x0034);
      assertThat(hex(frame.payload())).endsWith(" 01 02 03").hasSize(11);
    }

    @Test
    void areAnsweredByTheirNodeWithTheirSequenceNumberAndCluster() {
      ask(NODE, Duration.ofSeconds(5));
      String tsn = HexFormat.of().toHexDigits((byte) sequenceNumber(0));
      receive(0x2222, 0x8034, tsn + " 01");
      receive(0x8005, tsn + " 02");
      receive(0x8034, HexFormat.of().toHexDigits((byte) (sequenceNumber(0) + 1)) + " 03");
      assertThat(answers).isEmpty();
      receive(0x8034, tsn + " 04 05");
      receive(0x8034, tsn + " 06");
      assertThat(answers).hasSize(1);
      assertThat(hex(answers.get(0).orElseThrow())).isEqualTo("04 05");
    }

    @Test
    void toEverybodyMayBeAnsweredByAnybody() {
      ask(0xFFFD, Duration.ofSeconds(5));
      receive(0x2222, 0x8034, HexFormat.of().toHexDigits((byte) sequenceNumber(0)) + " 00");
      assertThat(answers).hasSize(1);
    }

    @Test
    void endWithoutAnAnswerAfterTheTimeOut() {
      ask(NODE, Duration.ofSeconds(5));
      kit.driver.confirmAll(Confirmation.DELIVERED);
      kit.pass(Duration.ofMillis(4_999));
      assertThat(answers).isEmpty();
      kit.pass(Duration.ofMillis(1));
      assertThat(answers).containsExactly(Optional.empty());
      receive(0x8034, HexFormat.of().toHexDigits((byte) sequenceNumber(0)) + " 00");
      assertThat(answers).hasSize(1);
    }

    @Test
    void endAtOnceWhenTheRadioRefusesThem() {
      ask(NODE, Duration.ofSeconds(5));
      kit.driver.confirmAll(Confirmation.REFUSED);
      assertThat(answers).containsExactly(Optional.empty());
    }

    @Test
    void goOnWaitingWhenOnlyTheAcknowledgementWasLost() {
      ask(NODE, Duration.ofSeconds(5));
      kit.driver.confirmAll(Confirmation.NO_ACK);
      assertThat(answers).isEmpty();
    }

    @Test
    void endWhenTheNetworkGoes() {
      ask(NODE, Duration.ofHours(5));
      kit.driver.networkDown("a test");
      assertThat(answers).containsExactly(Optional.empty());
      ask(NODE, Duration.ofHours(5));
      kit.loop.runDue();
      assertThat(answers).hasSize(2);
    }

    @Test
    void haveSequenceNumbersOfTheirOwn() {
      kit.driver.limits = new RadioLimits(255, 255);
      kit.driver.networkDown("a test");
      kit.driver.networkUp();
      for (int i = 0; i < 256; i++) {
        ask(i + 1, Duration.ofSeconds(5));
        kit.driver.confirmAll(Confirmation.DELIVERED);
      }
      assertThat(kit.driver.frames().stream().map(frame -> frame.payload().get(0)).distinct())
          .hasSize(256);
      ask(1, Duration.ofSeconds(5));
      kit.loop.runDue();
      assertThat(answers).as("the 257th at once").containsExactly(Optional.empty());
    }

    @Test
    void mayBeGivenABufferThatIsUsedAgain() {
      ByteBuffer payload = ByteBuffer.wrap(new byte[] {9, 1, 2, 9});
      payload.position(1).limit(3);
      kit.mesh.zdo(NODE, 0x0034, payload, Duration.ofSeconds(5), answers::add);
      payload.put(1, (byte) 7);
      assertThat(hex(kit.driver.frames().get(0).payload())).endsWith(" 01 02");
      assertThat(payload.position()).isEqualTo(1);
    }

    @Test
    void areRequestsAndNothingElse() {
      ByteBuffer none = ByteBuffer.allocate(0);
      assertThatThrownBy(
              () -> kit.mesh.zdo(NODE, 0x8005, none, Duration.ofSeconds(5), answers::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0..0x7FFF");
      assertThatThrownBy(
              () -> kit.mesh.zdo(0x10000, 0x0005, none, Duration.ofSeconds(5), answers::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("networkAddress");
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
      kit.mesh.zdo(
          NODE,
          0x0034,
          ByteBuffer.allocate(0),
          Duration.ofSeconds(5),
          answer -> {
            throw new IllegalStateException("a listener fails, as the test wants");
          });
      receive(0x8034, HexFormat.of().toHexDigits((byte) sequenceNumber(0)) + " 00");
      assertThat(kit.received).hasSize(1);
    }
  }

  @Nested
  @DisplayName("Questions to the host")
  class Answers {

    private Optional<ZdoResponse> ask(ZdoRequest request) {
      kit.driver.confirmAll(Confirmation.DELIVERED);
      int before = kit.driver.sent.size();
      kit.driver
          .events()
          .received(
              ApsFrame.from(
                  NODE,
                  Optional.of(new Eui64(0x77)),
                  0,
                  0,
                  0,
                  request.cluster().id(),
                  9,
                  FakeNode.zdo(0x42, request)));
      return kit.driver.frames().stream()
          .skip(before)
          .filter(frame -> frame.cluster() >= 0x8000)
          .findFirst()
          .map(this::decoded);
    }

    private ZdoResponse decoded(ApsFrame frame) {
      assertThat(frame.networkAddress()).isEqualTo(NODE);
      assertThat(frame.profile()).isZero();
      try {
        ZdoFrame zdo = ZdoDecoder.decode(frame.cluster(), frame.payload());
        assertThat(zdo.transactionSequenceNumber()).isEqualTo(0x42);
        return (ZdoResponse) zdo.command();
      } catch (ZclFormatException e) {
        throw new AssertionError(e);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0104, 0xC05E, 0x0109, 0xFFFF})
    void whoSearchesAnOtaServerFindsIt(int profile) {
      assertThat(ask(new ZdoRequest.MatchDescReq(0xFFFD, profile, List.of(0x0019), List.of())))
          .contains(new ZdoResponse.MatchDescRsp(0, 0x0000, List.of(1, 13)));
      assertThat(ask(new ZdoRequest.MatchDescReq(0, profile, List.of(5, 0x0019), List.of())))
          .contains(new ZdoResponse.MatchDescRsp(0, 0x0000, List.of(1, 13)));
    }

    /** Made by hand from 05-3474 rev 22 §2.4.3.1.7 and §2.4.4.2.7. */
    @Test
    void theOctetsOfAMatchAreAsTheSpecificationSays() {
      receive(
          ZdoCluster.MATCH_DESC_REQ.id(),
          "2a" // transaction sequence number
              + " fd ff" // NWKAddrOfInterest 0xFFFD
              + " 5e c0" // ProfileID 0xC05E
              + " 01 19 00" // one input cluster, 0x0019
              + " 00"); // no output cluster
      ApsFrame answer =
          kit.driver.frames().stream()
              .filter(frame -> frame.cluster() == 0x8006)
              .findFirst()
              .orElseThrow();
      assertThat(hex(answer.payload()))
          .isEqualTo(
              "2a" // transaction sequence number
                  + " 00" // SUCCESS
                  + " 00 00" // NWKAddrOfInterest: the coordinator
                  + " 02 01 0d"); // two endpoints: 1 and 13
    }

    @ParameterizedTest
    @CsvSource({"0x0104, 0x0006", "0x0105, 0x0019", "0x0000, 0x0019"})
    void aBroadcastThatFindsNothingStaysUnanswered(String profile, String cluster) {
      assertThat(
              ask(
                  new ZdoRequest.MatchDescReq(
                      0xFFFD,
                      Integer.decode(profile),
                      List.of(Integer.decode(cluster)),
                      List.of())))
          .isEmpty();
    }

    @Test
    void aUnicastThatFindsNothingIsToldSo() {
      assertThat(ask(new ZdoRequest.MatchDescReq(0, 0x0104, List.of(0x0006), List.of())))
          .contains(new ZdoResponse.MatchDescRsp(0, 0, List.of()));
      assertThat(ask(new ZdoRequest.MatchDescReq(0x2222, 0x0104, List.of(0x0019), List.of())))
          .contains(
              new ZdoResponse.MatchDescRsp(ZdoStatus.DEVICE_NOT_FOUND.code(), 0x2222, List.of()));
    }

    @Test
    void itsEndpointsAreToldAndDescribed() {
      assertThat(ask(new ZdoRequest.ActiveEpReq(0)))
          .contains(new ZdoResponse.ActiveEpRsp(0, 0, List.of(1, 13)));
      for (int endpoint : List.of(1, 13)) {
        ZdoResponse.SimpleDescRsp response =
            (ZdoResponse.SimpleDescRsp)
                ask(new ZdoRequest.SimpleDescReq(0, endpoint)).orElseThrow();
        assertThat(response.simpleDescriptor().orElseThrow().inputClusters()).contains(0x0019);
        assertThat(response.simpleDescriptor().orElseThrow().profileId()).isEqualTo(0x0104);
        assertThat(response.simpleDescriptor().orElseThrow().endpoint()).isEqualTo(endpoint);
      }
    }

    @ParameterizedTest
    @CsvSource({
      "0, 0, INVALID_EP",
      "0, 255, INVALID_EP",
      "0, 7, NOT_ACTIVE",
      "8738, 1, DEVICE_NOT_FOUND"
    })
    void otherEndpointsHaveNoDescriptor(int address, int endpoint, ZdoStatus status) {
      assertThat(ask(new ZdoRequest.SimpleDescReq(address, endpoint)))
          .contains(new ZdoResponse.SimpleDescRsp(status.code(), address, Optional.empty()));
    }

    @Test
    void itsAddressesAreTold() {
      Optional<ZdoResponse.RemoteDevice> host =
          Optional.of(new ZdoResponse.RemoteDevice(FakeDriver.COORDINATOR, 0));
      assertThat(ask(new ZdoRequest.IeeeAddrReq(0, false, 0)))
          .contains(new ZdoResponse.IeeeAddrRsp(0, host, Optional.empty()));
      assertThat(ask(new ZdoRequest.NwkAddrReq(FakeDriver.COORDINATOR, true, 0)))
          .contains(
              new ZdoResponse.NwkAddrRsp(
                  0, host, Optional.of(new ZdoResponse.AssociatedDevices(0, List.of()))));
      assertThat(ask(new ZdoRequest.NwkAddrReq(new Eui64(5), false, 0))).isEmpty();
      assertThat(ask(new ZdoRequest.IeeeAddrReq(0x2222, false, 0)))
          .contains(
              new ZdoResponse.IeeeAddrRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), Optional.empty(), Optional.empty()));
    }

    @Test
    void itIsACoordinatorThatListens() {
      ZdoResponse.NodeDescRsp response =
          (ZdoResponse.NodeDescRsp) ask(new ZdoRequest.NodeDescReq(0)).orElseThrow();
      assertThat(response.nodeDescriptor().orElseThrow().macCapability().receiverOnWhenIdle())
          .isTrue();
      assertThat(response.nodeDescriptor().orElseThrow().logicalType())
          .isEqualTo(NodeDescriptor.LogicalType.COORDINATOR);
    }

    @Test
    void nobodySendsItAway() {
      assertThat(ask(new ZdoRequest.MgmtLeaveReq(new Eui64(0), false, false)))
          .contains(new ZdoResponse.MgmtLeaveRsp(ZdoStatus.NOT_SUPPORTED.code()));
    }

    @Test
    void answersGoBeforeImageBlocks() {
      kit = MeshKit.up(1, 1);
      kit.send(Priority.OTA, 5, 0);
      kit.send(Priority.OTA, 5, 1);
      receive(ZdoCluster.ACTIVE_EP_REQ.id(), "01 00 00");
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      assertThat(kit.driver.frames().get(1).cluster()).isEqualTo(0x8005);
    }

    @Test
    void itsOwnBroadcastsAreNotAnswered() {
      receive(0x0000, ZdoCluster.MATCH_DESC_REQ.id(), "2a fd ff 04 01 01 19 00 00");
      assertThat(kit.driver.sent).isEmpty();
    }
  }
}
