package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaHeader;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether all is done that there was to do: which devices ask for one of the images, how far each
 * is, and whether anything can still happen. On one thread; times are nanoseconds of one clock.
 */
final class Campaign {

  /** Who is on the network has shown by then: devices query within moments of being notified. */
  static final Duration SETTLED = Duration.ofSeconds(15);

  /** A device that is asked about itself in vain takes about so long, or is asleep. */
  static final Duration UNHEARD = Duration.ofSeconds(90);

  /** A device that failed has this long to ask again. */
  static final Duration AGAIN = Duration.ofSeconds(30);

  /** How it ended. */
  record Ending(boolean isSuccess, String why) {
    /** Somebody stopped it. */
    static final Ending STOPPED = new Ending(false, "stopped");
  }

  /** What is known of one image of one device. */
  static final class Progress {
    private final Slot slot;
    private OptionalLong oldVersion = OptionalLong.empty();
    private OptionalLong running = OptionalLong.empty();
    private Optional<Upgrade> upgrade = Optional.empty();

    /** The device runs the image of an upgrade whose end nobody saw: the radio was down then. */
    private boolean isOvertaken;

    private Progress(Slot slot) {
      this.slot = slot;
    }

    Slot slot() {
      return slot;
    }

    OptionalLong oldVersion() {
      return oldVersion;
    }

    OptionalLong running() {
      return running;
    }

    Optional<Upgrade> upgrade() {
      return upgrade;
    }

    private boolean isUnderWay() {
      return upgrade.isPresent() && !upgrade.get().state().isFinal() && !isOvertaken;
    }

    private void runs(long version) {
      if (oldVersion.isEmpty()) {
        oldVersion = OptionalLong.of(version);
      }
      running = OptionalLong.of(version);
    }
  }

  private final List<ImageId> images;
  private final OptionalInt wanted;
  private final long giveUpNanos;

  private final Map<String, RadioStatus> radios = new HashMap<>();
  private final Map<Eui64, Node> nodes = new HashMap<>();
  private final Set<Eui64> heard = new HashSet<>();
  private final Map<Slot, Progress> slots = new LinkedHashMap<>();
  private long lastNews;
  private long lastDiscovery;
  private boolean anyServed;

  /**
   * Nothing has happened yet.
   *
   * @param images that devices are to run
   * @param wanted so many devices; empty for all that ask for one of the images
   * @param giveUp how long nothing may happen
   */
  Campaign(List<ImageId> images, OptionalInt wanted, Duration giveUp, long now) {
    this.images = List.copyOf(images);
    this.wanted = wanted;
    this.giveUpNanos = giveUp.toNanos();
    this.lastNews = now;
    this.lastDiscovery = now;
  }

  /** How a radio is now. */
  void radio(RadioStatus status, long now) {
    radios.put(status.mesh(), status);
    lastNews = now;
  }

  /** A radio is not there any more. */
  void radioRemoved(String mesh) {
    radios.remove(mesh);
  }

  /** A mesh is served from now on, and these of its nodes are known. */
  void served(List<Node> known, long now) {
    anyServed = true;
    known.forEach(node -> nodes.put(node.eui64(), node));
    discovered(now);
  }

  /** Something happened to a node. */
  void node(NodeEvent event, long now) {
    Node node = event.node();
    if (event.kind() == NodeEvent.Kind.LEFT) {
      nodes.remove(node.eui64());
    } else if (!node.equals(nodes.put(node.eui64(), node))) {
      discovered(now);
    }
  }

  /** A device asked. */
  void query(DeviceQuery query, long now) {
    if (heard.add(query.device())) {
      discovered(now);
    }
    if (versions(query.manufacturerCode(), query.imageType()).isEmpty()) {
      return;
    }
    Progress progress = slot(Slot.of(query), now);
    progress.runs(query.currentFileVersion());
    progress.isOvertaken =
        query.offeredFileVersion().isEmpty()
            && progress
                .upgrade
                .map(upgrade -> upgrade.image().fileVersion() == query.currentFileVersion())
                .orElse(false);
  }

