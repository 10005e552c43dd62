package io.otaupgrade.api.image;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service of a bundle that has files to host: a driver package's {@code www} folder, for
 * example. They are served under {@code /driver/<name>/}.
 */
@ConsumerType
public interface HostedFiles {

  /** Service property, mandatory: the name in the URL; no slash, not {@code .} or {@code ..}. */
  String DRIVER_NAME = "driver.name";

  /** The folder whose files, and those below, are hosted; links out of it are not followed. */
  Path folder();
}
