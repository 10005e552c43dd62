package io.otaupgrade.api;

import io.otaupgrade.zcl.Eui64;
import java.util.Optional;

/**
 * A driver's device id and the physical device behind it.
 *
 * @param deviceId the driver's device id, > 0
 * @param device the physical device
 * @param mesh the mesh where it was last seen; empty until it was
 * @param driverTypeId the type of the id's driver; empty until a call of {@link OtaService} or the
 *     configuration told it
 */
public record DeviceBinding(
    int deviceId, Eui64 device, Optional<String> mesh, Optional<String> driverTypeId) {}
