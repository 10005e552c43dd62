package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other nodes' Zigbee Device Objects and finds the answers: by transaction sequence number,
 * response cluster and, unless the request was a broadcast, the node that answers. Belongs to the
 * mesh's loop; no answer is heard before {@code request} returned.
 */
final class ZdoClient {

  private static final Logger LOG = LoggerFactory.getLogger(ZdoClient.class);

  /** Set in the cluster of every response. */
  static final int RESPONSE = 0x8000;

  private static final int SEQUENCE_NUMBERS = 256;
  private static final int LONGEST_ASDU = 128;

  private final String mesh;
  private final EventLoop loop;
  private final SendScheduler sender;

  /** By transaction sequence number. */
  private final Transaction[] open = new Transaction[SEQUENCE_NUMBERS];

  private int lastSequenceNumber;

  ZdoClient(String mesh, EventLoop loop, SendScheduler sender) {
    this.mesh = mesh;
    this.loop = loop;
    this.sender = sender;
  }

  /**
   * Sends a request.
   *
   * @param answer hears the response; empty when there was none in time or none that can be read
   */
  void request(
      int address,
      ZdoRequest request,
      Priority priority,
      Duration timeout,
      Consumer<Optional<ZdoResponse>> answer) {
    ByteBuffer asdu = encode(new ZdoFrame(0, request));
    asdu.get();
    request(
        address,
        request.cluster().id(),
        asdu,
        priority,
        timeout,
        response -> answer.accept(response.flatMap(r -> decode(request.cluster(), r))));
  }

  /**
   * Sends a request.
   *
   * @param fields what follows the transaction sequence number
   * @param answer hears the response's ASDU, transaction sequence number included
   */
  void request(
      int address,
      int cluster,
      ByteBuffer fields,
      Priority priority,
      Duration timeout,
      Consumer<Optional<ByteBuffer>> answer) {
    int sequenceNumber = freeSequenceNumber();
    if (sequenceNumber < 0) {
      LOG.debug("{}: {} ZDO requests are under way, one more is not sent", mesh, open.length);
      loop.execute(() -> answer.accept(Optional.empty()));
      return;
    }
    Transaction transaction = new Transaction(sequenceNumber, address, cluster | RESPONSE, answer);
    transaction.timeout = loop.after(timeout, () -> end(transaction, Optional.empty()));
    open[sequenceNumber] = transaction;
    ByteBuffer asdu = ByteBuffer.allocate(1 + fields.remaining());
    asdu.put((byte) sequenceNumber).put(fields.duplicate()).flip();
    long now = loop.nanos();
    sender.send(
        ApsFrame.to(
            address, ZdoCluster.ENDPOINT, ZdoCluster.ENDPOINT, ZdoCluster.PROFILE, cluster, asdu),
        priority,
        TxOptions.ACKNOWLEDGED,
        now,
        now + Nanos.of(timeout),
        delivery -> {
          if (delivery == Delivery.REFUSED || delivery == Delivery.EXPIRED) {
            end(transaction, Optional.empty());
          }
        });
  }

  /** A response came in; nothing when nobody waits for it. */
  void received(ApsFrame frame) {
    ByteBuffer asdu = frame.payload();
    if (!asdu.hasRemaining()) {
      return;
    }
    Transaction transaction = open[asdu.get(asdu.position()) & 0xFF];
    if (transaction != null && transaction.isAnsweredBy(frame)) {
      end(transaction, Optional.of(asdu));
    }
  }

  /** Ends all requests without an answer. */
  void endAll() {
    for (Transaction transaction : open.clone()) {
      if (transaction != null) {
        end(transaction, Optional.empty());
      }
    }
  }

  /** The ASDU of a frame, ready to be sent. */
  static ByteBuffer encode(ZdoFrame frame) {
    ByteBuffer out = ByteBuffer.allocate(LONGEST_ASDU);
    ZdoEncoder.encode(out, frame);
    return out.flip();
  }

  private void end(Transaction transaction, Optional<ByteBuffer> response) {
    if (open[transaction.sequenceNumber] != transaction) {
      return;
    }
    open[transaction.sequenceNumber] = null;
    transaction.timeout.cancel();
    try {
      transaction.answer.accept(response);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("{}: {} failed on a ZDO response", mesh, transaction.answer, e);
    }
  }

  private Optional<ZdoResponse> decode(ZdoCluster request, ByteBuffer asdu) {
    try {
      return ZdoDecoder.decode(request.id() | RESPONSE, asdu).command()
              instanceof ZdoResponse response
          ? Optional.of(response)
          : Optional.empty();
    } catch (ZclFormatException e) {
      LOG.debug("{}: malformed response to {}: {}", mesh, request, e.getMessage());
      return Optional.empty();
    }
  }

  /** The next one that no open request has; -1 when all are taken. */
  private int freeSequenceNumber() {
    for (int i = 1; i <= SEQUENCE_NUMBERS; i++) {
      int candidate = (lastSequenceNumber + i) % SEQUENCE_NUMBERS;
      if (open[candidate] == null) {
        lastSequenceNumber = candidate;
        return candidate;
      }
    }
    return -1;
  }

  private static final class Transaction {
    private final int sequenceNumber;
    private final int address;
    private final int responseCluster;
    private final Consumer<Optional<ByteBuffer>> answer;
    private EventLoop.Timer timeout = () -> {};

    Transaction(
        int sequenceNumber,
        int address,
        int responseCluster,
        Consumer<Optional<ByteBuffer>> answer) {
      this.sequenceNumber = sequenceNumber;
      this.address = address;
      this.responseCluster = responseCluster;
      this.answer = answer;
    }

    boolean isAnsweredBy(ApsFrame frame) {
      return frame.cluster() == responseCluster
          && (address >= Nwk.LOWEST_BROADCAST || frame.networkAddress() == address);
    }
  }
}
