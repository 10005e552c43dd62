package io.otaupgrade.registry.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Range (RFC 9110 §14.1 and §14.2), of 1000 octets")
class RangeHeaderTest {

  private static RangeHeader parse(String value) {
    return RangeHeader.parse(value, 1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0 | 0-0",
        "bytes=0-499 | 0-499",
        "bytes=500-999 | 500-999",
        "bytes=500- | 500-999",
        "bytes=-1 | 999-999",
        "bytes=-500 | 500-999",
        "bytes=-1000 | 0-999",
        "bytes=-5000 | 0-999",
        "bytes=0-5000 | 0-999",
        "bytes=999-99999999999999999999999999 | 999-999",
        "bytes=0000-0009 | 0-9",
        "BYTES=0-9 | 0-9",
        "bytes=0-0,-1 | 0-0 999-999",
        "bytes= 0-0 , 2-2 | 0-0 2-2",
        "bytes=0-0,,2-2, | 0-0 2-2",
        "bytes=500-600,0-9 | 500-600 0-9",
        "bytes=0-9,10-19 | 0-9 10-19",
        "bytes=0-9,5-19 | 0-19",
        "bytes=0-9,20-29,5-24 | 0-29",
        "bytes=0-9,0-9,0-9 | 0-9",
        "bytes=0-,0-,0- | 0-999",
        "bytes=50-59,0-9,55-69 | 50-69 0-9",
        "bytes=0-0,5000-6000 | 0-0",
      })
  void isSatisfiedBy(String value, String ranges) {
    List<ByteRange> expected = new ArrayList<>();
    for (String range : ranges.split(" ", -1)) {
      String[] ends = range.split("-", 2);
      expected.add(new ByteRange(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
    }
    assertEquals(new RangeHeader.Satisfiable(expected), parse(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=1000-",
        "bytes=1000-1001",
        "bytes=-0",
        "bytes=5000-6000,7000-",
        "bytes=99999999999999999999-"
      })
  void cannotBeSatisfied(String value) {
    assertEquals(new RangeHeader.Unsatisfiable(), parse(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=--1",
        "bytes=9-0",
        "bytes=0-9,9-0",
        "bytes=a-b",
        "bytes=0-9;1-2",
        "bytes=0 - 9",
        "bytes=0x0-0x9",
        "bytes=+0-9",
        "bytes=\u0660-\u0669",
        "bytes =0-9",
        "octets=0-9",
        "items=0-9",
        "0-9",
      })
  void isIgnored(String value) {
    assertEquals(new RangeHeader.Ignored(), parse(value));
  }

  @Test
  void isIgnoredWhenItAsksForTooManyRanges() {
    String ranges =
        IntStream.range(0, 65).mapToObj(i -> 2 * i + "-" + 2 * i).collect(Collectors.joining(","));
    assertEquals(new RangeHeader.Ignored(), parse("bytes=" + ranges));
    String fewer = ranges.substring(0, ranges.lastIndexOf(','));
    assertEquals(64, ((RangeHeader.Satisfiable) parse("bytes=" + fewer)).ranges().size());
  }

  @Test
  void isIgnoredWhereThereIsNothing() {
    assertEquals(new RangeHeader.Ignored(), RangeHeader.parse("bytes=0-", 0));
    assertEquals(new RangeHeader.Ignored(), RangeHeader.parse("bytes=-1", 0));
  }
}
