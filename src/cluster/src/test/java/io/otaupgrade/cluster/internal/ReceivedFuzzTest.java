package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.TYPE;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaResponseDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Whatever a device sends, in whatever order: the server throws nothing, answers every request it
 * could decode, and sends nothing that is no frame. Replays the inputs beside it in every build.
 */
class ReceivedFuzzTest {

  /**
   * Plays a conversation.
   *
   * @param octets for each frame: an octet that says from whom, one for its length, the frame
   */
  @FuzzTest(maxDuration = "30m")
  void everyConversationIsAnswered(byte[] octets) {
    Stage stage = new Stage();
    TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, 300);
    Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);
    stage.registry.register(image, LAMP, lamp.networkAddress);
    ByteBuffer in = ByteBuffer.wrap(octets);
    while (in.remaining() >= 2) {
      int from = in.get() & 0xFF;
      int length = Math.min(in.get() & 0xFF, in.remaining());
      stage.server.receive(
          ApsFrame.from(
              lamp.networkAddress,
              (from & 1) == 0 ? Optional.of(lamp.eui64) : Optional.empty(),
              (from & 2) == 0 ? lamp.endpoint : 12,
              1,
              0x0104,
              OtaCluster.ID,
              0,
              in.slice(in.position(), length)));
      in.position(in.position() + length);
      if ((from & 4) != 0) {
        lamp.event(NodeEvent.Kind.ANNOUNCED);
      }
      stage.advance(Duration.ofSeconds((from & 8) == 0 ? 0 : 61));
    }
    stage.advance(Duration.ofSeconds(3));
    if (stage.server.statistics().unanswered() != 0) {
      throw new AssertionError("unanswered: " + stage.server.statistics());
    }
    stage.radio.sent.forEach(sent -> check(sent.frame().payload()));
  }

  private static void check(ByteBuffer frame) {
    try {
      ZclHeader header = ZclHeader.decode(frame);
      if (header.frameType() == ZclHeader.FrameType.CLUSTER_SPECIFIC) {
        OtaResponseDecoder.decode(header, frame);
      } else if (header.commandId() == DefaultResponse.COMMAND_ID) {
        DefaultResponse.decode(header, frame);
      } else if (header.commandId() == ReadAttributesResponse.COMMAND_ID) {
        ReadAttributesResponse.decode(header, frame);
      }
    } catch (ZclFormatException wrong) {
      throw new AssertionError("the server sent " + Stage.hex(frame), wrong);
    }
  }
}
