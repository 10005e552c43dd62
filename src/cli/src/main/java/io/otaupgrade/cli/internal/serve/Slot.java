package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.zcl.Eui64;

/** What a device keeps one image in. */
record Slot(Eui64 device, int endpoint, int manufacturerCode, int imageType) {

  static Slot of(Upgrade upgrade) {
    return new Slot(
        upgrade.device(),
        upgrade.endpoint(),
        upgrade.image().manufacturerCode(),
        upgrade.image().imageType());
  }

  static Slot of(DeviceQuery query) {
    return new Slot(query.device(), query.endpoint(), query.manufacturerCode(), query.imageType());
  }
}
