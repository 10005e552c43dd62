package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes events of what the services tell; on one thread. */
final class Narrator {

  private final Events events;

  /** Where the radios are that are up, by mesh. */
  private final Map<String, Optional<NetworkParameters>> networks = new HashMap<>();

  /** What was told last of those that are not. */
  private final Map<String, String> troubles = new HashMap<>();

  /** The transfers that were told to have started, and when each was offered. */
  private final Map<Slot, Instant> started = new HashMap<>();

  Narrator(Events events) {
    this.events = events;
  }

  /** How a radio is now. That it is on its way is no event, nor is the same trouble again. */
  void radio(RadioStatus now) {
    String mesh = now.mesh();
    if (now.state() == RadioState.UP) {
      troubles.remove(mesh);
      if (!now.network().equals(networks.put(mesh, now.network()))) {
        events.radioUp(now);
      }
      return;
    }
    boolean wasUp = networks.remove(mesh) != null;
    if (now.state() != RadioState.STARTING || wasUp) {
      String trouble = now.state() + " " + now.message();
      if (!trouble.equals(troubles.put(mesh, trouble))) {
        events.radioDown(now);
      }
    }
  }

  /** Something happened to a node. */
  void node(String mesh, NodeEvent event) {
    if (event.kind() == NodeEvent.Kind.JOINED) {
      events.joined(mesh, event.node());
    }
  }

  /** A device asked. */
  void query(DeviceQuery query) {
    events.query(query);
  }

  /** An upgrade went on. */
  void upgrade(Upgrade upgrade) {
    if (upgrade.state() == UpgradeState.OFFERED) {
      return;
    }
    Slot slot = Slot.of(upgrade);
    boolean isNew = !upgrade.started().equals(started.put(slot, upgrade.started()));
    if (isNew) {
      events.started(upgrade);
    }
    if (!upgrade.state().isFinal()) {
      if (!isNew || upgrade.state() != UpgradeState.DOWNLOADING) {
        events.progress(upgrade);
      }
    } else if (upgrade.state() == UpgradeState.UPGRADED) {
      events.upgraded(upgrade);
    } else {
      events.failed(upgrade);
    }
  }
}
