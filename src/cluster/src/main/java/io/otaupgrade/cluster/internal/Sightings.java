package io.otaupgrade.cluster.internal;

import io.otaupgrade.cluster.internal.SessionState.Activating;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import java.time.Instant;
import java.util.List;

/** What versions devices are seen running, and what that says of their upgrades. On the loop. */
final class Sightings {
  private final Mesh mesh;
  private final Upgrades upgrades;
  private final RunningVersions versions;

  Sightings(Mesh mesh, Upgrades upgrades, RunningVersions versions) {
    this.mesh = mesh;
    this.upgrades = upgrades;
    this.versions = versions;
  }

  /** The device says in a query what it runs. */
  void queried(OtaClient client, int endpoint, QueryNextImage query) {
    long version = query.currentFileVersion();
    versions.reported(client.device(), query.manufacturerCode(), query.imageType(), version);
    for (Session session : client.sessions()) {
      if (session.endpoint() == endpoint
          && session.id().manufacturerCode() == query.manufacturerCode()
          && session.id().imageType() == query.imageType()) {
        seen(session, version, true);
      }
    }
  }

  /**
   * The attribute CurrentFileVersion of an endpoint was read. It does not say of which image type,
   * so of several it tells no more than that one of them runs.
   */
  void read(OtaClient client, int endpoint, long version) {
    List<Session> candidates =
        client.sessions().stream()
            .filter(session -> session.endpoint() == endpoint && mayHaveRestarted(session))
            .toList();
    for (Session session : candidates) {
      if (session.id().fileVersion() == version || candidates.size() == 1) {
        versions.reported(
            client.device(), session.id().manufacturerCode(), session.id().imageType(), version);
        seen(session, version, false);
      }
    }
  }

  /** Whether the attribute may be about the image of this session. */
  static boolean mayHaveRestarted(Session session) {
    return session.id().imageType() <= OtaCluster.LAST_MANUFACTURER_IMAGE_TYPE
        && switch (session.state().phase()) {
          case ACTIVATING, WAITING_FOR_ACTIVATION, MORE_IMAGES_REQUIRED -> true;
          default -> false;
        };
  }

  private void seen(Session session, long version, boolean idle) {
    Instant now = mesh.time();
    if (session.id().fileVersion() != version) {
      upgrades.apply(session, session.state().runsAnother(idle, now));
    } else if (!ranItBefore(session) || hasRestarted(session, now)) {
      upgrades.apply(session, session.state().runsTheImage(now));
    }
  }

  /** Whether the image is installed anew, so that its version tells nothing. */
  private static boolean ranItBefore(Session session) {
    return session.currentFileVersion().isPresent()
        && session.currentFileVersion().getAsLong() == session.id().fileVersion();
  }

  private static boolean hasRestarted(Session session, Instant now) {
    return session.state() instanceof Activating activating
        && (activating.isAnnounced() || now.isAfter(activating.due().plus(Activating.SETTLING)));
  }
}
