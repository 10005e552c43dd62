package io.otaupgrade.simulator.internal;

import io.otaupgrade.simulator.internal.ScriptedServer.Heard;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.file.OtaFileWriter;
import io.otaupgrade.zcl.ota.OfferedImage;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponseEncoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/** Serves one image, at once and by the book. */
class ImageScript implements ScriptedServer.Script {

  static final int MANUFACTURER = 0xFFF1;
  static final int TYPE = 0x0001;
  static final long VERSION = 2;

  final ScriptedServer server;
  final int manufacturerCode;
  final int imageType;
  final long fileVersion;
  final byte[] image;
  private final ByteBuffer octets;

  ImageScript(ScriptedServer server, byte[] image, int imageType, long fileVersion) {
    this.server = server;
    this.manufacturerCode = MANUFACTURER;
    this.imageType = imageType;
    this.fileVersion = fileVersion;
    this.image = image;
    this.octets = ByteBuffer.wrap(image);
  }

  ImageScript(ScriptedServer server, int size) {
    this(server, image(TYPE, VERSION, size), TYPE, VERSION);
  }

  /** An image of exactly so many octets. */
  static byte[] image(int type, long version, int size) {
    byte[] data = new byte[size - 62];
    new Random(size).nextBytes(data);
    return new OtaFileWriter(MANUFACTURER, type, version).element(0, data).toByteArray();
  }

  static String sha256(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public void answer(Heard heard) {
    OtaRequest request = heard.request();
    if (request instanceof OtaRequest.ImageBlock block) {
      block(heard, block);
    } else if (request instanceof OtaRequest.QueryNextImage query) {
      query(heard, query);
    } else if (request instanceof OtaRequest.ImagePage page) {
      page(heard, page, page.fileOffset());
    } else if (request instanceof OtaRequest.UpgradeEnd end) {
      end(heard, end);
    }
  }

  void query(Heard heard, OtaRequest.QueryNextImage query) {
    boolean offered = query.imageType() == imageType && query.currentFileVersion() != fileVersion;
    server.reply(
        heard,
        offered
            ? OtaResponse.QueryNextImageResponse.offering(
                new OfferedImage(manufacturerCode, imageType, fileVersion, image.length))
            : OtaResponse.QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE));
  }

  void block(Heard heard, OtaRequest.ImageBlock block) {
    send(heard, block.fileOffset(), block.maximumDataSize());
  }

  private int send(Heard heard, long offset, int maximumDataSize) {
    int most =
        server.driver.maximumPayload(heard.frame().networkAddress())
            - OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD;
    int size = (int) Math.min(Math.min(most, maximumDataSize), image.length - offset);
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD + size);
    OtaResponseEncoder.imageBlock(
        out,
        heard.header().sequenceNumber(),
        manufacturerCode,
        imageType,
        fileVersion,
        offset,
        octets,
        (int) offset,
        size);
    server.send(heard.frame().reply(out.flip()), /* acknowledged= */ false);
    return size;
  }

  void page(Heard heard, OtaRequest.ImagePage page, long offset) {
    long end = Math.min(image.length, page.fileOffset() + page.pageSize());
    if (offset >= end) {
      return;
    }
    int sent = send(heard, offset, (int) Math.min(page.maximumDataSize(), end - offset));
    server.loop.after(
        Duration.ofMillis(page.responseSpacing()), () -> page(heard, page, offset + sent));
  }

  void end(Heard heard, OtaRequest.UpgradeEnd end) {
    if (end.statusCode() == ZclStatus.SUCCESS.code()) {
      server.reply(
          heard,
          new OtaResponse.UpgradeEndResponse(manufacturerCode, imageType, fileVersion, 0, 0));
    } else {
      server.refuse(heard, ZclStatus.SUCCESS);
    }
  }

  /** A block of the image, or of something else. */
  static ImageBlockResponse.Success block(ImageScript of, long offset, int size) {
    return new ImageBlockResponse.Success(
        of.manufacturerCode,
        of.imageType,
        of.fileVersion,
        offset,
        Octets.copyOf(of.octets, (int) offset, size));
  }
}
