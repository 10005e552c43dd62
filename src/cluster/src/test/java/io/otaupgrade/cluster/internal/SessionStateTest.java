package io.otaupgrade.cluster.internal;

import static io.otaupgrade.api.server.UpgradeReason.ABORTED_BY_DEVICE;
import static io.otaupgrade.api.server.UpgradeReason.ABORTED_BY_OPERATOR;
import static io.otaupgrade.api.server.UpgradeReason.DEVICE_LEFT;
import static io.otaupgrade.api.server.UpgradeReason.IMAGE_WITHDRAWN;
import static io.otaupgrade.api.server.UpgradeReason.INVALID_IMAGE;
import static io.otaupgrade.api.server.UpgradeReason.NONE;
import static io.otaupgrade.api.server.UpgradeReason.NO_REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cluster.internal.SessionState.Activating;
import io.otaupgrade.cluster.internal.SessionState.Downloading;
import io.otaupgrade.cluster.internal.SessionState.Ended;
import io.otaupgrade.cluster.internal.SessionState.MoreImagesRequired;
import io.otaupgrade.cluster.internal.SessionState.Offered;
import io.otaupgrade.cluster.internal.SessionState.Say;
import io.otaupgrade.cluster.internal.SessionState.Step;
import io.otaupgrade.cluster.internal.SessionState.WaitingForActivation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in the Javadoc of {@link SessionState}, line by line. */
class SessionStateTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant SOON = NOW.plusSeconds(60);
  private static final Instant LONG_AFTER = NOW.plusSeconds(3_600);

  private static final SessionState OFFERED = new Offered();
  private static final SessionState DOWNLOADING = new Downloading();
  private static final SessionState MORE = new MoreImagesRequired();
  private static final SessionState WAITING = new WaitingForActivation(Optional.empty());
  private static final SessionState WISHED = new WaitingForActivation(Optional.of(SOON));
  private static final SessionState ACTIVATING = Activating.at(NOW);
  private static final SessionState ANNOUNCED = new Activating(NOW, true, false);
  private static final SessionState SEEN_OLD = new Activating(NOW, false, true);

  private static Ended ended(UpgradeState outcome, UpgradeReason reason) {
    return new Ended(outcome, reason, NOW);
  }

  private static final SessionState ON_PURPOSE = ended(UpgradeState.ABORTED, ABORTED_BY_OPERATOR);
  private static final SessionState WITHDRAWN = ended(UpgradeState.ABORTED, IMAGE_WITHDRAWN);
  private static final SessionState UPGRADED = ended(UpgradeState.UPGRADED, NONE);
  private static final SessionState STALLED = ended(UpgradeState.STALLED, NO_REQUEST);
  private static final SessionState REFUSED = ended(UpgradeState.REFUSED, INVALID_IMAGE);
  private static final SessionState GIVEN_UP = ended(UpgradeState.ABORTED, ABORTED_BY_DEVICE);

  private static final List<SessionState> NOT_ENDED =
      List.of(OFFERED, DOWNLOADING, MORE, WAITING, WISHED, ACTIVATING, ANNOUNCED);
  private static final List<SessionState> OVER =
      List.of(ON_PURPOSE, WITHDRAWN, UPGRADED, STALLED, REFUSED, GIVEN_UP);

  private static final class Rows {
    private final List<Arguments> rows = new ArrayList<>();

    Rows row(
        List<SessionState> states,
        String name,
        Function<SessionState, Step> event,
        Function<SessionState, SessionState> next,
        Say say) {
      for (SessionState state : states) {
        rows.add(Arguments.of(state, name, event, next.apply(state), say));
      }
      return this;
    }

    Rows row(
        SessionState state,
        String name,
        Function<SessionState, Step> event,
        SessionState next,
        Say say) {
      return row(List.of(state), name, event, same -> next, say);
    }
  }

  static Stream<Arguments> table() {
    Function<SessionState, Step> offered = SessionState::offered;
    Function<SessionState, Step> first = state -> state.block(true, NOW);
    Function<SessionState, Step> other = state -> state.block(false, NOW);
    Function<SessionState, Step> later = state -> state.block(false, LONG_AFTER);
    Function<SessionState, Step> atOnce = state -> state.complete(ActivationPolicy.IMMEDIATE, NOW);
    Function<SessionState, Step> onRequest =
        state -> state.complete(ActivationPolicy.ON_REQUEST, NOW);
    Function<SessionState, Step> lateOnRequest =
        state -> state.complete(ActivationPolicy.ON_REQUEST, LONG_AFTER);
    Function<SessionState, Step> more = SessionState::moreImagesRequired;
    Function<SessionState, Step> failed =
        state -> state.failed(UpgradeState.REFUSED, INVALID_IMAGE, NOW);
    Function<SessionState, Step> activate = state -> state.activate(SOON);
    Function<SessionState, Step> notDelivered = SessionState::responseNotDelivered;
    Function<SessionState, Step> announced = state -> state.announced(NOW);
    Function<SessionState, Step> announcedEarly =
        state -> state.announced(NOW.minus(Duration.ofMinutes(1)));
    Function<SessionState, Step> runsTheImage = state -> state.runsTheImage(NOW);
    Function<SessionState, Step> runsAnother = state -> state.runsAnother(false, NOW);
    Function<SessionState, Step> idleRunsAnother = state -> state.runsAnother(true, LONG_AFTER);
    Function<SessionState, Step> busyRunsAnother = state -> state.runsAnother(false, LONG_AFTER);
    Function<SessionState, Step> left = state -> state.ended(DEVICE_LEFT, NOW);
    Function<SessionState, Step> timeIsUp = state -> state.timeIsUp(NOW);
    Function<SessionState, SessionState> same = state -> state;
    SessionState wrongVersion = new Ended(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION, NOW);
    SessionState wrongLater =
        new Ended(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION, LONG_AFTER);

    return new Rows()
            .row(OFFERED, "offered", offered, OFFERED, Say.NOTHING)
            .row(List.of(OFFERED, DOWNLOADING), "block", other, state -> DOWNLOADING, Say.BLOCK)
            .row(DOWNLOADING, "offered", offered, DOWNLOADING, Say.NOTHING)
            .row(
                List.of(OFFERED, DOWNLOADING, MORE, WAITING),
                "complete, immediate",
                atOnce,
                state -> ACTIVATING,
                Say.UPGRADE)
            .row(
                List.of(OFFERED, DOWNLOADING, MORE, WAITING),
                "complete, on request",
                onRequest,
                state -> WAITING,
                Say.WAIT)
            .row(
                List.of(OFFERED, DOWNLOADING),
                "time is up",
                timeIsUp,
                state -> STALLED,
                Say.NOTHING)
            .row(NOT_ENDED, "more images required", more, state -> MORE, Say.ACCEPT)
            .row(
                List.of(MORE, WAITING, WISHED, ACTIVATING, ANNOUNCED),
                "block at 0",
                first,
                state -> DOWNLOADING,
                Say.BLOCK)
            .row(
                List.of(MORE, WAITING, WISHED, ACTIVATING, ANNOUNCED),
                "another block",
                other,
                same,
                Say.BLOCK)
            .row(
                List.of(MORE, WAITING, WISHED),
                "activate",
                activate,
                state -> Activating.at(SOON),
                Say.UPGRADE)
            .row(List.of(WAITING, WISHED), "offered", offered, state -> OFFERED, Say.NOTHING)
            .row(WISHED, "complete, before its time", onRequest, Activating.at(SOON), Say.UPGRADE)
            .row(WISHED, "complete, late", lateOnRequest, Activating.at(LONG_AFTER), Say.UPGRADE)
            .row(List.of(ACTIVATING, ANNOUNCED), "complete", onRequest, same, Say.UPGRADE)
            .row(List.of(ACTIVATING, ANNOUNCED), "activate", activate, same, Say.NOTHING)
            .row(List.of(ACTIVATING, ANNOUNCED), "offered", offered, same, Say.NOTHING)
            .row(
                ACTIVATING,
                "response not delivered",
                notDelivered,
                new WaitingForActivation(Optional.of(NOW)),
                Say.NOTHING)
            .row(ACTIVATING, "announced", announced, ANNOUNCED, Say.NOTHING)
            .row(ACTIVATING, "announced long before", announcedEarly, ACTIVATING, Say.NOTHING)
            .row(ANNOUNCED, "runs another", runsAnother, wrongVersion, Say.NOTHING)
            .row(ACTIVATING, "idle, runs another", idleRunsAnother, wrongLater, Say.NOTHING)
            .row(ACTIVATING, "runs another just yet", runsAnother, ACTIVATING, Say.NOTHING)
            .row(ACTIVATING, "still runs another", busyRunsAnother, SEEN_OLD, Say.NOTHING)
            .row(
                List.of(ACTIVATING, ANNOUNCED),
                "time is up",
                timeIsUp,
                state -> ended(UpgradeState.APPLIED_UNCONFIRMED, UpgradeReason.NO_EVIDENCE),
                Say.NOTHING)
            .row(SEEN_OLD, "time is up", timeIsUp, wrongVersion, Say.NOTHING)
            .row(NOT_ENDED, "runs the image", runsTheImage, state -> UPGRADED, Say.NOTHING)
            .row(NOT_ENDED, "device failed", failed, state -> REFUSED, Say.ACCEPT)
            .row(
                List.of(OFFERED, DOWNLOADING, MORE, WAITING, WISHED),
                "left",
                left,
                state -> ended(UpgradeState.ABORTED, DEVICE_LEFT),
                Say.NOTHING)
            .row(List.of(ACTIVATING, ANNOUNCED), "left", left, same, Say.NOTHING)
            .row(List.of(ON_PURPOSE, WITHDRAWN), "block", first, same, Say.ABORT)
            .row(List.of(ON_PURPOSE, WITHDRAWN), "block, later", later, same, Say.ABORT)
            .row(List.of(ON_PURPOSE, WITHDRAWN), "complete", atOnce, same, Say.REFUSE)
            .row(UPGRADED, "complete", atOnce, UPGRADED, Say.UPGRADE)
            .row(STALLED, "block", other, STALLED, Say.TAKE_UP)
            .row(List.of(STALLED, REFUSED, GIVEN_UP), "complete", atOnce, same, Say.TAKE_UP)
            .row(List.of(UPGRADED, REFUSED, GIVEN_UP), "block at 0", first, same, Say.TAKE_UP)
            .row(List.of(UPGRADED, REFUSED, GIVEN_UP), "block, later", later, same, Say.TAKE_UP)
            .row(List.of(UPGRADED, REFUSED, GIVEN_UP), "straggler", other, same, Say.BLOCK)
            .row(OVER, "more images required", more, same, Say.ACCEPT)
            .row(OVER, "device failed", failed, same, Say.ACCEPT)
            .row(OVER, "offered", offered, same, Say.NOTHING)
            .row(OVER, "activate", activate, same, Say.NOTHING)
            .row(OVER, "response not delivered", notDelivered, same, Say.NOTHING)
            .row(OVER, "announced", announced, same, Say.NOTHING)
            .row(OVER, "runs the image", runsTheImage, same, Say.NOTHING)
            .row(OVER, "runs another", idleRunsAnother, same, Say.NOTHING)
            .row(OVER, "left", left, same, Say.NOTHING)
            .row(OVER, "time is up", timeIsUp, same, Say.NOTHING)
            .row(
                List.of(OFFERED, DOWNLOADING, MORE, WAITING, WISHED),
                "runs another",
                idleRunsAnother,
                same,
                Say.NOTHING)
            .row(
                List.of(OFFERED, DOWNLOADING, MORE, WAITING, WISHED),
                "announced",
                announced,
                same,
                Say.NOTHING)
            .row(List.of(MORE, WAITING, WISHED), "time is up", timeIsUp, same, Say.NOTHING)
            .row(List.of(OFFERED, DOWNLOADING), "activate", activate, same, Say.NOTHING)
            .rows
            .stream();
  }

  @ParameterizedTest(name = "{0}: {1} -> {3}, {4}")
  @MethodSource("table")
  void everyLineHolds(
      SessionState state,
      String name,
      Function<SessionState, Step> event,
      SessionState next,
      Say say) {
    Step step = event.apply(state);
    assertThat(step.next()).as(name).isEqualTo(next);
    assertThat(step.say()).as(name).isEqualTo(say);
  }
}
