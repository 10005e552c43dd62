package io.otaupgrade.registry.internal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
  private static final Instant CHANGED = Instant.parse("2026-11-22T08:49:37Z");
  private static final String SAME = "Sun, 22 Nov 2026 08:49:37 GMT";
  private static final String BEFORE = "Sun, 22 Nov 2026 08:49:36 GMT";
  private static final String AFTER = "Sun, 22 Nov 2026 08:49:38 GMT";

  private final FakeContent content =
      new FakeContent("0123456789", EntityTag.strong("a"), Optional.of(CHANGED));

  private static Answer answer(RequestHead request, Content content) {
    return Answer.of(request, content, () -> "B");
  }

  private static String body(Answer answer, Content content) throws Exception {
    var out = new ByteArrayOutputStream();
    answer.writeBody(content, out);
    assertEquals(answer.length(), out.size());
    return out.toString(StandardCharsets.US_ASCII);
  }

  @Nested
  @DisplayName("Conditions (RFC 9110 §13.2.2)")
  class Precedence {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "200 | ",
          "200 | If-Match: \"a\"",
          "200 | If-Match: *",
          "200 | If-Match: \"b\", \"a\"",
          "200 | If-Match: \"b\"; If-Match: \"a\"",
          "412 | If-Match: \"b\"",
          "412 | If-Match: W/\"a\"",
          "412 | If-Match: a",
          "412 | If-Match: ",
          "200 | If-Match: \"a\"; If-Unmodified-Since: " + BEFORE,
          "412 | If-Unmodified-Since: " + BEFORE,
          "200 | If-Unmodified-Since: " + SAME,
          "200 | If-Unmodified-Since: " + AFTER,
          "200 | If-Unmodified-Since: yesterday",
          "304 | If-None-Match: \"a\"",
          "304 | If-None-Match: W/\"a\"",
          "304 | If-None-Match: *",
          "304 | If-None-Match: \"b\" ,, \"a\"",
          "200 | If-None-Match: \"b\"",
          "200 | If-None-Match: a",
          "200 | If-None-Match: \"b\" \"a\"",
          "200 | If-None-Match: \"b\"; If-Modified-Since: " + SAME,
          "304 | If-Modified-Since: " + SAME,
          "304 | If-Modified-Since: " + AFTER,
          "200 | If-Modified-Since: " + BEFORE,
          "200 | If-Modified-Since: 0",
          "200 | If-Modified-Since: " + SAME + "; If-Modified-Since: " + SAME,
          "304 | If-Modified-Since: Sunday, 22-Nov-26 08:49:37 GMT",
          "304 | If-Modified-Since: Sun Nov 22 08:49:37 2026",
          "412 | If-Match: \"b\"; If-None-Match: \"a\"",
          "304 | If-Match: \"a\"; If-None-Match: \"a\"",
          "412 | If-Unmodified-Since: " + BEFORE + "; If-None-Match: \"a\"",
          "304 | If-None-Match: \"a\"; Range: bytes=0-0",
          "412 | If-Match: \"b\"; Range: bytes=0-0",
          "206 | If-Match: \"a\"; Range: bytes=0-0",
          "206 | Range: bytes=0-0; If-Range: \"a\"",
          "200 | Range: bytes=0-0; If-Range: \"b\"",
          "200 | Range: bytes=0-0; If-Range: W/\"a\"",
          "206 | Range: bytes=0-0; If-Range: " + SAME,
          "200 | Range: bytes=0-0; If-Range: " + BEFORE,
          "200 | Range: bytes=0-0; If-Range: " + AFTER,
          "200 | Range: bytes=0-0; If-Range: nonsense",
          "200 | Range: bytes=0-0; If-Range: \"a\"; If-Range: \"a\"",
          "200 | Range: bytes=0-0; Range: bytes=1-1",
          "200 | Range: bytes=90-; If-Range: \"b\"",
          "416 | Range: bytes=90-; If-Range: \"a\"",
          "416 | Range: bytes=90-",
        })
    void decideTheStatus(int status, String fields) {
      List<String> lines = fields == null ? List.of() : Arrays.asList(fields.split("; "));
      for (String method : List.of("GET", "HEAD")) {
        Answer answer = answer(new FakeRequest(method, lines), content);
        // HEAD has no ranges.
        boolean range = status == 206 || status == 416;
        assertEquals(method.equals("HEAD") && range ? 200 : status, answer.status());
        if (status != 416 || method.equals("HEAD")) {
          assertEquals("\"a\"", answer.headers().get("ETag"));
          assertEquals(SAME, answer.headers().get("Last-Modified"));
        }
      }
    }

    @Test
    void aWeakTagIsNoGroundForRangesNorForIfMatch() {
      var young = new FakeContent("0123456789", new EntityTag(true, "a"), Optional.of(CHANGED));
      assertEquals(412, answer(FakeRequest.get("If-Match: W/\"a\""), young).status());
      assertEquals(304, answer(FakeRequest.get("If-None-Match: W/\"a\""), young).status());
      assertEquals(
          200, answer(FakeRequest.get("Range: bytes=0-0", "If-Range: W/\"a\""), young).status());
      assertEquals(
          200, answer(FakeRequest.get("Range: bytes=0-0", "If-Range: " + SAME), young).status());
      assertEquals(206, answer(FakeRequest.get("Range: bytes=0-0"), young).status());
    }

    @Test
    void datesDoNotCountForContentWithout() {
      var image = new FakeContent("0123456789", EntityTag.strong("a"), Optional.empty());
      assertEquals(200, answer(FakeRequest.get("If-Modified-Since: " + AFTER), image).status());
      assertEquals(200, answer(FakeRequest.get("If-Unmodified-Since: " + BEFORE), image).status());
      assertThat(answer(FakeRequest.get(), image).headers()).doesNotContainKey("Last-Modified");
    }
  }

  @Nested
  @DisplayName("Bodies (RFC 9110 §15.3.7)")
  class Bodies {

    @Test
    void theWhole() throws Exception {
      Answer answer = answer(FakeRequest.get(), content);
      assertEquals("0123456789", body(answer, content));
      assertEquals("text/plain", answer.headers().get("Content-Type"));
      assertEquals("bytes", answer.headers().get("Accept-Ranges"));
    }

    @Test
    void oneRange() throws Exception {
      Answer answer = answer(FakeRequest.get("Range: bytes=2-4"), content);
      assertEquals(206, answer.status());
      assertEquals("234", body(answer, content));
      assertEquals("bytes 2-4/10", answer.headers().get("Content-Range"));
      assertEquals("text/plain", answer.headers().get("Content-Type"));
    }

    @Test
    void severalRangesAsParts() throws Exception {
      Answer answer = answer(FakeRequest.get("Range: bytes=7-8,0-1,-1"), content);
      assertEquals(206, answer.status());
      assertEquals("multipart/byteranges; boundary=B", answer.headers().get("Content-Type"));
      assertThat(answer.headers()).doesNotContainKey("Content-Range");
      assertEquals(
          """
          --B
          Content-Type: text/plain
          Content-Range: bytes 7-8/10

          78
          --B
          Content-Type: text/plain
          Content-Range: bytes 0-1/10

          01
          --B
          Content-Type: text/plain
          Content-Range: bytes 9-9/10

          9
          --B--
          """
              .replace("\n", "\r\n"),
          body(answer, content));
    }

    @Test
    void rangesThatMergeIntoOneAreNoParts() throws Exception {
      Answer answer = answer(FakeRequest.get("Range: bytes=0-3,2-5"), content);
      assertEquals("bytes 0-5/10", answer.headers().get("Content-Range"));
      assertEquals("012345", body(answer, content));
    }

    @Test
    void noRangeNamesTheSize() throws Exception {
      Answer answer = answer(FakeRequest.get("Range: bytes=10-"), content);
      assertEquals("bytes */10", answer.headers().get("Content-Range"));
      assertEquals("", body(answer, content));
    }

    @Test
    void nothing() throws Exception {
      var empty = new FakeContent("", EntityTag.strong("e"), Optional.empty());
      assertEquals("", body(answer(FakeRequest.get("Range: bytes=0-"), empty), empty));
    }
  }
}
