package io.otaupgrade.registry.internal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RequestPropertyTest {

  @Provide
  Arbitrary<String> rangeTexts() {
    return Arbitraries.of("bytes", "=", "-", ",", " ", "0", "7", "99", "x", "99999999999999999999")
        .list()
        .ofMaxSize(15)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void anyTextIsAnsweredWithRangesWithinTheContent(
      @ForAll("rangeTexts") String text, @ForAll @LongRange(min = 0, max = 200) long size) {
    check(text, size);
    check("bytes=" + text, size);
  }

  @Property
  void anyOtherTextToo(@ForAll String text, @ForAll @LongRange(min = 0) long size) {
    check(text, size);
    check("bytes=" + text, size);
  }

  static void check(String text, long size) {
    if (RangeHeader.parse(text, size) instanceof RangeHeader.Satisfiable some) {
      List<ByteRange> ranges = some.ranges();
      assertThat(ranges).isNotEmpty().hasSizeLessThanOrEqualTo(RangeHeader.MOST_RANGES);
      for (int i = 0; i < ranges.size(); i++) {
        assertThat(ranges.get(i).last()).isLessThan(size);
        for (int j = 0; j < i; j++) {
          assertThat(ranges.get(i).overlaps(ranges.get(j))).isFalse();
        }
      }
    }
  }

  @Provide
  Arbitrary<int[]> ranges() {
    return Arbitraries.integers()
        .between(0, 120)
        .array(int[].class)
        .ofSize(2)
        .filter(ends -> ends[0] <= ends[1]);
  }

  @Property
  void whatIsSentIsWhatWasAskedForOnce(
      @ForAll @Size(min = 1, max = 20) List<@From("ranges") int[]> asked) {
    int size = 100;
    var expected = new BitSet();
    for (int[] ends : asked) {
      expected.set(Math.min(ends[0], size), Math.min(ends[1] + 1, size));
    }
    String value =
        "bytes="
            + asked.stream().map(ends -> ends[0] + "-" + ends[1]).collect(Collectors.joining(","));
    RangeHeader parsed = RangeHeader.parse(value, size);
    var sent = new BitSet();
    long octets = 0;
    if (parsed instanceof RangeHeader.Satisfiable some) {
      for (ByteRange range : some.ranges()) {
        sent.set((int) range.first(), (int) range.last() + 1);
        octets += range.length();
      }
    } else {
      assertEquals(new RangeHeader.Unsatisfiable(), parsed);
    }
    assertEquals(expected, sent);
    assertEquals(expected.cardinality(), octets);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of(
            "/",
            "a",
            "..",
            ".",
            "%2e",
            "%2f",
            "%5c",
            "%00",
            "%",
            "%c0%ae",
            "\\",
            ";",
            "\uff0e",
            "%EF%BC%8F",
            " ",
            "%20",
            ":",
            "%252e")
        .list()
        .ofMaxSize(10)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void anyPathIsPlainNamesOrNothing(@ForAll("paths") String path) {
    checkPath("/driver/" + path);
  }

  @Property
  void anyOtherPathToo(@ForAll String path) {
    checkPath("/driver/" + path);
  }

  static void checkPath(String path) {
    RequestPath.below("/driver/", path)
        .ifPresent(
            names -> {
              assertThat(names).isNotEmpty();
              for (String name : names) {
                assertThat(name)
                    .isNotEmpty()
                    .doesNotStartWith(".")
                    .doesNotContain("/", "\\", "\0", "\n");
              }
            });
  }

  @Property
  void anyTextIsAListOfTagsOrNone(@ForAll String text) {
    EntityTag.parseList(text);
    EntityTag.parse(text);
    HttpDates.parse(text);
  }
}
