package io.otaupgrade.registry.internal.fetch;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class ResourceUrlFuzzTest {

  @FuzzTest(maxDuration = "30m")
  void anyTextIsAUrlOfOneSpellingOrRefused(FuzzedDataProvider data) throws FetchFailure {
    String text = data.consumeRemainingAsString();
    ResourceUrlPropertyTest.holds(text);
    ResourceUrlPropertyTest.holds("http://example.org/" + text);
    ResourceUrlPropertyTest.resolves(ResourceUrl.parse("https://example.org/a/b?c"), text);
  }
}
