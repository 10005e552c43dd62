package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an OTA server may send to an OTA client (ZCL rev 8 §11.13). Manufacturer codes and image
 * types are 0x0000 to 0xFFFF, versions, offsets, sizes and times 0 to 0xFFFFFFFF.
 */
public sealed interface OtaResponse {

  /** The command identifier in the ZCL header. */
  int commandId();

  <R> R match(Cases<R> cases);

  /** One answer for every command, so that a new command does not compile until it is handled. */
  interface Cases<R> {
    R imageNotify(ImageNotify notify);

    R queryNextImage(QueryNextImageResponse response);

    R imageBlock(ImageBlockResponse.Success response);

    R waitForData(ImageBlockResponse.WaitForData response);

    R abort(ImageBlockResponse.Abort response);

    R upgradeEnd(UpgradeEndResponse response);

    R queryDeviceSpecificFile(QueryDeviceSpecificFileResponse response);
  }

  /**
   * Image Notify, 0x00 (§11.13.3). The payload type follows from what is present: each field needs
   * the ones before it.
   *
   * @param queryJitter 1 to 100 when broadcast; a client ignores it in a unicast, where other
   *     values have been seen
   */
  record ImageNotify(
      int queryJitter,
      OptionalInt manufacturerCode,
      OptionalInt imageType,
      OptionalLong fileVersion)
      implements OtaResponse {

    /** Every client asks. */
    public static final int MAX_QUERY_JITTER = 100;

    public ImageNotify {
      Ranges.u8("queryJitter", queryJitter);
      if (manufacturerCode.isPresent()) {
        Ranges.u16("manufacturerCode", manufacturerCode.getAsInt());
      }
      if (imageType.isPresent()) {
        Ranges.u16("imageType", imageType.getAsInt());
      }
      if (fileVersion.isPresent()) {
        Ranges.u32("fileVersion", fileVersion.getAsLong());
      }
      if ((imageType.isPresent() && manufacturerCode.isEmpty())
          || (fileVersion.isPresent() && imageType.isEmpty())) {
        throw new IllegalArgumentException(
            "imageType needs manufacturerCode and fileVersion needs imageType");
      }
    }

    /** Payload type 0: whoever hears it. */
    public static ImageNotify toAll(int queryJitter) {
      return new ImageNotify(
          queryJitter, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty());
    }

    /** Payload type 1. */
    public static ImageNotify of(int queryJitter, int manufacturerCode) {
      return new ImageNotify(
          queryJitter, OptionalInt.of(manufacturerCode), OptionalInt.empty(), OptionalLong.empty());
    }

    /** Payload type 2. */
    public static ImageNotify of(int queryJitter, int manufacturerCode, int imageType) {
      return new ImageNotify(
          queryJitter,
          OptionalInt.of(manufacturerCode),
          OptionalInt.of(imageType),
          OptionalLong.empty());
    }

    /** Payload type 3: all but those who run this version. */
    public static ImageNotify of(
        int queryJitter, int manufacturerCode, int imageType, long fileVersion) {
      return new ImageNotify(
          queryJitter,
          OptionalInt.of(manufacturerCode),
          OptionalInt.of(imageType),
          OptionalLong.of(fileVersion));
    }

    /** 0 jitter alone, 1 with manufacturer code, 2 with image type too, 3 with file version too. */
    public int payloadType() {
      if (fileVersion.isPresent()) {
        return 3;
      }
      if (imageType.isPresent()) {
        return 2;
      }
      return manufacturerCode.isPresent() ? 1 : 0;
    }

    @Override
    public int commandId() {
      return OtaCluster.IMAGE_NOTIFY;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.imageNotify(this);
    }
  }

  /**
   * Query Next Image Response, 0x02 (§11.13.5).
   *
   * @param statusCode 0x00 to 0xFF; SUCCESS, NO_IMAGE_AVAILABLE and NOT_AUTHORIZED are defined,
   *     others have been seen
   * @param image present if the status is SUCCESS, and only then
   */
  record QueryNextImageResponse(int statusCode, Optional<OfferedImage> image)
      implements OtaResponse {
    public QueryNextImageResponse {
      Offers.check(statusCode, image);
    }

    public static QueryNextImageResponse offering(OfferedImage image) {
      return new QueryNextImageResponse(ZclStatus.SUCCESS.code(), Optional.of(image));
    }

    /**
     * The status-only form.
     *
     * @param status not SUCCESS
     */
    public static QueryNextImageResponse refusing(ZclStatus status) {
      return new QueryNextImageResponse(status.code(), Optional.empty());
    }

    /** Empty when the code is a reserved one. */
    public Optional<ZclStatus> status() {
      return ZclStatus.of(statusCode);
    }

    @Override
    public int commandId() {
      return OtaCluster.QUERY_NEXT_IMAGE_RESPONSE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.queryNextImage(this);
    }
  }

  /**
   * Image Block Response, 0x05 (§11.13.8): its layout depends on its status, of which it has three.
   */
  sealed interface ImageBlockResponse extends OtaResponse {

