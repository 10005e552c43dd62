package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NodeFilePropertyTest {

  @Provide
  Arbitrary<KnownNode> nodes() {
    Arbitrary<Optional<String>> names =
        Arbitraries.strings()
            .withCharRange(' ', '~')
            .ofMinLength(1)
            .ofMaxLength(40)
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .optional();
    Arbitrary<List<Integer>> clusters =
        Arbitraries.integers().between(0, 0xFFFF).list().ofMaxSize(5);
    Arbitrary<NodeEndpoint> endpoints =
        Combinators.combine(
                Arbitraries.integers().between(1, 254),
                Arbitraries.integers().between(0, 0xFFFF),
                clusters,
                clusters)
            .as(NodeEndpoint::new);
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(0, 0xFFF7),
            Arbitraries.of(true, false).optional(),
            Arbitraries.of(true, false),
            names,
            names,
            endpoints.list().ofMaxSize(3))
        .as(NodeFilePropertyTest::node);
  }

  private static KnownNode node(
      long eui64,
      int address,
      Optional<Boolean> listens,
      boolean described,
      Optional<String> model,
      Optional<String> manufacturer,
      List<NodeEndpoint> endpoints) {
    KnownNode known = new KnownNode(new Eui64(eui64));
    known.setAddress(address);
    listens.ifPresent(known::setReceiverOnWhenIdle);
    known.setDescribed(described);
    known.setNames(model, manufacturer);
    known.setEndpoints(endpoints);
    return known;
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(@ForAll @Size(max = 5) List<@From("nodes") KnownNode> nodes)
      throws IOException {
    List<KnownNode> read = NodeFile.parse(NodeFile.format(nodes).lines().toList());
    assertThat(read).hasSameSizeAs(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      assertThat(read.get(i).node()).isEqualTo(nodes.get(i).node());
      assertThat(read.get(i).isDescribed()).isEqualTo(nodes.get(i).isDescribed());
      assertThat(read.get(i).receiverKnown).isEqualTo(nodes.get(i).receiverKnown);
    }
  }

  @Property(tries = 1000)
  void aDamagedFileIsReadOrRefused(
      @ForAll @Size(max = 4) List<@From("nodes") KnownNode> nodes,
      @ForAll @IntRange(max = 2000) int place,
      @ForAll char damage,
      @ForAll boolean cut) {
    String text = NodeFile.format(nodes);
    int at = place % text.length();
    String damaged =
        text.substring(0, at) + (cut ? "" : String.valueOf(damage) + text.substring(at + 1));
    try {
      assertThat(NodeFile.parse(damaged.lines().toList())).hasSameSizeAs(nodes);
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("(?s)(line \\d+ |its end ).*");
    }
  }
}
