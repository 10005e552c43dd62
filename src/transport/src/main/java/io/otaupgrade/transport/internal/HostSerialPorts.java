package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.PortProbe;
import io.otaupgrade.api.radio.SerialPort;
import io.otaupgrade.api.radio.SerialPorts;
import io.otaupgrade.transport.internal.ember.AshProbe;
import io.otaupgrade.transport.internal.link.HostPorts;
import io.otaupgrade.transport.internal.link.Lines;
import io.otaupgrade.transport.internal.link.PortProber;
import io.otaupgrade.transport.internal.znp.ZnpProbe;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The serial ports of this host, and what is behind them. */
@Component
public final class HostSerialPorts implements SerialPorts {

  private final PortProber prober;

  /** Called by SCR. */
  @Activate
  public HostSerialPorts(@Reference(name = "lines") Lines lines) {
    // A ping is harmless to whatever is there; the other question resets its co-processor.
    prober = new PortProber(lines, List.of(ZnpProbe::new, AshProbe::new), InstantSource.system());
  }

  @Override
  public List<SerialPort> ports() {
    return HostPorts.list();
  }

  @Override
  public CompletionStage<PortProbe> probe(String port, int baudRate) {
    return prober.probe(port, baudRate);
  }
}
