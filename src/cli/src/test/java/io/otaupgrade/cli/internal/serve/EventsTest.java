package io.otaupgrade.cli.internal.serve;

import static io.otaupgrade.cli.internal.serve.Samples.OLD;
import static io.otaupgrade.cli.internal.serve.Samples.node;
import static io.otaupgrade.cli.internal.serve.Samples.query;
import static io.otaupgrade.cli.internal.serve.Samples.radio;
import static io.otaupgrade.cli.internal.serve.Samples.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EventsTest {

  private static final long LAMP = 0x00124B0000112233L;

  private final StringWriter out = new StringWriter();

  private List<String> lines() {
    List<String> lines = out.toString().lines().toList();
    out.getBuffer().setLength(0);
    return lines;
  }

  /** One upgrade, as the services tell it. */
  private static void tellAll(Narrator narrator) {
    narrator.radio(radio(RadioState.STARTING, "opening"));
    narrator.radio(radio(RadioState.RETRYING, "no answer; is the baud rate right?"));
    narrator.radio(radio(RadioState.RETRYING, "no answer; is the baud rate right?"));
    narrator.radio(radio(RadioState.UP, "Z-Stack 3.x.0, 20230507"));
    narrator.radio(radio(RadioState.UP, "Z-Stack 3.x.0, 20230507"));
    narrator.node("radio", new NodeEvent(NodeEvent.Kind.JOINED, node(LAMP, true)));
    narrator.node("radio", new NodeEvent(NodeEvent.Kind.ANNOUNCED, node(LAMP, true)));
    narrator.query(query(LAMP, OLD, OptionalLong.empty()));
    narrator.upgrade(upgrade(LAMP, UpgradeState.OFFERED, 0));
    narrator.query(query(LAMP, OLD, OptionalLong.of(0x20)));
    narrator.upgrade(upgrade(LAMP, UpgradeState.DOWNLOADING, 50));
    narrator.upgrade(upgrade(LAMP, UpgradeState.DOWNLOADING, 100));
    narrator.upgrade(upgrade(LAMP, UpgradeState.DOWNLOADING, 300));
    narrator.upgrade(upgrade(LAMP, UpgradeState.ACTIVATING, 1000));
    narrator.upgrade(upgrade(LAMP, UpgradeState.UPGRADED, 1000));
    narrator.upgrade(
        upgrade(
            LAMP,
            UpgradeState.REFUSED,
            UpgradeReason.INVALID_IMAGE,
            1000,
            Instant.EPOCH.plusSeconds(9)));
    narrator.radio(radio(RadioState.STARTING, "the co-processor was reset"));
  }

  @Test
  void forMachinesAreAnObjectALine() {
    tellAll(new Narrator(new JsonEvents(new PrintWriter(out))));
    String lamp = ",\"mesh\":\"radio\",\"device\":\"00124b0000112233\"";
    String image =
        lamp
            + ",\"endpoint\":1,\"manufacturerCode\":4476,\"imageType\":16900,\"oldVersion\":16,"
            + "\"newVersion\":32,\"imageBytes\":1000";
    assertThat(lines())
        .containsExactly(
            "{\"event\":\"radioDown\",\"mesh\":\"radio\",\"radio\":\"znp at /dev/ttyUSB0\","
                + "\"state\":\"retrying\",\"message\":\"no answer; is the baud rate right?\"}",
            "{\"event\":\"radioUp\",\"mesh\":\"radio\",\"radio\":\"znp at /dev/ttyUSB0\","
                + "\"state\":\"up\",\"message\":\"Z-Stack 3.x.0, 20230507\","
                + "\"coordinator\":\"00124b0000000001\",\"channel\":15,\"panId\":6754,"
                + "\"extendedPanId\":\"000000000000aabb\"}",
            "{\"event\":\"joined\"" + lamp + ",\"networkAddress\":4660}",
            "{\"event\":\"query\""
                + lamp
                + ",\"endpoint\":1,\"manufacturerCode\":4476,\"imageType\":16900,"
                + "\"currentVersion\":16,\"hardwareVersion\":null,\"offeredVersion\":null}",
            "{\"event\":\"query\""
                + lamp
                + ",\"endpoint\":1,\"manufacturerCode\":4476,\"imageType\":16900,"
                + "\"currentVersion\":16,\"hardwareVersion\":null,\"offeredVersion\":32}",
            "{\"event\":\"started\"" + image + "}",
            progress(image, "downloading", 100, 2),
            progress(image, "downloading", 300, 6),
            progress(image, "activating", 1000, 20),
            "{\"event\":\"upgraded\""
                + image
                + ",\"state\":\"upgraded\",\"bytes\":1000,\"blocks\":20,\"repeats\":2,"
                + "\"seconds\":1.5}",
            "{\"event\":\"started\"" + image + "}",
            "{\"event\":\"failed\""
                + image
                + ",\"state\":\"refused\",\"bytes\":1000,\"blocks\":20,\"repeats\":2,"
                + "\"seconds\":1.5,\"reason\":\"invalidImage\"}",
            "{\"event\":\"radioDown\",\"mesh\":\"radio\",\"radio\":\"znp at /dev/ttyUSB0\","
                + "\"state\":\"starting\",\"message\":\"the co-processor was reset\"}");
  }

  private static String progress(String image, String state, int bytes, int blocks) {
    return "{\"event\":\"progress\""
        + image
        + ",\"state\":\""
        + state
        + "\",\"bytes\":"
        + bytes
        + ",\"blocks\":"
        + blocks
        + ",\"repeats\":2,\"bytesPerSecond\":77}";
  }

  @Test
  void forPeopleAreALineEachAndOneForEachQuarterOfATransfer() {
    tellAll(new Narrator(new PlainEvents(new PrintWriter(out))));
    assertThat(lines())
        .containsExactly(
            "radio: retrying, znp at /dev/ttyUSB0: no answer; is the baud rate right?",
            "radio: up, Z-Stack 3.x.0, 20230507 (channel 15, PAN 1a62, coordinator"
                + " 00124b0000000001)",
            "00124b0000112233 joined radio as 1234",
            "00124b0000112233/1 asks for 117c/4204, runs 0x00000010: nothing for it",
            "00124b0000112233/1 asks for 117c/4204, runs 0x00000010: offered 0x00000020",
            "00124b0000112233/1 starts on 0x00000020, runs 0x00000010 (1000 bytes)",
            "00124b0000112233/1 10 % (100 of 1000 bytes, 77 bytes/s)",
            "00124b0000112233/1 30 % (300 of 1000 bytes, 77 bytes/s)",
            "00124b0000112233/1 has all of it, activating",
            "00124b0000112233/1 upgraded, runs 0x00000020 (1.5 s, 20 blocks, 2 repeats)",
            "00124b0000112233/1 starts on 0x00000020, runs 0x00000010 (1000 bytes)",
            "00124b0000112233/1 failed: refused, invalid image at 1000 of 1000 bytes",
            "radio: starting, znp at /dev/ttyUSB0: the co-processor was reset");
  }

  @Nested
  @DisplayName("of a radio")
  class Radio {

    private final Narrator narrator = new Narrator(new PlainEvents(new PrintWriter(out)));

    @Test
    void thatStartsThereAreNone() {
      narrator.radio(radio(RadioState.STARTING, "opening"));
      assertThat(lines()).isEmpty();
    }

    @Test
    void thereIsOneForEachThingThatIsWrong() {
      narrator.radio(radio(RadioState.RETRYING, "refused"));
      narrator.radio(radio(RadioState.STARTING, "opening"));
      narrator.radio(radio(RadioState.RETRYING, "refused"));
      narrator.radio(radio(RadioState.RETRYING, "no answer"));
      assertThat(lines())
          .containsExactly(
              "radio: retrying, znp at /dev/ttyUSB0: refused",
              "radio: retrying, znp at /dev/ttyUSB0: no answer");
    }
  }
}
