package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.server.Admission;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cluster.internal.SessionState.Say;
import io.otaupgrade.cluster.internal.SessionState.Step;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins and ends sessions and lets nothing else change their states; on the loop. */
final class Upgrades {
  private static final Logger LOG = LoggerFactory.getLogger(Upgrades.class);

  /** What came of the wish to serve a device that has no session. */
  sealed interface TakeUp {
    /** Its session. */
    record Taken(Session session) implements TakeUp {}

    /** It shall ask again. */
    record Postponed(Duration duration) implements TakeUp {}

    /** There is nothing for it. */
    record Unknown() implements TakeUp {}
  }

  private final Mesh mesh;
  private final Session.Keeper keeper;
  private final RunningVersions versions;
  private final UpgradeBoard board;
  private final Supplier<List<Admission>> admissions;
  private final Set<Session> underWay = new HashSet<>();

  Upgrades(
      Mesh mesh,
      Session.Keeper keeper,
      RunningVersions versions,
      UpgradeBoard board,
      Supplier<List<Admission>> admissions) {
    this.mesh = mesh;
    this.keeper = keeper;
    this.versions = versions;
    this.board = board;
    this.admissions = admissions;
  }

  /** Sessions that have not ended. */
  List<Session> underWay() {
    return List.copyOf(underWay);
  }

  // ---- beginning

  /** The session for an image that is about to be offered; the one there is, if it is that. */
  Session offer(
      OtaClient client,
      int endpoint,
      ImageId id,
      ImageRegistration registration,
      long currentFileVersion) {
    return offer(client, endpoint, id, registration, OptionalLong.of(currentFileVersion));
  }

  /** As {@link #offer}, for a file made for one device, which it does not run as a version. */
  Session offerFile(OtaClient client, int endpoint, ImageId id, ImageRegistration registration) {
    return offer(client, endpoint, id, registration, OptionalLong.empty());
  }

  private Session offer(
      OtaClient client,
      int endpoint,
      ImageId id,
      ImageRegistration registration,
      OptionalLong currentFileVersion) {
    Optional<Session> there =
        client.session(endpoint, id.manufacturerCode(), id.imageType(), id.fileVersion());
    if (there.isPresent()
        && !there.get().isEnded()
        && there.get().image().sha256().equals(registration.image().sha256())) {
      Session session = there.get();
      session.offered(currentFileVersion);
      apply(session, session.state().offered());
      return session;
    }
    return begin(client, endpoint, id, registration, currentFileVersion);
  }

  /**
   * A session for a device that goes on with a download we know nothing of.
   *
   * @param image what {@link ImageFinder#underWay} found
   */
  TakeUp takeUp(OtaClient client, int endpoint, ImageId id, Optional<ImageRegistration> image) {
    Optional<Duration> postponed = image.flatMap(found -> postponed(client, found));
    return postponed.isPresent()
        ? new TakeUp.Postponed(postponed.get())
        : takeUpComplete(client, endpoint, id, image);
  }

  /** A session for a device that has all of an image already; nobody has to admit that. */
  TakeUp takeUpComplete(
      OtaClient client, int endpoint, ImageId id, Optional<ImageRegistration> image) {
    if (image.isEmpty()) {
      return mesh.inStartGrace()
          ? new TakeUp.Postponed(BlockServer.IMAGE_MISSING_WAIT)
          : new TakeUp.Unknown();
    }
    OptionalLong runs = versions.running(client.device(), id.manufacturerCode(), id.imageType());
    return new TakeUp.Taken(begin(client, endpoint, id, image.get(), runs));
  }

  private Session begin(
      OtaClient client,
      int endpoint,
      ImageId id,
      ImageRegistration registration,
      OptionalLong currentFileVersion) {
    client
        .session(endpoint, id.manufacturerCode(), id.imageType(), id.fileVersion())
        .ifPresent(
            former -> {
              end(former, UpgradeReason.SUPERSEDED);
              client.forget(former);
            });
    Session session =
        new Session(mesh, keeper, client, endpoint, id, registration.image(), currentFileVersion);
    client.add(session);
    underWay.add(session);
    board.publish(session);
    session.wakeBy(session.nextDeadline(), mesh.now());
    return session;
  }

