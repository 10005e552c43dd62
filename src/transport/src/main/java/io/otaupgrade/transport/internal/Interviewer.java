package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.transport.internal.Interview.State;
import io.otaupgrade.transport.internal.Interview.Step;
import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes what they are: Node_Desc_req (is the receiver on when idle?), Active_EP_req,
 * Simple_Desc_req for each endpoint, then model identifier and manufacturer name from the Basic
 * cluster. Belongs to the mesh's loop.
 *
 * <p>A few nodes at a time, each question up to three times, as part of the image transfers' share
 * of the radio, since nobody waits for it. A node that does not answer is asked again when it
 * speaks (a sleepy one is awake then), and one that listens always after a while too.
 */
final class Interviewer {

  private static final Logger LOG = LoggerFactory.getLogger(Interviewer.class);

  private static final int TRIES = 3;

  /** A node that joined announces itself within this time, if it does at all. */
  private static final Duration AFTER_JOIN = Duration.ofSeconds(3);

  private static final Duration FIRST_REST = Duration.ofSeconds(15);

  /** For a node that speaks. */
  private static final Duration LONGEST_REST = Duration.ofMinutes(4);

  /** After so many failures a silent node is not asked of our own accord any more. */
  private static final int MOST_FAILURES = 10;

  private static final int BASIC_READ_OCTETS = ZclHeader.OCTETS + 4;

  private final String mesh;
  private final EventLoop loop;
  private final SendScheduler sender;
  private final ZdoClient zdo;
  private final Consumer<KnownNode> described;
  private Settings settings;

  private final Queue<KnownNode> queue = new ArrayDeque<>();
  private int running;
  private int lastZclSequenceNumber;

  /**
   * @param described hears of a node of which more is known now
   */
  Interviewer(
      String mesh,
      EventLoop loop,
      SendScheduler sender,
      ZdoClient zdo,
      Settings settings,
      Consumer<KnownNode> described) {
    this.mesh = mesh;
    this.loop = loop;
    this.sender = sender;
    this.zdo = zdo;
    this.settings = settings;
    this.described = described;
  }

  void configure(Settings changed) {
    settings = changed;
    startNext();
  }

  /** It joined, so all that was known of it may have changed. */
  void joined(KnownNode node) {
    stop(node);
    node.setDescribed(false);
    node.receiverKnown = false;
    Interview interview = new Interview();
    node.interview = interview;
    interview.timer = loop.after(AFTER_JOIN, () -> queue(node));
  }

  /** It announced itself: it is there and awake. */
  void announced(KnownNode node) {
    if (!node.isDescribed()) {
      interview(node).restsUntil = Long.MIN_VALUE;
      queue(node);
    }
  }

  /** A node that is not described spoke. */
  void spoke(KnownNode node) {
    Interview interview = interview(node);
    if (interview.state == State.RESTING && loop.nanos() >= interview.restsUntil) {
      queue(node);
    }
  }

  /** It left: there is nobody to ask. */
  void left(KnownNode node) {
    stop(node);
  }

  /** Stops all: the network is gone. What was answered is kept. */
  void stopAll(Iterable<KnownNode> nodes) {
    queue.clear();
    nodes.forEach(this::stop);
  }

  /**
   * The network is there, again or after a restart, and its nodes are known: goes on with those
   * that listen. Those that sleep are asked when they speak.
   */
  void resume(Iterable<KnownNode> nodes) {
    for (KnownNode node : nodes) {
      if (!node.isDescribed() && !node.sleeps()) {
        queue(node);
      }
    }
  }

  /** A frame of the Basic cluster came from a node that was asked for its names. */
  void basicReceived(KnownNode node, ApsFrame frame) {
    Interview interview = node.interview;
    try {
      ZclHeader header = ZclHeader.decode(frame.payload());
      if (!interview.awaitsBasic
          || header.sequenceNumber() != interview.zclSequenceNumber
          || header.frameType() != ZclHeader.FrameType.GLOBAL) {
        return;
      }
      if (header.commandId() == ReadAttributesResponse.COMMAND_ID) {
        ReadAttributesResponse response = ReadAttributesResponse.decode(header, frame.payload());
        node.setNames(
            response.text(BasicCluster.MODEL_IDENTIFIER).flatMap(Interviewer::name),
            response.text(BasicCluster.MANUFACTURER_NAME).flatMap(Interviewer::name));
        answered(node, Step.DONE);
      } else if (header.commandId() == DefaultResponse.COMMAND_ID) {
        answered(node, Step.DONE);
      }
    } catch (ZclFormatException e) {
      LOG.debug("{}: {} malformed names: {}", mesh, node.eui64, e.getMessage());
    }
  }

