package io.otaupgrade.cli.internal.devices;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ota.OtaAttribute;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest.MatchDescReq;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds out who is on a mesh and what its OTA clients run, and answers nobody: a device that asks
 * for an image meanwhile gets no answer, as if there were no server. On the mesh's loop.
 */
final class Survey implements ApsListener, NodeListener {

  private static final int LISTENING_NODES = 0xFFFD;
  private static final int HOME_AUTOMATION = 0x0104;
  private static final int HOST_ENDPOINT = 1;
  private static final int LONGEST_REQUEST = 32;

  /** Devices that hear the broadcast answer within this time, and are asked about themselves. */
  private static final Duration BROADCAST = Duration.ofSeconds(4);

  /** Interviews get on: something is told at least so often. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration ANSWER_TIME = Duration.ofSeconds(4);
  private static final int ATTEMPTS = 2;

  /** Of more than these, the others wait: a sequence number tells the answers apart. */
  private static final int QUESTIONS_AT_ONCE = 32;

  /** What does this OTA client run? */
  private record Question(
      Eui64 device, NodeEndpoint endpoint, CompletableFuture<OptionalLong> answer) {}

  private final RadioTransport transport;
  private final Map<Integer, Question> open = new HashMap<>(); // by sequence number
  private final Queue<Question> waiting = new ArrayDeque<>();
  private int sequenceNumber;
  private long started;
  private long lastNews;

  Survey(RadioTransport transport) {
    this.transport = transport;
  }

  /**
   * Asks who has an OTA client, and waits until all who are there have said what they are.
   *
   * @param longest after which it does not wait any more
   */
  CompletionStage<List<Node>> nodes(Duration longest) {
    CompletableFuture<List<Node>> described = new CompletableFuture<>();
    EventLoop loop = transport.loop();
    loop.execute(
        () -> {
          started = loop.nanos();
          lastNews = started;
          askAll();
          await(longest, described);
        });
    return described;
  }

  /** So that those come in whom nobody has heard yet. */
  private void askAll() {
    MatchDescReq request =
        new MatchDescReq(LISTENING_NODES, HOME_AUTOMATION, List.of(), List.of(OtaCluster.ID));
    ByteBuffer out = ByteBuffer.allocate(LONGEST_REQUEST);
    ZdoEncoder.encode(out, new ZdoFrame(0, request));
    out.flip().get(); // the sequence number is the transport's
    transport.zdo(LISTENING_NODES, request.cluster().id(), out, BROADCAST, answer -> {});
  }

  private void await(Duration longest, CompletableFuture<List<Node>> described) {
    if (isOver(transport.loop().nanos(), longest.toNanos())) {
      described.complete(transport.nodes());
    } else {
      EventLoop.Timer unused = transport.loop().after(TICK, () -> await(longest, described));
    }
  }

  private boolean isOver(long now, long longest) {
    long waited = now - started;
    if (waited < Math.min(longest, BROADCAST.toNanos())) {
      return false;
    }
    boolean isStuck = waited >= longest / 2 && now - lastNews >= SILENCE.toNanos();
    return waited >= longest || isStuck || transport.nodes().stream().allMatch(Survey::isDescribed);
  }

  private static boolean isDescribed(Node node) {
    return !node.online() || (!node.endpoints().isEmpty() && node.modelIdentifier().isPresent());
  }

  @Override
  public void nodeEvent(String mesh, NodeEvent event) {
    if (mesh.equals(transport.mesh())) {
      lastNews = transport.loop().nanos();
    }
  }

  /** The endpoints of a node that have an OTA client. */
  static List<NodeEndpoint> clients(Node node) {
    return node.endpoints().stream()
        .filter(endpoint -> endpoint.outputClusters().contains(OtaCluster.ID))
        .toList();
  }

  /** Asks an OTA client what it runs (attribute 0x0002); empty when it does not tell. */
  CompletionStage<OptionalLong> version(Node node, NodeEndpoint endpoint) {
    Question question = new Question(node.eui64(), endpoint, new CompletableFuture<>());
    transport
        .loop()
        .execute(
            () -> {
              waiting.add(question);
              askNext();
            });
    return question.answer();
  }

  private void askNext() {
    while (open.size() < QUESTIONS_AT_ONCE && !waiting.isEmpty()) {
      ask(waiting.remove(), 1);
    }
  }

  private void ask(Question question, int attempt) {
    OptionalInt address =
        transport.node(question.device()).stream()
            .mapToInt(Node::networkAddress)
            .filter(known -> known != FoundDevice.NO_ADDRESS)
            .findFirst();
    if (attempt > ATTEMPTS || address.isEmpty()) {
      question.answer().complete(OptionalLong.empty());
      return;
    }
    int number = freeNumber();
    open.put(number, question);
    ZclHeader header =
        ZclHeader.global(Direction.SERVER_TO_CLIENT, true, number, ReadAttributes.COMMAND_ID);
    ByteBuffer out = ByteBuffer.allocate(ZclHeader.OCTETS + 2);
    ReadAttributes.of(OtaAttribute.CURRENT_FILE_VERSION.id()).encode(out, header);
    transport.send(
        ApsFrame.to(
            address.getAsInt(),
            HOST_ENDPOINT,
            question.endpoint().endpoint(),
            question.endpoint().profile(),
            OtaCluster.ID,
            out.flip()),
        Priority.CONTROL,
        TxOptions.ACKNOWLEDGED,
        ANSWER_TIME,
        delivery -> {});
    EventLoop.Timer unused =
        transport.loop().after(ANSWER_TIME, () -> notAnswered(number, question, attempt));
  }

  private void notAnswered(int number, Question question, int attempt) {
    if (open.remove(number, question)) {
      ask(question, attempt + 1);
      askNext();
    }
  }

  private int freeNumber() {
    do {
      sequenceNumber = (sequenceNumber + 1) & 0xFF;
    } while (open.containsKey(sequenceNumber));
    return sequenceNumber;
  }

  @Override
  public void received(ApsFrame frame) {
    try {
      ZclHeader header = ZclHeader.decode(frame.payload());
      if (header.frameType() != ZclHeader.FrameType.GLOBAL
          || header.commandId() != ReadAttributesResponse.COMMAND_ID) {
        return;
      }
      Question question = open.get(header.sequenceNumber());
      if (question == null
          || question.endpoint().endpoint() != frame.sourceEndpoint()
          || frame.eui64().map(sender -> !sender.equals(question.device())).orElse(false)) {
        return;
      }
      OptionalLong version =
          ReadAttributesResponse.decode(header, frame.payload())
              .number(OtaAttribute.CURRENT_FILE_VERSION.id());
      open.remove(header.sequenceNumber());
      question
          .answer()
          .complete(
              version.stream().filter(number -> number != OtaCluster.ANY_FILE_VERSION).findFirst());
      askNext();
    } catch (ZclFormatException unreadable) {
      // it is asked once more
    }
  }
}
