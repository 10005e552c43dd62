package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a transfer takes against the arithmetic of IEEE 802.15.4-2006 §6 and §7 at 2.4 GHz, done
 * here once more from the standard's own constants, and not by the simulator's code.
 */
@DisplayName("Airtime")
class ChannelFiguresTest {

  private static final int SIZE = 100_000;

  /**
   * Milliseconds of one frame over one hop with the mean back-off: aUnitBackoffPeriod 20 symbols.
   */
  private static double hop(double mpduOctets) {
    double symbol = 0.016;
    double backoff = 3.5 * 20 * symbol;
    double clearChannelAssessment = 8 * symbol;
    double turnaround = 12 * symbol;
    double frame = (6 + mpduOctets) * 2 * symbol;
    double acknowledgement = turnaround + (6 + 5) * 2 * symbol;
    double longInterframeSpace = 40 * symbol;
    return backoff
        + clearChannelAssessment
        + turnaround
        + frame
        + acknowledgement
        + longInterframeSpace;
  }

  private static double sourceRoute(int hops) {
    return hops == 1 ? 0 : 2 + 2 * (hops - 1);
  }

  /** Milliseconds from the first block request to the last block response. */
  private static double transfer(TestMesh mesh) {
    ImageScript script = mesh.serving(SIZE);
    mesh.open();
    assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    assertThat(mesh.device().retries()).isZero();
    long first =
        mesh.server.heard.stream()
            .filter(
                heard ->
                    heard.request() instanceof OtaRequest.ImageBlock
                        || heard.request() instanceof OtaRequest.ImagePage)
            .findFirst()
            .orElseThrow()
            .nanos();
    long last = mesh.server.last(OtaRequest.UpgradeEnd.class).orElseThrow().nanos();
    return (last - first) / 1e6;
  }

  @Test
  void theArithmeticGivesTheFiguresOfTheDocumentation() {
    assertThat(hop(64)).isCloseTo(4.86, withinPercentage(0.2));
    assertThat(hop(112)).isCloseTo(6.40, withinPercentage(0.2));
    assertThat(hop(45)).isCloseTo(4.26, withinPercentage(0.2));
    assertThat(1_000 / (hop(64) + hop(112))).isCloseTo(88.8, withinPercentage(0.2));
    assertThat(1_000 / (hop(64) + hop(112) + hop(45))).isCloseTo(64.4, withinPercentage(0.2));
  }

  @ParameterizedTest(name = "{0} hops, {1} octets, requests acknowledged: {2}")
  @CsvSource({
    "1, 50, false",
    "1, 50, true",
    "1, 32, false",
    "1, 63, true",
    "2, 50, false",
    "3, 48, true",
    "5, 50, true"
  })
  void oneDeviceThatDoesNotThinkIsServedAsFastAsTheChannelGoes(
      int hops, int dataSize, boolean acknowledged) {
    TestMesh mesh =
        TestMesh.of(
            Map.of("hops", hops, "seed", 7),
            TestMesh.eager().maximumDataSize(dataSize).acknowledgedRequests(acknowledged).build());

    double took = transfer(mesh);

    double request = hop(45 + 17);
    double response = hop(45 + 17 + dataSize + sourceRoute(hops));
    double acknowledgement = acknowledged ? hop(45 + sourceRoute(hops)) : 0;
    double blocks = Math.ceil((double) SIZE / dataSize);
    assertThat(took)
        .isCloseTo(blocks * hops * (request + response + acknowledgement), withinPercentage(1.5));
  }

  @Test
  void theMinimumBlockPeriodFieldMakesARequestTwoOctetsLonger() {
    TestMesh mesh =
        TestMesh.of(Map.of(), TestMesh.eager().periodField(PeriodField.PRESENT).build());
    double rate = 1_000 * SIZE / 50.0 / transfer(mesh);
    assertThat(rate).isCloseTo(88.8, withinPercentage(1.5));
  }

  @Test
  void onAFastChannelFramesOfAFixedTimeDoNotWaitForOneAnother() {
    TestMesh mesh =
        TestMesh.of(
            Map.of("fastChannel", true, "fastFrameMs", 10, "joinSpacingMs", 0),
            20,
            TestMesh.eager().thinkTime(Duration.ofMillis(3)).build());
    assertThat(transfer(mesh)).isCloseTo(SIZE / 50 * (10 + 10 + 3), withinPercentage(0.5));
  }

  @Test
  void manyDevicesShareTheChannelAndNoneOfItIsWasted() {
    TestMesh mesh =
        TestMesh.of(
            Map.of("joinSpacingMs", 0),
            20,
            TestMesh.eager().thinkTime(Duration.ofMillis(3)).build());
    double took = transfer(mesh);
    double blocks = 20.0 * SIZE / 50;
    assertThat(took).isCloseTo(blocks * (hop(62) + hop(112)), withinPercentage(1.5));
  }

  @Test
  void thinkTimeComesOnTopForASingleDevice() {
    TestMesh mesh = TestMesh.of(Map.of(), TestMesh.eager().thinkTime(Duration.ofMillis(3)).build());
    double took = transfer(mesh);
    assertThat(took).isCloseTo(2_000 * (hop(62) + hop(112) + 3), withinPercentage(1.5));
  }

  @Test
  void thePagesOfADeviceGoOneWay() {
    DeviceProfile paging = TestMesh.eager().pageSize(10_000).responseSpacing(0).build();
    double took = transfer(TestMesh.of(Map.of(), paging));
    assertThat(took).isCloseTo(2_000 * hop(112) + 10 * hop(45 + 21), withinPercentage(1.5));
  }
}
