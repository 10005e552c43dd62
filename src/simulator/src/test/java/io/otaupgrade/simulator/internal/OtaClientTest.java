package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.ScriptedServer.Heard;
import io.otaupgrade.simulator.internal.device.AfterUpgrade;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.ImageSlot;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.OtaFileWriter;
import io.otaupgrade.zcl.ota.ImageUpgradeStatus;
import io.otaupgrade.zcl.ota.OfferedImage;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.ImagePage;
import io.otaupgrade.zcl.ota.OtaRequest.QueryDeviceSpecificFile;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.ota.OtaResponse.QueryDeviceSpecificFileResponse;
import io.otaupgrade.zcl.ota.OtaResponse.QueryNextImageResponse;
import io.otaupgrade.zcl.ota.OtaResponse.UpgradeEndResponse;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of the table in {@code docs/simulator.md}: what a device does in which state. */
class OtaClientTest {

  private static final int SIZE = 5_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static TestMesh mesh(DeviceProfile.Builder profile) {
    return TestMesh.fast(Map.of(), profile.build());
  }

  private static ImageUpgradeStatus status(TestMesh mesh) {
    return ImageUpgradeStatus.of(mesh.device().imageUpgradeStatus()).orElseThrow();
  }

  private static boolean untilHeard(TestMesh mesh, Class<? extends OtaRequest> type, int times) {
    return mesh.until(() -> mesh.server.requests(type).size() >= times);
  }

  private static Duration at(Heard heard) {
    return Duration.ofNanos(heard.nanos());
  }

  private static QueryNextImageResponse offer(long version, long size) {
    return QueryNextImageResponse.offering(
        new OfferedImage(ImageScript.MANUFACTURER, ImageScript.TYPE, version, size));
  }

  /** Answers block requests as the test wants, all else by the book. */
  private static ImageScript blocks(TestMesh mesh, ScriptedServer.Script blocks) {
    ImageScript script =
        new ImageScript(mesh.server, SIZE) {
          @Override
          void block(Heard heard, ImageBlock block) {
            blocks.answer(heard);
          }
        };
    mesh.server.onRequest = script;
    return script;
  }

  /** Answers Upgrade End Requests as the test wants, all else by the book. */
  private static ImageScript ends(TestMesh mesh, ScriptedServer.Script ends) {
    ImageScript script =
        new ImageScript(mesh.server, SIZE) {
          @Override
          void end(Heard heard, UpgradeEnd end) {
            ends.answer(heard);
          }
        };
    mesh.server.onRequest = script;
    return script;
  }

  private static UpgradeEndResponse upgradeEnd(long currentTime, long upgradeTime) {
    return new UpgradeEndResponse(
        ImageScript.MANUFACTURER, ImageScript.TYPE, ImageScript.VERSION, currentTime, upgradeTime);
  }

  @Nested
  @DisplayName("joining and discovering")
  class Discovering {

    @Test
    void aDeviceJoinsAnnouncesItselfAndLooksForAServer() {
      TestMesh mesh = mesh(TestMesh.eager()).open();
      mesh.loop.advance(SECOND);

      assertThat(mesh.server.joined).hasSize(1);
      int address = mesh.server.address();
      Eui64 eui64 = mesh.server.joined.get(address);
      assertThat(eui64.toString()).startsWith("026f7461").endsWith("0001");
      assertThat(mesh.device().eui64()).isEqualTo(eui64);
      assertThat(mesh.device().networkAddress()).isEqualTo(address);
      assertThat(mesh.server.zdo).hasSize(2);
      assertThat(mesh.server.zdo.get(0))
          .isEqualTo(new ZdoRequest.DeviceAnnce(address, eui64, MacCapability.ROUTER));
      assertThat(mesh.server.zdo.get(1))
          .isEqualTo(
              new ZdoRequest.MatchDescReq(0xFFFD, 0x0104, List.of(OtaCluster.ID), List.of()));
    }

    @Test
    void aDeviceThatFindsNoServerLooksAgainLessAndLessOften() {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.server.serves = false;
      mesh.open().loop.advance(Duration.ofSeconds(181));

      long searches =
          mesh.server.zdo.stream().filter(ZdoRequest.MatchDescReq.class::isInstance).count();
      assertThat(searches).isEqualTo(6); // after 0, 10, 25, 50, 95 and 180 s, about
      assertThat(mesh.server.heard).isEmpty();

      mesh.server.serves = true;
      mesh.loop.advance(Duration.ofMinutes(3));
      assertThat(mesh.server.requests(QueryNextImage.class)).isNotEmpty();
    }

    @Test
    void itLooksInTheProfileOfItsChoiceAndTalksInItsOwn() {
      TestMesh mesh = mesh(TestMesh.eager().matchProfileId(0xC05E)).open();
      mesh.loop.advance(SECOND);
      assertThat(mesh.server.zdo)
          .filteredOn(ZdoRequest.MatchDescReq.class::isInstance)
          .singleElement()
          .satisfies(
              match -> assertThat(((ZdoRequest.MatchDescReq) match).profileId()).isEqualTo(0xC05E));
      assertThat(mesh.server.heard.get(0).frame().profile()).isEqualTo(0x0104);
    }
  }

  @Nested
  @DisplayName("Normal: querying")
  class Querying {

    @Test
    void theQueryTellsWhatTheDeviceIs() {
      TestMesh mesh =
          mesh(TestMesh.eager()
                  .manufacturerCode(0x117C)
                  .images(new ImageSlot(0x4204, 0x20029623))
                  .hardwareVersion(0x0203)
                  .endpoint(8)
                  .disableDefaultResponse(true))
              .open();
      mesh.loop.advance(SECOND);

      Heard heard = mesh.server.heard.get(0);
      QueryNextImage query = (QueryNextImage) heard.request();
      assertThat(query.manufacturerCode()).isEqualTo(0x117C);
      assertThat(query.imageType()).isEqualTo(0x4204);
      assertThat(query.currentFileVersion()).isEqualTo(0x20029623);
      assertThat(query.hardwareVersion()).hasValue(0x0203);
      assertThat(heard.header().disableDefaultResponse()).isTrue();
      assertThat(heard.frame().sourceEndpoint()).isEqualTo(8);
      assertThat(heard.frame().destinationEndpoint()).isEqualTo(ScriptedServer.ENDPOINT);
    }

