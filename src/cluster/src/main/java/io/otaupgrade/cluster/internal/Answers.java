package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponseEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Hands what the server says to the radio, and knows how much of it is there; on the loop. */
final class Answers {

  /** A client has asked again by then, so the answer would be one too many. */
  static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final int LONGEST_DEFAULT_RESPONSE = DefaultResponse.FRAME_OCTETS + 2;

  private final Mesh mesh;
  private final Backlog backlog = new Backlog();
  private final DeliveryListener nobody = this::settled;
  private int sequenceNumber;

  Answers(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Answers a request with the response that belongs to it. */
  void respond(ApsFrame request, ZclHeader header, OtaResponse response) {
    respond(request, header, response, nobody);
  }

  /** As {@link #respond(ApsFrame, ZclHeader, OtaResponse)}; the listener counts for itself. */
  void respond(
      ApsFrame request, ZclHeader header, OtaResponse response, DeliveryListener listener) {
    mesh.counters().answered();
    send(request.reply(encoded(header.sequenceNumber(), response)), listener);
  }

  /** Answers a request with a Default Response. */
  void defaultResponse(ApsFrame request, ZclHeader header, ZclStatus status) {
    mesh.counters().answered();
    reject(request, header, status);
  }

  /** Answers what is no request that we could have decoded with a Default Response. */
  void reject(ApsFrame frame, ZclHeader header, ZclStatus status) {
    ByteBuffer out = ByteBuffer.allocate(LONGEST_DEFAULT_RESPONSE);
    DefaultResponse.encode(out, header, status);
    send(frame.reply(out.flip()), nobody);
  }

  /** A command nobody asked for, to be sent with {@link #send}. */
  ByteBuffer unasked(OtaResponse command) {
    return encoded(nextSequenceNumber(), command);
  }

  private static ByteBuffer encoded(int sequenceNumber, OtaResponse response) {
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.octets(response));
    OtaResponseEncoder.encode(out, sequenceNumber, true, response);
    return out.flip();
  }

  int nextSequenceNumber() {
    sequenceNumber = (sequenceNumber + 1) & 0xFF;
    return sequenceNumber;
  }

  void send(ApsFrame frame) {
    send(frame, nobody);
  }

  /**
   * Sends a frame with APS acknowledgement.
   *
   * @param listener must tell {@link #settled} too
   */
  void send(ApsFrame frame, DeliveryListener listener) {
    backlog.handed(mesh.now());
    mesh.transport().send(frame, Priority.OTA, TxOptions.ACKNOWLEDGED, DEADLINE, listener);
  }

  /**
   * The same without, as blocks go: who misses one asks for it.
   *
   * @param now as {@link Mesh#now} says or said a moment ago: blocks are many, and a look at the
   *     clock is a good part of what one costs
   */
  void sendBlock(ApsFrame block, Duration deadline, DeliveryListener listener, long now) {
    backlog.handed(now);
    mesh.transport().send(block, Priority.OTA, TxOptions.UNACKNOWLEDGED, deadline, listener);
  }

  /** What the radio has of ours. */
  Backlog backlog() {
    return backlog;
  }

  /** The radio has done with a frame. */
  void settled(Delivery delivery) {
    settled(delivery, mesh.now());
  }

  /** The same, for who knows the time. */
  void settled(Delivery delivery, long now) {
    backlog.settled(now);
    switch (delivery) {
      case NO_ACK, REFUSED, EXPIRED -> mesh.counters().undelivered();
      case DELIVERED, UNCONFIRMED -> {}
    }
  }
}
