package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ota.OtaAttribute;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Asks a device that may have restarted for CurrentFileVersion (attribute 0x0002). That attribute
 * is optional: a device that does not tell is notified, so that it queries. On the loop.
 */
final class VersionReader {

  /** A device that did not announce itself is asked so long after it was to restart, ... */
  static final long UNASKED_AFTER = Duration.ofSeconds(60).toNanos();

  /** ... and so often from then on; nanoseconds. */
  static final long UNASKED_INTERVAL = Duration.ofMinutes(2).toNanos();

  private static final int ATTEMPTS = 3;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(5);

  private final Mesh mesh;
  private final Answers answers;
  private final Sightings sightings;
  private final Consumer<OtaClient> notifier;

  /**
   * A reader.
   *
   * @param notifier makes a device query that does not answer
   */
  VersionReader(Mesh mesh, Answers answers, Sightings sightings, Consumer<OtaClient> notifier) {
    this.mesh = mesh;
    this.answers = answers;
    this.sightings = sightings;
    this.notifier = notifier;
  }

  /** Asks the device of a session, in place of whatever it was asked before. */
  void read(Session session) {
    if (session.lastRequest().isPresent() && !session.client().isHeld()) {
      attempt(session, session.lastRequest().get(), 1);
    }
  }

  private void attempt(Session session, ApsFrame heard, int attempt) {
    OtaClient client = session.client();
    client.readingEnded();
    int sequenceNumber = answers.nextSequenceNumber();
    EventLoop.Timer timeout =
        mesh.loop().after(ANSWER_TIME, () -> notAnswered(session, heard, attempt));
    client.reading(new VersionReading(session, sequenceNumber, attempt, timeout));
    ZclHeader header =
        ZclHeader.global(
            Direction.SERVER_TO_CLIENT, true, sequenceNumber, ReadAttributes.COMMAND_ID);
    ByteBuffer out = ByteBuffer.allocate(ZclHeader.OCTETS + 2);
    ReadAttributes.of(OtaAttribute.CURRENT_FILE_VERSION.id()).encode(out, header);
    int networkAddress =
        mesh.transport()
            .node(client.device())
            .map(Node::networkAddress)
            .orElse(heard.networkAddress());
    answers.send(
        ApsFrame.to(
            networkAddress,
            heard.destinationEndpoint(),
            session.endpoint(),
            heard.profile(),
            OtaCluster.ID,
            out.flip()));
  }

  private void notAnswered(Session session, ApsFrame heard, int attempt) {
    if (attempt < ATTEMPTS && !session.isEnded() && !session.client().isHeld()) {
      attempt(session, heard, attempt + 1);
    } else {
      notTold(session);
    }
  }

  private void notTold(Session session) {
    session.client().readingEnded();
    if (!session.isEnded()) {
      notifier.accept(session.client());
    }
  }

  /** A Read Attributes Response came in. */
  void answered(
      OtaClient client, ApsFrame frame, ZclHeader header, ReadAttributesResponse response) {
    if (client.reading().isEmpty()
        || !client.reading().get().isAnsweredBy(frame.sourceEndpoint(), header.sequenceNumber())) {
      return;
    }
    Session session = client.reading().get().session();
    client.readingEnded();
    OptionalLong version = response.number(OtaAttribute.CURRENT_FILE_VERSION.id());
    if (version.isEmpty() || version.getAsLong() == OtaCluster.ANY_FILE_VERSION) {
      notTold(session);
    } else {
      sightings.read(client, frame.sourceEndpoint(), version.getAsLong());
    }
  }
}
