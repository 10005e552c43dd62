package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cluster.internal.SessionState.Activating;
import io.otaupgrade.cluster.internal.SessionState.Say;
import io.otaupgrade.cluster.internal.SessionState.Step;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import io.otaupgrade.zcl.ota.OtaResponse.UpgradeEndResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Upgrade End Requests and Responses (ZCL rev 8 §11.13.9, §11.13.10), and what an operator does to
 * a device that waits between the two. On the loop.
 */
final class UpgradeEnds {

  /** An Upgrade End Response that was not acknowledged is sent again at most so often, ... */
  private static final int REPEATS = 3;

  /** ... after so long. */
  private static final Duration REPEAT_AFTER = Duration.ofSeconds(5);

  /** One for each image type that a device may have. */
  private static final int PENDING_PER_DEVICE = 8;

  private final Mesh mesh;
  private final Answers answers;
  private final Upgrades upgrades;
  private final ImageFinder finder;
  private boolean closed;

  UpgradeEnds(Mesh mesh, Answers answers, Upgrades upgrades, ImageFinder finder) {
    this.mesh = mesh;
    this.answers = answers;
    this.upgrades = upgrades;
    this.finder = finder;
  }

  /** Sends nothing any more. */
  void close() {
    closed = true;
  }

  // ---- requests

  /** Answers an Upgrade End Request of a known device. */
  void upgradeEnd(OtaClient client, ApsFrame frame, ZclHeader header, UpgradeEnd request) {
    if (request.statusCode() == ZclStatus.SUCCESS.code()) {
      complete(client, frame, header, apiId(request.imageId().orElseThrow()));
      return;
    }
    sessionMeant(client, frame.sourceEndpoint(), request)
        .ifPresent(
            session -> {
              session.asked(frame, mesh.now());
              upgrades.apply(session, notComplete(session.state(), request.statusCode()));
            });
    answers.defaultResponse(frame, header, ZclStatus.SUCCESS);
  }

  private Step notComplete(SessionState state, int statusCode) {
    Optional<ZclStatus> status = ZclStatus.of(statusCode);
    if (status.equals(Optional.of(ZclStatus.REQUIRE_MORE_IMAGE))) {
      return state.moreImagesRequired();
    }
    if (status.equals(Optional.of(ZclStatus.INVALID_IMAGE))) {
      return state.failed(UpgradeState.REFUSED, UpgradeReason.INVALID_IMAGE, mesh.time());
    }
    return state.failed(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_DEVICE, mesh.time());
  }

  /** Devices may leave out which image they mean when something went wrong with it. */
  private static Optional<Session> sessionMeant(
      OtaClient client, int endpoint, UpgradeEnd request) {
    Optional<Session> named =
        request
            .imageId()
            .flatMap(
                id ->
                    client.session(
                        endpoint, id.manufacturerCode(), id.imageType(), id.fileVersion()));
    if (named.isPresent() || request.imageId().isPresent()) {
      return named;
    }
    return client.sessions().stream()
        .filter(session -> session.endpoint() == endpoint && !session.isEnded())
        .reduce((earlier, later) -> later);
  }

  private void complete(OtaClient client, ApsFrame frame, ZclHeader header, ImageId id) {
    Optional<Session> there =
        client.session(
            frame.sourceEndpoint(), id.manufacturerCode(), id.imageType(), id.fileVersion());
    Say say = there.isPresent() ? complete(there.get(), frame) : Say.TAKE_UP;
    if (say == Say.TAKE_UP) {
      there = takeUp(client, frame, header, id);
      if (there.isEmpty()) {
        return;
      }
      say = complete(there.get(), frame);
    }
    Session session = there.orElseThrow();
    switch (say) {
      case UPGRADE -> {
        answers.respond(
            frame, header, response(id, secondsUntilDue(session)), new Repeater(session, 0));
        activateOthers(session);
      }
      case WAIT -> answers.respond(frame, header, response(id, OtaCluster.WAIT_FOR_COMMAND));
      case REFUSE -> answers.defaultResponse(frame, header, ZclStatus.ABORT);
      default -> throw new IllegalStateException(say + " to an Upgrade End Request");
    }
  }

  private Say complete(Session session, ApsFrame frame) {
    session.asked(frame, mesh.now());
    return upgrades.apply(
        session,
        session
            .state()
            .complete(
                mesh.settings().activationPolicy(),
                mesh.time().plus(mesh.settings().activationDelay())));
  }

  private Optional<Session> takeUp(OtaClient client, ApsFrame frame, ZclHeader header, ImageId id) {
    Upgrades.TakeUp outcome = takeUp(client, frame.sourceEndpoint(), id);
    if (outcome instanceof Upgrades.TakeUp.Taken taken) {
      return taken.session().present();
    }
    if (outcome instanceof Upgrades.TakeUp.Postponed) {
      // it has the whole image: make it keep that until somebody knows what it is
      List<PendingEnd> pending = client.pendingEnds();
      pending.removeIf(end -> end.endpoint() == frame.sourceEndpoint() && end.id().equals(id));
      if (pending.size() < PENDING_PER_DEVICE) {
        pending.add(new PendingEnd(frame, id));
      }
      answers.respond(frame, header, response(id, OtaCluster.WAIT_FOR_COMMAND));
    } else {
      answers.defaultResponse(frame, header, ZclStatus.ABORT);
    }
    return Optional.empty();
  }

