package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.Ranges;
import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import java.util.List;
import java.util.Optional;

/** What several responses have to hold to. */
final class ResponseChecks {

  private ResponseChecks() {}

  static void addresses(
      int statusCode,
      Optional<RemoteDevice> remoteDevice,
      Optional<AssociatedDevices> associatedDevices) {
    Ranges.u8("statusCode", statusCode);
    boolean success = isSuccess(statusCode);
    if (success && remoteDevice.isEmpty()) {
      throw new IllegalArgumentException("remoteDevice must be present when the status is SUCCESS");
    }
    if (!success && associatedDevices.isPresent()) {
      throw new IllegalArgumentException(
          "associatedDevices must be empty when the status is " + ZdoStatus.nameOf(statusCode));
    }
  }

  static void presentWithSuccess(String field, int statusCode, Optional<?> value) {
    Ranges.u8("statusCode", statusCode);
    if (value.isPresent() != isSuccess(statusCode)) {
      throw new IllegalArgumentException(
          field
              + (value.isPresent() ? " is present" : " is empty")
              + " though the status is "
              + ZdoStatus.nameOf(statusCode));
    }
  }

  static List<Integer> endpoints(String field, List<Integer> endpoints) {
    List<Integer> copy = List.copyOf(endpoints);
    Ranges.u8("number of " + field, copy.size());
    copy.forEach(endpoint -> Ranges.u8(field, endpoint));
    return copy;
  }

  static boolean isSuccess(int statusCode) {
    return statusCode == ZdoStatus.SUCCESS.code();
  }
}