    /** SUCCESS, WAIT_FOR_DATA or ABORT. */
    ZclStatus status();

    @Override
    default int commandId() {
      return OtaCluster.IMAGE_BLOCK_RESPONSE;
    }

    /**
     * Here are octets of the image.
     *
     * @param fileOffset the request's
     * @param data 1 to 255 octets, no more than were asked for
     */
    record Success(
        int manufacturerCode, int imageType, long fileVersion, long fileOffset, Octets data)
        implements ImageBlockResponse {
      public Success {
        Ranges.u16("manufacturerCode", manufacturerCode);
        Ranges.u16("imageType", imageType);
        Ranges.u32("fileVersion", fileVersion);
        Ranges.u32("fileOffset", fileOffset);
        if (data.length() < 1 || data.length() > 0xFF) {
          throw Ranges.outside("dataSize", 1, 0xFF, data.length());
        }
      }

      public ImageId imageId() {
        return new ImageId(manufacturerCode, imageType, fileVersion);
      }

      @Override
      public ZclStatus status() {
        return ZclStatus.SUCCESS;
      }

      @Override
      public <R> R match(Cases<R> cases) {
        return cases.imageBlock(this);
      }
    }

    /**
     * Ask for the same offset again in {@code requestTime − currentTime} seconds.
     *
     * @param currentTime seconds of Zigbee UTC, 0 when the server has no clock: {@code requestTime}
     *     is the wait itself then
     * @param minimumBlockPeriod milliseconds for the client to keep from now on, 0 to 0xFFFF; 0
     *     also when an old server leaves the field out
     */
    record WaitForData(long currentTime, long requestTime, int minimumBlockPeriod)
        implements ImageBlockResponse {
      public WaitForData {
        Ranges.u32("currentTime", currentTime);
        Ranges.u32("requestTime", requestTime);
        Ranges.u16("minimumBlockPeriod", minimumBlockPeriod);
      }

      @Override
      public ZclStatus status() {
        return ZclStatus.WAIT_FOR_DATA;
      }

      @Override
      public <R> R match(Cases<R> cases) {
        return cases.waitForData(this);
      }
    }

    /** Stop this download. */
    record Abort() implements ImageBlockResponse {
      @Override
      public ZclStatus status() {
        return ZclStatus.ABORT;
      }

      @Override
      public <R> R match(Cases<R> cases) {
        return cases.abort(this);
      }
    }
  }

  /**
   * Upgrade End Response, 0x07 (§11.13.10), also sent without a request to start an upgrade that
   * waits. Upgrade in {@code upgradeTime − currentTime} seconds.
   *
   * @param manufacturerCode or {@link OtaCluster#ANY_MANUFACTURER}
   * @param imageType or {@link OtaCluster#ANY_IMAGE_TYPE}
   * @param fileVersion or {@link OtaCluster#ANY_FILE_VERSION}
   * @param currentTime seconds of Zigbee UTC, 0 when the server has no clock: {@code upgradeTime}
   *     is the wait itself then. Some devices take any other form for a time of day.
   * @param upgradeTime or {@link OtaCluster#WAIT_FOR_COMMAND}
   */
  record UpgradeEndResponse(
      int manufacturerCode, int imageType, long fileVersion, long currentTime, long upgradeTime)
      implements OtaResponse {
    public UpgradeEndResponse {
      Ranges.u16("manufacturerCode", manufacturerCode);
      Ranges.u16("imageType", imageType);
      Ranges.u32("fileVersion", fileVersion);
      Ranges.u32("currentTime", currentTime);
      Ranges.u32("upgradeTime", upgradeTime);
    }

    public ImageId imageId() {
      return new ImageId(manufacturerCode, imageType, fileVersion);
    }

    @Override
    public int commandId() {
      return OtaCluster.UPGRADE_END_RESPONSE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.upgradeEnd(this);
    }
  }

  /**
   * Query Device Specific File Response, 0x09 (§11.13.12), laid out as {@link
   * QueryNextImageResponse}.
   *
   * @param statusCode 0x00 to 0xFF
   * @param file present if the status is SUCCESS, and only then
   */
  record QueryDeviceSpecificFileResponse(int statusCode, Optional<OfferedImage> file)
      implements OtaResponse {
    public QueryDeviceSpecificFileResponse {
      Offers.check(statusCode, file);
    }

    public static QueryDeviceSpecificFileResponse offering(OfferedImage file) {
      return new QueryDeviceSpecificFileResponse(ZclStatus.SUCCESS.code(), Optional.of(file));
    }

    /**
     * The status-only form.
     *
     * @param status not SUCCESS
     */
    public static QueryDeviceSpecificFileResponse refusing(ZclStatus status) {
      return new QueryDeviceSpecificFileResponse(status.code(), Optional.empty());
    }

    /** Empty when the code is a reserved one. */
    public Optional<ZclStatus> status() {
      return ZclStatus.of(statusCode);
    }

    @Override
    public int commandId() {
      return OtaCluster.QUERY_DEVICE_SPECIFIC_FILE_RESPONSE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.queryDeviceSpecificFile(this);
    }
  }
}
