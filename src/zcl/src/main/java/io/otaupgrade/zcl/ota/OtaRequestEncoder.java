package io.otaupgrade.zcl.ota;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;
import static io.otaupgrade.zcl.internal.LittleEndian.putU32;
import static io.otaupgrade.zcl.internal.LittleEndian.putU64;
import static io.otaupgrade.zcl.internal.LittleEndian.putU8;

import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.Direction;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/** Writes what a client sends: a device's mouth (ZCL rev 8 §11.13). */
public final class OtaRequestEncoder {

  /** The longest request: no buffer need be larger. */
  public static final int MAX_FRAME_OCTETS = ZclHeader.OCTETS + 26;

  private OtaRequestEncoder() {}

  /**
   * Writes the whole frame at {@code out}'s position, whatever its byte order, and moves that on.
   *
   * @param sequenceNumber 0x00 to 0xFF
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public static void encode(
      ByteBuffer out, int sequenceNumber, boolean disableDefaultResponse, OtaRequest request) {
    ZclHeader header =
        ZclHeader.clusterSpecific(
            Direction.CLIENT_TO_SERVER,
            disableDefaultResponse,
            sequenceNumber,
            request.commandId());
    if (out.remaining() < header.octets() + request.match(PAYLOAD_OCTETS)) {
      throw new BufferOverflowException();
    }
    header.encode(out);
    request.match(new Payload(out));
  }

  private static final OtaRequest.Cases<Integer> PAYLOAD_OCTETS =
      new OtaRequest.Cases<>() {
        @Override
        public Integer queryNextImage(OtaRequest.QueryNextImage request) {
          return request.hardwareVersion().isPresent() ? 11 : 9;
        }

        @Override
        public Integer imageBlock(OtaRequest.ImageBlock request) {
          return 14
              + (request.requestNodeAddress().isPresent() ? 8 : 0)
              + (request.minimumBlockPeriod().isPresent() ? 2 : 0);
        }

        @Override
        public Integer imagePage(OtaRequest.ImagePage request) {
          return request.requestNodeAddress().isPresent() ? 26 : 18;
        }

        @Override
        public Integer upgradeEnd(OtaRequest.UpgradeEnd request) {
          return request.imageId().isPresent() ? 9 : 1;
        }

        @Override
        public Integer queryDeviceSpecificFile(OtaRequest.QueryDeviceSpecificFile request) {
          return 18;
        }
      };

  private record Payload(ByteBuffer out) implements OtaRequest.Cases<ByteBuffer> {

    @Override
    public ByteBuffer queryNextImage(OtaRequest.QueryNextImage request) {
      putU8(out, request.hardwareVersion().isPresent() ? 1 : 0);
      putU16(out, request.manufacturerCode());
      putU16(out, request.imageType());
      putU32(out, request.currentFileVersion());
      request.hardwareVersion().ifPresent(version -> putU16(out, version));
      return out;
    }

    @Override
    public ByteBuffer imageBlock(OtaRequest.ImageBlock request) {
      putU8(
          out,
          (request.requestNodeAddress().isPresent() ? 1 : 0)
              | (request.minimumBlockPeriod().isPresent() ? 1 << 1 : 0));
      putU16(out, request.manufacturerCode());
      putU16(out, request.imageType());
      putU32(out, request.fileVersion());
      putU32(out, request.fileOffset());
      putU8(out, request.maximumDataSize());
      request.requestNodeAddress().ifPresent(address -> putU64(out, address.value()));
      request.minimumBlockPeriod().ifPresent(period -> putU16(out, period));
      return out;
    }

    @Override
    public ByteBuffer imagePage(OtaRequest.ImagePage request) {
      putU8(out, request.requestNodeAddress().isPresent() ? 1 : 0);
      putU16(out, request.manufacturerCode());
      putU16(out, request.imageType());
      putU32(out, request.fileVersion());
      putU32(out, request.fileOffset());
      putU8(out, request.maximumDataSize());
      putU16(out, request.pageSize());
      putU16(out, request.responseSpacing());
      request.requestNodeAddress().ifPresent(address -> putU64(out, address.value()));
      return out;
    }

    @Override
    public ByteBuffer upgradeEnd(OtaRequest.UpgradeEnd request) {
      putU8(out, request.statusCode());
      request
          .imageId()
          .ifPresent(
              image -> {
                putU16(out, image.manufacturerCode());
                putU16(out, image.imageType());
                putU32(out, image.fileVersion());
              });
      return out;
    }

    @Override
    public ByteBuffer queryDeviceSpecificFile(OtaRequest.QueryDeviceSpecificFile request) {
      putU64(out, request.requestNodeAddress().value());
      putU16(out, request.manufacturerCode());
      putU16(out, request.imageType());
      putU32(out, request.fileVersion());
      putU16(out, request.currentZigbeeStackVersion());
      return out;
    }
  }
}
