package io.otaupgrade.api.radio;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The radios of this host, those that do not work included. The service is there as long as the
 * radio-transport bundle is. Safe from any thread.
 */
@ProviderType
public interface Radios {

  /** The radios as they are now, by name of their mesh. */
  List<RadioStatus> radios();
}
