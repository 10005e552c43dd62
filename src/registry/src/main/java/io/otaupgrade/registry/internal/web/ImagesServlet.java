package io.otaupgrade.registry.internal.web;

import io.otaupgrade.registry.internal.ImageFiles;
import java.util.List;
import java.util.Optional;
import javax.servlet.Servlet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/** Hosts the stored images, by name: no path of the host ever takes part. */
@Component(service = Servlet.class)
@HttpWhiteboardServletName("io.otaupgrade.images")
@HttpWhiteboardServletPattern("/ota/images/*")
public final class ImagesServlet extends HostingServlet {
  private static final long serialVersionUID = 1L;

  private final transient ImageFiles images;

  /** Made by Declarative Services. */
  @Activate
  public ImagesServlet(
      @Reference(name = "images") ImageFiles images, @Reference(name = "gate") ClientGate gate) {
    super("/ota/images/", gate);
    this.images = images;
  }

  @Override
  Optional<Content> open(List<String> names) {
    return names.size() == 1
        ? images.byStoredName(names.get(0)).map(MappedContent::new)
        : Optional.empty();
  }
}
