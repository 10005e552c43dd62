package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.time.ScaledTimeLoop;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.ota.OtaResponse.QueryNextImageResponse;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedMeshDriverTest {

  private static ApsFrame frame(int address, int octets) {
    return ApsFrame.to(address, 1, 1, 0x0104, 0x0019, ByteBuffer.allocate(octets));
  }

  private static TestMesh quiet(Map<String, ?> configuration) {
    TestMesh mesh =
        TestMesh.of(configuration, TestMesh.eager().firstQuery(Duration.ofDays(9)).build());
    mesh.open().loop.advance(Duration.ofSeconds(1));
    return mesh;
  }

  @Test
  void devicesJoinOneAfterAnotherUnderAddressesOfTheirOwn() {
    TestMesh mesh = TestMesh.of(Map.of("joinSpacingMs", 100), 200, TestMesh.eager().build()).open();
    mesh.loop.advance(Duration.ofMillis(1_050));
    assertThat(mesh.server.joined).hasSize(10);
    mesh.loop.advance(Duration.ofSeconds(30));
    assertThat(mesh.server.joined).hasSize(200);
    Set<Eui64> eui64s = new HashSet<>(mesh.server.joined.values());
    assertThat(eui64s).hasSize(200);
    assertThat(mesh.server.joined.keySet()).allMatch(address -> address > 0 && address < 0xFFF8);
  }

  @Test
  void addressesAreTheSameInEveryRunAndOthersInAnotherMesh() {
    Set<Eui64> one = eui64s("one");
    assertThat(eui64s("one")).isEqualTo(one);
    assertThat(eui64s("two")).doesNotContainAnyElementsOf(one);
  }

  private static Set<Eui64> eui64s(String name) {
    Set<Eui64> eui64s = new HashSet<>();
    new SimulatedMeshDriver(MeshSettings.of(name, Map.of()))
        .mesh()
        .devices()
        .forEach(device -> eui64s.add(device.eui64()));
    return eui64s;
  }

  @Test
  void withoutAutoStartNobodyJoinsBeforeTheStart() {
    TestMesh mesh = TestMesh.of(Map.of("autoStart", false), TestMesh.eager().build()).open();
    mesh.loop.advance(Duration.ofHours(1));
    assertThat(mesh.server.joined).isEmpty();
    mesh.driver.mesh().start();
    mesh.driver.mesh().start();
    mesh.loop.advance(Duration.ofSeconds(1));
    assertThat(mesh.server.joined).hasSize(1);
    assertThat(mesh.server.zdo.stream().filter(ZdoRequest.DeviceAnnce.class::isInstance).count())
        .isEqualTo(1);
  }

  @Test
  void startedBeforeItIsOpenTheyJoinWhenItIs() {
    TestMesh mesh = TestMesh.of(Map.of("autoStart", false), TestMesh.eager().build());
    mesh.driver.mesh().start();
    mesh.open().loop.advance(Duration.ofSeconds(1));
    assertThat(mesh.server.joined).hasSize(1);
  }

  @ParameterizedTest(name = "{0} hops, source routing {1}: {2} octets")
  @CsvSource({
    "1, true, 82",
    "2, true, 78",
    "3, true, 76",
    "4, true, 74",
    "5, true, 72",
    "6, true, 70",
    "7, true, 68",
    "5, false, 82"
  })
  void theLongestPayloadDependsOnTheRoute(int hops, boolean sourceRouting, int octets) {
    TestMesh mesh = quiet(Map.of("hops", hops, "sourceRouting", sourceRouting));
    int address = mesh.server.address();
    assertThat(mesh.driver.maximumPayload(address)).isEqualTo(octets);
    mesh.server.send(frame(address, octets), false);
    mesh.server.send(frame(address, octets + 1), false);
    mesh.loop.advance(Duration.ofSeconds(1));
    assertThat(mesh.server.confirmations)
        .containsExactlyInAnyOrder(Confirmation.REFUSED, Confirmation.DELIVERED);
  }

  @Test
  void anAddressThatNobodyHasIsRefused() {
    TestMesh mesh = quiet(Map.of());
    mesh.server.send(frame(mesh.server.address() ^ 1, 10), true);
    mesh.loop.runDue();
    assertThat(mesh.server.confirmations).containsExactly(Confirmation.REFUSED);
  }

  @Test
  void moreFramesThanTheRadioTakesMeetABusyRadio() {
    TestMesh mesh = quiet(Map.of("framesInFlight", 2, "framesInFlightPerNode", 1));
    assertThat(mesh.driver.limits()).isEqualTo(new RadioLimits(2, 1));
    int address = mesh.server.address();
    ScriptedServer server = mesh.server;
    server.send(frame(address, 10), false);
    server.send(frame(address, 10), false);
    // past the server's own window
    mesh.driver.send(200, frame(address, 10), TxOptions.UNACKNOWLEDGED);
    assertThatThrownBy(mesh.loop::runDue)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("tag 200");
  }

  @Test
  void anAcknowledgedFrameToADeviceThatIsGoneIsNotAcknowledged() {
    TestMesh mesh = quiet(Map.of());
    int address = mesh.server.address();
    mesh.server.zdo(address, 1, new ZdoRequest.MgmtLeaveReq(new Eui64(0), false, false));
    mesh.server.send(frame(address, 10), true);
    long sent = mesh.loop.nanos();
    mesh.loop.advance(Duration.ofSeconds(30));
    assertThat(mesh.server.confirmations)
        .containsExactly(Confirmation.DELIVERED, Confirmation.NO_ACK);
    assertThat(Duration.ofNanos(mesh.server.confirmedAt.get(1) - sent))
        .as("three repetitions")
        .isBetween(Duration.ofMillis(4_800), Duration.ofMillis(4_900));
  }

  @Test
  void theStackAnswersItsHostWhoItIs() {
    TestMesh mesh = quiet(Map.of());
    mesh.server.zdo.clear();
    mesh.server.zdo(0x0000, 9, new ZdoRequest.IeeeAddrReq(0x0000, false, 0));
    mesh.loop.runDue();
    ZdoResponse.IeeeAddrRsp answer = (ZdoResponse.IeeeAddrRsp) mesh.server.zdo.get(0);
    assertThat(answer.remoteDevice().orElseThrow().ieeeAddr().toString())
        .startsWith("026f7461")
        .endsWith("0000");
    assertThat(mesh.server.confirmations).containsExactly(Confirmation.DELIVERED);

    mesh.server.zdo(0x0000, 9, new ZdoRequest.ActiveEpReq(0x0000));
    mesh.loop.runDue();
    assertThat(mesh.server.confirmations)
        .containsExactly(Confirmation.DELIVERED, Confirmation.REFUSED);
  }

  @Test
  void closingForgetsWhatIsUnderWayAndNothingIsHeardAfterwards() {
    TestMesh mesh = TestMesh.of(Map.of("hops", 3), 10, TestMesh.eager().build());
    mesh.serving(50_000);
    mesh.open();
    mesh.until(() -> mesh.server.requests(ImageBlock.class).size() > 500);
    int heard = mesh.server.heard.size();
    int confirmed = mesh.server.confirmations.size();
    mesh.driver.close();
    mesh.driver.close();
    mesh.driver.send(3, frame(mesh.server.address(), 10), TxOptions.UNACKNOWLEDGED);
    mesh.loop.advance(Duration.ofHours(1));
    assertThat(mesh.server.heard).hasSize(heard);
    assertThat(mesh.server.confirmations).hasSize(confirmed);
    mesh.loop.runUntilIdle();
  }

  @Test
  void openedAgainTheDevicesGoOnWhereTheyWere() {
    TestMesh mesh = TestMesh.of(Map.of(), 3, TestMesh.eager().build());
    mesh.serving(20_000);
    mesh.open();
    mesh.until(() -> mesh.server.requests(ImageBlock.class).size() > 500);
    mesh.driver.close();
    mesh.loop.advance(Duration.ofHours(1));

    ScriptedServer second = new ScriptedServer(mesh.driver, mesh.loop);
    ImageScript script = new ImageScript(second, 20_000);
    second.onRequest = script;
    second.open();
    assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    assertThat(second.joined).as("they are members already").isEmpty();
    assertThat(second.requests(ImageBlock.class).size()).isLessThan(3 * 400 - 400);
    for (SimulatedDeviceReport device : mesh.driver.mesh().devices()) {
      assertThat(device.imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }
  }

  @Test
  void closedWhileADeviceRebootsIntoItsNewImageItStillRunsItAfterwards() {
    TestMesh mesh =
        TestMesh.of(Map.of(), TestMesh.eager().rebootTime(Duration.ofMinutes(1)).build());
    mesh.serving(5_000);
    mesh.open();
    mesh.until(() -> mesh.server.last(UpgradeEnd.class).isPresent());
    mesh.loop.advance(Duration.ofSeconds(1));
    mesh.driver.close();
    ScriptedServer second = new ScriptedServer(mesh.driver, mesh.loop).open();
    mesh.loop.advance(Duration.ofSeconds(1));
    assertThat(mesh.device().runningVersion()).isEqualTo(2);
    assertThat(second.requests(QueryNextImage.class)).isNotEmpty();
  }

  @Test
  void theSpeedChoosesTheLoop() {
    SimulatedMeshDriver real = new SimulatedMeshDriver(MeshSettings.of("m", Map.of()));
    assertThat(real.loop()).isEmpty();
    assertThatThrownBy(() -> real.mesh().loop()).isInstanceOf(IllegalStateException.class);

    SimulatedMeshDriver fast =
        new SimulatedMeshDriver(MeshSettings.of("m", Map.of("speed", "fast")));
    assertThat(fast.loop().orElseThrow()).isInstanceOf(ScaledTimeLoop.class);
    assertThat(fast.mesh().loop()).isSameAs(fast.loop().orElseThrow());
    fast.dispose();

    SimulatedMeshDriver max = new SimulatedMeshDriver(MeshSettings.of("m", Map.of("speed", "max")));
    assertThat(max.loop().orElseThrow()).isInstanceOf(VirtualTimeLoop.class);
    max.dispose();
  }

  @Test
  void aNotifyToEveryoneIsHeardByEveryone() {
    TestMesh mesh = TestMesh.of(Map.of("hops", 4), 30, TestMesh.eager().build());
    mesh.server.onRequest =
        heard ->
            mesh.server.reply(heard, QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
    mesh.open().loop.advance(Duration.ofSeconds(30));
    mesh.server.heard.clear();
    mesh.server.say(0xFFFD, true, ImageNotify.toAll(100));
    mesh.loop.advance(Duration.ofSeconds(10));
    assertThat(mesh.server.heard).hasSize(30);
  }
}
