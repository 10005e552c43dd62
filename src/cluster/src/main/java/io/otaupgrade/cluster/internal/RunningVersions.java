package io.otaupgrade.cluster.internal;

import io.otaupgrade.zcl.Eui64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** What the devices last said they run. The loop writes, any thread reads. */
final class RunningVersions {

  /** A device that makes up image types does not fill the memory with them. */
  private static final int TYPES_PER_DEVICE = 16;

  private record Type(int manufacturerCode, int imageType) {}

  private final Map<Eui64, Map<Type, Long>> versions = new ConcurrentHashMap<>();

  void reported(Eui64 device, int manufacturerCode, int imageType, long fileVersion) {
    Map<Type, Long> known =
        new LinkedHashMap<>(versions.getOrDefault(device, Map.of())); // readers keep the old one
    Type type = new Type(manufacturerCode, imageType);
    known.remove(type);
    if (known.size() >= TYPES_PER_DEVICE) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(type, fileVersion);
    versions.put(device, known);
  }

  OptionalLong running(Eui64 device, int manufacturerCode, int imageType) {
    Long version =
        versions.getOrDefault(device, Map.of()).get(new Type(manufacturerCode, imageType));
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  void forget(Eui64 device) {
    versions.remove(device);
  }
}
