package io.otaupgrade.api.drivers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The driver packages of this host. Safe from any thread; what is returned is a snapshot. What
 * happens in drivers comes to {@link DriverListener}s.
 */
@ProviderType
public interface DriverPackages {

  /** Looks at a package without installing it. A file that is not there is a finding, too. */
  PackageCheck check(Path file);

  /**
   * Installs a package, in place of the one of the same file name: the drivers of that are ended
   * and their registrations withdrawn before the new ones start. Without effect if the very same
   * package is there. Returns when it is done, which takes as long as the old drivers take to end.
   *
   * @param file is copied
   * @return what was found; it is installed if that {@linkplain PackageCheck#isAccepted is
   *     accepted}
   * @throws IOException if it cannot be stored
   */
  PackageCheck install(Path file) throws IOException;

  /**
   * Ends the drivers of a package, withdraws their registrations, gives up the device ids that it
   * was bound to by itself, and deletes it with all that its drivers persisted.
   *
   * @return whether it was installed
   */
  boolean remove(String typeId) throws IOException;

  /** What is installed, by type id. */
  List<InstalledPackage> installed();

  /** One package. */
  Optional<InstalledPackage> installed(String typeId);

  /**
   * What happened last in the drivers of a package, oldest first; also of an earlier run of the
   * host, as far as it was kept.
   */
  List<DriverEvent> log(String typeId);

  /**
   * Sets a property of a running driver, as its operator would.
   *
   * @return whether there is a driver for this device id, and it has this property
   */
  boolean setProperty(int deviceId, String name, String value);
}
