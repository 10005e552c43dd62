package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What services tell, for tests. */
final class Samples {

  static final ImageId IMAGE = new ImageId(0x117C, 0x4204, 0x20);
  static final long OLD = 0x10;

  private Samples() {}

  static RadioStatus radio(RadioState state, String message) {
    return new RadioStatus(
        "radio",
        "znp at /dev/ttyUSB0",
        state,
        message,
        state == RadioState.UP
            ? Optional.of(
                new NetworkParameters(new Eui64(0x00124B0000000001L), 0, 15, 0x1A62, 0xAABBL))
            : Optional.empty(),
        RadioCounters.NONE);
  }

  static Node node(long device, boolean listens, int... outputClusters) {
    return new Node(
        new Eui64(device),
        0x1234,
        listens,
        true,
        Optional.empty(),
        Optional.empty(),
        outputClusters.length == 0
            ? List.of()
            : List.of(new NodeEndpoint(1, 0x0104, List.of(0), List.of(outputClusters[0]))));
  }

  static DeviceQuery query(long device, long runs, OptionalLong offered) {
    return new DeviceQuery(
        "radio",
        new Eui64(device),
        1,
        IMAGE.manufacturerCode(),
        IMAGE.imageType(),
        runs,
        OptionalInt.empty(),
        offered);
  }

  static Upgrade upgrade(long device, UpgradeState state, long octets) {
    return upgrade(device, state, UpgradeReason.NONE, octets, Instant.EPOCH);
  }

  static Upgrade upgrade(
      long device, UpgradeState state, UpgradeReason reason, long octets, Instant started) {
    return new Upgrade(
        "radio",
        new Eui64(device),
        1,
        IMAGE,
        "stored",
        OptionalLong.of(OLD),
        state,
        reason,
        octets,
        1000,
        77,
        new UpgradeCounters(octets / 50, 2),
        started,
        started.plusMillis(1500));
  }
}
