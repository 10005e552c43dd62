package io.otaupgrade.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 0, 0);
    return new Main(new NoServices(), arguments).commandLine(terminal).execute(arguments);
  }

  private Path file(String name, byte[] octets) throws IOException {
    return Files.write(folder.resolve(name), octets);
  }

  private static OtaFileWriter image() {
    return new OtaFileWriter(0x1234, 0x0102, 0xF0000001L)
        .headerString("a \"quoted\" name")
        .hardwareVersions(new HardwareVersionRange(1, 3))
        .element(ElementTag.UPGRADE_IMAGE.code(), new byte[100])
        .integrityCode(IntegrityRule.WITH_TAG_HEADER);
  }

  @Nested
  class Usage {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "upgrade",
          "inspect",
          "inspect --verbose x",
          "demo --devices 0",
          "demo --devices many",
          "demo --devices 1001",
          "demo --hops 11",
          "demo --loss 1",
          "demo --loss NaN",
          "demo --sleepy 4 --devices 3",
          "demo --speed warp",
          "demo extra",
          "serve --http nowhere",
          "serve --http localhost:65536",
          "serve --mesh real:3",
          "serve --mesh simulated:0",
          "serve --mesh simulated:x",
          "serve --conf /no/such/folder",
          "serve --radio zigate --port COM3",
          "serve --radio znp",
          "serve --port udp://host:1",
          "serve --port tcp://host",
          "serve --port tcp://host:0",
          "serve --port tcp://host:65536",
          "serve --port tcp://:6638",
          "serve --baud 9600",
          "serve --flow none",
          "serve --port COM3 --baud 300",
          "serve --port COM3 --baud fast",
          "serve --port COM3 --flow dtr",
          "serve --form",
          "serve --port COM3 --channel 11",
          "serve --port COM3 --form --channel 10",
          "serve --port COM3 --form --channel 27",
          "serve --port COM3 --form --pan ffff",
          "serve --port COM3 --form --pan 12345",
          "serve --port COM3 --form --pan home",
          "serve --port COM3 --form --extended-pan 1a62",
          "serve --port COM3 --form --extended-pan 0000000000000000",
          "serve --port COM3 --form --extended-pan ffffffffffffffff",
          "serve --port COM3 --form --network-key 0011",
          "serve --port COM3 --network-key 00112233445566778899aabbccddeeff",
          "serve --permit-join 60",
          "serve --port COM3 --permit-join 255",
          "serve --port COM3 --permit-join -1",
          "serve --port COM3 --exit-when-done",
          "serve --image x --exit-when-done",
          "serve --image x --port COM3 --wait-devices 2",
          "serve --image x --port COM3 --exit-when-done --wait-devices 0",
          "serve --image x --port COM3 --timeout 60",
          "serve --image x --port COM3 --exit-when-done --timeout 0",
          "driver",
          "driver start",
          "driver check",
          "driver run",
          "driver run x.c4z --mesh real:1",
          "driver run x.c4z --mesh simulated:0",
          "driver run x.c4z --mesh simulated:201",
          "driver run x.c4z --speed warp",
          "driver run x.c4z --timeout 0",
          "driver pack /no/such/folder",
          "driver install",
          "driver remove",
          "driver log",
          "driver list extra",
          "devices",
          "devices --radio znp",
          "devices --port tcp://host:x",
          "devices --port COM3 --timeout 0",
          "devices --port COM3 --form",
          "devices --port COM3 --image x",
          "ports --baud 115200",
          "ports --probe --baud 1",
          "ports tcp://nowhere",
          "simulate",
          "simulate --ncp xbee --listen tcp://127.0.0.1:0",
          "simulate --ncp znp",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --pty x",
          "simulate --ncp znp --listen tcp://0.0.0.0:0",
          "simulate --ncp znp --listen tcp://127.0.0.1:65536",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --ezsp 13",
          "simulate --ncp ember --listen tcp://127.0.0.1:0 --ezsp 12",
          "simulate --ncp ember --listen tcp://127.0.0.1:0 --ezsp 20",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --devices 0",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --hops 11",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --think -1",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --baud -1",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --turnaround 10001",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --lose-octets 0.6",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --corrupt-octets NaN",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --repeat-octets -0.1",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --lose-frames 1",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --reset-after -1",
          "simulate --ncp znp --listen tcp://127.0.0.1:0 --silence-for 0"
        })
    void ofTheWrongKindIsOneLineAndExitCode2(String line) {
      assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
      assertThat(err.toString().lines()).hasSize(1);
      assertThat(err.toString()).startsWith("ota").contains("--help");
      assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "devices", "inspect", "ports", "serve", "simulate"})
    void isExplainedOnStdout(String command) {
      String[] arguments = (command + " --help").strip().split(" ");
      assertThat(run(arguments)).isZero();
      assertThat(out.toString()).contains("Usage: ota");
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void aNetworkKeyOfTheWrongLengthIsNotShown() {
    assertThat(run("serve", "--port", "COM3", "--form", "--network-key", "c0ffee")).isEqualTo(2);
    assertThat(err.toString()).contains("6 characters").doesNotContain("c0ffee");
  }

  @Nested
  class Inspect {
    @Test
    void tellsEveryFieldOfAnAcceptedFile() throws IOException {
      Path path = file("a.zigbee", image().trailer(new byte[7]).toByteArray());
      assertThat(run("inspect", "--json", path.toString())).isZero();
      Map<String, Object> report = json(out.toString());
      assertThat(report.keySet())
          .containsExactly(
              "file",
              "accepted",
              "error",
              "warnings",
              "manufacturerCode",
              "imageType",
              "fileVersion",
              "zigbeeStackVersion",
              "headerString",
              "totalImageSize",
              "imageOffset",
              "trailingBytes",
              "hardwareMin",
              "hardwareMax",
              "elements",
              "integrity",
              "integrityRule",
              "signature",
              "sha256",
              "sha512");
      assertThat(report)
          .containsEntry("file", path.toString())
          .containsEntry("accepted", true)
          .containsEntry("error", "null")
          .containsEntry("manufacturerCode", 0x1234L)
          .containsEntry("fileVersion", 0xF0000001L)
          .containsEntry("headerString", "a \"quoted\" name")
          .containsEntry("totalImageSize", 60 + 6 + 100 + 6 + 16L)
          .containsEntry("imageOffset", 0L)
          .containsEntry("trailingBytes", 7L)
          .containsEntry("hardwareMin", 1L)
          .containsEntry("hardwareMax", 3L)
          .containsEntry("elements", List.of("tag=0", "length=100", "tag=3", "length=16"))
          .containsEntry("integrity", "verified")
          .containsEntry("integrityRule", "with-tag-header")
          .containsEntry("signature", "absent");
      assertThat((String) report.get("sha512")).hasSize(128);
      assertThat((List<?>) report.get("warnings")).hasSize(1);
    }

    @Test
    void goesOnPastARefusedFileAndExitsWith1() throws IOException {
      Path good = file("good", image().toByteArray());
      Path cut = file("cut", Arrays.copyOf(image().toByteArray(), 100));
      Path missing = folder.resolve("missing");
      assertThat(
              run("inspect", "--json", cut.toString(), missing.toString(), "" + folder, "" + good))
          .isEqualTo(1);
      List<Map<String, Object>> reports = new ArrayList<>();
      for (String line : out.toString().lines().toList()) {
        reports.add(json(line));
      }
      assertThat(reports)
          .extracting(report -> report.get("accepted"))
          .containsExactly(false, false, false, true);
      assertThat((String) reports.get(0).get("error")).contains("totalImageSize", "188", "100");
      assertThat((String) reports.get(0).get("sha256")).hasSize(64);
      assertThat(reports.get(0))
          .containsEntry("manufacturerCode", 0x1234L)
          .containsEntry("imageType", 0x0102L)
          .containsEntry("fileVersion", 0xF0000001L)
          .containsEntry("totalImageSize", 188L)
          .containsEntry("imageOffset", "null")
          .containsEntry("integrity", "null");
      assertThat(reports.get(1))
          .containsEntry("error", "no such file")
          .containsEntry("sha256", "null");
    }

    @Test
    void printsTheSameForPeople() throws IOException {
      Path good = file("good", image().toByteArray());
      assertThat(run("inspect", good.toString())).isZero();
      assertThat(out.toString())
          .contains("manufacturer 0x1234, type 0x0102, version 0xF0000001")
          .contains("hardware versions  0x0001 to 0x0003")
          .contains("0x0003 image integrity code, 16 octets")
          .contains("verified (with-tag-header)");
    }

    @Test
    void tellsPeopleWhichImageARefusedFileHolds() throws IOException {
      Path cut = file("cut", Arrays.copyOf(image().toByteArray(), 100));
      assertThat(run("inspect", cut.toString())).isEqualTo(1);
      assertThat(out.toString())
          .contains("REFUSED            totalImageSize: is 188, file has 100 octets")
          .contains("manufacturer 0x1234, type 0x0102, version 0xF0000001")
          .doesNotContain("integrity code");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    @Timeout(10)
    void doesNotWaitForWhoeverWritesToANamedPipe() throws Exception {
      Path pipe = folder.resolve("pipe");
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
      assertThat(run("inspect", pipe.toString())).isEqualTo(1);
      assertThat(out.toString()).contains("REFUSED            is no file");
    }

    @Test
    void takesAThousandFiles() throws IOException {
      String path = file("good", image().toByteArray()).toString();
      String[] arguments = new String[1001];
      Arrays.fill(arguments, path);
      arguments[0] = "inspect";
      assertThat(run(arguments)).isZero();
      assertThat(out.toString().lines().filter(path::equals)).hasSize(1000);
    }
  }

  /** The members of a flat object; arrays as lists of what is in them. */
  private static Map<String, Object> json(String text) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        members.put(
            name, parser.nextToken() == JsonToken.START_ARRAY ? list(parser) : value(parser));
      }
      assertThat(parser.nextToken()).isNull();
    }
    return members;
  }

  private static List<String> list(JsonParser parser) throws IOException {
    List<String> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.FIELD_NAME) {
        values.add(parser.currentName() + "=" + parser.nextLongValue(-1));
      } else if (parser.currentToken().isScalarValue()) {
        values.add(parser.getText());
      }
    }
    return values;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      default -> parser.getText();
    };
  }
}
