package io.otaupgrade.registry.internal.web;

import io.otaupgrade.api.image.HostedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.Servlet;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hosts the folders that other bundles offer as {@link HostedFiles}. */
@Component(service = Servlet.class)
@HttpWhiteboardServletName("io.otaupgrade.driver-files")
@HttpWhiteboardServletPattern("/driver/*")
public final class DriverFilesServlet extends HostingServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(DriverFilesServlet.class);

  private final transient InstantSource clock;

  // Unordered: name and ranking of a service may change, so both are looked at in each request.
  private final transient Map<ServiceReference<HostedFiles>, HostedFiles> hosted =
      new ConcurrentHashMap<>();

  /** Made by Declarative Services. */
  @Activate
  public DriverFilesServlet(@Reference(name = "gate") ClientGate gate) {
    this(gate, InstantSource.system());
  }

  DriverFilesServlet(ClientGate gate, InstantSource clock) {
    super("/driver/", gate);
    this.clock = clock;
  }

  @Reference(
      service = HostedFiles.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addFiles(ServiceReference<HostedFiles> reference, HostedFiles files) {
    Object name = reference.getProperty(HostedFiles.DRIVER_NAME);
    if (!(name instanceof String text) || !RequestPath.isName(text)) {
      LOG.warn(
          "HostedFiles of bundle {} is not reachable: property {} must be a plain name, was {}",
          reference.getBundle(),
          HostedFiles.DRIVER_NAME,
          name);
    }
    hosted.put(reference, files);
  }

  void removeFiles(ServiceReference<HostedFiles> reference) {
    hosted.remove(reference);
  }

  @Override
  Optional<Content> open(List<String> names) {
    if (names.size() < 2) {
      return Optional.empty();
    }
    Optional<HostedFiles> files = byDriverName(names.get(0));
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<Path> file = HostedFolder.find(files.get().folder(), names.subList(1, names.size()));
      return file.isPresent() ? Optional.of(FileContent.open(file.get(), clock)) : Optional.empty();
    } catch (IOException e) {
      LOG.debug("File {} of driver {} cannot be read: {}", names, names.get(0), e.getMessage());
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.warn("HostedFiles of driver {} failed", names.get(0), e);
      return Optional.empty();
    }
  }

  private Optional<HostedFiles> byDriverName(String name) {
    return hosted.entrySet().stream()
        .filter(entry -> name.equals(entry.getKey().getProperty(HostedFiles.DRIVER_NAME)))
        .max(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue);
  }
}
