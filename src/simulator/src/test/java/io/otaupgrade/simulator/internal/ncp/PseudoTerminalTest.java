package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PseudoTerminalTest {

  private static final byte[] PING = HexFormat.of().parseHex("fe00210120");
  private static final byte[] PONG = HexFormat.of().parseHex("fe02610159063d");

  @TempDir private Path folder;

  @BeforeEach
  void hasTerminals() {
    assumeTrue(Terminals.areSupported(), "pseudo-terminals of Linux");
  }

  private SoftwareCoProcessor started(Path link) throws IOException {
    return SoftwareCoProcessor.started(
        NcpSettings.of("test", Map.of("pty", link.toString(), "devices", 1)));
  }

  /** A host that pings until it is answered: the terminal is looked at now and then only. */
  private static void ping(Path link) throws IOException {
    try (OutputStream out = Files.newOutputStream(link);
        InputStream in = new FileInputStream(link.toFile())) {
      while (in.available() == 0) {
        out.write(PING);
        for (int i = 0; i < 100_000 && in.available() == 0; i++) {
          Thread.onSpinWait();
        }
      }
      assertThat(read(in, PONG.length)).isEqualTo(PONG);
    }
  }

  @Test
  void aHostOpensTheLinkAndIsAnsweredAgainAndAgain() throws IOException {
    Path link = folder.resolve("stick");
    try (SoftwareCoProcessor coProcessor = started(link)) {
      assertThat(coProcessor.address()).isEqualTo(link.toString());
      ping(link);
      ping(link);
    }
  }

  @Test
  void theLinkGoesWithTheCoProcessor() throws IOException {
    Path link = folder.resolve("stick");
    started(link).close();
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aLinkThatWasLeftBehindIsReplacedButNothingElseIs() throws IOException {
    Path link = folder.resolve("stick");
    Files.createSymbolicLink(link, Path.of("/nowhere"));
    started(link).close();
    Files.writeString(link, "important");
    assertThatThrownBy(() -> started(link))
        .isInstanceOf(IOException.class)
        .hasMessage("pty: " + link + " is there already and is no symbolic link");
    assertThat(link).content().isEqualTo("important");
  }

  @Test
  void aLinkThatCannotBeMadeIsNamed() {
    Path link = folder.resolve("no").resolve("such").resolve("folder");
    assertThatThrownBy(() -> started(link))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot make the link " + link);
  }

  @Test
  void octetsPassAsTheyAre() throws IOException {
    Path link = folder.resolve("stick");
    try (SoftwareCoProcessor coProcessor = started(link)) {
      ping(Path.of(coProcessor.address()));
      // UTIL_LOOPBACK with all that a terminal in its usual mode would act on
      byte[] question = HexFormat.of().parseHex("fe0a2710" + "0003040a0d1113141a7f" + "4a");
      question[question.length - 1] = check(question);
      byte[] answer = question.clone();
      answer[2] = 0x67;
      answer[answer.length - 1] = check(answer);
      try (OutputStream out = Files.newOutputStream(link);
          InputStream in = new FileInputStream(link.toFile())) {
        byte[] got = new byte[0];
        while (got.length == 0) {
          out.write(question);
          for (int i = 0; i < 100_000 && in.available() == 0; i++) {
            Thread.onSpinWait();
          }
          got = in.available() == 0 ? got : read(in, answer.length);
        }
        assertThat(got).isEqualTo(answer);
      }
    }
  }

  /** The stream's own way to read so many asks for its position, which terminals have not. */
  private static byte[] read(InputStream in, int octets) throws IOException {
    byte[] read = new byte[octets];
    new DataInputStream(in).readFully(read);
    return read;
  }

  private static byte check(byte[] frame) {
    int check = 0;
    for (int i = 1; i < frame.length - 1; i++) {
      check ^= frame[i];
    }
    return (byte) check;
  }

  @Test
  void disconnectedTheTerminalIsGoneAndComesBack() throws IOException {
    Path link = folder.resolve("stick");
    try (SoftwareCoProcessor coProcessor = started(link)) {
      ping(link);
      coProcessor.disconnect(Duration.ofMillis(200));
      assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
      while (!Files.exists(link)) {
        Thread.onSpinWait();
      }
      ping(link);
    }
  }
}
