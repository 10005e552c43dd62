package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.file.OtaFileWriter;
import io.otaupgrade.zcl.ota.OfferedImage;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestDecoder;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponseEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Serves one image by the book, and watches the offsets that are asked for. On the loop. */
final class ImageServer implements ApsListener {

  private static final int MANUFACTURER = 0xFFF1;
  private static final int TYPE = 0x0001;
  static final long VERSION = 2;

  private static final Duration DEADLINE = Duration.ofSeconds(3);

  final byte[] image;
  private final ByteBuffer octets;
  private final Supplier<RadioTransport> radio;

  /** The furthest offset, by network address. */
  private final Map<Integer, Long> furthest = new ConcurrentHashMap<>();

  private final AtomicInteger repeats = new AtomicInteger();
  private volatile Runnable atHalf;
  private volatile long halfAt;

  /**
   * @param size of the image, octets
   * @param radio the transport of the moment
   * @param atHalf runs once, when half of the image was asked for by some device
   */
  ImageServer(int size, Supplier<RadioTransport> radio, Runnable atHalf) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    this.image = new OtaFileWriter(MANUFACTURER, TYPE, VERSION).element(0, data).toByteArray();
    this.octets = ByteBuffer.wrap(image);
    this.radio = radio;
    this.atHalf = atHalf;
  }

  /** How often a device asked for what it, or a request of its that was later, had asked for. */
  int repeats() {
    return repeats.get();
  }

  /** When half of it was asked for, {@link System#nanoTime}; 0 before. */
  long halfAt() {
    return halfAt;
  }

  @Override
  public void received(ApsFrame frame) {
    if (frame.cluster() != OtaCluster.ID || frame.profile() == 0) {
      return;
    }
    try {
      ZclHeader header = ZclHeader.decode(frame.payload());
      if (header.frameType() == FrameType.CLUSTER_SPECIFIC) {
        answer(frame, header, OtaRequestDecoder.decode(header, frame.payload()));
      }
    } catch (ZclFormatException wrong) {
      throw new AssertionError(wrong);
    }
  }

  private void answer(ApsFrame frame, ZclHeader header, OtaRequest request) {
    if (request instanceof OtaRequest.QueryNextImage query) {
      say(
          frame,
          header,
          query.currentFileVersion() == VERSION
              ? OtaResponse.QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE)
              : OtaResponse.QueryNextImageResponse.offering(
                  new OfferedImage(MANUFACTURER, TYPE, VERSION, image.length)));
    } else if (request instanceof OtaRequest.ImageBlock block) {
      watch(frame.networkAddress(), block.fileOffset());
      block(frame, header, (int) block.fileOffset(), block.maximumDataSize());
    } else if (request instanceof OtaRequest.UpgradeEnd) {
      say(frame, header, new OtaResponse.UpgradeEndResponse(MANUFACTURER, TYPE, VERSION, 0, 0));
    }
  }

  private void watch(int address, long offset) {
    long before = furthest.getOrDefault(address, -1L);
    if (offset <= before) {
      repeats.incrementAndGet();
    }
    furthest.put(address, Math.max(before, offset));
    if (offset >= image.length / 2 && halfAt == 0) {
      halfAt = System.nanoTime();
      Runnable then = atHalf;
      atHalf = () -> {};
      then.run();
    }
  }

  private void block(ApsFrame frame, ZclHeader header, int offset, int maximumDataSize) {
    int most =
        radio.get().maximumPayload(frame.networkAddress())
            - OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD;
    int size = Math.min(Math.min(most, maximumDataSize), image.length - offset);
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD + size);
    OtaResponseEncoder.imageBlock(
        out, header.sequenceNumber(), MANUFACTURER, TYPE, VERSION, offset, octets, offset, size);
    send(frame.reply(out.flip()));
  }

  private void say(ApsFrame frame, ZclHeader header, OtaResponse response) {
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.octets(response));
    OtaResponseEncoder.encode(out, header.sequenceNumber(), true, response);
    send(frame.reply(out.flip()));
  }

  private void send(ApsFrame frame) {
    radio
        .get()
        .send(frame, Priority.OTA, TxOptions.UNACKNOWLEDGED, DEADLINE, DeliveryListener.NONE);
  }
}