  /**
   * Asks those who decide whether a transfer may start.
   *
   * @return how long the device shall wait, if it may not; at least a second
   */
  Optional<Duration> postponed(OtaClient client, ImageRegistration registration) {
    Duration longest = Duration.ZERO;
    for (Admission admission : admissions.get()) {
      try {
        Duration wait =
            admission
                .postpone(mesh.name(), client.device(), registration, transfers())
                .orElse(Duration.ZERO);
        longest = wait.compareTo(longest) > 0 ? wait : longest;
      } catch (RuntimeException failure) {
        LOG.warn("{} failed, so it does not object", admission.getClass().getName(), failure);
      }
    }
    return longest.isZero()
        ? Optional.empty()
        : Optional.of(
            longest.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : longest);
  }

  /** Transfers that run, or are about to. */
  int transfers() {
    return (int)
        underWay.stream()
            .filter(
                session ->
                    session.isIn(UpgradeState.OFFERED) || session.isIn(UpgradeState.DOWNLOADING))
            .count();
  }

  // ---- changing

  /** Takes a session to its next state. */
  Say apply(Session session, Step step) {
    SessionState before = session.state();
    SessionState next = step.next();
    if (!next.equals(before)) {
      session.become(next);
      if (next.phase() != before.phase()) {
        changed(session, before);
      }
      if (!session.isEnded()) {
        session.wakeBy(session.nextDeadline(), mesh.now());
      }
    }
    return step.say();
  }

  private void changed(Session session, SessionState before) {
    session.touch();
    if (session.isIn(UpgradeState.DOWNLOADING)) {
      endRivals(session);
      if (before.phase() == UpgradeState.OFFERED) {
        logStart(session);
      }
    }
    if (session.isEnded()) {
      underWay.remove(session);
      if (session.isIn(UpgradeState.REFUSED)) {
        refused(session);
      }
      logEnd(session);
    }
    session.sample(mesh.now());
    board.publish(session);
  }

  /** A client has room for one image of a type: what it downloads takes the place of the other. */
  private void endRivals(Session session) {
    for (Session other : session.client().sessions()) {
      if (other.isRivalOf(session)) {
        end(other, UpgradeReason.SUPERSEDED);
      }
    }
  }

  /** Ends a session that has not ended. */
  void end(Session session, UpgradeReason reason) {
    apply(session, session.state().ended(reason, mesh.time()));
  }

  /** The client shall not get the image: its sessions with it end, and it is not offered again. */
  void withdraw(OtaClient client, FirmwareImage image, UpgradeReason reason) {
    for (Session session : client.sessions()) {
      if (session.image().sha256().equals(image.sha256())) {
        end(session, reason);
      }
    }
  }

  private void refused(Session session) {
    int limit = mesh.settings().refusalLimit();
    int refusals = session.client().refused(session.image());
    if (limit > 0 && refusals == limit) {
      LOG.warn(
          "{}/{} {} refused {} times, so it is not offered again until it is registered anew or"
              + " the device is notified by hand",
          session.client().device(),
          session.endpoint(),
          session.id(),
          refusals);
    }
  }

  /** Publishes how far a session got, unless the listeners heard of its device just now. */
  void publishProgress(Session session) {
    long now = mesh.now();
    if (session.progressed() && session.client().progressIsDue(now)) {
      session.sample(now);
      board.publish(session);
    }
  }

  private static void logStart(Session session) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "{}/{} {} started: {} octets, runs {}",
          session.client().device(),
          session.endpoint(),
          session.id(),
          session.size(),
          session.currentFileVersion().isPresent()
              ? String.format(Locale.ROOT, "%08x", session.currentFileVersion().getAsLong())
              : "an unknown version");
    }
  }

  private void logEnd(Session session) {
    if (LOG.isInfoEnabled()) {
      var upgrade = session.snapshot();
      Duration duration = Duration.ofNanos(mesh.now() - session.startedAt());
      LOG.info(
          "{}/{} {} {}: {} of {} octets in {} blocks and {} repeats, {} s",
          upgrade.device(),
          upgrade.endpoint(),
          upgrade.image(),
          words(upgrade.state(), upgrade.reason()),
          upgrade.furthestOctet(),
          upgrade.totalOctets(),
          upgrade.counters().blocks(),
          upgrade.counters().repeats(),
          String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0));
    }
  }

  private static String words(UpgradeState state, UpgradeReason reason) {
    String outcome = state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return reason == UpgradeReason.NONE
        ? outcome
        : outcome + " (" + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
  }
}