  private static Interview interview(KnownNode node) {
    if (node.interview == Interview.NONE) {
      node.interview = new Interview();
    }
    return node.interview;
  }

  private void stop(KnownNode node) {
    Interview interview = node.interview;
    if (interview == Interview.NONE) {
      return;
    }
    interview.timer.cancel();
    interview.question++;
    interview.awaitsBasic = false;
    interview.tries = 0;
    State before = interview.state;
    interview.state = State.RESTING;
    if (before == State.QUEUED) {
      queue.remove(node);
    } else if (before == State.RUNNING) {
      running--;
      startNext();
    }
  }

  private void queue(KnownNode node) {
    Interview interview = interview(node);
    if (interview.state == State.RESTING && !node.isDescribed() && node.hasAddress()) {
      interview.timer.cancel();
      interview.state = State.QUEUED;
      queue.add(node);
      startNext();
    }
  }

  private void startNext() {
    while (running < settings.interviewsAtOnce() && !queue.isEmpty()) {
      KnownNode node = queue.remove();
      node.interview.state = State.RUNNING;
      running++;
      ask(node);
    }
  }

  private void ask(KnownNode node) {
    Interview interview = node.interview;
    if (interview.tries++ == TRIES) {
      rest(node);
      return;
    }
    if (interview.step == Step.NODE_DESCRIPTOR && node.receiverKnown) {
      interview.step = Step.ACTIVE_ENDPOINTS;
    }
    int question = ++interview.question;
    int address = node.address();
    switch (interview.step) {
      case NODE_DESCRIPTOR ->
          ask(
              node,
              question,
              new ZdoRequest.NodeDescReq(address),
              response -> nodeDescriptor(node, response));
      case ACTIVE_ENDPOINTS ->
          ask(
              node,
              question,
              new ZdoRequest.ActiveEpReq(address),
              response -> activeEndpoints(node, response));
      case SIMPLE_DESCRIPTORS ->
          ask(
              node,
              question,
              new ZdoRequest.SimpleDescReq(address, interview.endpointsToAsk.element()),
              response -> simpleDescriptor(node, response));
      case BASIC -> askNames(node, question);
      case DONE -> finish(node);
    }
  }

  private void ask(KnownNode node, int question, ZdoRequest request, Consumer<ZdoResponse> answer) {
    zdo.request(
        node.address(),
        request,
        Priority.OTA,
        settings.interviewTimeout(),
        response -> {
          if (node.interview.state == State.RUNNING && node.interview.question == question) {
            // Whatever cannot be read counts as lost.
            response.ifPresentOrElse(answer, () -> ask(node));
          }
        });
  }

  private void nodeDescriptor(KnownNode node, ZdoResponse response) {
    if (response instanceof ZdoResponse.NodeDescRsp rsp) {
      rsp.nodeDescriptor()
          .ifPresent(
              descriptor ->
                  node.setReceiverOnWhenIdle(descriptor.macCapability().receiverOnWhenIdle()));
    }
    answered(node, Step.ACTIVE_ENDPOINTS);
  }

  private void activeEndpoints(KnownNode node, ZdoResponse response) {
    Interview interview = node.interview;
    interview.endpoints.clear();
    interview.endpointsToAsk.clear();
    if (response instanceof ZdoResponse.ActiveEpRsp rsp) {
      rsp.activeEpList().stream()
          .filter(endpoint -> endpoint >= 1 && endpoint <= 254)
          .distinct()
          .forEach(interview.endpointsToAsk::add);
    }
    answered(node, Step.SIMPLE_DESCRIPTORS);
  }

