package io.otaupgrade.registry.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process that registers and withdraws without end, and says on standard output what it is about
 * to do and what it has done; {@link KillTest} kills it.
 */
final class KilledProcess {
  static final int DEVICES = 3;
  static final int VERSIONS = 4;

  private KilledProcess() {}

  static String url(long version) {
    return "http://host/" + version + ".zigbee";
  }

  /** The images are of different sizes, some larger than what one write takes to the disk. */
  static FakeWeb web() {
    FakeWeb web = new FakeWeb();
    for (int version = 1; version <= VERSIONS; version++) {
      web.put(url(version), image(version), "\"" + version + "\"");
    }
    return web;
  }

  static byte[] image(int version) {
    return RegistryFixture.writer(
            RegistryFixture.MANUFACTURER, RegistryFixture.TYPE, version, "firmware " + version)
        .element(0xF000, new byte[version * 50_000])
        .toByteArray();
  }

  /** Who holds what: {@code 1=2 3=2} when ids 1 and 3 hold version 2. */
  static String state(RegistryFixture home) {
    StringBuilder text = new StringBuilder();
    for (int deviceId = 1; deviceId <= DEVICES; deviceId++) {
      List<Long> versions =
          home.registry.heldBy(deviceId).stream()
              .map(registration -> registration.key().imageVersion())
              .toList();
      if (!versions.isEmpty()) {
        text.append(' ').append(deviceId).append('=').append(versions.get(0));
      }
    }
    return text.toString().strip();
  }

  public static void main(String[] arguments) {
    Random random = new Random(Long.parseLong(arguments[1]));
    RegistryFixture home =
        new RegistryFixture(Path.of(arguments[0]), web(), Map.of("persistImages", true));
    System.out.println("is " + state(home));
    while (true) {
      int deviceId = 1 + random.nextInt(DEVICES);
      if (random.nextInt(3) == 0) {
        System.out.println("withdraw " + deviceId);
        home.registry.withdraw(deviceId, RegistryFixture.TYPE);
        home.settle();
      } else {
        long version = 1L + random.nextInt(VERSIONS);
        System.out.println("add " + deviceId + " " + version);
        home.added(deviceId, url(version));
      }
      System.out.println("is " + state(home));
    }
  }
}
