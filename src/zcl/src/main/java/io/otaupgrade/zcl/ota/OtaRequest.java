package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an OTA client may send to an OTA server (ZCL rev 8 §11.13). Manufacturer codes, image types
 * and versions of hardware are 0x0000 to 0xFFFF, versions of files and offsets 0 to 0xFFFFFFFF.
 */
public sealed interface OtaRequest {

  /** The command identifier in the ZCL header. */
  int commandId();

  <R> R match(Cases<R> cases);

  /** One answer for every command, so that a new command does not compile until it is handled. */
  interface Cases<R> {
    R queryNextImage(QueryNextImage request);

    R imageBlock(ImageBlock request);

    R imagePage(ImagePage request);

    R upgradeEnd(UpgradeEnd request);

    R queryDeviceSpecificFile(QueryDeviceSpecificFile request);
  }

  /**
   * Query Next Image Request, 0x01 (§11.13.4).
   *
   * @param currentFileVersion of the image the client runs
   * @param hardwareVersion present when bit 0 of the field control is set; the high octet is the
   *     version, the low one the revision
   */
  record QueryNextImage(
      int manufacturerCode, int imageType, long currentFileVersion, OptionalInt hardwareVersion)
      implements OtaRequest {
    public QueryNextImage {
      Ranges.u16("manufacturerCode", manufacturerCode);
      Ranges.u16("imageType", imageType);
      Ranges.u32("currentFileVersion", currentFileVersion);
      if (hardwareVersion.isPresent()) {
        Ranges.u16("hardwareVersion", hardwareVersion.getAsInt());
      }
    }

    @Override
    public int commandId() {
      return OtaCluster.QUERY_NEXT_IMAGE_REQUEST;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.queryNextImage(this);
    }
  }

  /**
   * Image Block Request, 0x03 (§11.13.6).
   *
   * @param fileVersion the version being downloaded
   * @param fileOffset 0 is the first octet of the OTA header
   * @param maximumDataSize the most octets the client takes, 0 to 255; nothing can be said to one
   *     that asks for 0
   * @param requestNodeAddress present when bit 0 of the field control is set
   * @param minimumBlockPeriod milliseconds, present when bit 1 of the field control is set; also
   *     empty when a device sets the bit and leaves the field out, as Legrand's do
   */
  record ImageBlock(
      int manufacturerCode,
      int imageType,
      long fileVersion,
      long fileOffset,
      int maximumDataSize,
      Optional<Eui64> requestNodeAddress,
      OptionalInt minimumBlockPeriod)
      implements OtaRequest {
    public ImageBlock {
      Ranges.u16("manufacturerCode", manufacturerCode);
      Ranges.u16("imageType", imageType);
      Ranges.u32("fileVersion", fileVersion);
      Ranges.u32("fileOffset", fileOffset);
      Ranges.u8("maximumDataSize", maximumDataSize);
      Objects.requireNonNull(requestNodeAddress);
      if (minimumBlockPeriod.isPresent()) {
        Ranges.u16("minimumBlockPeriod", minimumBlockPeriod.getAsInt());
      }
    }

    public ImageId imageId() {
      return new ImageId(manufacturerCode, imageType, fileVersion);
    }

    @Override
    public int commandId() {
      return OtaCluster.IMAGE_BLOCK_REQUEST;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.imageBlock(this);
    }
  }

  /**
   * Image Page Request, 0x04 (§11.13.7): {@code pageSize} octets in blocks of at most {@code
   * maximumDataSize}.
   *
   * @param fileVersion the version being downloaded
   * @param fileOffset 0 is the first octet of the OTA header
   * @param maximumDataSize as in {@link ImageBlock}
   * @param pageSize octets, 0 to 0xFFFF
   * @param responseSpacing milliseconds from one block to the next, 0 to 0xFFFF
   * @param requestNodeAddress present when bit 0 of the field control is set
   */
  record ImagePage(
      int manufacturerCode,
      int imageType,
      long fileVersion,
      long fileOffset,
      int maximumDataSize,
      int pageSize,
      int responseSpacing,
      Optional<Eui64> requestNodeAddress)
      implements OtaRequest {
    public ImagePage {
      Ranges.u16("manufacturerCode", manufacturerCode);
      Ranges.u16("imageType", imageType);
      Ranges.u32("fileVersion", fileVersion);
      Ranges.u32("fileOffset", fileOffset);
      Ranges.u8("maximumDataSize", maximumDataSize);
      Ranges.u16("pageSize", pageSize);
      Ranges.u16("responseSpacing", responseSpacing);
      Objects.requireNonNull(requestNodeAddress);
    }

    public ImageId imageId() {
      return new ImageId(manufacturerCode, imageType, fileVersion);
    }

    @Override
    public int commandId() {
      return OtaCluster.IMAGE_PAGE_REQUEST;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.imagePage(this);
    }
  }

  /**
   * Upgrade End Request, 0x06 (§11.13.9).
   *
   * @param statusCode 0x00 to 0xFF; SUCCESS, INVALID_IMAGE, REQUIRE_MORE_IMAGE and ABORT are
   *     defined, others have to be expected
   * @param imageId empty only when the status is not SUCCESS and the device left the rest out, for
   *     which servers have no need then
   */
  record UpgradeEnd(int statusCode, Optional<ImageId> imageId) implements OtaRequest {
    public UpgradeEnd {
      Ranges.u8("statusCode", statusCode);
      if (imageId.isEmpty() && statusCode == ZclStatus.SUCCESS.code()) {
        throw new IllegalArgumentException("imageId must be present when the status is SUCCESS");
      }
    }

    public static UpgradeEnd of(ZclStatus status, ImageId imageId) {
      return new UpgradeEnd(status.code(), Optional.of(imageId));
    }

    /** Empty when the code is a reserved one. */
    public Optional<ZclStatus> status() {
      return ZclStatus.of(statusCode);
    }

    @Override
    public int commandId() {
      return OtaCluster.UPGRADE_END_REQUEST;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.upgradeEnd(this);
    }
  }

  /**
   * Query Device Specific File Request, 0x08 (§11.13.11).
   *
   * @param imageType as received; only 0xFFC0 to 0xFFFE are device specific
   * @param currentZigbeeStackVersion 0x0000 to 0xFFFF, 2 being Zigbee PRO
   */
  record QueryDeviceSpecificFile(
      Eui64 requestNodeAddress,
      int manufacturerCode,
      int imageType,
      long fileVersion,
      int currentZigbeeStackVersion)
      implements OtaRequest {
    public QueryDeviceSpecificFile {
      Objects.requireNonNull(requestNodeAddress);
      Ranges.u16("manufacturerCode", manufacturerCode);
      Ranges.u16("imageType", imageType);
      Ranges.u32("fileVersion", fileVersion);
      Ranges.u16("currentZigbeeStackVersion", currentZigbeeStackVersion);
    }

    @Override
    public int commandId() {
      return OtaCluster.QUERY_DEVICE_SPECIFIC_FILE_REQUEST;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.queryDeviceSpecificFile(this);
    }
  }
}