  private Upgrades.TakeUp takeUp(OtaClient client, int endpoint, ImageId id) {
    return upgrades.takeUpComplete(client, endpoint, id, finder.underWay(client.device(), id));
  }

  /** Answers an Upgrade End Request of a device whose EUI-64 could not be found out. */
  void upgradeEnd(ApsFrame frame, ZclHeader header, UpgradeEnd request) {
    if (request.statusCode() != ZclStatus.SUCCESS.code()) {
      answers.defaultResponse(frame, header, ZclStatus.SUCCESS);
      return;
    }
    ImageId id = apiId(request.imageId().orElseThrow());
    boolean served = finder.unmistakable(id).isPresent();
    if (served && mesh.settings().activationPolicy() == ActivationPolicy.IMMEDIATE) {
      answers.respond(frame, header, response(id, mesh.settings().activationDelay().toSeconds()));
    } else if (served || mesh.inStartGrace()) {
      answers.respond(frame, header, response(id, OtaCluster.WAIT_FOR_COMMAND));
    } else {
      answers.defaultResponse(frame, header, ZclStatus.ABORT);
    }
  }

  /** Images were registered: devices that have one of them need wait no longer. */
  void imagesRegistered(OtaClient client) {
    for (PendingEnd pending : List.copyOf(client.pendingEnds())) {
      if (takeUp(client, pending.endpoint(), pending.id()) instanceof Upgrades.TakeUp.Taken taken) {
        client.pendingEnds().remove(pending);
        if (complete(taken.session(), pending.request()) == Say.UPGRADE) {
          tellToUpgrade(taken.session(), 0);
          activateOthers(taken.session());
        }
      }
    }
  }

  // ---- activation

  /** Tells a client that waits to run its image. */
  void activate(OtaClient client, Duration after) {
    Instant due = mesh.time().plus(after);
    for (Session session : client.sessions()) {
      if (session.isIn(UpgradeState.WAITING_FOR_ACTIVATION)
          && upgrades.apply(session, session.state().activate(due)) == Say.UPGRADE) {
        tellToUpgrade(session, 0);
        activateOthers(session);
      }
    }
  }

  /** One Upgrade End Response makes a device run all the files it collected. */
  private void activateOthers(Session told) {
    if (!(told.state() instanceof Activating activating)) {
      return;
    }
    for (Session session : told.client().sessions()) {
      if (session.endpoint() == told.endpoint()
          && session.isIn(UpgradeState.MORE_IMAGES_REQUIRED)) {
        upgrades.apply(session, session.state().activate(activating.due()));
      }
    }
  }

  private void tellToUpgrade(Session session, int repeats) {
    Optional<ApsFrame> heard = session.lastRequest();
    if (heard.isEmpty()) {
      return;
    }
    int networkAddress =
        mesh.transport()
            .node(session.client().device())
            .map(Node::networkAddress)
            .orElse(heard.get().networkAddress());
    answers.send(
        ApsFrame.to(
            networkAddress,
            heard.get().destinationEndpoint(),
            session.endpoint(),
            heard.get().profile(),
            OtaCluster.ID,
            answers.unasked(response(session.id(), secondsUntilDue(session)))),
        new Repeater(session, repeats));
  }

  private long secondsUntilDue(Session session) {
    if (!(session.state() instanceof Activating activating)) {
      return 0; // it runs the image, and only missed that it was told to
    }
    long millis = Duration.between(mesh.time(), activating.due()).toMillis();
    return Math.max(0, Math.min((millis + 999) / 1000, OtaCluster.WAIT_FOR_COMMAND - 1));
  }

  private static UpgradeEndResponse response(ImageId id, long upgradeTime) {
    return new UpgradeEndResponse(
        id.manufacturerCode(), id.imageType(), id.fileVersion(), 0, upgradeTime);
  }

  private static ImageId apiId(io.otaupgrade.zcl.ota.ImageId id) {
    return new ImageId(id.manufacturerCode(), id.imageType(), id.fileVersion());
  }

  /**
   * Hears whether an Upgrade End Response came through. If it did not, it is sent again; if that
   * does not help, a device that asks again, as it does once an hour, finds what was wished.
   */
  private final class Repeater implements DeliveryListener {
    private final Session session;
    private final int repeats;

    Repeater(Session session, int repeats) {
      this.session = session;
      this.repeats = repeats;
    }

    @Override
    public void settled(Delivery delivery) {
      answers.settled(delivery);
      boolean lost = delivery != Delivery.DELIVERED && delivery != Delivery.UNCONFIRMED;
      if (!lost || !session.isIn(UpgradeState.ACTIVATING)) {
        return;
      }
      if (repeats < REPEATS) {
        EventLoop.Timer unused = mesh.loop().after(REPEAT_AFTER, this::again);
      } else {
        upgrades.apply(session, session.state().responseNotDelivered());
      }
    }

    private void again() {
      boolean stillWaits =
          session.state() instanceof Activating activating && !activating.isAnnounced();
      if (stillWaits && !session.client().isHeld() && !closed) {
        tellToUpgrade(session, repeats + 1);
      }
    }
  }
}
