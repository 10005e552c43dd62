package io.otaupgrade.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ota bench")
class BenchCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> run = new ArrayList<>();

  private final Measure blocks =
      measure(
          "block-cost",
          Result.of(Figure.BLOCK_COST, 0.1234567)
              .beside(Peer.measured("another server", 1.5, "half of it"))
              .with(Map.of("fastest", 0.1)),
          Result.of(Figure.BLOCK_ALLOCATION, 200));
  private final Measure channel =
      measure("channel-rate", Result.of(Figure.CHANNEL_RATE, 85.25).within(88.778));
  private final Measure throughput = measure("throughput", Result.of(Figure.THROUGHPUT, 123_456.7));

  private Measure measure(String label, Result... results) {
    return new Measure() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public List<Figure> figures() {
        return List.of(results).stream().map(Result::figure).toList();
      }

      @Override
      public void run(Consumer<Result> accept) {
        run.add(label);
        List.of(results).forEach(accept);
      }
    };
  }

  private static Measure failing() {
    return new Measure() {
      @Override
      public String label() {
        return "verify";
      }

      @Override
      public List<Figure> figures() {
        return List.of(Figure.VERIFY);
      }

      @Override
      public void run(Consumer<Result> accept) throws MeasureFailed {
        throw new MeasureFailed("no image");
      }
    };
  }

  private int execute(String... arguments) {
    return execute(List.of(blocks, channel, throughput), arguments);
  }

  private int execute(List<Measure> measures, String... arguments) {
    return new BenchCommand(measures, new PrintWriter(out, true), new PrintWriter(err, true))
        .commandLine()
        .execute(arguments);
  }

  @Test
  void aMeasuredPeerAndFurtherNumbersAreInTheJsonObject() {
    assertThat(execute("block-cost", "--json")).isZero();
    assertThat(out.toString().lines().findFirst())
        .hasValue(
            "{\"name\":\"block-cost\",\"value\":0.1235,\"unit\":\"µs/block\",\"reach\":0.15,"
                + "\"better\":\"lower\",\"met\":true,"
                + "\"peer\":{\"server\":\"another server\",\"value\":1.5,\"measured\":true,"
                + "\"note\":\"half of it\"},"
                + "\"condition\":\""
                + Figure.BLOCK_COST.condition()
                + "\",\"fastest\":0.1}");
  }

  @Test
  void aMissedReachIsToldAndWithoutAPeerThereIsNull() {
    assertThat(execute("block-allocation", "--json")).isZero();
    assertThat(out.toString())
        .startsWith(
            "{\"name\":\"block-allocation\",\"value\":200,\"unit\":\"octets/block\",\"reach\":192,"
                + "\"better\":\"lower\",\"met\":false,\"peer\":null,");
  }

  @Test
  void theBoundOfAChannelFigureIsInItAndTheQuotedPeerSaysSo() {
    execute("channel-rate", "--json");
    assertThat(out.toString())
        .contains("\"value\":85.25,", "\"better\":\"higher\"", "\"bound\":88.78,")
        .contains("\"peer\":{\"server\":\"zigbee-herdsman 11.1.1\",\"value\":71,")
        .contains("\"measured\":false");
  }

  @Test
  void largeNumbersKeepAllTheirDigits() {
    execute("throughput", "--json");
    assertThat(out.toString()).contains("\"value\":123457,", "\"reach\":100000,");
  }

  @Test
  void everyFigureIsOneLineInTheOrderOfTheList() {
    execute("--json");
    assertThat(out.toString().lines().map(line -> line.split("\"", 5)[3]))
        .containsExactly("block-cost", "block-allocation", "channel-rate", "throughput");
  }

  @Test
  void aMeasureIsRunOnceForAllItsFiguresAndOnlyWhenItIsNamed() {
    execute("block-allocation", "block-cost");
    assertThat(run).containsExactly("block-cost");
  }

  @Test
  void theTableTellsConditionValueReachAndPeer() {
    execute();
    assertThat(out.toString().lines())
        .hasSize(5)
        .anyMatch(
            line ->
                line.matches(
                    "channel-rate +85\\.3 blocks/s +≥ 84 of 88\\.8 +yes +71 quoted, zigbee.*airtime.*"))
        .anyMatch(line -> line.matches("block-allocation +200 octets/block +≤ 192 +NO +- .*"))
        .anyMatch(line -> line.matches("throughput +123 457 blocks/s +≥ 100 000 +yes +- .*"));
  }

  @Test
  void anUnknownNameIsWrongUsageAndOneLineNamesTheKnownOnes() {
    assertThat(execute("block-cost", "speed")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "ota bench: unknown name speed; known are block-cost, block-allocation, channel-rate,"
                + " throughput");
    assertThat(out.toString()).isEmpty();
    assertThat(run).isEmpty();
  }

  @Test
  void anUnknownOptionIsWrongUsageInOneLine() {
    assertThat(execute("--fast")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void aMeasureThatFailsIsToldAndTheOthersAreStillTaken() {
    assertThat(execute(List.of(failing(), throughput), "--json")).isEqualTo(1);
    assertThat(err.toString()).contains("ota bench: verify: no image");
    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void helpNamesWhatCanBeMeasured() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("block-allocation, channel-rate, throughput");
  }
}
