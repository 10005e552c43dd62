package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.zcl.AttributeValue;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.ReadAttributes;
import io.otaupgrade.zcl.ReadAttributesResponse;
import io.otaupgrade.zcl.ZclDataType;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaAttribute;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that every cluster has (ZCL rev 8 §2.5), as far as an OTA server has to do with
 * them. On the loop.
 */
final class GlobalCommands {
  private static final Logger LOG = LoggerFactory.getLogger(GlobalCommands.class);

  /** ClusterRevision, the one attribute of this side. */
  private static final AttributeValue CLUSTER_REVISION =
      new AttributeValue.Numeric(ZclDataType.UINT16, 4);

  /** As many attributes as go into one frame with their values. */
  private static final int ATTRIBUTES_PER_RESPONSE = 12;

  private static final int REPORT_ATTRIBUTES = 0x0A;

  private final Answers answers;
  private final VersionReader reader;

  GlobalCommands(Answers answers, VersionReader reader) {
    this.answers = answers;
    this.reader = reader;
  }

  /** Takes a global command of a known device. */
  void received(OtaClient client, ApsFrame frame, ZclHeader header) throws ZclFormatException {
    if (header.commandId() == ReadAttributesResponse.COMMAND_ID
        && header.manufacturerCode().isEmpty()) {
      reader.answered(
          client, frame, header, ReadAttributesResponse.decode(header, frame.payload()));
    } else {
      receivedFromStranger(frame, header);
    }
  }

  /** Takes a global command that it does not matter who sends. */
  void receivedFromStranger(ApsFrame frame, ZclHeader header) throws ZclFormatException {
    if (header.manufacturerCode().isPresent()) {
      throw new ZclFormatException(
          ZclStatus.UNSUP_MANUF_GENERAL_COMMAND, "manufacturer specific global command");
    }
    switch (header.commandId()) {
      case DefaultResponse.COMMAND_ID -> defaultResponse(frame, header);
      case ReadAttributes.COMMAND_ID -> readAttributes(frame, header);
      case REPORT_ATTRIBUTES -> {
        if (!header.disableDefaultResponse()) {
          answers.reject(frame, header, ZclStatus.SUCCESS);
        }
      }
      default ->
          throw new ZclFormatException(
              ZclStatus.UNSUP_COMMAND, "global command " + header.commandId());
    }
  }

  /** A client's opinion of what we sent: some dislike blocks that they take all the same. */
  private static void defaultResponse(ApsFrame frame, ZclHeader header) throws ZclFormatException {
    DefaultResponse response = DefaultResponse.decode(header, frame.payload());
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{}: command 0x{} was answered with {}",
          frame,
          Integer.toHexString(response.commandId()),
          ZclStatus.nameOf(response.statusCode()));
    }
  }

  private void readAttributes(ApsFrame frame, ZclHeader header) throws ZclFormatException {
    List<ReadAttributesResponse.Attribute> attributes = new ArrayList<>();
    for (int id : ReadAttributes.decode(header, frame.payload()).attributeIds()) {
      if (attributes.size() < ATTRIBUTES_PER_RESPONSE) {
        attributes.add(
            id == OtaAttribute.CLUSTER_REVISION.id()
                ? ReadAttributesResponse.Attribute.of(id, CLUSTER_REVISION)
                : ReadAttributesResponse.Attribute.without(id, ZclStatus.UNSUPPORTED_ATTRIBUTE));
      }
    }
    ByteBuffer out = ByteBuffer.allocate(128);
    new ReadAttributesResponse(attributes)
        .encode(out, header.globalReply(ReadAttributesResponse.COMMAND_ID));
    answers.send(frame.reply(out.flip()));
  }

  /** Whether this is an answer, which nobody answers. */
  static boolean isResponse(ZclHeader header) {
    if (header.frameType() != ZclHeader.FrameType.GLOBAL) {
      return false;
    }
    return switch (header.commandId()) {
      case 0x01, // Read Attributes Response
          0x04, // Write Attributes Response
          0x05, // Write Attributes No Response
          0x07, // Configure Reporting Response
          0x09, // Read Reporting Configuration Response
          0x0B, // Default Response
          0x0D, // Discover Attributes Response
          0x10, // Write Attributes Structured Response
          0x12, // Discover Commands Received Response
          0x14, // Discover Commands Generated Response
          0x16 -> // Discover Attributes Extended Response
          true;
      default -> false;
    };
  }
}
