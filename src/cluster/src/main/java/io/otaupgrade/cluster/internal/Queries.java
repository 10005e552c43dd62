package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.QueryListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OfferedImage;
import io.otaupgrade.zcl.ota.OtaRequest.QueryDeviceSpecificFile;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaResponse.QueryDeviceSpecificFileResponse;
import io.otaupgrade.zcl.ota.OtaResponse.QueryNextImageResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Query Next Image and Query Device Specific File Requests (ZCL rev 8 §11.13.4, §11.13.11). On the
 * loop.
 */
final class Queries {
  private static final Logger LOG = LoggerFactory.getLogger(Queries.class);

  private final Mesh mesh;
  private final Answers answers;
  private final Upgrades upgrades;
  private final ImageFinder finder;
  private final Sightings sightings;
  private final BiConsumer<OtaClient, Duration> later;
  private final Supplier<List<QueryListener>> listeners;

  /**
   * The part that answers queries.
   *
   * @param later makes a device that was postponed query again after a while
   * @param listeners hear of queries for the next image
   */
  Queries(
      Mesh mesh,
      Answers answers,
      Upgrades upgrades,
      ImageFinder finder,
      Sightings sightings,
      BiConsumer<OtaClient, Duration> later,
      Supplier<List<QueryListener>> listeners) {
    this.mesh = mesh;
    this.answers = answers;
    this.upgrades = upgrades;
    this.finder = finder;
    this.sightings = sightings;
    this.later = later;
    this.listeners = listeners;
  }

  /** Answers a query of a known device. */
  void queryNextImage(OtaClient client, ApsFrame frame, ZclHeader header, QueryNextImage request) {
    int endpoint = frame.sourceEndpoint();
    sightings.queried(client, endpoint, request);
    Optional<ImageRegistration> found =
        finder
            .toOffer(client.device(), request)
            .filter(
                registration ->
                    client.mayBeOffered(registration.image(), mesh.settings().refusalLimit()));
    if (found.isEmpty()
        || isAboutToRun(client, endpoint, request)
        || isPostponed(client, endpoint, request, found.get())) {
      noImage(frame, header);
      tell(client, endpoint, request, OptionalLong.empty());
      return;
    }
    ImageRegistration registration = found.get();
    ImageId id =
        new ImageId(
            request.manufacturerCode(),
            request.imageType(),
            registration.image().id().fileVersion());
    Session session =
        upgrades.offer(client, endpoint, id, registration, request.currentFileVersion());
    session.asked(frame, mesh.now());
    answers.respond(frame, header, QueryNextImageResponse.offering(offered(session)));
    tell(client, endpoint, request, OptionalLong.of(id.fileVersion()));
  }

  private void tell(
      OtaClient client, int endpoint, QueryNextImage request, OptionalLong offeredFileVersion) {
    List<QueryListener> all = listeners.get();
    if (all.isEmpty()) {
      return;
    }
    DeviceQuery query =
        new DeviceQuery(
            mesh.name(),
            client.device(),
            endpoint,
            request.manufacturerCode(),
            request.imageType(),
            request.currentFileVersion(),
            request.hardwareVersion(),
            offeredFileVersion);
    for (QueryListener listener : all) {
      try {
        listener.queried(query);
      } catch (RuntimeException failure) {
        LOG.warn("{} failed", listener.getClass().getName(), failure);
      }
    }
  }

  /** Whether the device waits for nothing but its own restart. */
  private static boolean isAboutToRun(OtaClient client, int endpoint, QueryNextImage request) {
    return client.sessions().stream()
        .anyMatch(
            session ->
                session.isIn(UpgradeState.ACTIVATING)
                    && session.endpoint() == endpoint
                    && session.id().manufacturerCode() == request.manufacturerCode()
                    && session.id().imageType() == request.imageType());
  }

  private boolean isPostponed(
      OtaClient client, int endpoint, QueryNextImage request, ImageRegistration registration) {
    Optional<Session> there =
        client.session(
            endpoint,
            request.manufacturerCode(),
            request.imageType(),
            registration.image().id().fileVersion());
    if (there.isPresent() && !there.get().isEnded()) {
      return false; // it was admitted before
    }
    Optional<Duration> wait = upgrades.postponed(client, registration);
    wait.ifPresent(duration -> later.accept(client, duration));
    return wait.isPresent();
  }

  /** Answers a query that has nothing to get. */
  void noImage(ApsFrame frame, ZclHeader header) {
    answers.respond(frame, header, QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
  }

  /** Answers a query of a known device for a file of its own. */
  void queryDeviceSpecificFile(
      OtaClient client, ApsFrame frame, ZclHeader header, QueryDeviceSpecificFile request) {
    Optional<ImageRegistration> found =
        request.requestNodeAddress().equals(client.device())
            ? finder.deviceSpecific(client.device(), request)
            : Optional.empty(); // somebody asks for the file of another
    if (found.isEmpty()) {
      noFile(frame, header);
      return;
    }
    ImageId id =
        new ImageId(
            request.manufacturerCode(),
            request.imageType(),
            found.get().image().id().fileVersion());
    Session session = upgrades.offerFile(client, frame.sourceEndpoint(), id, found.get());
    session.asked(frame, mesh.now());
    answers.respond(frame, header, QueryDeviceSpecificFileResponse.offering(offered(session)));
  }

  /** Answers a query for a file that is not there, or for another device. */
  void noFile(ApsFrame frame, ZclHeader header) {
    answers.respond(
        frame, header, QueryDeviceSpecificFileResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
  }

  private static OfferedImage offered(Session session) {
    return new OfferedImage(
        session.id().manufacturerCode(),
        session.id().imageType(),
        session.id().fileVersion(),
        session.size());
  }
}
