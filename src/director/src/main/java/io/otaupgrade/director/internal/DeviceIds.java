package io.otaupgrade.director.internal;

import java.lang.reflect.Array;
import java.util.Collection;

/** The service property of an {@code OtaListener} that names the device ids it wants. */
final class DeviceIds {

  private DeviceIds() {}

  /**
   * @param property a number, a text that is one, an array or collection of these, or null for a
   *     property that is not there
   */
  static boolean wants(Object property, int deviceId) {
    if (property == null) {
      return true;
    }
    if (property instanceof Collection<?> several) {
      return several.stream().anyMatch(one -> is(one, deviceId));
    }
    if (property.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(property); i++) {
        if (is(Array.get(property, i), deviceId)) {
          return true;
        }
      }
      return false;
    }
    return is(property, deviceId);
  }

  private static boolean is(Object value, int deviceId) {
    return value instanceof Number number
        ? number.longValue() == deviceId
        : String.valueOf(value).strip().equals(Integer.toString(deviceId));
  }
}
