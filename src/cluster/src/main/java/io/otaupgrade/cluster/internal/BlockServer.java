package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.cluster.internal.SessionState.Say;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.ImagePage;
import io.otaupgrade.zcl.ota.OtaRequestDecoder;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponseEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Image Block and Image Page Requests (ZCL rev 8 §11.13.6, §11.13.7): the octets asked for, from
 * the request and the image alone. What comes in is answered in the same call, whatever else is
 * under way. On the loop.
 */
final class BlockServer {

  /** How long a device waits for an image that may be registered soon. */
  static final Duration IMAGE_MISSING_WAIT = Duration.ofSeconds(30);

  /** The second answer to the same request is given up soon, since the first one is on its way. */
  private static final Duration REPEAT_DEADLINE = Duration.ofMillis(500);

  /** A block that was not acknowledged is sent again at most so often in a row. */
  private static final int RESENDS_NOT_ACKNOWLEDGED = 3;

  /** A client that does not keep the MinimumBlockPeriod it was told is told no more than twice. */
  private static final int PERIOD_MISMATCHES = 2;

  /** The least a block is shrunk to when the radio refuses it. */
  private static final int SMALLEST_CAP = 16;

  private final Mesh mesh;
  private final RadioTransport transport;
  private final Answers answers;
  private final Upgrades upgrades;
  private final ImageFinder finder;
  private final Backlog backlog;

  BlockServer(Mesh mesh, Answers answers, Upgrades upgrades, ImageFinder finder) {
    this.mesh = mesh;
    this.transport = mesh.transport();
    this.answers = answers;
    this.upgrades = upgrades;
    this.finder = finder;
    this.backlog = answers.backlog();
  }

  // ---- a block

  /** Answers a block request of a known device. */
  void imageBlock(OtaClient client, ApsFrame frame, ZclHeader header, ImageBlock request) {
    Optional<Session> there =
        client.session(
            frame.sourceEndpoint(),
            request.manufacturerCode(),
            request.imageType(),
            request.fileVersion());
    boolean octetsWanted = request.maximumDataSize() > 0;
    Say say =
        there.isPresent()
            ? event(there.get(), frame, header, request.fileOffset(), octetsWanted)
            : Say.TAKE_UP;
    if (say == Say.BLOCK) {
      serve(there.orElseThrow(), frame, header, request);
    } else if (say == Say.TAKE_UP) {
      ImageId id = imageId(request);
      takeUp(client, frame, header, id, request.fileOffset(), octetsWanted)
          .ifPresent(session -> serve(session, frame, header, request));
    }
  }

  /**
   * Tells a session of a request for octets.
   *
   * @return BLOCK or TAKE_UP; NOTHING when the answer is given already
   */
  private Say event(
      Session session, ApsFrame frame, ZclHeader header, long fileOffset, boolean octetsWanted) {
    if (fileOffset >= session.size() || !octetsWanted) {
      malformed(frame, header);
      return Say.NOTHING;
    }
    session.asked(frame, fileOffset, mesh.now());
    SessionState state = session.state();
    if (state instanceof SessionState.Downloading) {
      return Say.BLOCK; // as the state would say; asking it costs a clock and two objects
    }
    Say say = upgrades.apply(session, state.block(fileOffset == 0, mesh.time()));
    if (say == Say.ABORT) {
      answers.respond(frame, header, new ImageBlockResponse.Abort());
      return Say.NOTHING;
    }
    return say;
  }

  /** Begins a session, or answers that there is none to begin. */
  private Optional<Session> takeUp(
      OtaClient client,
      ApsFrame frame,
      ZclHeader header,
      ImageId id,
      long fileOffset,
      boolean octetsWanted) {
    Optional<ImageRegistration> image = finder.underWay(client.device(), id);
    if (image.isPresent() && (fileOffset >= image.get().image().size() || !octetsWanted)) {
      malformed(frame, header);
      return Optional.empty();
    }
    Upgrades.TakeUp outcome = upgrades.takeUp(client, frame.sourceEndpoint(), id, image);
    if (outcome instanceof Upgrades.TakeUp.Taken taken) {
      event(taken.session(), frame, header, fileOffset, octetsWanted);
      return taken.session().present();
    }
    if (outcome instanceof Upgrades.TakeUp.Postponed postponed) {
      waitForData(frame, header, postponed.duration());
    } else {
      answers.defaultResponse(frame, header, ZclStatus.NO_IMAGE_AVAILABLE);
    }
    return Optional.empty();
  }

