package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import java.util.Optional;

/** Within this bundle: the registered images by the name under which they are hosted. */
public interface ImageFiles {

  /**
   * Looks a stored name up; never blocks. Only exact names of registered images are known, so no
   * spelling of a path reaches a file.
   */
  Optional<FirmwareImage> byStoredName(String storedName);
}