    @Test
    void withoutAnImageItQueriesAgainAfterItsPeriod() {
      TestMesh mesh = mesh(TestMesh.eager().queryPeriod(Duration.ofMinutes(5)));
      mesh.server.onRequest =
          heard ->
              mesh.server.reply(
                  heard, QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
      mesh.open().loop.advance(Duration.ofMinutes(31));
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(7);
      for (int i = 1; i < 7; i++) {
        Duration gap = at(mesh.server.heard.get(i)).minus(at(mesh.server.heard.get(i - 1)));
        assertThat(gap).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(305));
      }
    }

    @Test
    void anUnansweredQueryIsRepeatedTwiceAndThenAtTheNextPeriod() {
      TestMesh mesh = mesh(TestMesh.eager().queryPeriod(Duration.ofMinutes(5))).open();
      mesh.loop.advance(Duration.ofMinutes(4));
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(3);
      assertThat(mesh.device().retries()).isEqualTo(2);
      assertThat(at(mesh.server.heard.get(1)).minus(at(mesh.server.heard.get(0))))
          .isEqualTo(Duration.ofSeconds(5));
      mesh.loop.advance(Duration.ofMinutes(2));
      assertThat(mesh.server.requests(QueryNextImage.class).size()).isGreaterThan(3);
    }

    @Test
    void aServerThatNeverAnswersIsLookedForAnew() {
      TestMesh mesh = mesh(TestMesh.eager().queryPeriod(Duration.ofMinutes(5))).open();
      mesh.loop.advance(Duration.ofMinutes(60));
      assertThat(mesh.server.zdo.stream().filter(ZdoRequest.MatchDescReq.class::isInstance).count())
          .isEqualTo(2);
    }

