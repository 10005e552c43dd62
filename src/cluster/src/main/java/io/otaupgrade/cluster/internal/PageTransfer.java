package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.ImagePage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One page on its way to a device: its blocks one after another, each when the spacing is over and
 * the radio has done with the one before, so that no queue fills up. What gets lost the device asks
 * for again, block by block. Belongs to the loop.
 */
final class PageTransfer implements DeliveryListener {
  private final Mesh mesh;
  private final BlockServer server;
  private final Session session;
  private final ApsFrame frame;
  private final ZclHeader header;
  private final ImagePage request;
  private final Duration spacing;
  private final int end;
  private int next;
  private boolean spaced;
  private boolean settled;
  private boolean cancelled;
  private EventLoop.Timer timer = () -> {};

  PageTransfer(
      Mesh mesh,
      BlockServer server,
      Session session,
      ApsFrame frame,
      ZclHeader header,
      ImagePage request) {
    this.mesh = mesh;
    this.server = server;
    this.session = session;
    this.frame = frame;
    this.header = header;
    this.request = request;
    Duration asked = Duration.ofMillis(request.responseSpacing());
    Duration minimum = mesh.settings().pageSpacingMinimum();
    this.spacing = asked.compareTo(minimum) < 0 ? minimum : asked;
    this.next = (int) request.fileOffset();
    this.end = (int) Math.min((long) next + request.pageSize(), session.size());
  }

  /** Sends the next block, the first one to begin with. */
  void sendNext() {
    if (session.isEnded() || session.client().isHeld()) {
      cancelled = true;
      return;
    }
    spaced = false;
    settled = false;
    ImageBlock block =
        new ImageBlock(
            request.manufacturerCode(),
            request.imageType(),
            request.fileVersion(),
            next,
            request.maximumDataSize(),
            Optional.empty(),
            OptionalInt.empty());
    next += server.sendPageBlock(session, frame, header, block, end - next, this);
    if (next < end) {
      timer = mesh.loop().after(spacing, this::spacingIsOver);
    }
  }

  private void spacingIsOver() {
    spaced = true;
    goOn();
  }

  @Override
  public void settled(Delivery delivery) {
    server.pageBlockSettled(delivery);
    settled = true;
    goOn();
  }

  private void goOn() {
    if (spaced && settled && !cancelled && next < end) {
      sendNext();
    }
  }

  void cancel() {
    cancelled = true;
    timer.cancel();
  }
}
