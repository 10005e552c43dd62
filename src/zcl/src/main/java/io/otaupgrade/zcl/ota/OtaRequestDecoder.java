package io.otaupgrade.zcl.ota;

import static io.otaupgrade.zcl.internal.LittleEndian.u16;
import static io.otaupgrade.zcl.internal.LittleEndian.u32;
import static io.otaupgrade.zcl.internal.LittleEndian.u64;
import static io.otaupgrade.zcl.internal.LittleEndian.u8;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclStatus;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads what a client sends: the server's ear (ZCL rev 8 §11.13). Octets behind the last field are
 * ignored, as are reserved bits of a field control.
 */
public final class OtaRequestDecoder {
  private static final int HARDWARE_VERSION_PRESENT = 1;
  private static final int REQUEST_NODE_ADDRESS_PRESENT = 1;
  private static final int MINIMUM_BLOCK_PERIOD_PRESENT = 1 << 1;

  /** The attribute's default, which most devices send that send one: no new object a block. */
  private static final OptionalInt PERIOD_ZERO = OptionalInt.of(0);

  private OtaRequestDecoder() {}

  /**
   * Reads what follows {@code header}, which was read at {@code frame}'s position. Position and
   * byte order of the buffer neither change nor matter, and it is not needed afterwards.
   *
   * @throws ZclFormatException MALFORMED_COMMAND when octets are missing, UNSUP_COMMAND when it is
   *     no command of an OTA client
   */
  public static OtaRequest decode(ZclHeader header, ByteBuffer frame) throws ZclFormatException {
    Commands.check(header, Direction.CLIENT_TO_SERVER);
    int at = frame.position() + header.octets();
    int have = frame.limit() - at;
    return switch (header.commandId()) {
      case OtaCluster.QUERY_NEXT_IMAGE_REQUEST -> queryNextImage(frame, at, have);
      case OtaCluster.IMAGE_BLOCK_REQUEST -> imageBlock(frame, at, have);
      case OtaCluster.IMAGE_PAGE_REQUEST -> imagePage(frame, at, have);
      case OtaCluster.UPGRADE_END_REQUEST -> upgradeEnd(frame, at, have);
      case OtaCluster.QUERY_DEVICE_SPECIFIC_FILE_REQUEST ->
          queryDeviceSpecificFile(frame, at, have);
      default -> throw Commands.unsupported(header, Direction.CLIENT_TO_SERVER);
    };
  }

  private static OtaRequest queryNextImage(ByteBuffer in, int at, int have)
      throws ZclFormatException {
    need("Query Next Image Request", 9, have);
    int fieldControl = u8(in, at);
    int manufacturerCode = u16(in, at + 1);
    int imageType = u16(in, at + 3);
    long currentFileVersion = u32(in, at + 5);
    OptionalInt hardwareVersion = OptionalInt.empty();
    if ((fieldControl & HARDWARE_VERSION_PRESENT) != 0) {
      need("Query Next Image Request with hardware version", 11, have);
      hardwareVersion = OptionalInt.of(u16(in, at + 9));
    }
    return new OtaRequest.QueryNextImage(
        manufacturerCode, imageType, currentFileVersion, hardwareVersion);
  }

  private static OtaRequest imageBlock(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Image Block Request", 14, have);
    int fieldControl = u8(in, at);
    int end = 14;
    Optional<Eui64> requestNodeAddress = Optional.empty();
    if ((fieldControl & REQUEST_NODE_ADDRESS_PRESENT) != 0) {
      need("Image Block Request with request node address", end + Eui64.OCTETS, have);
      requestNodeAddress = Optional.of(new Eui64(u64(in, at + end)));
      end += Eui64.OCTETS;
    }
    OptionalInt minimumBlockPeriod = OptionalInt.empty();
    // Legrand devices set the bit and end the frame here: they mean no period.
    if ((fieldControl & MINIMUM_BLOCK_PERIOD_PRESENT) != 0 && have > end) {
      need("Image Block Request with MinimumBlockPeriod", end + 2, have);
      int period = u16(in, at + end);
      minimumBlockPeriod = period == 0 ? PERIOD_ZERO : OptionalInt.of(period);
    }
    return new OtaRequest.ImageBlock(
        u16(in, at + 1),
        u16(in, at + 3),
        u32(in, at + 5),
        u32(in, at + 9),
        u8(in, at + 13),
        requestNodeAddress,
        minimumBlockPeriod);
  }

  private static OtaRequest imagePage(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Image Page Request", 18, have);
    int fieldControl = u8(in, at);
    Optional<Eui64> requestNodeAddress = Optional.empty();
    if ((fieldControl & REQUEST_NODE_ADDRESS_PRESENT) != 0) {
      need("Image Page Request with request node address", 18 + Eui64.OCTETS, have);
      requestNodeAddress = Optional.of(new Eui64(u64(in, at + 18)));
    }
    return new OtaRequest.ImagePage(
        u16(in, at + 1),
        u16(in, at + 3),
        u32(in, at + 5),
        u32(in, at + 9),
        u8(in, at + 13),
        u16(in, at + 14),
        u16(in, at + 16),
        requestNodeAddress);
  }

  private static OtaRequest upgradeEnd(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Upgrade End Request", 1, have);
    int statusCode = u8(in, at);
    if (have < 9 && statusCode != ZclStatus.SUCCESS.code()) {
      return new OtaRequest.UpgradeEnd(statusCode, Optional.empty());
    }
    need("Upgrade End Request with status SUCCESS", 9, have);
    return new OtaRequest.UpgradeEnd(
        statusCode, Optional.of(new ImageId(u16(in, at + 1), u16(in, at + 3), u32(in, at + 5))));
  }

  private static OtaRequest queryDeviceSpecificFile(ByteBuffer in, int at, int have)
      throws ZclFormatException {
    need("Query Device Specific File Request", 18, have);
    return new OtaRequest.QueryDeviceSpecificFile(
        new Eui64(u64(in, at)),
        u16(in, at + 8),
        u16(in, at + 10),
        u32(in, at + 12),
        u16(in, at + 16));
  }

  private static void need(String what, int octets, int have) throws ZclFormatException {
    Commands.need(what, octets, have);
  }
}
