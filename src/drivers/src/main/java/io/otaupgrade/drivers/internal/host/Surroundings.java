package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The services around the host, as they are now. */
interface Surroundings {

  /** What runs scripts. Asked for only when there is one to run. */
  Optional<DriverRuntime> runtime();

  Optional<ImageRegistry> registry();

  Optional<OtaService> ota();

  List<RadioTransport> transports();

  /** Publishes the files of a package until the result is closed. */
  Hosting host(String driverName, Path folder);

  /** Files that are hosted. */
  interface Hosting extends AutoCloseable {
    @Override
    void close();
  }
}