  private void serve(Session session, ApsFrame frame, ZclHeader header, ImageBlock request) {
    if (request.minimumBlockPeriod().isPresent()
        && periodDiffers(session, request.minimumBlockPeriod().getAsInt())) {
      answers.respond(
          frame,
          header,
          new ImageBlockResponse.WaitForData(0, 0, mesh.settings().minimumBlockPeriod()));
      return;
    }
    if (backlog.isFull()) {
      Duration wait = backlog.turnAway(upgrades.transfers());
      session.toldToWait(wait);
      waitForData(frame, header, wait);
      return;
    }
    int offset = (int) request.fileOffset();
    int length =
        sizeOf(session, frame.networkAddress(), request.maximumDataSize(), session.size() - offset);
    ApsFrame block =
        frame.reply(encoded(session.octets(), header, request, request.fileOffset(), length));
    mesh.counters().answered();
    mesh.counters().block(session.served(offset, length));
    // a device that repeats itself while the radio is slow is not to make it slower
    Duration deadline = session.isOnItsWay(offset) ? REPEAT_DEADLINE : Answers.DEADLINE;
    session.answered(block, offset, length);
    answers.sendBlock(block, deadline, session, session.lastRequestAt());
  }

  private boolean periodDiffers(Session session, int clients) {
    int wanted = mesh.settings().minimumBlockPeriod();
    return wanted != 0 && wanted != clients && session.periodMismatch() <= PERIOD_MISMATCHES;
  }

  private int sizeOf(Session session, int networkAddress, int asked, int left) {
    return BlockSize.of(
        asked,
        transport.maximumPayload(networkAddress),
        Math.min(session.sizeCap(), mesh.settings().blockSizeCap()),
        session.quirk(),
        left);
  }

