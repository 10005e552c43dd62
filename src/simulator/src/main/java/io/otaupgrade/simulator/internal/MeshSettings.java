package io.otaupgrade.simulator.internal;

import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.air.Air.Conditions;
import io.otaupgrade.simulator.internal.air.Disturbances;
import io.otaupgrade.simulator.internal.device.AfterUpgrade;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.ImageSlot;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.ZclStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One mesh, as configured.
 *
 * @param mesh its name
 * @param devices how many, 0..2000
 * @param sleepy how many of them are sleepy, 0..{@code devices}
 * @param hops from the coordinator to every device, 1..30
 * @param profile of the devices; the sleepy ones differ in that
 * @param joinSpacing from one device's joining to the next one's
 * @param autoStart whether the devices join as soon as there is a network
 */
public record MeshSettings(
    String mesh,
    int devices,
    int sleepy,
    int hops,
    DeviceProfile profile,
    Conditions conditions,
    RadioLimits limits,
    Speed speed,
    long seed,
    Duration joinSpacing,
    boolean autoStart) {

  static final int MAXIMUM_DEVICES = 2_000;

  public MeshSettings {
    if (mesh.isBlank()) {
      throw new IllegalArgumentException("mesh must not be blank");
    }
    if (devices < 0 || devices > MAXIMUM_DEVICES) {
      throw new IllegalArgumentException(
          "devices must be 0.." + MAXIMUM_DEVICES + ", was " + devices);
    }
    if (sleepy < 0 || sleepy > devices) {
      throw new IllegalArgumentException("sleepy must be 0.." + devices + ", was " + sleepy);
    }
    if (hops < 1 || hops > 30) {
      throw new IllegalArgumentException("hops must be 1..30, was " + hops);
    }
  }

  /** All defaults. */
  public static MeshSettings defaults(String mesh) {
    return of(mesh, Map.of());
  }

  /**
   * Reads a configuration; absent keys have their defaults.
   *
   * @param name of the mesh when the configuration does not say it
   * @throws IllegalArgumentException naming the key, its value and what is allowed
   */
  public static MeshSettings of(String name, Map<String, ?> configuration) {
    Keys keys = new Keys(configuration);
    Disturbances disturbances =
        new Disturbances(
            keys.fraction("loss", 0),
            keys.flag("lossReported", false),
            keys.word("lossOf", Disturbances.LossOf.ALL),
            keys.fraction("duplication", 0),
            keys.fraction("reordering", 0));
    int devices = keys.integer("devices", 10, 0, MAXIMUM_DEVICES);
    int framesInFlight = keys.integer("framesInFlight", 16, 1, 255);
    return new MeshSettings(
        keys.text("mesh", name),
        devices,
        keys.integer("sleepy", 0, 0, devices),
        keys.integer("hops", 1, 1, 30),
        profile(keys),
        new Conditions(
            keys.flag("fastChannel", false),
            keys.millis("fastFrameMs", 0, 0),
            keys.flag("sourceRouting", true),
            disturbances),
        new RadioLimits(
            framesInFlight,
            keys.integer("framesInFlightPerNode", Math.min(4, framesInFlight), 1, framesInFlight)),
        keys.word("speed", Speed.REAL),
        keys.number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
        Duration.ofMillis(keys.integer("joinSpacingMs", 50, 0, 3_600_000)),
        keys.flag("autoStart", true));
  }

  private static DeviceProfile profile(Keys keys) {
    List<ImageSlot> images = new ArrayList<>();
    long fileVersion = keys.number("fileVersion", 1, 0, 0xFFFF_FFFFL);
    images.add(new ImageSlot(keys.integer("imageType", 1, 0, 0xFFFE), fileVersion));
    for (int furtherType : keys.integers("furtherImageTypes", 0, 0xFFFE)) {
      images.add(new ImageSlot(furtherType, fileVersion));
    }
    DeviceProfile.Builder profile =
        DeviceProfile.builder()
            .images(images.toArray(ImageSlot[]::new))
            .imagesTogether(keys.flag("imagesTogether", false))
            .manufacturerCode(keys.integer("manufacturerCode", 0xFFF1, 0, 0xFFFE))
            .modelIdentifier(keys.text("modelIdentifier", "Simulated device"))
            .manufacturerName(keys.text("manufacturerName", "Ota Upgrade"))
            .endpoint(keys.integer("endpoint", 1, 1, 240))
            .profileId(keys.integer("profileId", 0x0104, 0, 0xFFFF))
            .matchProfileId(keys.integer("matchProfileId", 0x0104, 0, 0xFFFF))
            .acknowledgedRequests(keys.flag("acknowledgedRequests", true))
            .disableDefaultResponse(keys.flag("disableDefaultResponse", false))
            .maximumDataSize(keys.integer("maximumDataSize", 50, 12, 255))
            .periodField(keys.word("periodField", PeriodField.ABSENT))
            .minimumBlockPeriod(keys.integer("minimumBlockPeriodMs", 0, 0, 0xFFFE))
            .pageSize(keys.integer("pageSize", 1_024, 12, 0xFFFF))
            .responseSpacing(keys.integer("responseSpacingMs", 20, 0, 0xFFFF))
            .thinkTime(keys.millis("thinkTimeMs", 3, 0))
            .responseTimeout(keys.millis("responseTimeoutMs", 5_000, 1))
            .retries(keys.integer("retries", 10, 0, 1_000_000))
            .queryPeriod(keys.seconds("queryPeriodSeconds", 300, 1))
            .firstQuery(keys.seconds("firstQuerySeconds", 10, 0))
            .rebootTime(keys.seconds("rebootSeconds", 3, 1))
            .fastPoll(keys.millis("fastPollMs", 100, 1))
            .longPoll(keys.seconds("longPollSeconds", 60, 1))
            .newAddressAfterReboot(keys.flag("newAddressAfterReboot", false))
            .resumes(keys.flag("resumes", true))
            .refusesDowngrades(keys.flag("refusesDowngrades", false))
            .ignoresWaitForData(keys.flag("ignoresWaitForData", false))
            .absoluteUpgradeTime(keys.flag("absoluteUpgradeTime", false))
            .duplicatesRequests(keys.flag("duplicatesRequests", false))
            .endStatus(keys.word("endStatus", ZclStatus.SUCCESS))
            .afterUpgrade(keys.word("afterUpgrade", AfterUpgrade.RUNS_NEW))
            .upgradesUnanswered(keys.flag("upgradesUnanswered", true))
            .currentVersionReadable(keys.flag("currentVersionReadable", true));
    if (!keys.flag("page", false)) {
      profile.pageSize(0);
    }
    int hardwareVersion = keys.integer("hardwareVersion", -1, -1, 0xFFFF);
    if (hardwareVersion >= 0) {
      profile.hardwareVersion(hardwareVersion);
    }
    int rebootAtOffset = keys.integer("rebootAtOffset", -1, -1, Integer.MAX_VALUE);
    if (rebootAtOffset >= 0) {
      profile.rebootAtOffset(rebootAtOffset);
    }
    return profile.build();
  }
}
