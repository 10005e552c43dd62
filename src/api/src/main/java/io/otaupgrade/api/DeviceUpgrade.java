package io.otaupgrade.api;

import io.otaupgrade.api.server.Upgrade;
import java.util.List;

/**
 * An upgrade and the device ids of its device.
 *
 * @param deviceIds ids bound to the device, ascending
 */
public record DeviceUpgrade(List<Integer> deviceIds, Upgrade upgrade) {
  public DeviceUpgrade {
    deviceIds = List.copyOf(deviceIds);
  }
}
