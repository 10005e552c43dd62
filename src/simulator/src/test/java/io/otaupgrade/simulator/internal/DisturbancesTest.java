package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes wrong on the air goes wrong as often as it should, and the same way every time. */
class DisturbancesTest {

  private static final int SIZE = 100_000;

  private static TestMesh mesh(Map<String, ?> configuration, DeviceProfile.Builder profile) {
    return TestMesh.of(configuration, 5, profile.build());
  }

  private static DeviceProfile.Builder eager() {
    return TestMesh.eager().responseTimeout(Duration.ofSeconds(1));
  }

  private static ImageScript upgrade(TestMesh mesh) {
    ImageScript script = mesh.serving(SIZE);
    mesh.open();
    assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    for (SimulatedDeviceReport device : mesh.driver.mesh().devices()) {
      assertThat(device.imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }
    return script;
  }

  private static long retries(TestMesh mesh) {
    return mesh.driver.mesh().devices().stream().mapToLong(SimulatedDeviceReport::retries).sum();
  }

  private static double sent(TestMesh mesh) {
    return mesh.driver.mesh().devices().stream()
        .mapToDouble(SimulatedDeviceReport::requestsSent)
        .sum();
  }

  private static long count(TestMesh mesh, Confirmation confirmation) {
    return mesh.server.confirmations.stream().filter(confirmation::equals).count();
  }

  @Test
  void silentLossOfBlockResponsesIsSeenByTheDevicesAlone() {
    TestMesh mesh = mesh(Map.of("loss", 0.02, "lossOf", "blockResponses"), eager());
    upgrade(mesh);
    assertThat(count(mesh, Confirmation.NO_ACK)).isZero();
    long requests = mesh.server.requests(ImageBlock.class).size();
    assertThat((double) retries(mesh) / requests).isCloseTo(0.02, within(0.004));
    assertThat(requests).isEqualTo(5 * 2_000 + retries(mesh));
  }

  @Test
  void reportedLossOfBlockResponsesIsSeenByTheRadioToo() {
    TestMesh mesh =
        mesh(Map.of("loss", 0.02, "lossOf", "blockResponses", "lossReported", true), eager());
    upgrade(mesh);
    assertThat(count(mesh, Confirmation.NO_ACK)).isEqualTo(retries(mesh));
    assertThat(retries(mesh) / 10_000.0).isCloseTo(0.02, within(0.004));
  }

  @Test
  void lossOfAllFramesHitsRequestsAndResponsesAlike() {
    TestMesh mesh = mesh(Map.of("loss", 0.05), eager());
    upgrade(mesh);
    double sent = sent(mesh);
    assertThat(1 - mesh.server.heard.size() / sent).isCloseTo(0.05, within(0.006));
    assertThat(retries(mesh) / sent).isCloseTo(1 - 0.95 * 0.95, within(0.01));
  }

  @Test
  void anAcknowledgedFrameIsRepeatedUntilItArrivesAndArrivesOnce() {
    TestMesh mesh = mesh(Map.of("loss", 0.2), eager().acknowledgedRequests(true));
    mesh.serving(20_000);
    mesh.open();
    assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    long requests = mesh.server.heard.size();
    double sent = sent(mesh);
    // 0.2^4 of the frames get through in none of the four attempts
    assertThat(requests / sent).isCloseTo(1 - 0.0016, within(0.004));
  }

  @Test
  void duplicatedFramesArriveTwice() {
    TestMesh mesh = mesh(Map.of("duplication", 0.1), eager());
    upgrade(mesh);
    double sent = sent(mesh);
    assertThat(mesh.server.heard.size() / sent).isCloseTo(1.1, within(0.015));
    assertThat(retries(mesh)).isZero();
  }

  @Test
  void reorderedFramesAreOvertaken() {
    TestMesh mesh =
        mesh(
            Map.of("reordering", 0.1),
            eager().duplicatesRequests(true).pageSize(2_000).responseSpacing(0));
    upgrade(mesh);
    List<Long> offsets = new ArrayList<>();
    mesh.server.requests(ImageBlock.class).forEach(block -> offsets.add(block.fileOffset()));
    assertThat(offsets).as("blocks that came too late for their page").isNotEmpty();
  }

  private static List<Object> trace(long seed) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.putAll(
        Map.of("loss", 0.05, "duplication", 0.02, "reordering", 0.02, "seed", seed, "hops", 2));
    TestMesh mesh = mesh(configuration, eager().acknowledgedRequests(true));
    mesh.serving(20_000);
    mesh.open().untilAllRun(ImageScript.VERSION);
    List<Object> trace = new ArrayList<>();
    mesh.server.heard.forEach(
        heard -> {
          trace.add(heard.nanos());
          trace.add(heard.request());
        });
    trace.addAll(mesh.server.confirmations);
    trace.addAll(mesh.driver.mesh().devices());
    return trace;
  }

  @Test
  void theSameSeedGivesTheSameRunToTheNanosecond() {
    assertThat(trace(42)).isEqualTo(trace(42));
    assertThat(trace(42)).isNotEqualTo(trace(43));
  }
}
