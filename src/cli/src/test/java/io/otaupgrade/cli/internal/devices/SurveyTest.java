package io.otaupgrade.cli.internal.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SurveyTest {

  private final Radio radio = new Radio();
  private final Survey survey = new Survey(radio);

  private static Node node(long device, boolean described) {
    return new Node(
        new Eui64(device),
        (int) device,
        true,
        true,
        described ? Optional.of("Lamp") : Optional.empty(),
        Optional.empty(),
        described
            ? List.of(
                new NodeEndpoint(11, 0x0104, List.of(0, 6), List.of(OtaCluster.ID)),
                new NodeEndpoint(242, 0xA1E0, List.of(), List.of(0x21)))
            : List.of());
  }

  private static boolean isDone(CompletionStage<?> stage) {
    return stage.toCompletableFuture().isDone();
  }

  private static OptionalLong value(CompletionStage<OptionalLong> stage) {
    assertThat(isDone(stage)).isTrue();
    return stage.toCompletableFuture().join();
  }

  private void answers(Node node, int endpoint, String payload) {
    survey.received(
        ApsFrame.from(
            node.networkAddress(),
            Optional.of(node.eui64()),
            endpoint,
            1,
            0x0104,
            OtaCluster.ID,
            200,
            ByteBuffer.wrap(HexFormat.of().parseHex(payload.replace(" ", "")))));
  }

  @Test
  void asksTheWholeNetworkForOtaClientsAndWaitsForAnswers() {
    CompletionStage<List<Node>> nodes = survey.nodes(Duration.ofSeconds(30));
    radio.loop.advance(Duration.ofSeconds(3));
    // Match_Desc_req to 0xFFFD, profile 0x0104, no input cluster, output cluster 0x0019
    assertThat(radio.requests).containsExactly("fffd 0006 fdff04010001" + "1900");
    assertThat(isDone(nodes)).isFalse();
    radio.nodes.add(node(1, true));
    radio.loop.advance(Duration.ofSeconds(1));
    assertThat(nodes.toCompletableFuture().join()).containsExactly(node(1, true));
  }

  @Test
  void waitsForInterviewsButNotForEver() {
    radio.nodes.add(node(1, true));
    radio.nodes.add(node(2, false));
    CompletionStage<List<Node>> nodes = survey.nodes(Duration.ofSeconds(30));
    radio.loop.advance(Duration.ofSeconds(14));
    assertThat(isDone(nodes)).isFalse();
    survey.nodeEvent("radio", new NodeEvent(NodeEvent.Kind.DESCRIBED, node(2, false)));
    radio.loop.advance(Duration.ofSeconds(2));
    assertThat(isDone(nodes)).as("something is told").isFalse();
    radio.loop.advance(Duration.ofSeconds(2));
    assertThat(isDone(nodes)).as("and then nothing").isTrue();
  }

  @Test
  void readsWhatAnOtaClientRunsFromItsOwnSideOfTheCluster() {
    radio.nodes.add(node(1, true));
    CompletionStage<OptionalLong> version =
        survey.version(node(1, true), node(1, true).endpoints().get(0));
    radio.loop.advance(Duration.ZERO);
    // Read Attributes, direction to the client (0x18), attribute 0x0002
    assertThat(radio.sent).containsExactly("0001 1>11 0104 0019 1801000200");
    answers(node(1, true), 11, "08 02 01 0200 00 23 01020304");
    answers(node(1, true), 12, "08 01 01 0200 00 23 01020304");
    answers(node(2, true), 11, "08 01 01 0200 00 23 01020304");
    answers(node(1, true), 11, "08 01 01 0200 00 23 01");
    assertThat(isDone(version)).isFalse();
    answers(node(1, true), 11, "08 01 01 0200 00 23 01020304");
    assertThat(value(version)).hasValue(0x04030201);
  }

  @Test
  void aDeviceThatDoesNotTellIsAskedTwice() {
    radio.nodes.add(node(1, true));
    CompletionStage<OptionalLong> version =
        survey.version(node(1, true), node(1, true).endpoints().get(0));
    radio.loop.advance(Duration.ofSeconds(20));
    assertThat(radio.sent)
        .containsExactly("0001 1>11 0104 0019 1801000200", "0001 1>11 0104 0019 1802000200");
    assertThat(value(version)).isEmpty();
  }

  @Test
  void anAttributeThatIsNotThereAndOneWithoutAValueAreNoVersion() {
    radio.nodes.add(node(1, true));
    NodeEndpoint client = node(1, true).endpoints().get(0);
    CompletionStage<OptionalLong> first = survey.version(node(1, true), client);
    CompletionStage<OptionalLong> second = survey.version(node(1, true), client);
    radio.loop.advance(Duration.ZERO);
    answers(node(1, true), 11, "08 01 01 0200 86");
    answers(node(1, true), 11, "08 02 01 0200 00 23 FFFFFFFF");
    assertThat(value(first)).isEmpty();
    assertThat(value(second)).isEmpty();
  }

  @Test
  void moreDevicesThanThereAreSequenceNumbersAllGetTheirTurn() {
    List<CompletionStage<OptionalLong>> versions = new ArrayList<>();
    for (int device = 1; device <= 300; device++) {
      radio.nodes.add(node(device, true));
      versions.add(survey.version(node(device, true), node(device, true).endpoints().get(0)));
    }
    radio.answering = true;
    radio.loop.advance(Duration.ofSeconds(60));
    for (int device = 1; device <= 300; device++) {
      assertThat(value(versions.get(device - 1))).hasValue(device);
    }
  }

  @Test
  void answersNoRequest() {
    radio.nodes.add(node(1, true));
    answers(node(1, true), 11, "01 07 01 00 7C11 0442 10000000");
    answers(node(1, true), 11, "01");
    radio.loop.advance(Duration.ofSeconds(10));
    assertThat(radio.sent).isEmpty();
  }

  @Test
  void devicesAreATable() {
    StringWriter out = new StringWriter();
    FoundDevice.print(
        new PrintWriter(out),
        List.of(
            new FoundDevice(
                node(1, true), OptionalInt.of(11), OptionalLong.of(0x20), List.of(4, 12)),
            new FoundDevice(node(2, false), OptionalInt.empty(), OptionalLong.empty(), List.of())));
    assertThat(out.toString().lines())
        .containsExactly(
            "device            address  model  manufacturer  OTA  version     id",
            "0000000000000001  0001     Lamp   -             11   0x00000020  4,12  listens",
            "0000000000000002  0002     -      -             -    -           -     listens");
  }

  /** Takes frames, and answers reads when it is told to. */
  private final class Radio implements RadioTransport {
    final VirtualTimeLoop loop = VirtualTimeLoop.manual();
    final List<Node> nodes = new ArrayList<>();
    final List<String> sent = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    boolean answering;

    @Override
    public String mesh() {
      return "radio";
    }

    @Override
    public EventLoop loop() {
      return loop;
    }

    @Override
    public void send(
        ApsFrame frame,
        Priority priority,
        TxOptions options,
        Duration deadline,
        DeliveryListener listener) {
      String payload = HexFormat.of().formatHex(octets(frame.payload()));
      sent.add(
          String.format(
              "%04x %d>%d %04x %04x %s",
              frame.networkAddress(),
              frame.sourceEndpoint(),
              frame.destinationEndpoint(),
              frame.profile(),
              frame.cluster(),
              payload));
      if (answering) {
        int device = frame.networkAddress();
        loop.execute(
            () ->
                answers(
                    SurveyTest.node(device, true),
                    frame.destinationEndpoint(),
                    "08 %s 01 0200 00 23 %02x%02x0000"
                        .formatted(payload.substring(2, 4), device & 0xFF, device >> 8)));
      }
    }

    private byte[] octets(ByteBuffer payload) {
      byte[] octets = new byte[payload.remaining()];
      payload.get(payload.position(), octets);
      return octets;
    }

    @Override
    public int maximumPayload(int networkAddress) {
      return 82;
    }

    @Override
    public void zdo(
        int networkAddress,
        int cluster,
        ByteBuffer payload,
        Duration timeout,
        Consumer<Optional<ByteBuffer>> answer) {
      requests.add(
          String.format(
              "%04x %04x %s", networkAddress, cluster, HexFormat.of().formatHex(octets(payload))));
    }

    @Override
    public void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
      throw new AssertionError("looks up " + networkAddress);
    }

    @Override
    public void permitJoin(Duration duration) {
      throw new AssertionError("opens the network");
    }

    @Override
    public List<Node> nodes() {
      return List.copyOf(nodes);
    }

    @Override
    public Optional<Node> node(Eui64 eui64) {
      return nodes.stream().filter(node -> node.eui64().equals(eui64)).findFirst();
    }

    @Override
    public Optional<Node> node(int networkAddress) {
      return nodes.stream().filter(node -> node.networkAddress() == networkAddress).findFirst();
    }
  }
}