  /** An upgrade went on. */
  void upgrade(Upgrade upgrade, long now) {
    heard.add(upgrade.device());
    Progress progress = slot(Slot.of(upgrade), now);
    progress.upgrade = Optional.of(upgrade);
    progress.isOvertaken = false;
    if (progress.oldVersion.isEmpty()) {
      progress.oldVersion = upgrade.currentFileVersion();
    }
    if (upgrade.state() == UpgradeState.UPGRADED) {
      progress.runs(upgrade.image().fileVersion());
    }
    lastNews = now;
  }

  private Progress slot(Slot slot, long now) {
    Progress known = slots.get(slot);
    if (known == null) {
      known = new Progress(slot);
      slots.put(slot, known);
      discovered(now);
    }
    return known;
  }

  private void discovered(long now) {
    lastDiscovery = now;
    lastNews = now;
  }

  private List<Long> versions(int manufacturerCode, int imageType) {
    return images.stream()
        .filter(
            image ->
                image.imageType() == imageType
                    && (image.manufacturerCode() == OtaHeader.ANY
                        || image.manufacturerCode() == manufacturerCode))
        .map(ImageId::fileVersion)
        .toList();
  }

  /** Whether the image of a device is the one that it is to run. */
  boolean isDone(Progress progress) {
    return !progress.isUnderWay()
        && progress.running().isPresent()
        && versions(progress.slot().manufacturerCode(), progress.slot().imageType())
            .contains(progress.running().getAsLong());
  }

  /** The images of devices that matter: done, under way or failed; by device. */
  List<Progress> matching() {
    List<Progress> matching = new ArrayList<>();
    for (Progress each : slots.values()) {
      if (each.upgrade().isPresent() || isDone(each)) {
        matching.add(each);
      }
    }
    matching.sort(
        Comparator.comparing((Progress each) -> each.slot().device())
            .thenComparing(each -> each.slot().endpoint())
            .thenComparing(each -> each.slot().imageType()));
    return matching;
  }

  /** Whether it is over, and how. */
  Optional<Ending> ending(long now) {
    List<Progress> matching = matching();
    Set<Eui64> devices = new HashSet<>();
    Set<Eui64> undone = new HashSet<>();
    for (Progress each : matching) {
      devices.add(each.slot().device());
      if (!isDone(each)) {
        undone.add(each.slot().device());
      }
    }
    int done = devices.size() - undone.size();
    if (wanted.isPresent() && done >= wanted.getAsInt()) {
      return success(done);
    }
    boolean underWay = matching.stream().anyMatch(Progress::isUnderWay);
    if (!underWay && !undone.isEmpty() && now - lastNews >= AGAIN.toNanos()) {
      return failure(undone.size() + " of " + devices.size() + " devices failed");
    }
    if (wanted.isEmpty() && anyServed && !underWay && isSettled(now)) {
      if (devices.isEmpty()) {
        return failure(
            "no device here asks for " + (images.size() == 1 ? "the image" : "an image"));
      }
      if (undone.isEmpty()) {
        return success(done);
      }
    }
    if (!radios.isEmpty() && radios.values().stream().allMatch(Campaign::isHopeless)) {
      return failure(radios.values().iterator().next().message());
    }
    return now - lastNews >= giveUpNanos
        ? failure(
            "nothing has happened for "
                + giveUpNanos / Duration.ofSeconds(1).toNanos()
                + " s, with "
                + done
                + wanted.stream().mapToObj(number -> " of " + number).findFirst().orElse("")
                + " devices done")
        : Optional.empty();
  }

  private static boolean isHopeless(RadioStatus status) {
    return status.state() == RadioState.MISCONFIGURED;
  }

  private boolean isSettled(long now) {
    boolean waits = slots.isEmpty() || nodes.values().stream().anyMatch(this::mayStillAsk);
    return now - lastDiscovery >= (waits ? UNHEARD : SETTLED).toNanos();
  }

  /** Whether a device listens, and may have an OTA client that has not asked yet. */
  private boolean mayStillAsk(Node node) {
    return node.online()
        && node.receiverOnWhenIdle()
        && !heard.contains(node.eui64())
        && (node.endpoints().isEmpty()
            || node.endpoints().stream()
                .anyMatch(endpoint -> endpoint.outputClusters().contains(OtaCluster.ID)));
  }

  private static Optional<Ending> success(int devices) {
    return Optional.of(new Ending(true, devices + " devices run the new version"));
  }

  private static Optional<Ending> failure(String why) {
    return Optional.of(new Ending(false, why));
  }
}
