package io.otaupgrade.zcl.ota;

import static io.otaupgrade.zcl.internal.LittleEndian.u16;
import static io.otaupgrade.zcl.internal.LittleEndian.u32;
import static io.otaupgrade.zcl.internal.LittleEndian.u8;
import static io.otaupgrade.zcl.ota.Commands.need;

import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads what a server sends: a device's ear (ZCL rev 8 §11.13). Octets behind the last field are
 * ignored.
 */
public final class OtaResponseDecoder {

  private OtaResponseDecoder() {}

  /**
   * Reads what follows {@code header}, which was read at {@code frame}'s position. Position and
   * byte order of the buffer neither change nor matter, and it is not needed afterwards.
   *
   * @throws ZclFormatException MALFORMED_COMMAND when octets are missing or a value that decides on
   *     the layout is reserved, UNSUP_COMMAND when it is no command of an OTA server
   */
  public static OtaResponse decode(ZclHeader header, ByteBuffer frame) throws ZclFormatException {
    Commands.check(header, Direction.SERVER_TO_CLIENT);
    int at = frame.position() + header.octets();
    int have = frame.limit() - at;
    return switch (header.commandId()) {
      case OtaCluster.IMAGE_NOTIFY -> imageNotify(frame, at, have);
      case OtaCluster.QUERY_NEXT_IMAGE_RESPONSE -> {
        need("Query Next Image Response", 1, have);
        yield new OtaResponse.QueryNextImageResponse(
            u8(frame, at), offeredImage("Query Next Image Response", frame, at, have));
      }
      case OtaCluster.IMAGE_BLOCK_RESPONSE -> imageBlock(frame, at, have);
      case OtaCluster.UPGRADE_END_RESPONSE -> upgradeEnd(frame, at, have);
      case OtaCluster.QUERY_DEVICE_SPECIFIC_FILE_RESPONSE -> {
        need("Query Device Specific File Response", 1, have);
        yield new OtaResponse.QueryDeviceSpecificFileResponse(
            u8(frame, at), offeredImage("Query Device Specific File Response", frame, at, have));
      }
      default -> throw Commands.unsupported(header, Direction.SERVER_TO_CLIENT);
    };
  }

  private static OtaResponse imageNotify(ByteBuffer in, int at, int have)
      throws ZclFormatException {
    need("Image Notify", 2, have);
    int payloadType = u8(in, at);
    int queryJitter = u8(in, at + 1);
    int octets =
        switch (payloadType) {
          case 0 -> 2;
          case 1 -> 4;
          case 2 -> 6;
          case 3 -> 10;
          default ->
              throw new ZclFormatException(
                  ZclStatus.MALFORMED_COMMAND,
                  "Image Notify: payload type must be 0..3, was " + payloadType);
        };
    need("Image Notify with its payload type", octets, have);
    return new OtaResponse.ImageNotify(
        queryJitter,
        payloadType >= 1 ? OptionalInt.of(u16(in, at + 2)) : OptionalInt.empty(),
        payloadType >= 2 ? OptionalInt.of(u16(in, at + 4)) : OptionalInt.empty(),
        payloadType >= 3 ? OptionalLong.of(u32(in, at + 6)) : OptionalLong.empty());
  }

  /** Manufacturer code, image type, file version and size, if the status before them is SUCCESS. */
  private static Optional<OfferedImage> offeredImage(String what, ByteBuffer in, int at, int have)
      throws ZclFormatException {
    if (u8(in, at) != ZclStatus.SUCCESS.code()) {
      return Optional.empty();
    }
    need(what, 13, have);
    return Optional.of(
        new OfferedImage(u16(in, at + 1), u16(in, at + 3), u32(in, at + 5), u32(in, at + 9)));
  }

  private static OtaResponse imageBlock(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Image Block Response", 1, have);
    int statusCode = u8(in, at);
    if (statusCode == ZclStatus.SUCCESS.code()) {
      return block(in, at, have);
    }
    if (statusCode == ZclStatus.WAIT_FOR_DATA.code()) {
      return waitForData(in, at, have);
    }
    if (statusCode == ZclStatus.ABORT.code()) {
      return new ImageBlockResponse.Abort();
    }
    throw new ZclFormatException(
        ZclStatus.MALFORMED_COMMAND,
        "Image Block Response: status must be SUCCESS, WAIT_FOR_DATA or ABORT, was "
            + ZclStatus.nameOf(statusCode));
  }

  private static OtaResponse block(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Image Block Response with status SUCCESS", 14, have);
    int dataSize = u8(in, at + 13);
    if (dataSize == 0) {
      throw new ZclFormatException(
          ZclStatus.MALFORMED_COMMAND, "Image Block Response: data size must be 1..255, was 0");
    }
    need("Image Block Response with data", 14 + dataSize, have);
    return new ImageBlockResponse.Success(
        u16(in, at + 1),
        u16(in, at + 3),
        u32(in, at + 5),
        u32(in, at + 9),
        Octets.copyOf(in, at + 14, dataSize));
  }

  private static OtaResponse waitForData(ByteBuffer in, int at, int have)
      throws ZclFormatException {
    need("Image Block Response with status WAIT_FOR_DATA", 9, have);
    int minimumBlockPeriod = 0;
    // Servers from before the field was invented end the frame here.
    if (have > 9) {
      need("Image Block Response with MinimumBlockPeriod", 11, have);
      minimumBlockPeriod = u16(in, at + 9);
    }
    return new ImageBlockResponse.WaitForData(u32(in, at + 1), u32(in, at + 5), minimumBlockPeriod);
  }

  private static OtaResponse upgradeEnd(ByteBuffer in, int at, int have) throws ZclFormatException {
    need("Upgrade End Response", 16, have);
    return new OtaResponse.UpgradeEndResponse(
        u16(in, at), u16(in, at + 2), u32(in, at + 4), u32(in, at + 8), u32(in, at + 12));
  }
}
