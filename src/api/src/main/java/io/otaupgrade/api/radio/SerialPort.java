package io.otaupgrade.api.radio;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A serial port.
 *
 * @param name as a configuration names it: {@code /dev/ttyUSB0}, {@code COM3}
 * @param stableName a name that stays when others are plugged in, {@code /dev/serial/by-id/...}
 * @param description what the device calls itself
 * @param vendorId USB vendor, if it is a USB device
 * @param productId USB product, if it is a USB device
 * @param serialNumber of the USB device, if it tells one
 */
public record SerialPort(
    String name,
    Optional<String> stableName,
    String description,
    OptionalInt vendorId,
    OptionalInt productId,
    Optional<String> serialNumber) {}