  private void simpleDescriptor(KnownNode node, ZdoResponse response) {
    Interview interview = node.interview;
    int endpoint = interview.endpointsToAsk.remove();
    if (response instanceof ZdoResponse.SimpleDescRsp rsp) {
      rsp.simpleDescriptor()
          .map(Interviewer::endpoint)
          .filter(described -> described.endpoint() == endpoint)
          .ifPresent(interview.endpoints::add);
    }
    answered(node, Step.SIMPLE_DESCRIPTORS);
  }

  private static NodeEndpoint endpoint(SimpleDescriptor descriptor) {
    return new NodeEndpoint(
        descriptor.endpoint(),
        descriptor.profileId(),
        descriptor.inputClusters(),
        descriptor.outputClusters());
  }

  /** The present question has its answer; goes on with the next. */
  private void answered(KnownNode node, Step next) {
    Interview interview = node.interview;
    interview.timer.cancel();
    interview.awaitsBasic = false;
    interview.tries = 0;
    interview.failures = 0;
    interview.step = next;
    if (next == Step.SIMPLE_DESCRIPTORS && interview.endpointsToAsk.isEmpty()) {
      node.setEndpoints(interview.endpoints);
      boolean hasNames = basicEndpoint(node).isPresent();
      interview.step = hasNames ? Step.BASIC : Step.DONE;
      if (hasNames) {
        described.accept(node);
      }
    }
    ask(node);
  }

  private static Optional<NodeEndpoint> basicEndpoint(KnownNode node) {
    return node.node().endpoints().stream()
        .filter(endpoint -> endpoint.inputClusters().contains(BasicCluster.ID))
        .findFirst();
  }

  private void askNames(KnownNode node, int question) {
    Interview interview = node.interview;
    NodeEndpoint endpoint = basicEndpoint(node).orElseThrow();
    lastZclSequenceNumber = (lastZclSequenceNumber + 1) & 0xFF;
    interview.zclSequenceNumber = lastZclSequenceNumber;
    interview.awaitsBasic = true;
    ByteBuffer read = ByteBuffer.allocate(BASIC_READ_OCTETS);
    ReadAttributes.of(BasicCluster.MANUFACTURER_NAME, BasicCluster.MODEL_IDENTIFIER)
        .encode(
            read,
            ZclHeader.global(
                ZclHeader.Direction.CLIENT_TO_SERVER,
                true,
                interview.zclSequenceNumber,
                ReadAttributes.COMMAND_ID));
    ApsFrame frame =
        ApsFrame.to(
            node.address(),
            HostEndpoints.MAIN,
            endpoint.endpoint(),
            endpoint.profile(),
            BasicCluster.ID,
            read.flip());
    long now = loop.nanos();
    sender.send(
        frame,
        Priority.OTA,
        TxOptions.ACKNOWLEDGED,
        now,
        now + Nanos.of(settings.interviewTimeout()),
        delivery -> {});
    interview.timer =
        loop.after(
            settings.interviewTimeout(),
            () -> {
              if (interview.state == State.RUNNING && interview.question == question) {
                ask(node);
              }
            });
  }

  private void finish(KnownNode node) {
    LOG.debug("{}: {} described: {}", mesh, node.eui64, node.node());
    stop(node);
    node.interview = Interview.NONE;
    node.setDescribed(true);
    described.accept(node);
  }

  /** It did not answer, so others get their turn. */
  private void rest(KnownNode node) {
    Interview interview = node.interview;
    LOG.debug("{}: {} does not answer ({})", mesh, node.eui64, interview.step);
    stop(node);
    Duration rest = FIRST_REST.multipliedBy(1L << Math.min(interview.failures, 8));
    interview.failures++;
    interview.restsUntil = loop.nanos() + Math.min(rest.toNanos(), LONGEST_REST.toNanos());
    boolean listens = !node.receiverKnown || node.node().receiverOnWhenIdle();
    if (listens && interview.failures <= MOST_FAILURES) {
      interview.timer = loop.after(rest, () -> queue(node));
    }
  }

  /** A name as it may be shown: what is before the first NUL, without control characters. */
  private static Optional<String> name(String text) {
    int end = text.indexOf('\0');
    String name =
        (end < 0 ? text : text.substring(0, end))
            .codePoints()
            .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }
}