    @Test
    void aServerThatMayNotServeItIsLookedForAnew() {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.server.onRequest =
          heard ->
              mesh.server.reply(heard, QueryNextImageResponse.refusing(ZclStatus.NOT_AUTHORIZED));
      mesh.open().loop.advance(Duration.ofMinutes(6));
      assertThat(mesh.server.zdo.stream().filter(ZdoRequest.MatchDescReq.class::isInstance).count())
          .isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "of another manufacturer, 0xFFF2, 0x0001, 2, 5000, INVALID_FIELD",
      "of another image type,   0xFFF1, 0x0002, 2, 5000, INVALID_FIELD",
      "of no octets,            0xFFF1, 0x0001, 2, 0,    INVALID_FIELD",
      "too large for its flash, 0xFFF1, 0x0001, 2, 20000000, INSUFFICIENT_SPACE",
    })
    void anOfferItCannotTakeIsRefused(
        String what, String manufacturer, String type, long version, long size, ZclStatus answer) {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.server.onRequest =
          heard ->
              mesh.server.reply(
                  heard,
                  QueryNextImageResponse.offering(
                      new OfferedImage(
                          Integer.decode(manufacturer), Integer.decode(type), version, size)));
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.requests(ImageBlock.class)).as(what).isEmpty();
      assertThat(mesh.server.defaultResponses)
          .containsExactly(DefaultResponse.of(OtaCluster.QUERY_NEXT_IMAGE_RESPONSE, answer));
    }

    @Test
    void theVersionThatRunsIsIgnoredSilently() {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.server.onRequest = heard -> mesh.server.reply(heard, offer(1, SIZE));
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.heard).hasSize(1);
      assertThat(mesh.server.defaultResponses).isEmpty();
    }

    @Test
    void aLowerVersionIsTakenUnlessTheDeviceRefusesDowngrades() {
      TestMesh takes = mesh(TestMesh.eager().images(new ImageSlot(ImageScript.TYPE, 9)));
      takes.serving(SIZE);
      assertThat(takes.open().untilAllRun(ImageScript.VERSION)).isTrue();

      TestMesh refuses =
          mesh(TestMesh.eager().images(new ImageSlot(ImageScript.TYPE, 9)).refusesDowngrades(true));
      refuses.serving(SIZE);
      refuses.open().loop.advance(SECOND);
      assertThat(refuses.server.requests(ImageBlock.class)).isEmpty();
      assertThat(refuses.server.requests(UpgradeEnd.class).get(0).status())
          .contains(ZclStatus.INVALID_IMAGE);
    }
  }

  @Nested
  @DisplayName("Image Notify")
  class Notified {

    private TestMesh resting() {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.server.onRequest =
          heard -> {
            if (heard.request() instanceof QueryNextImage) {
              mesh.server.reply(
                  heard, QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
            }
          };
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.heard).hasSize(1);
      return mesh;
    }

    @Test
    void aUnicastIsAlwaysFollowedByAQueryWhateverItSays() {
      TestMesh mesh = resting();
      mesh.server.say(mesh.server.address(), true, ImageNotify.of(0, 0x9999, 0x9999, 77));
      mesh.loop.advance(SECOND);
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(2);
      assertThat(mesh.server.defaultResponses).isEmpty();
    }

    @Test
    void aDefaultResponseComesFirstWhenItIsWanted() {
      TestMesh mesh = resting();
      mesh.server.say(mesh.server.address(), false, ImageNotify.toAll(100));
      mesh.loop.advance(SECOND);
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(2);
      assertThat(mesh.server.defaultResponses)
          .containsExactly(DefaultResponse.of(OtaCluster.IMAGE_NOTIFY, ZclStatus.SUCCESS));
    }

    @Test
    void whatItAnswersMeanwhileDoesNotPutOffTheNextTry() {
      TestMesh mesh = mesh(TestMesh.eager());
      ImageScript script = mesh.serving(SIZE);
      mesh.server.onRequest =
          heard -> {
            if (!(heard.request() instanceof ImageBlock block) || block.fileOffset() < 100) {
              script.answer(heard);
            }
          };
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 3);
      mesh.loop.advance(Duration.ofSeconds(4));
      mesh.server.say(mesh.server.address(), false, ImageNotify.toAll(100));
      mesh.loop.advance(Duration.ofMillis(1_500));
      assertThat(mesh.server.defaultResponses).hasSize(1);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(4);
    }

    @Test
    void aDeviceThatIsBusyAnswersFailure() {
      TestMesh mesh = mesh(TestMesh.eager().thinkTime(SECOND));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 3);
      mesh.server.say(mesh.server.address(), true, ImageNotify.toAll(100));
      mesh.loop.advance(SECOND);
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(1);
      assertThat(mesh.server.defaultResponses)
          .containsExactly(DefaultResponse.of(OtaCluster.IMAGE_NOTIFY, ZclStatus.FAILURE));
    }

    @ParameterizedTest(name = "jitter {0}, manufacturer {1}, type {2}, version {3}: queries {4}")
    @CsvSource({
      "100, , , , true",
      "100, 0xFFF1, , , true",
      "100, 0xFFF2, , , false",
      "100, 0xFFF1, 0x0001, , true",
      "100, 0xFFF1, 0x0002, , false",
      "100, 0xFFF1, 0x0001, 2, true",
      "100, 0xFFF1, 0x0001, 0, true",
      "100, 0xFFF1, 0x0001, 1, false",
      "0, , , , false",
      "101, , , , false",
    })
    void aBroadcastIsFollowedWhenItConcernsTheDevice(
        int jitter, String manufacturer, String type, Long version, boolean queries) {
      TestMesh mesh = resting();
      ImageNotify notify = ImageNotify.toAll(jitter);
      if (version != null) {
        notify =
            ImageNotify.of(jitter, Integer.decode(manufacturer), Integer.decode(type), version);
      } else if (type != null) {
        notify = ImageNotify.of(jitter, Integer.decode(manufacturer), Integer.decode(type));
      } else if (manufacturer != null) {
        notify = ImageNotify.of(jitter, Integer.decode(manufacturer));
      }
      mesh.server.say(0xFFFD, true, notify);
      mesh.loop.advance(Duration.ofSeconds(3));
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSize(queries ? 2 : 1);
      assertThat(mesh.server.defaultResponses).isEmpty();
    }

    @Test
    void aboutAsManyDevicesFollowABroadcastAsItsJitterSays() {
      TestMesh mesh =
          TestMesh.of(
              Map.of("fastChannel", true, "joinSpacingMs", 1, "seed", 3),
              1_000,
              TestMesh.eager().build());
      mesh.server.onRequest =
          heard ->
              mesh.server.reply(
                  heard, QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
      mesh.open().loop.advance(Duration.ofSeconds(10));
      assertThat(mesh.server.heard).hasSize(1_000);
      mesh.server.say(0xFFFD, true, ImageNotify.toAll(30));
      mesh.loop.advance(Duration.ofSeconds(10));
      assertThat(mesh.server.heard.size() - 1_000).isBetween(250, 350);
    }
  }

  @Nested
  @DisplayName("Download in progress")
  class Downloading {

    @Test
    void itAsksForBlockAfterBlockAndKeepsWhatItGot() {
      TestMesh mesh = mesh(TestMesh.eager().maximumDataSize(64));
      ImageScript script = mesh.serving(SIZE);
      mesh.open();
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();

      List<ImageBlock> requests = mesh.server.requests(ImageBlock.class);
      assertThat(requests).hasSize(79);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(requests.get(i).fileOffset()).isEqualTo(64L * i);
        assertThat(requests.get(i).maximumDataSize()).isEqualTo(64);
        assertThat(requests.get(i).fileVersion()).isEqualTo(ImageScript.VERSION);
        assertThat(requests.get(i).requestNodeAddress()).isEmpty();
        assertThat(requests.get(i).minimumBlockPeriod()).isEmpty();
      }
      SimulatedDeviceReport device = mesh.device();
      assertThat(device.imageSha256()).isEqualTo(ImageScript.sha256(script.image));
      assertThat(device.requestsSent()).as("query, blocks, end, query").isEqualTo(1 + 79 + 1 + 1);
      assertThat(device.retries()).isZero();
      assertThat(device.fileOffset()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void itShowsHowFarItIs() {
      TestMesh mesh = mesh(TestMesh.eager().thinkTime(SECOND));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 10);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.DOWNLOAD_IN_PROGRESS);
      assertThat(mesh.device().fileOffset()).isEqualTo(500);
    }

    @Test
    void aSmallerBlockThanAskedForIsFine() {
      TestMesh mesh = mesh(TestMesh.eager().maximumDataSize(64));
      ImageScript script =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                mesh.server.reply(
                    heard,
                    new ImageBlockResponse.Success(
                        ImageScript.MANUFACTURER,
                        ImageScript.TYPE,
                        ImageScript.VERSION,
                        offset,
                        Octets.copyOf(
                            ByteBuffer.wrap(ImageScript.image(1, 2, SIZE)),
                            (int) offset,
                            (int) Math.min(48, SIZE - offset))));
              });
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }

    @Test
    void aLargerBlockThanAskedForIsRefused() {
      TestMesh mesh = mesh(TestMesh.eager().maximumDataSize(40));
      blocks(
          mesh,
          heard ->
              mesh.server.reply(
                  heard,
                  new ImageBlockResponse.Success(
                      ImageScript.MANUFACTURER,
                      ImageScript.TYPE,
                      ImageScript.VERSION,
                      0,
                      Octets.copyOf(new byte[50]))));
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.device().fileOffset()).isZero();
      assertThat(mesh.server.defaultResponses)
          .containsExactly(
              DefaultResponse.of(OtaCluster.IMAGE_BLOCK_RESPONSE, ZclStatus.INVALID_FIELD));
    }

    @Test
    void aBlockOfAnotherOffsetIsIgnoredAndTheSameAskedForAgainAfterTheTimeout() {
      TestMesh mesh = mesh(TestMesh.eager());
      int[] answers = {0};
      ImageScript[] script = new ImageScript[1];
      script[0] =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                boolean wrong = answers[0]++ == 3;
                mesh.server.reply(
                    heard, ImageScript.block(script[0], wrong ? offset + 50 : offset, 50));
              });
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 5);
      assertThat(mesh.server.requests(ImageBlock.class).get(3).fileOffset()).isEqualTo(150);
      assertThat(mesh.server.requests(ImageBlock.class).get(4).fileOffset()).isEqualTo(150);
      assertThat(mesh.device().retries()).isEqualTo(1);
      assertThat(mesh.server.defaultResponses).isEmpty();
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
    }

    @Test
    void everyBlockMayComeTwice() {
      TestMesh mesh = mesh(TestMesh.eager());
      ImageScript[] script = new ImageScript[1];
      script[0] =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                int size = (int) Math.min(50, SIZE - offset);
                mesh.server.reply(heard, ImageScript.block(script[0], offset, size));
                mesh.server.reply(heard, ImageScript.block(script[0], offset, size));
              });
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script[0].image));
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(100);
    }

    @Test
    void aBlockOfAnotherImageEndsTheDownload() {
      TestMesh mesh = mesh(TestMesh.eager());
      blocks(
          mesh,
          heard ->
              mesh.server.reply(
                  heard,
                  new ImageBlockResponse.Success(
                      ImageScript.MANUFACTURER, 0x7777, 2, 0, Octets.copyOf(new byte[50]))));
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.requests(UpgradeEnd.class))
          .extracting(UpgradeEnd::statusCode)
          .containsExactly(ZclStatus.INVALID_IMAGE.code());
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.NORMAL);
    }

    @Test
    void anUnansweredRequestIsRepeatedTenTimesAndThenTheDeviceGivesUp() {
      TestMesh mesh = mesh(TestMesh.eager());
      blocks(mesh, heard -> {});
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(11);
      assertThat(mesh.device().retries()).isEqualTo(10);
      assertThat(mesh.server.requests(UpgradeEnd.class).get(0).status()).contains(ZclStatus.ABORT);
      Duration first = at(mesh.server.heard.get(1));
      assertThat(at(mesh.server.heard.get(11)).minus(first)).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void whatItHeldWhenItGaveUpIsTheStartOfTheNextAttempt() {
      TestMesh mesh = mesh(TestMesh.eager());
      boolean[] deaf = {false};
      ImageScript[] script = new ImageScript[1];
      script[0] =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                if (offset < 1_000 || !deaf[0]) {
                  mesh.server.reply(
                      heard,
                      ImageScript.block(script[0], offset, (int) Math.min(50, SIZE - offset)));
                }
              });
      deaf[0] = true;
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      deaf[0] = false;
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImageBlock.class))
          .extracting(ImageBlock::fileOffset)
          .filteredOn(offset -> offset < 1_000)
          .hasSize(20);
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_IMAGE_AVAILABLE", "MALFORMED_COMMAND", "UNSUP_COMMAND"})
    void aDefaultResponseWithAnErrorStopsTheDownloadWithoutAnUpgradeEnd(ZclStatus error) {
      TestMesh mesh = mesh(TestMesh.eager());
      blocks(mesh, heard -> mesh.server.refuse(heard, error));
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(1);
      assertThat(mesh.server.requests(UpgradeEnd.class)).isEmpty();
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.NORMAL);
    }

    @Test
    void abortStopsTheDownloadAndWhatWasThereIsForgotten() {
      TestMesh mesh = mesh(TestMesh.eager());
      int[] answers = {0};
      ImageScript[] script = new ImageScript[1];
      script[0] =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                mesh.server.reply(
                    heard,
                    answers[0]++ == 5
                        ? new ImageBlockResponse.Abort()
                        : ImageScript.block(script[0], offset, 50));
              });
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(6);
      assertThat(mesh.server.requests(UpgradeEnd.class)).isEmpty();
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.NORMAL);
      assertThat(mesh.device().fileOffset()).isEqualTo(0xFFFF_FFFFL);

      untilHeard(mesh, ImageBlock.class, 7);
      assertThat(mesh.server.requests(ImageBlock.class).get(6).fileOffset()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "file identifier, 0",
      "header version, 4",
      "header length, 6",
      "manufacturer code, 10",
      "image type, 12",
      "file version, 14",
      "total image size, 52",
    })
    void aHeaderThatIsNotWhatWasOfferedIsAnInvalidImage(String field, int at) {
      TestMesh mesh = mesh(TestMesh.eager());
      byte[] image = ImageScript.image(ImageScript.TYPE, ImageScript.VERSION, SIZE);
      image[at] ^= 0x08;
      mesh.server.onRequest =
          new ImageScript(mesh.server, image, ImageScript.TYPE, ImageScript.VERSION);
      mesh.open().loop.advance(SECOND);
      assertThat(mesh.server.requests(UpgradeEnd.class))
          .as(field)
          .extracting(UpgradeEnd::statusCode)
          .containsExactly(ZclStatus.INVALID_IMAGE.code());
      assertThat(mesh.server.requests(ImageBlock.class))
          .as("it stopped at once")
          .hasSizeLessThan(4);
      assertThat(mesh.device().runningVersion()).isEqualTo(1);
    }

    @ParameterizedTest(name = "hardware {0} in {1}..{2}: {3}")
    @CsvSource({
      "0x0105, 0x0100, 0x0200, true",
      "0x0100, 0x0100, 0x0200, true",
      "0x0200, 0x0100, 0x0200, true",
      "0x0201, 0x0100, 0x0200, false",
      "0x00FF, 0x0100, 0x0200, false",
    })
    void anImageForOtherHardwareIsRefused(
        String own, String minimum, String maximum, boolean taken) {
      TestMesh mesh = mesh(TestMesh.eager().hardwareVersion(Integer.decode(own)));
      byte[] image =
          new OtaFileWriter(ImageScript.MANUFACTURER, ImageScript.TYPE, ImageScript.VERSION)
              .hardwareVersions(
                  new HardwareVersionRange(Integer.decode(minimum), Integer.decode(maximum)))
              .element(0, new byte[300])
              .toByteArray();
      mesh.server.onRequest =
          new ImageScript(mesh.server, image, ImageScript.TYPE, ImageScript.VERSION);
      mesh.open().loop.advance(Duration.ofSeconds(10));
      assertThat(mesh.device().runningVersion()).isEqualTo(taken ? 2 : 1);
    }

    @Test
    void theMinimumBlockPeriodIsToldAndKept() {
      TestMesh mesh =
          mesh(TestMesh.eager().periodField(PeriodField.PRESENT).minimumBlockPeriod(200));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 5);
      assertThat(mesh.server.requests(ImageBlock.class))
          .allSatisfy(block -> assertThat(block.minimumBlockPeriod()).hasValue(200));
      Heard fourth = mesh.server.heard.get(mesh.server.heard.size() - 2);
      Heard fifth = mesh.server.heard.get(mesh.server.heard.size() - 1);
      assertThat(at(fifth).minus(at(fourth))).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void thePeriodFieldMayBeClaimedAndMissing() {
      TestMesh mesh = mesh(TestMesh.eager().periodField(PeriodField.CLAIMED_BUT_MISSING));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 1);
      Heard heard = mesh.server.last(ImageBlock.class).orElseThrow();
      ByteBuffer payload = heard.frame().payload();
      assertThat(payload.get(payload.position() + 3)).isEqualTo((byte) 0b10);
      assertThat(payload.remaining()).isEqualTo(17);
    }

    @Test
    void aDeviceMayAskForEverythingTwice() {
      TestMesh mesh = mesh(TestMesh.eager().duplicatesRequests(true));
      ImageScript script = mesh.serving(SIZE);
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(200);
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }

    @Test
    void sequenceNumbersDifferFromRequestToRequest() {
      TestMesh mesh = mesh(TestMesh.eager());
      mesh.serving(SIZE);
      mesh.open().untilAllRun(ImageScript.VERSION);
      Set<Integer> seen = new HashSet<>();
      mesh.server.heard.stream()
          .limit(100)
          .forEach(heard -> seen.add(heard.header().sequenceNumber()));
      assertThat(seen).hasSize(100);
    }

    @Test
    void aSuddenRebootGoesOnWhereItWasForTheSameImage() {
      TestMesh mesh = mesh(TestMesh.eager().rebootAtOffset(2_000));
      ImageScript script = mesh.serving(SIZE);
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(100);
      assertThat(mesh.server.requests(QueryNextImage.class)).hasSizeGreaterThanOrEqualTo(2);
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }

    @Test
    void aSuddenRebootStartsOverForAnotherImage() {
      TestMesh mesh = mesh(TestMesh.eager().rebootAtOffset(2_000));
      mesh.serving(SIZE);
      mesh.open().until(() -> mesh.device().fileOffset() == 2_000);
      ImageScript other = mesh.serving(SIZE + 100);
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(other.image));
    }

    @Test
    void aDeviceThatDoesNotResumeStartsOver() {
      TestMesh never = mesh(TestMesh.eager().rebootAtOffset(2_000).resumes(false));
      never.serving(SIZE);
      never.open().untilAllRun(ImageScript.VERSION);
      assertThat(never.server.requests(ImageBlock.class)).hasSize(140);

      TestMesh notSoSoon = mesh(TestMesh.eager().rebootAtOffset(2_000).resumeFrom(4_096));
      notSoSoon.serving(SIZE);
      notSoSoon.open().untilAllRun(ImageScript.VERSION);
      assertThat(notSoSoon.server.requests(ImageBlock.class)).hasSize(140);
    }
  }

  @Nested
  @DisplayName("WAIT_FOR_DATA")
  class WaitForData {

    private TestMesh mesh;

    /** Answers the third block request with this. */
    private Duration waitAfter(DeviceProfile.Builder profile, ImageBlockResponse.WaitForData wait) {
      mesh = mesh(profile);
      int[] answers = {0};
      ImageScript[] script = new ImageScript[1];
      script[0] =
          blocks(
              mesh,
              heard -> {
                long offset = ((ImageBlock) heard.request()).fileOffset();
                mesh.server.reply(
                    heard,
                    answers[0]++ == 2
                        ? wait
                        : ImageScript.block(script[0], offset, (int) Math.min(50, SIZE - offset)));
              });
      mesh.open();
      untilHeard(mesh, ImageBlock.class, 4);
      List<Heard> heard = mesh.server.heard;
      Heard third = heard.get(heard.size() - 2);
      Heard fourth = heard.get(heard.size() - 1);
      assertThat(((ImageBlock) fourth.request()).fileOffset())
          .isEqualTo(((ImageBlock) third.request()).fileOffset());
      Duration waited = at(fourth).minus(at(third));
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().retries()).isZero();
      return waited;
    }

    @ParameterizedTest(name = "current {0}, request {1}: {2} s")
    @CsvSource({
      "0, 60, 60",
      "1000, 1030, 30",
      "1000, 999, 300",
      "0, 100000, 3600",
      "0, 4294967295, 3600",
    })
    void theSameOffsetIsAskedForAgainAfterTheWait(long current, long request, long seconds) {
      assertThat(
              waitAfter(
                  TestMesh.eager().thinkTime(Duration.ofMillis(1)),
                  new ImageBlockResponse.WaitForData(current, request, 0)))
          .isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void noWaitIsAChangeOfPaceOnly() {
      assertThat(
              waitAfter(
                  TestMesh.eager().thinkTime(Duration.ofMillis(1)).periodField(PeriodField.PRESENT),
                  new ImageBlockResponse.WaitForData(0, 0, 300)))
          .isEqualTo(Duration.ofMillis(300));
      ImageBlock last = (ImageBlock) mesh.server.last(ImageBlock.class).orElseThrow().request();
      assertThat(last.minimumBlockPeriod()).hasValue(300);
    }

    @Test
    void aDeviceWithoutThatAttributeIgnoresThePace() {
      assertThat(
              waitAfter(
                  TestMesh.eager().thinkTime(Duration.ofMillis(1)),
                  new ImageBlockResponse.WaitForData(0, 0, 30_000)))
          .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aDeviceMayBeDeafToIt() {
      assertThat(
              waitAfter(
                  TestMesh.eager().thinkTime(Duration.ofMillis(1)).ignoresWaitForData(true),
                  new ImageBlockResponse.WaitForData(0, 60, 0)))
          .isEqualTo(Duration.ofMillis(50));
    }
  }

  @Nested
  @DisplayName("Image Page Request")
  class Pages {

    private DeviceProfile.Builder paging() {
      return TestMesh.eager().pageSize(1_000).responseSpacing(10);
    }

    @Test
    void pagesFollowOneAnotherToTheEnd() {
      TestMesh mesh = mesh(paging());
      ImageScript script = mesh.serving(5_020);
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImagePage.class))
          .extracting(ImagePage::fileOffset)
          .containsExactly(0L, 1_000L, 2_000L, 3_000L, 4_000L, 5_000L);
      assertThat(mesh.server.requests(ImagePage.class))
          .allSatisfy(
              page -> {
                assertThat(page.pageSize()).isEqualTo(1_000);
                assertThat(page.responseSpacing()).isEqualTo(10);
                assertThat(page.maximumDataSize()).isEqualTo(50);
              });
      assertThat(mesh.server.requests(ImageBlock.class)).isEmpty();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
    }

    @Test
    void blocksThatAreMissingFromAPageAreAskedForOneByOne() {
      TestMesh mesh = mesh(paging());
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              boolean lost = offset == 1_100 || offset == 1_150 || offset == 1_400;
              super.page(heard, page, lost ? offset + 50 : offset);
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      // the script skips 1100, sends 1150, skips 1400
      assertThat(mesh.server.requests(ImageBlock.class))
          .extracting(ImageBlock::fileOffset)
          .containsExactly(1_100L, 1_400L);
      assertThat(mesh.server.requests(ImageBlock.class))
          .extracting(ImageBlock::maximumDataSize)
          .containsOnly(50);
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
      assertThat(mesh.device().retries()).isZero();
    }

    @Test
    void theEndOfAPageThatDoesNotComeIsAskedForAfterTheTimeout() {
      TestMesh mesh = mesh(paging());
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              if (offset != 1_950) {
                super.page(heard, page, offset);
              }
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImageBlock.class))
          .extracting(ImageBlock::fileOffset)
          .containsExactly(1_950L);
      assertThat(mesh.server.requests(ImagePage.class)).hasSize(5);
    }

    @Test
    void aPageOfWhichNothingComesIsAskedForAgain() {
      TestMesh mesh = mesh(paging());
      boolean[] lost = {true};
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              if (offset == 1_000 && lost[0]) {
                lost[0] = false;
              } else {
                super.page(heard, page, offset);
              }
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImageBlock.class)).isEmpty();
      assertThat(mesh.server.requests(ImagePage.class)).hasSize(6);
      assertThat(mesh.device().retries()).isEqualTo(1);
    }

    @Test
    void blocksOfAPageMayComeInAnyOrderAndTwice() {
      TestMesh mesh = mesh(paging());
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              long end = Math.min(image.length, page.fileOffset() + page.pageSize());
              for (long at = end - 100; at >= page.fileOffset(); at -= 50) {
                server.reply(heard, block(this, at, 50));
                server.reply(heard, block(this, at, 50));
              }
              server.reply(heard, block(this, end - 50, 50));
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
      assertThat(mesh.server.requests(ImageBlock.class)).isEmpty();
    }

    @Test
    void aServerWithoutPagesIsAskedForBlocksFromThenOn() {
      TestMesh mesh = mesh(paging());
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              server.refuse(heard, ZclStatus.UNSUP_COMMAND);
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(ImagePage.class)).hasSize(1);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(100);
    }

    @Test
    void waitForDataEndsThePage() {
      TestMesh mesh = mesh(paging());
      boolean[] wait = {true};
      ImageScript script =
          new ImageScript(mesh.server, SIZE) {
            @Override
            void page(Heard heard, ImagePage page, long offset) {
              if (wait[0] && offset == 1_500) {
                wait[0] = false;
                server.reply(heard, new ImageBlockResponse.WaitForData(0, 10, 0));
              } else {
                super.page(heard, page, offset);
              }
            }
          };
      mesh.server.onRequest = script;
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(script.image));
      assertThat(mesh.server.requests(ImageBlock.class)).as("the rest of that page").hasSize(10);
    }
  }

  @Nested
  @DisplayName("Download complete")
  class Complete {

    @Test
    void theUpgradeEndRequestNamesTheImage() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(mesh, heard -> {});
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      UpgradeEnd end = mesh.server.requests(UpgradeEnd.class).get(0);
      assertThat(end.status()).contains(ZclStatus.SUCCESS);
      assertThat(end.imageId().orElseThrow().fileVersion()).isEqualTo(ImageScript.VERSION);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.DOWNLOAD_COMPLETE);
    }

    @Test
    void withoutAnAnswerItUpgradesAfterThreeAttempts() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(mesh, heard -> {});
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
      assertThat(mesh.server.requests(UpgradeEnd.class)).hasSize(3);
    }

    @Test
    void withoutAnAnswerADeviceWithThatPolicyWaits() {
      TestMesh mesh = mesh(TestMesh.eager().upgradesUnanswered(false));
      ends(mesh, heard -> {});
      mesh.open().loop.advance(Duration.ofMinutes(2));
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.WAITING_TO_UPGRADE);
      mesh.loop.advance(Duration.ofMinutes(60));
      assertThat(mesh.server.requests(UpgradeEnd.class)).hasSize(6);
      assertThat(mesh.device().runningVersion()).isEqualTo(1);
    }

    @Test
    void aRefusalSendsItBackToNormal() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(mesh, heard -> mesh.server.refuse(heard, ZclStatus.ABORT));
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(SECOND);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.NORMAL);
      assertThat(mesh.device().fileOffset()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void aDefaultResponseSuccessBesidesTheUpgradeEndResponseDoesNoHarm() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(
          mesh,
          heard -> {
            mesh.server.refuse(heard, ZclStatus.SUCCESS);
            mesh.server.reply(heard, upgradeEnd(0, 0));
          });
      assertThat(mesh.open().untilAllRun(ImageScript.VERSION)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_IMAGE", "ABORT", "REQUIRE_MORE_IMAGE"})
    void aDeviceMayEndWithEachOfTheOtherStatuses(ZclStatus verdict) {
      TestMesh mesh = mesh(TestMesh.eager().endStatus(verdict));
      ends(mesh, heard -> mesh.server.refuse(heard, ZclStatus.SUCCESS));
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(SECOND);
      assertThat(mesh.server.requests(UpgradeEnd.class).get(0).status()).contains(verdict);
      assertThat(mesh.server.requests(ImageBlock.class)).hasSize(100);
      assertThat(status(mesh))
          .isEqualTo(
              verdict == ZclStatus.REQUIRE_MORE_IMAGE
                  ? ImageUpgradeStatus.WAIT_FOR_MORE
                  : ImageUpgradeStatus.NORMAL);
      mesh.loop.advance(Duration.ofMinutes(6));
      assertThat(mesh.device().runningVersion()).isEqualTo(1);
      assertThat(mesh.server.requests(UpgradeEnd.class)).hasSize(2);
    }
  }

  @Nested
  @DisplayName("Upgrade End Response")
  class UpgradeEnds {

    /** From the response until the device is off the network. */
    private Duration activation(DeviceProfile.Builder profile, UpgradeEndResponse response) {
      TestMesh mesh = mesh(profile.rebootTime(SECOND));
      ends(mesh, heard -> mesh.server.reply(heard, response));
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      Duration asked = at(mesh.server.last(UpgradeEnd.class).orElseThrow());
      assertThat(mesh.untilAllRun(ImageScript.VERSION)).isTrue();
      return Duration.ofNanos(mesh.loop.nanos()).minus(asked).minus(SECOND);
    }

    @ParameterizedTest(name = "current {0}, upgrade {1}: in {2} s")
    @CsvSource({"0, 0, 0", "0, 1, 1", "0, 3600, 3600", "5000, 5016, 16", "5000, 5000, 0"})
    void theDeviceUpgradesWhenItIsToldTo(long current, long upgrade, long seconds) {
      assertThat(activation(TestMesh.eager(), upgradeEnd(current, upgrade)))
          .isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void wildcardsMeanWhateverImageThereIs() {
      assertThat(
              activation(
                  TestMesh.eager(), new UpgradeEndResponse(0xFFFF, 0xFFFF, 0xFFFF_FFFFL, 0, 10)))
          .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aResponseForAnotherImageIsIgnored() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(
          mesh,
          heard ->
              mesh.server.reply(
                  heard, new UpgradeEndResponse(ImageScript.MANUFACTURER, 0x7777, 2, 0, 0)));
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 2);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.DOWNLOAD_COMPLETE);
    }

    @Test
    void itCountsDownAndTheTimeCanBeChanged() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(mesh, heard -> mesh.server.reply(heard, upgradeEnd(0, 3_600)));
      mesh.open();
      mesh.until(() -> status(mesh) == ImageUpgradeStatus.COUNT_DOWN);
      mesh.server.say(mesh.server.address(), true, upgradeEnd(0, 10));
      mesh.loop.advance(Duration.ofSeconds(9));
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.COUNT_DOWN);
      mesh.loop.advance(Duration.ofSeconds(5));
      assertThat(mesh.device().runningVersion()).isEqualTo(2);
    }

    @Test
    void toldToWaitItAsksEveryHourAndObeysWhenTold() {
      TestMesh mesh = mesh(TestMesh.eager());
      ends(mesh, heard -> mesh.server.reply(heard, upgradeEnd(0, 0xFFFF_FFFFL)));
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(Duration.ofHours(3).plusMinutes(1));
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.WAITING_TO_UPGRADE);
      assertThat(mesh.server.requests(UpgradeEnd.class)).hasSize(4);
      mesh.server.say(mesh.server.address(), true, upgradeEnd(0, 0));
      mesh.loop.advance(Duration.ofSeconds(5));
      assertThat(mesh.device().runningVersion()).isEqualTo(2);
    }

    @Test
    void aTimeInThePastIsWaitedOutAnHour() {
      TestMesh mesh = mesh(TestMesh.eager());
      int[] answers = {0};
      ends(
          mesh,
          heard ->
              mesh.server.reply(heard, answers[0]++ == 0 ? upgradeEnd(100, 99) : upgradeEnd(0, 0)));
      mesh.open().untilAllRun(ImageScript.VERSION);
      assertThat(mesh.server.requests(UpgradeEnd.class)).hasSize(2);
      assertThat(mesh.loop.nanos()).isGreaterThan(Duration.ofMinutes(60).toNanos());
    }

    @Test
    void aDeviceMayTakeTheTimeForAnAbsoluteOneAndThenIsDecadesLate() {
      TestMesh mesh = mesh(TestMesh.eager().absoluteUpgradeTime(true));
      ends(mesh, heard -> mesh.server.reply(heard, upgradeEnd(800_000_000, 800_000_001)));
      mesh.open().loop.advance(Duration.ofDays(365));
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.COUNT_DOWN);

      assertThat(activation(TestMesh.eager().absoluteUpgradeTime(true), upgradeEnd(0, 7)))
          .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void itComesBackAnnouncesItselfAndRunsTheNewVersion() {
      TestMesh mesh = mesh(TestMesh.eager().rebootTime(Duration.ofSeconds(20)));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.server.zdo.clear();
      mesh.loop.advance(Duration.ofSeconds(19));
      assertThat(mesh.server.zdo).isEmpty();
      assertThat(mesh.device().runningVersion()).isEqualTo(1);
      mesh.loop.advance(Duration.ofSeconds(2));
      assertThat(mesh.device().runningVersion()).isEqualTo(2);
      assertThat(mesh.server.zdo).hasAtLeastOneElementOfType(ZdoRequest.DeviceAnnce.class);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.NORMAL);
      mesh.loop.advance(Duration.ofMinutes(6));
      assertThat(
              ((QueryNextImage) mesh.server.last(QueryNextImage.class).orElseThrow().request())
                  .currentFileVersion())
          .isEqualTo(2);
    }

    @Test
    void itMayComeBackUnderAnotherAddress() {
      TestMesh mesh = mesh(TestMesh.eager().newAddressAfterReboot(true));
      mesh.serving(SIZE);
      mesh.open().untilAllRun(ImageScript.VERSION);
      mesh.loop.advance(SECOND);
      assertThat(mesh.device().networkAddress()).isNotEqualTo(mesh.server.address());
      assertThat(mesh.server.last(QueryNextImage.class).orElseThrow().frame().networkAddress())
          .isEqualTo(mesh.device().networkAddress());
    }

    @Test
    void itMayComeBackWithTheOldVersion() {
      TestMesh mesh = mesh(TestMesh.eager().afterUpgrade(AfterUpgrade.COMES_BACK_OLD));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(SECOND);
      mesh.server.heard.clear();
      mesh.loop.advance(Duration.ofSeconds(20));
      assertThat(mesh.server.requests(QueryNextImage.class).get(0).currentFileVersion())
          .isEqualTo(1);
      assertThat(mesh.device().imageSha256()).isEmpty();
    }

    @Test
    void itMayNeverComeBack() {
      TestMesh mesh = mesh(TestMesh.eager().afterUpgrade(AfterUpgrade.NEVER_COMES_BACK));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(SECOND);
      mesh.server.zdo.clear();
      mesh.server.heard.clear();
      mesh.loop.advance(Duration.ofDays(1));
      assertThat(mesh.server.heard).isEmpty();
      assertThat(mesh.server.zdo).isEmpty();
    }
  }

  @Nested
  @DisplayName("several images")
  class SeveralImages {

    @Test
    void imagesThatBelongTogetherAreActivatedTogether() {
      TestMesh mesh =
          mesh(
              TestMesh.eager()
                  .images(new ImageSlot(1, 1), new ImageSlot(7, 1), new ImageSlot(8, 1))
                  .imagesTogether(true));
      Map<Integer, ImageScript> images =
          Map.of(
              1, new ImageScript(mesh.server, ImageScript.image(1, 2, 1_000), 1, 2),
              7, new ImageScript(mesh.server, ImageScript.image(7, 3, 2_000), 7, 3),
              8, new ImageScript(mesh.server, ImageScript.image(8, 4, 3_000), 8, 4));
      mesh.server.onRequest = heard -> images.get(typeOf(heard.request())).answer(heard);
      mesh.open();
      assertThat(mesh.untilAllRun(2)).isTrue();

      assertThat(mesh.server.requests(UpgradeEnd.class))
          .extracting(end -> ZclStatus.of(end.statusCode()).orElseThrow())
          .containsExactly(
              ZclStatus.REQUIRE_MORE_IMAGE, ZclStatus.REQUIRE_MORE_IMAGE, ZclStatus.SUCCESS);
      assertThat(mesh.device().imageSha256()).isEqualTo(ImageScript.sha256(images.get(8).image));
      assertThat(mesh.server.requests(QueryNextImage.class))
          .extracting(QueryNextImage::currentFileVersion)
          .containsExactly(1L, 1L, 1L, 2L);
    }

    @Test
    void aMissingImageIsWaitedForAndTheStatusSaysSo() {
      TestMesh mesh =
          mesh(
              TestMesh.eager()
                  .images(new ImageSlot(1, 1), new ImageSlot(7, 1))
                  .imagesTogether(true));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, QueryNextImage.class, 4);
      assertThat(status(mesh)).isEqualTo(ImageUpgradeStatus.WAIT_FOR_MORE);
      assertThat(mesh.server.requests(QueryNextImage.class))
          .extracting(QueryNextImage::imageType)
          .containsExactly(1, 7, 7, 7);
    }

    @Test
    void independentImagesAreUpgradedOneByOne() {
      TestMesh mesh = mesh(TestMesh.eager().images(new ImageSlot(7, 5), new ImageSlot(1, 1)));
      mesh.serving(SIZE);
      mesh.open();
      untilHeard(mesh, UpgradeEnd.class, 1);
      mesh.loop.advance(Duration.ofSeconds(10));
      assertThat(mesh.server.requests(UpgradeEnd.class).get(0).status())
          .contains(ZclStatus.SUCCESS);
      assertThat(mesh.device().runningVersion()).isEqualTo(5);
      mesh.server.heard.clear();
      untilHeard(mesh, QueryNextImage.class, 2);
      assertThat(mesh.server.requests(QueryNextImage.class))
          .extracting(QueryNextImage::currentFileVersion)
          .containsExactly(5L, 2L);
    }

    private int typeOf(OtaRequest request) {
      if (request instanceof QueryNextImage query) {
        return query.imageType();
      }
      if (request instanceof ImageBlock block) {
        return block.imageType();
      }
      return ((UpgradeEnd) request).imageId().orElseThrow().imageType();
    }
  }

  @Nested
  @DisplayName("device specific file")
  class DeviceSpecificFile {

    private static final int CREDENTIALS = OtaCluster.CLIENT_SECURITY_CREDENTIALS;

    private TestMesh mesh(boolean forAnother) {
      TestMesh mesh = OtaClientTest.mesh(TestMesh.eager().images(new ImageSlot(CREDENTIALS, 0)));
      mesh.server.onRequest =
          heard -> {
            byte[] file =
                new OtaFileWriter(ImageScript.MANUFACTURER, CREDENTIALS, 1)
                    .upgradeFileDestination(
                        forAnother ? new Eui64(5) : mesh.server.joined.get(mesh.server.address()))
                    .element(0, new byte[200])
                    .toByteArray();
            if (heard.request() instanceof QueryDeviceSpecificFile) {
              mesh.server.reply(
                  heard,
                  QueryDeviceSpecificFileResponse.offering(
                      new OfferedImage(ImageScript.MANUFACTURER, CREDENTIALS, 1, file.length)));
            } else {
              new ImageScript(mesh.server, file, CREDENTIALS, 1).answer(heard);
            }
          };
      return mesh.open();
    }

    @Test
    void itIsAskedForWithTheDevicesAddress() {
      TestMesh mesh = mesh(false);
      assertThat(mesh.untilAllRun(1)).isTrue();
      Eui64 self = mesh.device().eui64();
      assertThat(mesh.server.requests(QueryDeviceSpecificFile.class).get(0))
          .isEqualTo(
              new QueryDeviceSpecificFile(self, ImageScript.MANUFACTURER, CREDENTIALS, 0, 2));
      assertThat(mesh.server.requests(ImageBlock.class))
          .allSatisfy(block -> assertThat(block.requestNodeAddress()).contains(self));
      assertThat(mesh.server.requests(QueryNextImage.class)).isEmpty();
    }

    @Test
    void aFileForAnotherDeviceIsInvalid() {
      TestMesh mesh = mesh(true);
      untilHeard(mesh, UpgradeEnd.class, 1);
      assertThat(mesh.server.requests(UpgradeEnd.class).get(0).status())
          .contains(ZclStatus.INVALID_IMAGE);
    }

    @Test
    void aServerThatDoesNotKnowTheCommandIsAskedAgainAtTheNextPeriod() {
      TestMesh mesh = OtaClientTest.mesh(TestMesh.eager().images(new ImageSlot(CREDENTIALS, 0)));
      mesh.server.onRequest = heard -> mesh.server.refuse(heard, ZclStatus.UNSUP_COMMAND);
      mesh.open().loop.advance(Duration.ofMinutes(6));
      assertThat(mesh.server.requests(QueryDeviceSpecificFile.class)).hasSize(2);
      assertThat(mesh.device().retries()).isZero();
    }
  }

  @Test
  void framesForAnotherEndpointOrProfileAreNotHeard() {
    TestMesh mesh = mesh(TestMesh.eager());
    mesh.server.onRequest =
        heard -> {
          ByteBuffer payload = ByteBuffer.wrap(new byte[] {0x19, 0, 2, (byte) 0x98});
          int address = heard.frame().networkAddress();
          mesh.server.send(ApsFrame.to(address, 1, 9, 0x0104, 0x0019, payload), false);
          mesh.server.send(ApsFrame.to(address, 1, 1, 0x0109, 0x0019, payload), false);
        };
    mesh.open().loop.advance(Duration.ofSeconds(6));
    assertThat(mesh.server.requests(QueryNextImage.class)).as("it asked again").hasSize(2);
  }
}
