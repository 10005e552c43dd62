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

/** Hands everything but blocks to the radio; on the loop. */
final class Answers {

  /** A client has asked again by then, so the answer would be one too many. */
  static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final int LONGEST_DEFAULT_RESPONSE = DefaultResponse.FRAME_OCTETS + 2;

  private final Mesh mesh;
  private final DeliveryListener counting = this::count;
  private int sequenceNumber;

  Answers(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Answers a request with the response that belongs to it. */
  void respond(ApsFrame request, ZclHeader header, OtaResponse response) {
    respond(request, header, response, counting);
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
    send(frame.reply(out.flip()), counting);
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
    send(frame, counting);
  }

  void send(ApsFrame frame, DeliveryListener listener) {
    mesh.transport().send(frame, Priority.OTA, TxOptions.ACKNOWLEDGED, DEADLINE, listener);
  }

  /** Counts what did not get through. */
  void count(Delivery delivery) {
    switch (delivery) {
      case NO_ACK, REFUSED, EXPIRED -> mesh.counters().undelivered();
      case DELIVERED, UNCONFIRMED -> {}
    }
  }
}
