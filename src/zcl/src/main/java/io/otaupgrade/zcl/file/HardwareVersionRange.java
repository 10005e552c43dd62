package io.otaupgrade.zcl.file;

/**
 * The hardware versions an image is for. In each version the high octet is the version and the low
 * octet the revision.
 *
 * @param minimum the lowest version, 0..0xFFFF
 * @param maximum the highest version, 0..0xFFFF, itself included; a file may say one lower than the
 *     minimum, and then no hardware is in the range
 */
public record HardwareVersionRange(int minimum, int maximum) {

  public HardwareVersionRange {
    Octets.requireU16("minimumHardwareVersion", minimum);
    Octets.requireU16("maximumHardwareVersion", maximum);
  }

  /** Whether an image with this range is for hardware of this version, 0..0xFFFF. */
  public boolean contains(int hardwareVersion) {
    return minimum <= hardwareVersion && hardwareVersion <= maximum;
  }
}
