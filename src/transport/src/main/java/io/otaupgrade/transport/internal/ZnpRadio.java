package io.otaupgrade.transport.internal;

import io.otaupgrade.transport.internal.link.ConfiguredRadio;
import io.otaupgrade.transport.internal.link.Lines;
import io.otaupgrade.transport.internal.link.RadioSettings;
import io.otaupgrade.transport.internal.znp.ZnpCoProcessor;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** A radio of Texas Instruments for each configuration of the factory. */
@Component(
    service = {},
    immediate = true,
    configurationPid = ZnpRadio.FACTORY_PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RadioSettings.Config.class, factory = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"io.otaupgrade.api.radio.spi.RadioDriver\"",
    effective = "active")
public final class ZnpRadio {

  static final String FACTORY_PID = "io.otaupgrade.transport.znp";

  private final ConfiguredRadio radio;

  /** Called by SCR. */
  @Activate
  public ZnpRadio(
      BundleContext bundle,
      @Reference(name = "lines") Lines lines,
      Map<String, Object> configuration) {
    radio = new ConfiguredRadio("znp", ZnpCoProcessor::new, lines, bundle);
    radio.configure(configuration);
  }

  @Modified
  void modified(Map<String, Object> configuration) {
    radio.configure(configuration);
  }

  @Deactivate
  void deactivate() {
    radio.remove();
  }
}
