package io.otaupgrade.registry.internal.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.registry.internal.web.WebServer.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The servlets in the Jetty that Pax Web 8 is made of. */
@Timeout(60)
class HostingTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant CHANGED = Instant.parse("2026-11-22T08:49:37.123Z");

  private static final String SECRET = "what nobody may read";

  @TempDir Path temporary;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private volatile Instant now = NOW;
  private Path www;
  private FakeImage image;
  private DriverFilesServlet drivers;
  private WebServer server;

  @BeforeEach
  void start() throws Exception {
    var octets = new byte[100_000];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i * 31);
    }
    image = new FakeImage("lamp 1.ota", "ab".repeat(32), ByteBuffer.wrap(octets));
    Files.writeString(temporary.resolve("secret.txt"), SECRET);
    www = Files.createDirectories(temporary.resolve("driver/www"));
    Files.createDirectories(www.resolve("sub"));
    write("file.ota", "0123456789");
    write("sub/page.html", "<p>");
    write(".hidden", SECRET);
    Files.createDirectories(www.resolve(".git"));
    write(".git/config", SECRET);
    var gate = new ClientGate(List.of());
    drivers = new DriverFilesServlet(gate, () -> now);
    drivers.addFiles(FakeReference.named("My driver", 0), folder(www));
    var images =
        new ImagesServlet(
            name -> {
              asked.add(name);
              return name.equals(image.storedName()) ? Optional.of(image) : Optional.empty();
            },
            gate);
    server = new WebServer(Map.of("/ota/images/*", images, "/driver/*", drivers));
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private HostedFiles folder(Path path) {
    return () -> {
      opened.incrementAndGet();
      return path;
    };
  }

  private void write(String name, String text) throws IOException {
    Path file = Files.writeString(www.resolve(name), text);
    Files.setLastModifiedTime(file, FileTime.from(CHANGED));
  }

  private String imageText() {
    var octets = new byte[image.size()];
    image.octets().duplicate().get(octets);
    return new String(octets, ISO_8859_1);
  }

  @Nested
  class Images {
    private static final String PATH = "/ota/images/lamp%201.ota";

    @Test
    void areSentWhole() {
      Response response = server.get(PATH);
      assertEquals(200, response.status());
      assertEquals(imageText(), response.body());
      assertEquals("100000", response.headers().get("content-length"));
      assertEquals("application/octet-stream", response.headers().get("content-type"));
      assertEquals("nosniff", response.headers().get("x-content-type-options"));
      assertEquals("bytes", response.headers().get("accept-ranges"));
      assertEquals("\"" + image.sha256() + "\"", response.headers().get("etag"));
    }

    @Test
    void haveAHeadWithoutABody() {
      Response response = server.send("HEAD", PATH, "Range: bytes=0-1");
      assertEquals(200, response.status());
      assertEquals("100000", response.headers().get("content-length"));
      assertEquals("", response.body());
    }

    /** By which our own fetcher tells it from a web server without our servlets. */
    @Test
    void theirAbsenceIsToldWithTheFieldOfAllAnswers() {
      Response response = server.get("/driver/nobody/a");
      assertEquals(404, response.status());
      assertEquals("nosniff", response.headers().get("x-content-type-options"));
    }

    @Test
    void areSentInParts() {
      Response response = server.get(PATH, "Range: bytes=50000-50009");
      assertEquals(206, response.status());
      assertEquals(imageText().substring(50_000, 50_010), response.body());
      assertEquals("bytes 50000-50009/100000", response.headers().get("content-range"));
      assertEquals("10", response.headers().get("content-length"));
    }

    @Test
    void areSentInSeveralParts() {
      Response response = server.get(PATH, "Range: bytes=0-9,-5");
      assertEquals(206, response.status());
      String type = response.headers().get("content-type");
      assertThat(type).startsWith("multipart/byteranges; boundary=");
      String boundary = type.substring(type.indexOf('=') + 1);
      assertThat(response.body())
          .startsWith("--" + boundary + "\r\n")
          .contains("Content-Range: bytes 0-9/100000\r\n\r\n" + imageText().substring(0, 10))
          .contains(
              "Content-Range: bytes 99995-99999/100000\r\n\r\n" + imageText().substring(99_995))
          .endsWith("\r\n--" + boundary + "--\r\n");
      assertEquals(
          response.body().length(), Integer.parseInt(response.headers().get("content-length")));
    }

    @Test
    void areNotSentToWhoHasThem() {
      Response response = server.get(PATH, "If-None-Match: \"" + image.sha256() + "\"");
      assertEquals(304, response.status());
      assertEquals("", response.body());
      assertEquals("\"" + image.sha256() + "\"", response.headers().get("etag"));
    }

    @Test
    void haveNothingBeyondTheirEnd() {
      Response response = server.get(PATH, "Range: bytes=100000-");
      assertEquals(416, response.status());
      assertEquals("bytes */100000", response.headers().get("content-range"));
      assertEquals("0", response.headers().get("content-length"));
    }

    @Test
    void areNotFoundUnderOtherNames() {
      for (String path :
          List.of("/ota/images/", "/ota/images", "/ota/images/x", PATH + "/", PATH + "/x")) {
        assertEquals(404, server.get(path).status(), path);
      }
      assertThat(asked).containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get"})
    void cannotBeWritten(String method) {
      Response response = server.send(method, PATH, "Content-Length: 0");
      assertEquals(405, response.status());
      assertEquals("GET, HEAD", response.headers().get("allow"));
    }
  }

  @Nested
  class DriverFiles {
    private static final String PATH = "/driver/My%20driver/file.ota";

    @Test
    void areSent() {
      Response response = server.get(PATH);
      assertEquals(200, response.status());
      assertEquals("0123456789", response.body());
      assertEquals("Sun, 22 Nov 2026 08:49:37 GMT", response.headers().get("last-modified"));
      assertEquals("application/octet-stream", response.headers().get("content-type"));
    }

    @Test
    void areSentFromFoldersBelowWithTheirTypes() {
      Response response = server.get("/driver/My%20driver/sub/page.html?x=1");
      assertEquals(200, response.status());
      assertThat(response.headers().get("content-type"))
          .isEqualToIgnoringWhitespace("text/html;charset=utf-8");
      assertEquals("nosniff", response.headers().get("x-content-type-options"));
    }

    @Test
    void areSentInParts() {
      Response response = server.get(PATH, "Range: bytes=-3");
      assertEquals(206, response.status());
      assertEquals("789", response.body());
    }

    @Test
    void haveAnotherTagWhenTheyChanged() throws Exception {
      String first = server.get(PATH).headers().get("etag");
      assertThat(first).startsWith("\"");
      assertEquals(304, server.get(PATH, "If-None-Match: " + first).status());
      Files.setLastModifiedTime(www.resolve("file.ota"), FileTime.from(CHANGED.plusMillis(1)));
      Response changed = server.get(PATH, "If-None-Match: " + first);
      assertEquals(200, changed.status());
      assertThat(changed.headers().get("etag")).isNotEqualTo(first);
    }

    @Test
    void haveAWeakTagAsLongAsTheyMayStillBeChanging() {
      now = CHANGED.plusSeconds(3);
      String tag = server.get(PATH).headers().get("etag");
      assertThat(tag).startsWith("W/\"");
      assertEquals(304, server.get(PATH, "If-None-Match: " + tag).status());
      assertEquals(200, server.get(PATH, "Range: bytes=0-0", "If-Range: " + tag).status());
    }

    @Test
    void haveNoTimeOfChangeThatIsYetToCome() throws Exception {
      Files.setLastModifiedTime(www.resolve("file.ota"), FileTime.from(NOW.plusSeconds(3600)));
      Response response = server.get(PATH);
      assertThat(response.headers()).doesNotContainKey("last-modified");
      assertThat(response.headers().get("etag")).startsWith("W/");
    }

    @Test
    void mayBeEmpty() throws Exception {
      write("empty.txt", "");
      Response response = server.get("/driver/My%20driver/empty.txt", "Range: bytes=0-");
      assertEquals(200, response.status());
      assertEquals("0", response.headers().get("content-length"));
    }

    @Test
    void areThoseOfTheHighestRankedServiceOfThatName() throws Exception {
      Path other = Files.createDirectory(temporary.resolve("other"));
      Files.writeString(other.resolve("file.ota"), "other");
      var reference = FakeReference.named("My driver", 5);
      drivers.addFiles(reference, folder(other));
      assertEquals("other", server.get(PATH).body());
      drivers.removeFiles(reference);
      assertEquals("0123456789", server.get(PATH).body());
    }

    @Test
    void areGoneWhenTheirFolderCannotBeHad() {
      drivers.addFiles(
          FakeReference.named("broken", 0),
          () -> {
            throw new IllegalStateException("closed");
          });
      drivers.addFiles(FakeReference.named("missing", 0), folder(temporary.resolve("missing")));
      assertEquals(404, server.get("/driver/broken/x").status());
      assertEquals(404, server.get("/driver/missing/x").status());
    }

    @Test
    void includeWhatLinksLeadToInsideButNotOutside() throws Exception {
      Files.createSymbolicLink(www.resolve("inside.ota"), Path.of("file.ota"));
      Files.createSymbolicLink(www.resolve("inside"), Path.of("sub"));
      Files.createSymbolicLink(www.resolve("outside.txt"), temporary.resolve("secret.txt"));
      Files.createSymbolicLink(www.resolve("outside"), temporary);
      Files.createSymbolicLink(www.resolve("unhidden"), Path.of(".hidden"));
      Files.createSymbolicLink(www.resolve("loop"), Path.of("loop"));
      assertEquals(200, server.get("/driver/My%20driver/inside.ota").status());
      assertEquals(200, server.get("/driver/My%20driver/inside/page.html").status());
      for (String name : List.of("outside.txt", "outside/secret.txt", "unhidden", "loop")) {
        Response response = server.get("/driver/My%20driver/" + name);
        assertEquals(404, response.status(), name);
        assertThat(response.body()).doesNotContain(SECRET);
      }
    }

    @Test
    void mayHaveALinkForTheirFolder() throws Exception {
      Path link = Files.createSymbolicLink(temporary.resolve("link"), www);
      drivers.addFiles(FakeReference.named("linked", 0), folder(link));
      assertEquals(200, server.get("/driver/linked/file.ota").status());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/driver",
          "/driver/",
          "/driver/My%20driver",
          "/driver/My%20driver/",
          "/driver/My%20driver/sub",
          "/driver/My%20driver/sub/",
          "/driver/My%20driver/none",
          "/driver/My%20driver/file.ota/",
          "/driver/My%20driver/file.ota/x",
          "/driver/My%20driver/.hidden",
          "/driver/My%20driver/.git/config",
          "/driver/other/file.ota",
          "/driver/my%20driver/file.ota"
        })
    void areNothingElse(String path) {
      assertEquals(404, server.get(path).status());
    }
  }

  @Nested
  @DisplayName("Ways out of the folder")
  class Traversal {

    static Stream<String> ways() {
      List<String> ups =
          List.of(
              "..",
              "%2e%2e",
              "%2E%2E",
              ".%2e",
              "%2e.",
              "%252e%252e",
              "%25252e%25252e",
              "..;",
              "..;a=b",
              "%2e%2e;",
              "..%00",
              "%00..",
              "..%20",
              "..%0a",
              "....",
              "%c0%ae%c0%ae",
              "%e0%80%ae%e0%80%ae",
              "%u002e%u002e",
              "\uff0e\uff0e",
              "%EF%BC%8E%EF%BC%8E",
              "%E2%80%A4%E2%80%A4",
              "%E2%80%A5",
              "%EF%B8%B0");
      List<String> slashes =
          List.of(
              "/",
              "//",
              "\\",
              "%2f",
              "%2F",
              "%5c",
              "%252f",
              "%255c",
              "%c0%af",
              "%EF%BC%8F",
              "%E2%88%95",
              "%EF%BC%BC",
              "/./",
              "/%2e/",
              "/;/",
              "%00/");
      List<String> paths = new ArrayList<>();
      for (String up : ups) {
        for (String slash : slashes) {
          // From driver/www up twice is where the secret is.
          paths.add("My%20driver/" + (up + slash).repeat(2) + "secret.txt");
          paths.add("My%20driver/sub" + slash + (up + slash).repeat(3) + "secret.txt");
        }
        paths.add(up + "/secret.txt");
        paths.add("My%20driver/" + up);
      }
      paths.add("My%20driver//etc/passwd");
      paths.add("My%20driver/%2fetc%2fpasswd");
      paths.add("My%20driver//" + "etc/passwd");
      paths.add("My%20driver/C:/Windows/win.ini");
      paths.add("My%20driver/C:%5cWindows%5cwin.ini");
      paths.add("My%20driver/%5c%5chost%5cshare%5cfile");
      paths.add("My%20driver/file.ota::$DATA");
      paths.add("My%20driver/file.ota%3a%3a$DATA");
      paths.add("My%20driver/file.ota%00.html");
      paths.add("My%20driver/file.ota%00");
      paths.add("My%20driver/file.ota.");
      paths.add("My%20driver/file.ota%20");
      paths.add("My%20driver/file.ota;x");
      paths.add("My%20driver;x/file.ota");
      paths.add("./My%20driver/file.ota");
      paths.add("My%20driver/./file.ota");
      paths.add("My%20driver/sub/../file.ota");
      paths.add("My%20driver//file.ota");
      paths.add("My%20driver/%66ile.ota%");
      paths.add("My%20driver/file.ota%zz");
      paths.add("x".repeat(300) + "/file.ota");
      paths.add("My%20driver/" + "x/".repeat(40) + "file.ota");
      return paths.stream();
    }

    @Test
    void areNotFoundAndOpenNothing() {
      assertThat(ways())
          .allSatisfy(
              path -> {
                Response response = server.get("/driver/" + path);
                // 400: some never get to us, for Jetty itself takes them for no HTTP.
                assertThat(response.status()).isIn(404, 400);
                assertThat(response.body()).doesNotContain(SECRET).doesNotContain("0123456789");
              });
      // Harmless names of files that are not there may be looked for, but for nothing else.
      long names =
          ways()
              .filter(path -> RequestPath.below("/driver/", "/driver/" + path).isPresent())
              .count();
      assertThat((long) opened.get()).isLessThanOrEqualTo(names);
    }

    @Test
    void areNotEvenNames() {
      assertThat(ways())
          .allSatisfy(
              path -> {
                Optional<List<String>> names = RequestPath.below("/driver/", "/driver/" + path);
                if (names.isPresent()) {
                  // Encoded twice and decoded once: no dot and no slash is left of them.
                  assertThat(names.get())
                      .allSatisfy(name -> assertThat(name).containsPattern("^[^.]|%25|%2[eEfF]"));
                  assertThat(path).containsPattern("%25|%E2%88%95|:\\$DATA|%3a\\$DATA");
                }
              });
    }

    @Test
    void doNotLeadOutOfTheImagesEither() {
      assertThat(ways())
          .allSatisfy(
              path -> assertThat(server.get("/ota/images/" + path).status()).isIn(404, 400));
      assertThat(asked).allSatisfy(name -> assertThat(name).doesNotContain("/", "\\", "\0"));
    }
  }
}
