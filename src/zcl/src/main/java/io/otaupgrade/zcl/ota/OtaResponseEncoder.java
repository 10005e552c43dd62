package io.otaupgrade.zcl.ota;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;
import static io.otaupgrade.zcl.internal.LittleEndian.putU32;
import static io.otaupgrade.zcl.internal.LittleEndian.putU8;

import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.internal.Ranges;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** Writes what a server sends: the server's mouth (ZCL rev 8 §11.13). */
public final class OtaResponseEncoder {

  /** What an Image Block Response has around its data, ZCL header included. */
  public static final int IMAGE_BLOCK_OVERHEAD = ZclHeader.OCTETS + 14;

  /** Cluster specific, server to client, default response disabled. */
  private static final int RESPONSE_FRAME_CONTROL = 0x19;

  private OtaResponseEncoder() {}

  /**
   * Writes the whole frame at {@code out}'s position, whatever its byte order, and moves that on.
   *
   * @param sequenceNumber the request's; 0x00 to 0xFF
   * @param disableDefaultResponse true for all responses and for whatever is not unicast
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public static void encode(
      ByteBuffer out, int sequenceNumber, boolean disableDefaultResponse, OtaResponse response) {
    ZclHeader header =
        ZclHeader.clusterSpecific(
            Direction.SERVER_TO_CLIENT,
            disableDefaultResponse,
            sequenceNumber,
            response.commandId());
    if (out.remaining() < octets(response)) {
      throw new BufferOverflowException();
    }
    header.encode(out);
    response.match(new Payload(out));
  }

  /** The length of the whole frame. */
  public static int octets(OtaResponse response) {
    return ZclHeader.OCTETS + response.match(PAYLOAD_OCTETS);
  }

  /**
   * Writes an Image Block Response with status SUCCESS straight from the image at {@code out}'s
   * position, whatever its byte order, and moves that on. It allocates nothing, and of {@code
   * image} only the octets count: position and limit neither change nor, as long as the limit is
   * behind them, matter, so that all sessions may share one buffer.
   *
   * @param sequenceNumber the request's; 0x00 to 0xFF
   * @param manufacturerCode the request's, 0x0000 to 0xFFFF
   * @param imageType the request's, 0x0000 to 0xFFFF
   * @param fileVersion the request's, 0 to 0xFFFFFFFF
   * @param fileOffset the request's, 0 to 0xFFFFFFFF
   * @param imageIndex where in {@code image} the octet of that offset is
   * @param dataSize 1 to 255, no more than were asked for
   * @throws BufferOverflowException when it does not fit; nothing is written then
   * @throws IndexOutOfBoundsException when the image ends before the data does; nothing is written
   *     then
   */
  public static void imageBlock(
      ByteBuffer out,
      int sequenceNumber,
      int manufacturerCode,
      int imageType,
      long fileVersion,
      long fileOffset,
      ByteBuffer image,
      int imageIndex,
      int dataSize) {
    Ranges.u8("sequenceNumber", sequenceNumber);
    Ranges.u16("manufacturerCode", manufacturerCode);
    Ranges.u16("imageType", imageType);
    Ranges.u32("fileVersion", fileVersion);
    Ranges.u32("fileOffset", fileOffset);
    if (dataSize < 1 || dataSize > 0xFF) {
      throw Ranges.outside("dataSize", 1, 0xFF, dataSize);
    }
    Objects.checkFromIndexSize(imageIndex, dataSize, image.limit());
    if (out.remaining() < IMAGE_BLOCK_OVERHEAD + dataSize) {
      throw new BufferOverflowException();
    }
    putU8(out, RESPONSE_FRAME_CONTROL);
    putU8(out, sequenceNumber);
    putU8(out, OtaCluster.IMAGE_BLOCK_RESPONSE);
    putU8(out, ZclStatus.SUCCESS.code());
    putU16(out, manufacturerCode);
    putU16(out, imageType);
    putU32(out, fileVersion);
    putU32(out, fileOffset);
    putU8(out, dataSize);
    int data = out.position();
    out.put(data, image, imageIndex, dataSize).position(data + dataSize);
  }

  private static final OtaResponse.Cases<Integer> PAYLOAD_OCTETS =
      new OtaResponse.Cases<>() {
        @Override
        public Integer imageNotify(OtaResponse.ImageNotify notify) {
          return switch (notify.payloadType()) {
            case 0 -> 2;
            case 1 -> 4;
            case 2 -> 6;
            default -> 10;
          };
        }

        @Override
        public Integer queryNextImage(OtaResponse.QueryNextImageResponse response) {
          return response.image().isPresent() ? 13 : 1;
        }

        @Override
        public Integer imageBlock(ImageBlockResponse.Success response) {
          return 14 + response.data().length();
        }

        @Override
        public Integer waitForData(ImageBlockResponse.WaitForData response) {
          return 11;
        }

        @Override
        public Integer abort(ImageBlockResponse.Abort response) {
          return 1;
        }

        @Override
        public Integer upgradeEnd(OtaResponse.UpgradeEndResponse response) {
          return 16;
        }

        @Override
        public Integer queryDeviceSpecificFile(
            OtaResponse.QueryDeviceSpecificFileResponse response) {
          return response.file().isPresent() ? 13 : 1;
        }
      };

  private record Payload(ByteBuffer out) implements OtaResponse.Cases<ByteBuffer> {

    @Override
    public ByteBuffer imageNotify(OtaResponse.ImageNotify notify) {
      putU8(out, notify.payloadType());
      putU8(out, notify.queryJitter());
      notify.manufacturerCode().ifPresent(code -> putU16(out, code));
      notify.imageType().ifPresent(type -> putU16(out, type));
      notify.fileVersion().ifPresent(version -> putU32(out, version));
      return out;
    }

    @Override
    public ByteBuffer queryNextImage(OtaResponse.QueryNextImageResponse response) {
      return offer(response.statusCode(), response.image());
    }

    @Override
    public ByteBuffer imageBlock(ImageBlockResponse.Success response) {
      putU8(out, response.status().code());
      putU16(out, response.manufacturerCode());
      putU16(out, response.imageType());
      putU32(out, response.fileVersion());
      putU32(out, response.fileOffset());
      putU8(out, response.data().length());
      response.data().putTo(out);
      return out;
    }

    @Override
    public ByteBuffer waitForData(ImageBlockResponse.WaitForData response) {
      putU8(out, response.status().code());
      putU32(out, response.currentTime());
      putU32(out, response.requestTime());
      putU16(out, response.minimumBlockPeriod());
      return out;
    }

    @Override
    public ByteBuffer abort(ImageBlockResponse.Abort response) {
      putU8(out, response.status().code());
      return out;
    }

    @Override
    public ByteBuffer upgradeEnd(OtaResponse.UpgradeEndResponse response) {
      putU16(out, response.manufacturerCode());
      putU16(out, response.imageType());
      putU32(out, response.fileVersion());
      putU32(out, response.currentTime());
      putU32(out, response.upgradeTime());
      return out;
    }

    @Override
    public ByteBuffer queryDeviceSpecificFile(
        OtaResponse.QueryDeviceSpecificFileResponse response) {
      return offer(response.statusCode(), response.file());
    }

    private ByteBuffer offer(int statusCode, Optional<OfferedImage> offered) {
      putU8(out, statusCode);
      offered.ifPresent(
          image -> {
            putU16(out, image.manufacturerCode());
            putU16(out, image.imageType());
            putU32(out, image.fileVersion());
            putU32(out, image.imageSize());
          });
      return out;
    }
  }
}
