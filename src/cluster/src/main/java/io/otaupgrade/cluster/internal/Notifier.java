package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Image Notify (ZCL rev 8 §11.13.3): makes devices query soon that have something to get. On the
 * loop.
 */
final class Notifier {
  private static final int OUR_ENDPOINT = 1;
  private static final int ALL_ENDPOINTS = 0xFF;
  private static final int HOME_AUTOMATION = 0x0104;
  private static final int LIGHT_LINK = 0xC05E;

  /** The broadcast address of all that listen all the time. */
  private static final int RECEIVERS_ON_WHEN_IDLE = 0xFFFD;

  private final Mesh mesh;
  private final Answers answers;
  private final ImageFinder finder;
  private final RunningVersions versions;
  private final Function<Eui64, OtaClient> clients;

  Notifier(
      Mesh mesh,
      Answers answers,
      ImageFinder finder,
      RunningVersions versions,
      Function<Eui64, OtaClient> clients) {
    this.mesh = mesh;
    this.answers = answers;
    this.finder = finder;
    this.versions = versions;
    this.clients = clients;
  }

  /** The endpoints on which a node is an OTA client. */
  static List<NodeEndpoint> clientEndpoints(Node node) {
    return node.endpoints().stream()
        .filter(endpoint -> endpoint.outputClusters().contains(OtaCluster.ID))
        .toList();
  }

  /**
   * Notifies a node that hears it and has something to get, as soon as it may be notified again.
   */
  void offer(Node node) {
    if (hears(node) && hasSomethingToGet(node.eui64(), false)) {
      asSoonAsAllowed(node, this::offer);
    }
  }

  /** As {@link #offer}; the node may have lost a download in its restart, so that it goes on. */
  void offerAfterRestart(Node node) {
    if (hears(node) && hasSomethingToGet(node.eui64(), true)) {
      asSoonAsAllowed(node, this::offerAfterRestart);
    }
  }

  /** Notifies a node whose query is wanted for what it says of its version. */
  void provoke(Node node) {
    if (hears(node)) {
      asSoonAsAllowed(node, this::provoke);
    }
  }

  private interface Wish {
    void again(Node node);
  }

  private void asSoonAsAllowed(Node node, Wish wish) {
    OtaClient client = clients.apply(node.eui64());
    if (client.notifyTimer().isPresent()) {
      return;
    }
    long allowedAt =
        client.notifiedAt().map(at -> at + Mesh.nanos(mesh.settings().notifyInterval())).orElse(0L);
    long wait = allowedAt - mesh.now();
    if (wait > 0) {
      client.notifyTimer(
          Optional.of(mesh.loop().after(Duration.ofNanos(wait), () -> timeHasCome(client, wish))));
    } else if (!client.isHeld()) {
      notify(client, node);
    }
  }

  private void timeHasCome(OtaClient client, Wish wish) {
    client.notifyTimer(Optional.empty());
    mesh.transport().node(client.device()).ifPresent(wish::again);
  }

  private static boolean hears(Node node) {
    return node.online() && node.receiverOnWhenIdle() && !clientEndpoints(node).isEmpty();
  }

  private boolean hasSomethingToGet(Eui64 device, boolean restarted) {
    OtaClient client = clients.apply(device);
    return finder.covering(device).stream()
        .anyMatch(
            registration ->
                client.mayBeOffered(registration.image(), mesh.settings().refusalLimit())
                    && mayWant(device, registration)
                    && !isBusyWith(client, registration.image(), restarted));
  }

  private boolean mayWant(Eui64 device, ImageRegistration registration) {
    var id = registration.image().id();
    OptionalLong running = versions.running(device, id.manufacturerCode(), id.imageType());
    return running.isEmpty()
        || registration.versionPolicy().offers(id.fileVersion(), running.getAsLong());
  }

  private static boolean isBusyWith(OtaClient client, FirmwareImage image, boolean restarted) {
    return client.sessions().stream()
        .anyMatch(
            session ->
                session.image().sha256().equals(image.sha256())
                    && switch (session.state().phase()) {
                      case OFFERED, DOWNLOADING -> !restarted;
                      case MORE_IMAGES_REQUIRED, WAITING_FOR_ACTIVATION, ACTIVATING -> true;
                      default -> false;
                    });
  }

  /** Notifies a node now, because somebody wants it. */
  void notify(Node node) {
    notify(clients.apply(node.eui64()), node);
  }

  private void notify(OtaClient client, Node node) {
    client.notifiedAt(mesh.now());
    for (NodeEndpoint endpoint : clientEndpoints(node)) {
      // touchlink devices look for servers in that profile, but speak the other
      int profile = endpoint.profile() == LIGHT_LINK ? HOME_AUTOMATION : endpoint.profile();
      answers.send(
          ApsFrame.to(
              node.networkAddress(),
              OUR_ENDPOINT,
              endpoint.endpoint(),
              profile,
              OtaCluster.ID,
              answers.unasked(ImageNotify.toAll(ImageNotify.MAX_QUERY_JITTER))));
    }
  }

  /** Notifies everybody who listens now. */
  void broadcast(Notification notification) {
    answers.send(
        ApsFrame.to(
            RECEIVERS_ON_WHEN_IDLE,
            OUR_ENDPOINT,
            ALL_ENDPOINTS,
            HOME_AUTOMATION,
            OtaCluster.ID,
            answers.unasked(
                new ImageNotify(
                    notification.queryJitter(),
                    notification.manufacturerCode(),
                    notification.imageType(),
                    notification.newFileVersion()))));
  }
}
