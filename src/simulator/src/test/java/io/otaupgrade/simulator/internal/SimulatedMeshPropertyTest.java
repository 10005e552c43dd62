package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SimulatedMeshPropertyTest {

  @Property(tries = 60)
  void anImageArrivesWholeWhateverTheAirDoesToIt(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 0.25) double loss,
      @ForAll @DoubleRange(min = 0, max = 0.3) double duplication,
      @ForAll @DoubleRange(min = 0, max = 0.3) double reordering,
      @ForAll @IntRange(min = 1, max = 4) int hops,
      @ForAll @IntRange(min = 12, max = 255) int maximumDataSize,
      @ForAll @IntRange(min = 63, max = 3_000) int size,
      @ForAll boolean sleepy,
      @ForAll @IntRange(min = 0, max = 1_500) int pageSize,
      @ForAll boolean acknowledged,
      @ForAll boolean duplicatesRequests,
      @ForAll PeriodField periodField) {
    DeviceProfile profile =
        TestMesh.eager()
            .responseTimeout(Duration.ofSeconds(1))
            .retries(1_000)
            .maximumDataSize(maximumDataSize)
            .sleepy(sleepy)
            .pageSize(pageSize)
            .acknowledgedRequests(acknowledged)
            .duplicatesRequests(duplicatesRequests)
            .periodField(periodField)
            .build();
    TestMesh mesh =
        TestMesh.of(
            Map.of(
                "seed",
                seed,
                "loss",
                loss,
                "duplication",
                duplication,
                "reordering",
                reordering,
                "hops",
                hops),
            2,
            profile);
    ImageScript script = mesh.serving(size);
    mesh.open();
    assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    for (SimulatedDeviceReport device : mesh.driver.mesh().devices()) {
      assertThat(device.imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }
    mesh.driver.close();
    mesh.loop.runUntilIdle();
  }

  @Property(tries = 2_000)
  void noOctetsUpsetADevice(
      @ForAll @Size(max = 82) byte[] octets,
      @ForAll @IntRange(min = 0, max = 7) int command,
      @ForAll @IntRange(min = 0, max = 3) int where) {
    TestMesh mesh =
        TestMesh.fast(Map.of(), TestMesh.eager().thinkTime(Duration.ofSeconds(1)).build());
    mesh.serving(5_000);
    mesh.open().loop.advance(Duration.ofSeconds(5));
    int address = mesh.server.address();
    byte[] payload = octets.clone();
    if (payload.length > 2 && command > 0) {
      payload[0] = 0x09;
      payload[2] = (byte) command;
    }
    int cluster = where == 0 ? 0x0000 : 0x0019;
    ApsFrame frame =
        where == 3
            ? ApsFrame.to(address, 0, 0, 0, command, ByteBuffer.wrap(payload))
            : ApsFrame.to(address, 1, 1, 0x0104, cluster, ByteBuffer.wrap(payload));
    mesh.server.notesNonsense = true;
    mesh.server.send(frame, false);
    mesh.loop.advance(Duration.ofSeconds(5)); // throws what any task threw
  }

  @Property(tries = 500)
  void aHeaderWithAWrongOctetIsTakenOrRefusedButNothingElse(
      @ForAll @IntRange(min = 0, max = 68) int at, @ForAll byte value) {
    TestMesh mesh = TestMesh.fast(Map.of(), TestMesh.eager().hardwareVersion(0x0100).build());
    byte[] image = ImageScript.image(ImageScript.TYPE, ImageScript.VERSION, 200);
    image[at] = value;
    mesh.server.onRequest =
        new ImageScript(mesh.server, image, ImageScript.TYPE, ImageScript.VERSION);
    mesh.open().loop.advance(Duration.ofSeconds(30));
    UpgradeEnd end = (UpgradeEnd) mesh.server.last(UpgradeEnd.class).orElseThrow().request();
    boolean taken = mesh.device().runningVersion() == ImageScript.VERSION;
    assertThat(end.statusCode())
        .isEqualTo((taken ? ZclStatus.SUCCESS : ZclStatus.INVALID_IMAGE).code());
  }

  @Property(tries = 200)
  void aRandomServerDoesNotUpsetADeviceEither(@ForAll long seed) {
    Random random = new Random(seed);
    TestMesh mesh = TestMesh.fast(Map.of(), TestMesh.eager().build());
    ImageScript script = mesh.serving(2_000);
    mesh.server.onRequest =
        heard -> {
          if (random.nextInt(4) > 0) {
            script.answer(heard);
            return;
          }
          byte[] nonsense = new byte[3 + random.nextInt(30)];
          random.nextBytes(nonsense);
          nonsense[0] = 0x19;
          nonsense[2] = (byte) (2 + random.nextInt(8));
          mesh.server.send(heard.frame().reply(ByteBuffer.wrap(nonsense)), false);
        };
    mesh.open().loop.advance(Duration.ofHours(2));
    assertThat(mesh.device().runningVersion()).isIn(1L, 2L);
  }
}
