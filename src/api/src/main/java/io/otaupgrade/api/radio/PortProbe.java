package io.otaupgrade.api.radio;

import java.util.Optional;

/**
 * What answered behind a port.
 *
 * @param protocol {@code znp} or {@code ember}; empty when nothing known answered
 * @param message one line: the firmware found, or why there is none
 */
public record PortProbe(Optional<String> protocol, String message) {}
