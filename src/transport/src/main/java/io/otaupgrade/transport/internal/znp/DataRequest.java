package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;

/** A frame of the mesh on its way out: AF_DATA_REQUEST. */
final class DataRequest extends Request {

  /** Who hears what the co-processor says to it. */
  interface Sender {
    /** On the reader thread. */
    void answered(DataRequest request, ZStatus status);

    /** It cannot be told what became of it. From any thread. */
    void lost(String why);
  }

  /** The longest ASDU that the command takes. */
  static final int LONGEST_ASDU = 128;

  /** AF_ACK_REQUEST. */
  private static final int ACKNOWLEDGED = 0x10;

  /** AF_DEFAULT_RADIUS. */
  private static final int RADIUS = 30;

  private final int tag;
  private final ApsFrame frame;
  private final TxOptions options;
  private final long givenAt;
  private final Sender sender;

  /**
   * @param givenAt when the frame was given to be sent, nanoseconds of the loop
   */
  DataRequest(int tag, ApsFrame frame, TxOptions options, long givenAt, Sender sender) {
    super(MtCommand.AF_DATA_REQUEST, PROMPT);
    this.tag = tag;
    this.frame = frame;
    this.options = options;
    this.givenAt = givenAt;
    this.sender = sender;
  }

  int tag() {
    return tag;
  }

  ApsFrame frame() {
    return frame;
  }

  long givenAt() {
    return givenAt;
  }

  /**
   * Whether Z-Stack tells what became of it. It does not of broadcasts, and what it tells of frames
   * from its own Device Objects it tells these.
   */
  boolean isConfirmed() {
    return !frame.isBroadcast() && frame.sourceEndpoint() != ZdoCluster.ENDPOINT;
  }

  /** The profile is not in it: Z-Stack takes that of the source endpoint. */
  @Override
  void encode(ByteBuffer out) {
    ByteBuffer asdu = frame.payload();
    int length = asdu.remaining();
    out.putShort((short) frame.networkAddress())
        .put((byte) frame.destinationEndpoint())
        .put((byte) frame.sourceEndpoint())
        .putShort((short) frame.cluster())
        .put((byte) tag)
        .put((byte) (options.apsAcknowledgement() ? ACKNOWLEDGED : 0))
        .put((byte) RADIUS)
        .put((byte) length);
    out.put(out.position(), asdu, asdu.position(), length).position(out.position() + length);
  }

  @Override
  void answered(ByteBuffer data) {
    sender.answered(this, data.hasRemaining() ? ZStatus.of(data.get() & 0xFF) : ZStatus.UNKNOWN);
  }

  @Override
  void unsupported() {
    sender.lost("the co-processor does not know " + command());
  }

  @Override
  void unanswered() {
    sender.lost("no answer to " + command() + " within " + timeout().toMillis() + " ms");
  }
}