  private static ByteBuffer encoded(
      ByteBuffer image, ZclHeader header, ImageBlock request, long fileOffset, int length) {
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD + length);
    OtaResponseEncoder.imageBlock(
        out,
        header.sequenceNumber(),
        request.manufacturerCode(),
        request.imageType(),
        request.fileVersion(),
        fileOffset,
        image,
        (int) fileOffset,
        length);
    return out.flip();
  }

  private void malformed(ApsFrame frame, ZclHeader header) {
    mesh.counters().malformed();
    answers.defaultResponse(frame, header, ZclStatus.MALFORMED_COMMAND);
  }

  private void waitForData(ApsFrame frame, ZclHeader header, Duration wait) {
    answers.respond(
        frame,
        header,
        new ImageBlockResponse.WaitForData(
            0, Math.min(wait.toSeconds(), 3600), mesh.settings().minimumBlockPeriod()));
  }

  private static ImageId imageId(ImageBlock request) {
    return new ImageId(request.manufacturerCode(), request.imageType(), request.fileVersion());
  }

  // ---- a block for nobody we know

  /**
   * Answers a block request of a device whose EUI-64 is not known, when that is possible already.
   *
   * @return false when several images are meant, and who asks decides
   */
  boolean imageBlock(ApsFrame frame, ZclHeader header, ImageBlock request) {
    ImageId id = imageId(request);
    Optional<FirmwareImage> image = finder.unmistakable(id);
    if (image.isEmpty()) {
      if (finder.isAmbiguous(id)) {
        return false;
      }
      noImage(frame, header);
      return true;
    }
    if (request.fileOffset() >= image.get().size() || request.maximumDataSize() == 0) {
      malformed(frame, header);
      return true;
    }
    int length =
        BlockSize.of(
            request.maximumDataSize(),
            transport.maximumPayload(frame.networkAddress()),
            mesh.settings().blockSizeCap(),
            VendorQuirk.of(request.manufacturerCode(), request.imageType()),
            image.get().size() - (int) request.fileOffset());
    mesh.counters().answered();
    mesh.counters().block(true);
    answers.sendBlock(
        frame.reply(encoded(image.get().octets(), header, request, request.fileOffset(), length)),
        Answers.DEADLINE,
        answers::settled,
        mesh.now());
    return true;
  }

  /** Answers a block or page request for an image that is not there, or not for this device. */
  void noImage(ApsFrame frame, ZclHeader header) {
    if (mesh.inStartGrace()) {
      waitForData(frame, header, IMAGE_MISSING_WAIT);
    } else {
      answers.defaultResponse(frame, header, ZclStatus.NO_IMAGE_AVAILABLE);
    }
  }

  // ---- a page

  /** Answers a page request of a known device. */
  void imagePage(OtaClient client, ApsFrame frame, ZclHeader header, ImagePage request) {
    if (!mesh.settings().pageRequests()) {
      answers.defaultResponse(frame, header, ZclStatus.UNSUP_COMMAND);
      return;
    }
    Optional<Session> there =
        client.session(
            frame.sourceEndpoint(),
            request.manufacturerCode(),
            request.imageType(),
            request.fileVersion());
    boolean octetsWanted = request.maximumDataSize() > 0 && request.pageSize() > 0;
    Say say =
        there.isPresent()
            ? event(there.get(), frame, header, request.fileOffset(), octetsWanted)
            : Say.TAKE_UP;
    if (say == Say.BLOCK) {
      begin(there.orElseThrow(), frame, header, request);
    } else if (say == Say.TAKE_UP) {
      ImageId id =
          new ImageId(request.manufacturerCode(), request.imageType(), request.fileVersion());
      takeUp(client, frame, header, id, request.fileOffset(), octetsWanted)
          .ifPresent(session -> begin(session, frame, header, request));
    }
  }

  private void begin(Session session, ApsFrame frame, ZclHeader header, ImagePage request) {
    mesh.counters().answered();
    PageTransfer page = new PageTransfer(mesh, this, session, frame, header, request);
    session.client().page(page);
    page.sendNext();
  }

  /**
   * Sends one block of a page.
   *
   * @param left octets to the end of the page or the image
   * @return how many octets of the image are in it
   */
  int sendPageBlock(
      Session session,
      ApsFrame frame,
      ZclHeader header,
      ImageBlock block,
      int left,
      DeliveryListener listener) {
    int length = sizeOf(session, frame.networkAddress(), block.maximumDataSize(), left);
    mesh.counters().block(session.served((int) block.fileOffset(), length));
    long now = mesh.now();
    session.pageBlock(now);
    answers.sendBlock(
        frame.reply(encoded(session.octets(), header, block, block.fileOffset(), length)),
        Answers.DEADLINE,
        listener,
        now);
    return length;
  }

  /** A block of a page went out, or did not; lost ones the device asks for. */
  void pageBlockSettled(Delivery delivery) {
    answers.settled(delivery);
  }

  // ---- once more

  /** A block went out, or did not. */
  void settled(Session session, Delivery delivery) {
    long now = mesh.now();
    answers.settled(delivery, now);
    if (!session.awaitsNext()) {
      return;
    }
    switch (delivery) {
      case DELIVERED, UNCONFIRMED -> {
        session.fits();
        if (session.resends() == 0) {
          session.sent(now);
        }
      }
      case NO_ACK -> {
        if (session.resends() < RESENDS_NOT_ACKNOWLEDGED) {
          resend(session);
        } else {
          session.neverResend();
        }
      }
      case REFUSED -> shrink(session);
      case EXPIRED -> session.neverResend(); // the device has asked again, or is about to
    }
  }

  /** A block was due to be followed by another request. */
  void nextRequestIsLate(Session session) {
    if (session.awaitsNext() && session.resends() == 0) {
      resend(session);
    } else {
      session.neverResendOnTime();
    }
  }

  private void resend(Session session) {
    if (session.client().isHeld()) {
      session.neverResend();
      return;
    }
    session.resending();
    session.servedAgain();
    mesh.counters().block(false);
    answers.sendBlock(session.lastBlock(), Answers.DEADLINE, session, mesh.now());
  }

  /**
   * The radio would not take the block. Another route may leave less room, so it gets a smaller
   * one; if it refuses that too, the size is not the reason.
   */
  private void shrink(Session session) {
    int smaller = BlockSize.below(session.lastLength());
    if (session.quirk().exact() || smaller < SMALLEST_CAP || session.hasShrunk()) {
      session.growBack();
      session.neverResend();
      return;
    }
    session.shrink(smaller);
    session.resending();
    ApsFrame frame = session.lastRequest().orElseThrow();
    try {
      ZclHeader header = ZclHeader.decode(frame.payload());
      if (OtaRequestDecoder.decode(header, frame.payload()) instanceof ImageBlock request) {
        int offset = (int) request.fileOffset();
        mesh.counters().block(session.served(offset, smaller));
        session.lastBlock(
            frame.reply(encoded(session.octets(), header, request, offset, smaller)), smaller);
        answers.sendBlock(session.lastBlock(), Answers.DEADLINE, session, mesh.now());
      }
    } catch (ZclFormatException impossible) {
      throw new IllegalStateException("it was decoded before", impossible);
    }
  }
}
