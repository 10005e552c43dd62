package io.otaupgrade.peers.zsmart;

import com.zsmartsystems.zigbee.IeeeAddress;
import com.zsmartsystems.zigbee.ZigBeeNodeStatus;
import com.zsmartsystems.zigbee.ZigBeeNwkAddressMode;
import com.zsmartsystems.zigbee.ZigBeeStatus;
import com.zsmartsystems.zigbee.aps.ZigBeeApsFrame;
import com.zsmartsystems.zigbee.dongle.ember.ZigBeeDongleEzsp;
import com.zsmartsystems.zigbee.transport.ZigBeeTransportProgressState;
import com.zsmartsystems.zigbee.transport.ZigBeeTransportReceive;
import com.zsmartsystems.zigbee.transport.ZigBeeTransportState;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The Ember driver of com.zsmartsystems.zigbee on a co-processor: starts, resumes the network that
 * the co-processor holds, and sends unicasts of the size of a block response as fast as they are
 * confirmed. Prints one JSON object a line.
 */
public final class Unicasts implements ZigBeeTransportReceive {

  private static final int BASIC_CLUSTER = 0x0000;
  private static final int HOME_AUTOMATION = 0x0104;
  private static final int ENDPOINT = 1;
  private static final int DEVICE_ANNCE = 0x0013;
  private static final int RADIUS = 31;

  /** ZCL header 3, Image Block Response 14, block 50. */
  private static final int PAYLOAD_OCTETS = 67;

  private static final int PATIENCE_SECONDS = 60;
  /** The driver loses some announces while it starts; those that it hears are enough. */
  private static final int ANNOUNCE_SECONDS = 10;

  private static final int TAGS = 256;

  private final Semaphore window;
  private final Set<Integer> announced = ConcurrentHashMap.newKeySet();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private Unicasts(int window) {
    this.window = new Semaphore(window);
  }

  /**
   * @param arguments address {@code tcp://HOST:PORT}, how many unicasts, how many at once, how many
   *     before those that count, and how many devices there are, which announce themselves
   */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 5) {
      System.err.println("usage: Unicasts tcp://HOST:PORT COUNT WINDOW WARM-UP DEVICES");
      System.exit(2);
    }
    int window = Integer.parseInt(arguments[2]);
    int exitCode =
        new Unicasts(window)
            .run(
                new ZigBeeDongleEzsp(new TcpPort(URI.create(arguments[0]))),
                Integer.parseInt(arguments[1]),
                window,
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
    System.exit(exitCode);
  }

  private int run(
      ZigBeeDongleEzsp dongle, int count, int permits, int warmUp, int devices)
      throws InterruptedException {
    long begun = System.nanoTime();
    dongle.setZigBeeTransportReceive(this);
    ZigBeeStatus status = dongle.initialize();
    if (status == ZigBeeStatus.SUCCESS) {
      status = dongle.startup(false);
    }
    if (status != ZigBeeStatus.SUCCESS) {
      print("{\"event\":\"failed\",\"reason\":\"start: %s\"}", status);
      return 1;
    }
    print(
        "{\"event\":\"up\",\"firmware\":\"%s\",\"channel\":%d,\"panId\":%d,\"seconds\":%.2f}",
        dongle.getFirmwareVersion(),
        dongle.getZigBeeChannel().getChannel(),
        dongle.getZigBeePanId(),
        secondsSince(begun));
    begun = System.nanoTime();
    while (announced.size() < devices && secondsSince(begun) < ANNOUNCE_SECONDS) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    if (announced.isEmpty()) {
      print("{\"event\":\"failed\",\"reason\":\"no device announced itself\"}");
      return 1;
    }
    print("{\"event\":\"announced\",\"devices\":%d}", announced.size());
    int[] destinations = announced.stream().mapToInt(Integer::intValue).toArray();
    if (!send(dongle, warmUp, permits, destinations)) {
      return 1;
    }
    delivered.set(0);
    refused.set(0);
    long counted = System.nanoTime();
    if (!send(dongle, count, permits, destinations)) {
      return 1;
    }
    double seconds = secondsSince(counted);
    print(
        "{\"event\":\"unicasts\",\"delivered\":%d,\"refused\":%d,\"window\":%d,\"seconds\":%.3f,"
            + "\"perSecond\":%.1f}",
        delivered.get(),
        refused.get(),
        permits,
        seconds,
        delivered.get() / seconds);
    dongle.shutdown();
    return 0;
  }

  /** Sends so many, and waits until all are confirmed. */
  private boolean send(ZigBeeDongleEzsp dongle, int count, int permits, int[] destinations)
      throws InterruptedException {
    for (int i = 0; i < count; i++) {
      if (!window.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return lost();
      }
      dongle.sendCommand(i % TAGS, frame(destinations[i % destinations.length], i));
    }
    if (!window.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return lost();
    }
    window.release(permits);
    return true;
  }

  private boolean lost() {
    print(
        "{\"event\":\"failed\",\"reason\":\"no confirmation within %d s after %d\"}",
        PATIENCE_SECONDS,
        delivered.get());
    return false;
  }

  /** A Default Response with filler: nothing answers it. */
  private static ZigBeeApsFrame frame(int destination, int number) {
    int[] payload = new int[PAYLOAD_OCTETS];
    payload[0] = 0x10; // global, to the server, no default response
    payload[1] = number & 0xFF;
    payload[2] = 0x0B;
    ZigBeeApsFrame frame = new ZigBeeApsFrame();
    frame.setAddressMode(ZigBeeNwkAddressMode.DEVICE);
    frame.setDestinationAddress(destination);
    frame.setSourceEndpoint(ENDPOINT);
    frame.setDestinationEndpoint(ENDPOINT);
    frame.setProfile(HOME_AUTOMATION);
    frame.setCluster(BASIC_CLUSTER);
    frame.setApsCounter(number & 0xFF);
    frame.setRadius(RADIUS);
    frame.setPayload(payload);
    return frame;
  }

  @Override
  public void receiveCommandState(int tag, ZigBeeTransportProgressState state) {
    switch (state) {
      case RX_ACK:
        delivered.incrementAndGet();
        window.release();
        break;
      case TX_NAK:
      case RX_NAK:
        refused.incrementAndGet();
        window.release();
        break;
      default: // TX_ACK: the co-processor took it
        break;
    }
  }

  @Override
  public void receiveCommand(ZigBeeApsFrame frame) {
    if (frame.getProfile() == 0 && frame.getCluster() == DEVICE_ANNCE) {
      announced.add(frame.getSourceAddress());
    }
  }

  @Override
  public void setTransportState(ZigBeeTransportState state) {}

  @Override
  public void nodeStatusUpdate(ZigBeeNodeStatus status, Integer address, IeeeAddress eui64) {}

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static void print(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
