package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices that hear only what they poll their parents for. */
class SleepyDevicesTest {

  private static DeviceProfile.Builder sleepy() {
    return TestMesh.eager()
        .sleepy(true)
        .fastPoll(Duration.ofMillis(100))
        .longPoll(Duration.ofMinutes(1));
  }

  /** A device that is asleep, having asked in vain. */
  private static TestMesh asleep(int hops, DeviceProfile.Builder profile) {
    TestMesh mesh = TestMesh.of(Map.of("hops", hops), profile.build());
    mesh.serving(5_000);
    ImageScript script = mesh.serving(5_000);
    mesh.server.onRequest = heard -> {};
    mesh.open().loop.advance(Duration.ofMinutes(2));
    mesh.server.onRequest = script;
    mesh.server.heard.clear();
    mesh.server.confirmations.clear();
    mesh.server.confirmedAt.clear();
    return mesh;
  }

  @ParameterizedTest(name = "{0} hops, requests acknowledged: {1}")
  @CsvSource({"1, false", "1, true", "3, false", "3, true"})
  void aSleepyDeviceIsUpgradedToo(int hops, boolean acknowledged) {
    TestMesh mesh =
        TestMesh.of(Map.of("hops", hops), sleepy().acknowledgedRequests(acknowledged).build());
    ImageScript script = mesh.serving(5_000);
    assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
    assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    assertThat(mesh.device().retries()).isZero();
    assertThat(mesh.server.requests(ImageBlock.class)).hasSize(100);
  }

  @Test
  void whatItIsSentWaitsUntilItsNextFastPoll() {
    TestMesh mesh = TestMesh.of(Map.of(), sleepy().build());
    mesh.serving(5_000);
    mesh.open().untilAllRun(ImageScript.VERSION);
    List<ScriptedServer.Heard> heard = mesh.server.heard;
    Duration block = Duration.ofNanos(heard.get(20).nanos() - heard.get(19).nanos());
    // poll after 100 ms, then poll, response and request one after another on the channel
    assertThat(block).isBetween(Duration.ofMillis(110), Duration.ofMillis(130));
  }

  @ParameterizedTest(name = "{0} hops: {1} after {2}..{3} ms")
  @CsvSource({"1, NO_ACK, 7680, 7680", "2, DELIVERED, 3, 10"})
  void aFrameThatItDoesNotPollForIsGivenUp(
      int hops, Confirmation outcome, long atLeast, long atMost) {
    TestMesh mesh = asleep(hops, sleepy().longPoll(Duration.ofHours(1)));
    long sent = mesh.loop.nanos();
    mesh.server.say(mesh.server.address(), true, ImageNotify.toAll(100));
    mesh.loop.advance(Duration.ofSeconds(30));
    assertThat(mesh.server.confirmations).containsExactly(outcome);
    assertThat(Duration.ofNanos(mesh.server.confirmedAt.get(0) - sent).toMillis())
        .isBetween(atLeast, atMost);
    assertThat(mesh.server.heard).isEmpty();
  }

  @Test
  void aFrameThatComesShortlyBeforeItPollsReachesIt() {
    TestMesh mesh = asleep(1, sleepy().longPoll(Duration.ofSeconds(7)));
    mesh.server.say(mesh.server.address(), true, ImageNotify.toAll(100));
    mesh.loop.advance(Duration.ofSeconds(8));
    assertThat(mesh.server.confirmations).contains(Confirmation.DELIVERED);
    assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(1);
  }

  @Test
  void severalFramesThatWaitAreFetchedOneRightAfterTheOther() {
    TestMesh mesh = asleep(1, sleepy().longPoll(Duration.ofSeconds(7)));
    int address = mesh.server.address();
    mesh.server.zdo.clear();
    for (int i = 0; i < 5; i++) {
      mesh.server.zdo(address, i, new ZdoRequest.ActiveEpReq(address));
    }
    mesh.loop.advance(Duration.ofSeconds(8));
    assertThat(mesh.server.zdo).hasSize(5).hasOnlyElementsOfType(ZdoResponse.ActiveEpRsp.class);
    long first = mesh.server.confirmedAt.get(0);
    long last = mesh.server.confirmedAt.get(mesh.server.confirmedAt.size() - 1);
    assertThat(Duration.ofNanos(last - first)).isLessThan(Duration.ofMillis(100));
  }

  @Test
  void aBroadcastMissesIt() {
    TestMesh mesh = asleep(1, sleepy());
    mesh.server.say(0xFFFD, true, ImageNotify.toAll(100));
    mesh.loop.advance(Duration.ofSeconds(30));
    assertThat(mesh.server.heard).isEmpty();
    assertThat(mesh.server.confirmations).containsExactly(Confirmation.DELIVERED);
  }

  @Test
  void itListensForAWhileAfterItJoinedSoThatItCanBeInterviewed() {
    TestMesh mesh = TestMesh.of(Map.of(), sleepy().firstQuery(Duration.ofHours(1)).build());
    mesh.open().loop.advance(Duration.ofSeconds(10));
    int address = mesh.server.address();
    mesh.server.zdo.clear();
    mesh.server.zdo(address, 1, new ZdoRequest.ActiveEpReq(address));
    mesh.loop.advance(Duration.ofMillis(200));
    assertThat(mesh.server.zdo).hasSize(1);
  }

  @Test
  void theFirstOfTheDevicesAreTheSleepyOnes() {
    SimulatedMeshDriver driver =
        new SimulatedMeshDriver(
            MeshSettings.of("test", Map.of("devices", 5, "sleepy", 2, "speed", "real")));
    assertThat(driver.mesh().devices()).hasSize(5);
    assertThat(driver.loop()).isEmpty();
  }

  @Test
  void aSleepyDeviceFetchesPages() {
    TestMesh mesh = TestMesh.of(Map.of(), sleepy().pageSize(1_000).responseSpacing(20).build());
    ImageScript script = mesh.serving(5_000);
    assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
    assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    assertThat(mesh.server.requests(ImageBlock.class)).isEmpty();
  }
}
