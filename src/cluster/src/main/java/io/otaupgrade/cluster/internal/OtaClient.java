package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of one device's OTA clients; belongs to the loop. */
final class OtaClient {

  /** Sessions kept, ended ones included; a device has two or three image types at most. */
  private static final int SESSIONS = 32;

  private static final int REFUSALS = 32;

  private final Eui64 device;
  private final List<Session> sessions = new ArrayList<>();
  private Optional<Session> last = Optional.empty();
  private Optional<PageTransfer> page = Optional.empty();
  private final List<HoldLease> leases = new ArrayList<>();
  private final Map<String, Integer> refusals = new LinkedHashMap<>();
  private final Set<String> declined = new HashSet<>();
  private final List<PendingEnd> pendingEnds = new ArrayList<>();
  private Optional<VersionReading> reading = Optional.empty();
  private Optional<EventLoop.Timer> notifyTimer = Optional.empty();
  private Optional<Long> notifiedAt = Optional.empty();
  private long nextProgressAt;
  private long lastHoldEnd;

  OtaClient(Eui64 device) {
    this.device = device;
  }

  Eui64 device() {
    return device;
  }

  // ---- sessions

  /** The session for exactly this image, ended or not. */
  Optional<Session> session(int endpoint, int manufacturerCode, int imageType, long fileVersion) {
    if (last.isPresent() && last.get().isFor(endpoint, manufacturerCode, imageType, fileVersion)) {
      return last;
    }
    for (Session session : sessions) {
      if (session.isFor(endpoint, manufacturerCode, imageType, fileVersion)) {
        last = session.present();
        return last;
      }
    }
    return Optional.empty();
  }

  /** All sessions, the latest one last. */
  List<Session> sessions() {
    return List.copyOf(sessions);
  }

  void add(Session session) {
    if (sessions.size() >= SESSIONS) {
      sessions.stream().filter(Session::isEnded).findFirst().ifPresent(sessions::remove);
    }
    sessions.add(session);
    last = session.present();
  }

  /** Forgets an ended session, because another takes its place. */
  void forget(Session session) {
    sessions.remove(session);
    last = Optional.empty();
  }

  // ---- the page that is being sent

  Optional<PageTransfer> page() {
    return page;
  }

  void page(PageTransfer transfer) {
    page = Optional.of(transfer);
  }

  /** Whatever a device asks, it no longer waits for the rest of a page. */
  void cancelPage() {
    if (page.isPresent()) {
      page.get().cancel();
      page = Optional.empty();
    }
  }

  // ---- holds

  void hold(HoldLease lease) {
    leases.add(lease);
  }

  boolean isHeld() {
    if (leases.isEmpty()) {
      return false;
    }
    leases.removeIf(
        lease -> {
          if (lease.lasts()) {
            return false;
          }
          lastHoldEnd = Math.max(lastHoldEnd, lease.until());
          return true;
        });
    return !leases.isEmpty();
  }

  /** When somebody else serves it last, or did; its silence towards us counts from then on. */
  long heldUntil() {
    // what the leases that last will come to is asked anew each time: they can be ended early
    long until = lastHoldEnd;
    for (HoldLease lease : leases) {
      until = Math.max(until, lease.until());
    }
    return until;
  }

  // ---- images it is not offered again

  /** Somebody does not want this device to get this image. */
  void decline(FirmwareImage image) {
    declined.add(image.sha256());
  }

  /**
   * The device refused the image.
   *
   * @return how often by now
   */
  int refused(FirmwareImage image) {
    if (refusals.size() >= REFUSALS && !refusals.containsKey(image.sha256())) {
      refusals.remove(refusals.keySet().iterator().next());
    }
    return refusals.merge(image.sha256(), 1, Integer::sum);
  }

  boolean mayBeOffered(FirmwareImage image, int refusalLimit) {
    boolean givenUp = refusalLimit > 0 && refusals.getOrDefault(image.sha256(), 0) >= refusalLimit;
    return !givenUp && !declined.contains(image.sha256());
  }

  /** Somebody asks for the upgrade anew. */
  void reconsider(FirmwareImage image) {
    refusals.remove(image.sha256());
    declined.remove(image.sha256());
  }

  /** As {@link #reconsider(FirmwareImage)}, for every image. */
  void reconsider() {
    refusals.clear();
    declined.clear();
  }

  // ---- Upgrade End Requests for images that are not registered yet

  List<PendingEnd> pendingEnds() {
    return pendingEnds;
  }

  // ---- the reading of its version

  Optional<VersionReading> reading() {
    return reading;
  }

  void reading(VersionReading started) {
    reading = Optional.of(started);
  }

  void readingEnded() {
    reading.ifPresent(VersionReading::cancel);
    reading = Optional.empty();
  }

  // ---- notifications

  Optional<EventLoop.Timer> notifyTimer() {
    return notifyTimer;
  }

  void notifyTimer(Optional<EventLoop.Timer> timer) {
    notifyTimer = timer;
  }

  Optional<Long> notifiedAt() {
    return notifiedAt;
  }

  void notifiedAt(long now) {
    notifiedAt = Optional.of(now);
  }

  /** Whether listeners may be told of progress again; at most once a second a device. */
  boolean progressIsDue(long now) {
    if (now < nextProgressAt) {
      return false;
    }
    nextProgressAt = now + Session.PROGRESS_INTERVAL;
    return true;
  }

  long nextProgressAt() {
    return nextProgressAt;
  }

  /** Ends everything that a timer would go on with. */
  void stop() {
    cancelPage();
    readingEnded();
    notifyTimer.ifPresent(EventLoop.Timer::cancel);
    notifyTimer = Optional.empty();
    sessions.forEach(Session::cancelTimer);
  }
}
