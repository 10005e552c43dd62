package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upgrades as others see them: snapshots that the loop puts up and any thread reads, so that
 * nobody who looks keeps the loop waiting. Of what has ended, the last of each device, endpoint and
 * image type stays, as long as there is room.
 */
final class UpgradeBoard {
  private static final Logger LOG = LoggerFactory.getLogger(UpgradeBoard.class);

  /** More than the devices of the largest mesh, three times. */
  private static final int ENDED_KEPT = 1_000;

  private static final Comparator<Upgrade> ORDER =
      Comparator.comparing(Upgrade::device)
          .thenComparing(Upgrade::endpoint)
          .thenComparing(Upgrade::started);

  private record Key(Eui64 device, int endpoint, int manufacturerCode, int imageType) {
    static Key of(Upgrade upgrade) {
      return new Key(
          upgrade.device(),
          upgrade.endpoint(),
          upgrade.image().manufacturerCode(),
          upgrade.image().imageType());
    }
  }

  private final Supplier<List<UpgradeListener>> listeners;
  private final Map<Session, Upgrade> underWay = new ConcurrentHashMap<>();
  private final Map<Key, Upgrade> ended = new ConcurrentHashMap<>();
  private final Set<Key> endedInOrder = new LinkedHashSet<>(); // the loop's

  UpgradeBoard(Supplier<List<UpgradeListener>> listeners) {
    this.listeners = listeners;
  }

  /** Puts up how a session stands now and tells the listeners; on the loop. */
  void publish(Session session) {
    Upgrade upgrade = session.snapshot();
    if (upgrade.state().isFinal()) {
      keep(upgrade);
      underWay.remove(session);
    } else {
      underWay.put(session, upgrade);
    }
    for (UpgradeListener listener : listeners.get()) {
      try {
        listener.changed(upgrade);
      } catch (RuntimeException failure) {
        LOG.warn("{} failed", listener.getClass().getName(), failure);
      }
    }
  }

  private void keep(Upgrade upgrade) {
    Key key = Key.of(upgrade);
    ended.put(key, upgrade);
    endedInOrder.remove(key);
    endedInOrder.add(key);
    if (endedInOrder.size() > ENDED_KEPT) {
      Iterator<Key> eldest = endedInOrder.iterator();
      ended.remove(eldest.next());
      eldest.remove();
    }
  }

  /** From any thread. */
  List<Upgrade> upgrades() {
    List<Upgrade> all = new ArrayList<>(underWay.values());
    all.addAll(ended.values());
    all.sort(ORDER);
    return List.copyOf(all);
  }

  /** From any thread. */
  List<Upgrade> upgrades(Eui64 device) {
    return upgrades().stream().filter(upgrade -> upgrade.device().equals(device)).toList();
  }
}
