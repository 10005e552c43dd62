package io.otaupgrade.registry.internal.web;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class RequestFuzzTest {

  @FuzzTest(maxDuration = "30m")
  void anyRangeAndPathAreWithinBounds(FuzzedDataProvider data) {
    long size = data.consumeLong() >>> 1;
    String text = data.consumeRemainingAsString();
    RequestPropertyTest.check("bytes=" + text, size);
    RequestPropertyTest.checkPath("/driver/" + text);
    EntityTag.parseList(text);
    HttpDates.parse(text);
  }
}
