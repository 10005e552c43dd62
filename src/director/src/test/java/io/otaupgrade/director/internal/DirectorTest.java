package io.otaupgrade.director.internal;

import static io.otaupgrade.api.OtaStatus.DEVICE_NOT_FOUND;
import static io.otaupgrade.api.OtaStatus.FAILURE;
import static io.otaupgrade.api.OtaStatus.IMAGE_INFO_NOT_FOUND;
import static io.otaupgrade.api.OtaStatus.INVALID_DATA;
import static io.otaupgrade.api.OtaStatus.IN_PROGRESS;
import static io.otaupgrade.api.OtaStatus.SERVICE_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SERVICE_NOT_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.OtaListener;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.zcl.Eui64;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectorTest {

  private static final Eui64 LAMP = new Eui64(0x00124b0000112233L);
  private static final int LAMP_ID = 12;
  private static final String URL = "controller://driver/lamp/lamp.zigbee";

  @TempDir Path folder;

  private final SerialExecutor thread = new SerialExecutor();
  private final FakeRegistry registry = new FakeRegistry();
  private final FakeServer home = new FakeServer("home");
  private final List<OtaResult> results = new ArrayList<>();
  private BindingTable bindings;
  private Director director;

  @BeforeEach
  void aBoundLampOnARunningMesh() {
    bindings = new BindingTable(new BindingFile(folder.resolve("bindings")), new SerialExecutor());
    director = new Director(bindings, 4, thread);
    director.use(registry, List.of(Map.entry(Map.of(), results::add)));
    bindings.bind(LAMP_ID, LAMP);
    home.known.add(LAMP);
    director.addServer(home);
  }

  private Submission add(int deviceId) {
    return director.addImage(deviceId, 0x117C, 0x4204, URL, "lamp.c4z", 7);
  }

  private void fetched(long version) {
    FakeRegistry.Pending last = registry.pending.get(registry.pending.size() - 1);
    ImageRegistration registration =
        FakeRegistry.registration(last.request, version, Optional.of(3L));
    registry.held.add(registration);
    last.outcome.complete(RegistrationOutcome.registered(registration));
  }

  private List<OtaStatus> statuses() {
    return results.stream().map(OtaResult::operation).map(OtaOperation::status).toList();
  }

  @Nested
  class ServiceStatus {
    @Test
    void isAvailableWhileTheMeshOfTheDeviceIsServed() {
      director.serviceStatus(LAMP_ID);
      assertThat(statuses()).containsExactly(SERVICE_AVAILABLE);
    }

    @Test
    void ofAnUnboundIdTellsWhetherAnyServerIsThere() {
      director.serviceStatus(99);
      director.removeServer(home);
      director.serviceStatus(99);
      assertThat(statuses()).containsExactly(SERVICE_AVAILABLE, SERVICE_NOT_AVAILABLE);
    }

    @Test
    void isNotAvailableWhenOnlyAnotherMeshIsServed() {
      director.addServer(new FakeServer("barn"));
      director.removeServer(home);
      director.serviceStatus(LAMP_ID);
      assertThat(statuses()).containsExactly(SERVICE_NOT_AVAILABLE);
    }
  }

  @Nested
  class AddImage {
    @Test
    void announcesTheFetchAndEndsWithWhatWasRegistered() {
      home.running = OptionalLong.of(5);
      Submission submission = add(LAMP_ID);
      assertThat(statuses()).containsExactly(IN_PROGRESS);
      fetched(9);
      assertThat(statuses()).containsExactly(IN_PROGRESS, SUCCESS);
      OtaOperation done = results.get(1).operation();
      assertThat(done.euid()).contains(LAMP);
      assertThat(done.imageVersion()).isEqualTo(9);
      assertThat(done.oldImageVersion()).isEqualTo(5);
      assertThat(done.url()).isEqualTo(URL);
      assertThat(done.driverVersion()).isEqualTo(7);
      assertThat(submission.finalResult()).isCompletedWithValue(results.get(1));
      assertThat(results).allMatch(result -> result.requestId() == submission.requestId());
    }

    @Test
    void namesTheVersionRegisteredBeforeWhereTheDeviceReportedNone() {
      add(LAMP_ID);
      fetched(9);
      assertThat(results.get(1).operation().oldImageVersion()).isEqualTo(3);
    }

    @Test
    void teachesTheDriverTypeOfTheId() {
      add(LAMP_ID);
      assertThat(bindings.binding(LAMP_ID).orElseThrow().driverTypeId()).contains("lamp.c4z");
    }

    @ParameterizedTest
    @CsvSource({
      "0, 1, 1, http://h/f, t, 1",
      "1, -1, 1, http://h/f, t, 1",
      "1, 65536, 1, http://h/f, t, 1",
      "1, 1, 65536, http://h/f, t, 1",
      "1, 1, 1, ftp://h/f, t, 1",
      "1, 1, 1, file:///etc/passwd, t, 1",
      "1, 1, 1, 'http://h /f', t, 1",
      "1, 1, 1, '', t, 1",
      "1, 1, 1, http:///f, t, 1",
      "1, 1, 1, 'http://h/\\f', t, 1",
      "1, 1, 1, 'http://h/a\tb', t, 1",
      "1, 1, 1, controller://elsewhere/lamp/f, t, 1",
      "1, 1, 1, controller://driver/lamp, t, 1",
      "1, 1, 1, controller://driver/lamp/, t, 1",
      "1, 1, 1, , t, 1",
      "1, 1, 1, http://h/f, , 1",
      "1, 1, 1, http://h/f, 'a\tb', 1",
      "1, 1, 1, http://h/f, '', 1",
      "1, 1, 1, http://h/f, operator, 1",
      "1, 1, 1, http://h/f, t, -1",
      "1, 1, 1, http://h/f, t, 4294967296"
    })
    void ofArgumentsOutOfRangeIsInvalidDataEvenWithoutTheService(
        int deviceId, int mfgId, int imageType, String url, String type, long version) {
      director.removeServer(home);
      director.addImage(deviceId, mfgId, imageType, url, type, version);
      assertThat(statuses()).containsExactly(INVALID_DATA);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP://h/f",
          "https://h:8443/a%20b/f?x=1#y",
          "http://[2001:db8::1]/f",
          "controller://driver/my lamp/my image.zigbee",
          "Controller://driver/lamp/folder/f\u00fcr.zigbee"
        })
    void leavesEverythingElseAboutTheUrlToTheRegistry(String url) {
      director.addImage(LAMP_ID, 1, 1, url, "lamp.c4z", 1);
      assertThat(statuses()).containsExactly(IN_PROGRESS);
      assertThat(registry.pending.get(0).request.url()).isEqualTo(url);
    }

    @Test
    void ofADriverTypeThatIsNoneTeachesNothing() {
      director.addImage(LAMP_ID, 1, 1, URL, "x".repeat(256), 1);
      assertThat(statuses()).containsExactly(INVALID_DATA);
      assertThat(bindings.binding(LAMP_ID).orElseThrow().driverTypeId()).isEmpty();
    }

    @Test
    void isNotHeldUpByAnIdThatIsBoundToNothingAnyMore() {
      bindings.bind(13, new Eui64(13));
      director.addImage(13, 0x117C, 0x4204, URL, "lamp.c4z", 6);
      fetched(8);
      director.addImage(13, 0x117C, 0x4205, URL, "other.c4z", 6);
      fetched(8);
      bindings.unbind(13);
      add(LAMP_ID);
      assertThat(registry.held)
          .extracting(held -> held.key().driverTypeId())
          .containsExactly("other.c4z");
    }

    @Test
    void leavesTheHoldingsOfBoundIdsAlone() {
      bindings.bind(13, new Eui64(13));
      director.addImage(13, 0x117C, 0x4204, URL, "lamp.c4z", 6);
      fetched(8);
      add(LAMP_ID);
      assertThat(registry.held).hasSize(1);
    }

    @Test
    void isJudgedByServiceBeforeDevice() {
      add(99);
      director.removeServer(home);
      add(99);
      assertThat(statuses()).containsExactly(DEVICE_NOT_FOUND, SERVICE_NOT_AVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(
        value = Verdict.class,
        names = {"REGISTERED"},
        mode = EnumSource.Mode.EXCLUDE)
    void endsWithOneFinalStatusForEveryRejection(Verdict verdict) {
      add(LAMP_ID);
      registry.pending.get(0).outcome.complete(RegistrationOutcome.rejected(verdict, "why"));
      OtaStatus expected =
          switch (verdict) {
            case ACCESS_FAILED -> OtaStatus.IMAGE_ACCESS_FAILED;
            case VALIDATION_FAILED -> OtaStatus.IMAGE_VALIDATION_FAILED;
            case INVALID_DATA, SELECTORS_REQUIRED -> INVALID_DATA;
            case INCOMPATIBLE_DRIVER_VERSION -> OtaStatus.INCOMPATIBLE_DRIVER_VERSION;
            case CANCELLED, FAILED -> FAILURE;
            case REGISTERED -> throw new AssertionError();
          };
      assertThat(statuses()).containsExactly(IN_PROGRESS, expected);
    }

    @Test
    void endsAsNotAvailableAndCancelsTheFetchWhenThePluginGoes() {
      add(LAMP_ID);
      director.removeServer(home);
      assertThat(statuses()).containsExactly(IN_PROGRESS, SERVICE_NOT_AVAILABLE);
      assertThat(registry.pending.get(0).cancelled).isTrue();
    }

    @Test
    void isAFailureWhenTheRegistryThrows() {
      registry.fault = Optional.of(new IllegalStateException("disk"));
      add(LAMP_ID);
      assertThat(statuses()).containsExactly(IN_PROGRESS, FAILURE);
    }
  }

  @Nested
  class RemoveImageAndImageInfo {
    @Test
    void tellOfTheImageThatIsHeld() {
      add(LAMP_ID);
      fetched(9);
      results.clear();
      director.imageInfo(LAMP_ID);
      director.removeImage(LAMP_ID, 0x4204);
      director.imageInfo(LAMP_ID);
      director.removeImage(LAMP_ID, 0x4204);
      assertThat(statuses())
          .containsExactly(SUCCESS, SUCCESS, IMAGE_INFO_NOT_FOUND, IMAGE_INFO_NOT_FOUND);
      assertThat(results.subList(0, 2)).allMatch(r -> r.operation().imageVersion() == 9);
    }

    @Test
    void areInProgressWhileAFetchOfTheSameIdRunsAndKeepTheOrder() {
      bindings.bind(13, new Eui64(13));
      add(LAMP_ID);
      director.removeImage(LAMP_ID, 0x4204);
      director.imageInfo(LAMP_ID);
      director.imageInfo(13);
      assertThat(statuses())
          .containsExactly(IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IMAGE_INFO_NOT_FOUND);
      results.clear();
      fetched(9);
      assertThat(statuses()).containsExactly(SUCCESS, SUCCESS, IMAGE_INFO_NOT_FOUND);
    }

    @Test
    void failWhenTheDirectorStopsBeforeTheirTurn() throws InterruptedException {
      add(LAMP_ID);
      director.removeImage(LAMP_ID, 0x4204);
      director.imageInfo(LAMP_ID);
      results.clear();
      thread.resume();
      director.stop();
      assertThat(statuses()).containsExactly(FAILURE, FAILURE, FAILURE);
      assertThat(registry.pending.get(0).cancelled).isTrue();
    }

    @Test
    void failWithoutBeginningAnythingWhenTheirTurnComesWhileTheDirectorStops()
        throws InterruptedException {
      thread.pause();
      add(LAMP_ID);
      director.stop();
      thread.resume();
      assertThat(statuses()).containsExactly(FAILURE);
      assertThat(registry.pending).isEmpty();
    }

    @Test
    void areJudgedInTheDocumentedOrder() {
      director.imageInfo(0);
      director.removeImage(LAMP_ID, 70_000);
      director.imageInfo(99);
      director.removeServer(home);
      director.imageInfo(99);
      director.removeImage(LAMP_ID, 1);
      assertThat(statuses())
          .containsExactly(
              INVALID_DATA,
              INVALID_DATA,
              DEVICE_NOT_FOUND,
              SERVICE_NOT_AVAILABLE,
              SERVICE_NOT_AVAILABLE);
    }
  }

  @Nested
  class Delivery {
    @Test
    void comesToAnEndThoughAServerFails() {
      home.fault = Optional.of(new IllegalStateException("a server's own fault"));
      Submission submission = director.serviceStatus(LAMP_ID);
      assertThat(statuses()).containsExactly(FAILURE);
      assertThat(submission.finalResult().toCompletableFuture()).isCompleted();
    }

    @Test
    void goesToTheListenersThatWantTheId() {
      List<OtaResult> wanted = new ArrayList<>();
      OtaListener thrower =
          result -> {
            throw new IllegalStateException("a listener's own fault");
          };
      director.use(
          registry,
          List.of(
              Map.entry(Map.of(), thrower),
              Map.entry(Map.of(OtaListener.DEVICE_ID, new int[] {1, 99}), wanted::add),
              Map.entry(Map.of(OtaListener.DEVICE_ID, List.of("12")), results::add)));
      director.serviceStatus(99);
      director.serviceStatus(LAMP_ID);
      assertThat(wanted).extracting(OtaResult::deviceId).containsExactly(99);
      assertThat(results).extracting(OtaResult::deviceId).containsExactly(LAMP_ID);
    }

    @Test
    void isRefusedPastTheQueueLimitAndAfterTheStop() throws InterruptedException {
      thread.pause();
      for (int i = 0; i < 4; i++) {
        assertThat(director.imageInfo(LAMP_ID).status()).isEqualTo(SendStatus.SENT);
      }
      Submission fifth = director.imageInfo(LAMP_ID);
      assertThat(fifth.status()).isEqualTo(SendStatus.QUEUE_FULL);
      assertThat(fifth.finalResult().toCompletableFuture()).isCompletedExceptionally();
      thread.resume();
      assertThat(results).hasSize(4);
      director.stop();
      assertThat(director.imageInfo(LAMP_ID).status()).isEqualTo(SendStatus.STOPPING);
      assertThat(SendStatus.SENT.code()).isZero();
    }
  }
}
