package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.drivers.internal.pack.PackageReader;
import java.io.File;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Takes packages that somebody drops into a folder watched by Felix FileInstall, as Karaf's {@code
 * deploy}. Where there is no FileInstall, nobody asks for this service and the class is not loaded.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
public final class DeployFolder implements ArtifactInstaller {

  private final DriverHostComponent host;

  @Activate
  public DeployFolder(@Reference(name = "host") DriverHostComponent host) {
    this.host = host;
  }

  @Override
  public boolean canHandle(File artifact) {
    return artifact.getName().endsWith(PackageReader.EXTENSION);
  }

  @Override
  public void install(File artifact) throws IOException {
    PackageCheck check = host.installDropped(artifact.toPath().toAbsolutePath());
    if (!check.isAccepted()) {
      throw new IOException(
          check.findings().stream()
              .filter(finding -> finding.severity() == PackageFinding.Severity.ERROR)
              .map(PackageFinding::toString)
              .collect(Collectors.joining("; ")));
    }
  }

  @Override
  public void update(File artifact) throws IOException {
    install(artifact);
  }

  @Override
  public void uninstall(File artifact) throws IOException {
    host.removeDropped(artifact.toPath().toAbsolutePath());
  }
}
