package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.drivers.internal.instance.DriverSetup.Property;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads {@code driver.xml}: lenient about what this host does not need. */
final class DriverXmlReader {

  private static final int ZIGBEE_BINDING = 6001;
  private static final long HIGHEST_VERSION = 0xFFFFFFFFL;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final Pattern DOTTED = Pattern.compile("[0-9]+(\\.[0-9]+){0,4}.*");

  private final Findings findings;

  private DriverXmlReader(Findings findings) {
    this.findings = findings;
  }

  /** What it says; empty if it cannot be read, which is among the findings then. */
  static Optional<DriverXml> read(byte[] octets, Findings findings) {
    return new DriverXmlReader(findings).read(octets);
  }

  private Optional<DriverXml> read(byte[] octets) {
    XmlParser.Document document;
    try {
      document = XmlParser.parse(octets);
    } catch (SAXParseException e) {
      findings.error(DriverXml.NAME + ":" + e.getLineNumber(), message(e));
      return Optional.empty();
    } catch (SAXException | IOException e) {
      findings.error(DriverXml.NAME, "cannot be read: " + message(e));
      return Optional.empty();
    }
    XmlElement root = document.root();
    if (!root.name().equals("devicedata")) {
      error(root, "the outermost element must be devicedata, was " + root.name());
      return Optional.empty();
    }
    Optional<XmlElement> config = root.child("config");
    Optional<XmlElement> script = config.flatMap(one -> one.child("script"));
    return Optional.of(
        new DriverXml(
            text(root, "name"),
            text(root, "manufacturer"),
            text(root, "model"),
            version(root),
            minimumOsVersion(root),
            script.flatMap(one -> one.attribute("file")).filter(file -> !file.isEmpty()),
            script.map(XmlElement::line).orElse(root.line()),
            script.flatMap(one -> one.attribute("encryption")).filter(this::isOn).isPresent(),
            matches(root),
            zigbeeBinding(root),
            config.map(this::properties).orElse(List.of()),
            blobs(root),
            document.text()));
  }

  private static String message(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.contains("disallow-doctype-decl")
        ? "has a document type, which no package needs and some attacks do"
        : message.lines().findFirst().orElse("");
  }

  private void error(XmlElement where, String message) {
    findings.error(DriverXml.NAME + ":" + where.line(), message);
  }

  private void warning(XmlElement where, String message) {
    findings.warning(DriverXml.NAME + ":" + where.line(), message);
  }

  private boolean isOn(String value) {
    return !value.isEmpty() && !value.equals("0") && !value.equalsIgnoreCase("false");
  }

  private String text(XmlElement root, String name) {
    Optional<String> text = root.childText(name);
    if (text.isEmpty()) {
      warning(root, name + " is missing");
    }
    return text.orElse("");
  }

  private long version(XmlElement root) {
    Optional<XmlElement> element = root.child("version");
    if (element.isEmpty()) {
      error(root, "version is missing: it is the driver's version in every registration");
      return 0;
    }
    String text = element.get().text();
    if (NUMBER.matcher(text).matches() && Long.parseLong(text) <= HIGHEST_VERSION) {
      return Long.parseLong(text);
    }
    error(element.get(), "version must be a whole number, 0..4294967295, was '" + text + "'");
    return 0;
  }

  private Optional<String> minimumOsVersion(XmlElement root) {
    Optional<String> text = root.childText("minimum_os_version");
    if (text.isPresent() && !DOTTED.matcher(text.get()).matches()) {
      warning(
          root.child("minimum_os_version").orElse(root),
          "minimum_os_version must be like 3.3.2, was '" + text.get() + "'");
    }
    return text;
  }

  /** The keys of Zigbee 3.0, and the product names of before. */
  private List<DeviceMatch> matches(XmlElement root) {
    Set<DeviceMatch> matches = new LinkedHashSet<>();
    root.all("binding_keys")
        .forEach(
            keys -> {
              if (!keys.attribute("version").orElse("").equals("2")) {
                warning(keys, "binding_keys of another version than 2 are not used");
                return;
              }
              for (XmlElement key : keys.children()) {
                Optional<String> manufacturer = part(key, "manufacturer");
                Optional<String> model = part(key, "model");
                if (manufacturer.isPresent() && model.isPresent()) {
                  matches.add(new DeviceMatch(manufacturer, model.get()));
                } else {
                  warning(key, "a binding key needs a manufacturer and a model");
                }
              }
            });
    root.all("search_types")
        .flatMap(types -> types.children("type"))
        .map(XmlElement::text)
        .filter(type -> !type.isEmpty())
        .forEach(type -> matches.add(new DeviceMatch(Optional.empty(), type)));
    if (matches.isEmpty()) {
      warning(
          root, "no device is bound by itself: there are neither binding_keys nor search_types");
    }
    return List.copyOf(matches);
  }

  /** {@code <manufacturer>}, {@code manufacturername="…"}, {@code <model_identifier>} and so on. */
  private static Optional<String> part(XmlElement key, String beginning) {
    for (String spelling : List.of("", "name", "_name", "identifier", "_identifier", "id", "_id")) {
      Optional<String> value = key.value(beginning + spelling);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private int zigbeeBinding(XmlElement root) {
    List<XmlElement> connections = new ArrayList<>();
    root.child("connections")
        .ifPresent(
            all ->
                all.children("connection")
                    .filter(
                        one ->
                            one.all("classname")
                                .anyMatch(name -> name.text().equalsIgnoreCase("ZIGBEE")))
                    .forEach(connections::add));
    if (connections.isEmpty()) {
      warning(root, "has no connection of class ZIGBEE; 6001 is taken for its id");
      return ZIGBEE_BINDING;
    }
    XmlElement first = connections.get(0);
    if (connections.size() > 1) {
      warning(
          connections.get(1), "has more than one connection of class ZIGBEE; the first is used");
    }
    String id = first.value("id").orElse("");
    if (NUMBER.matcher(id).matches() && Long.parseLong(id) <= Integer.MAX_VALUE) {
      return Integer.parseInt(id);
    }
    error(first, "the id of a connection must be a whole number, was '" + id + "'");
    return ZIGBEE_BINDING;
  }

  private List<Property> properties(XmlElement config) {
    List<Property> properties = new ArrayList<>();
    Set<String> names = new HashSet<>();
    config
        .child("properties")
        .ifPresent(
            all ->
                all.children("property")
                    .forEach(
                        one -> {
                          String name = one.value("name").orElse("");
                          if (name.isEmpty()) {
                            warning(one, "a property has no name");
                          } else if (!names.add(name)) {
                            warning(one, "there is a property '" + name + "' already");
                          } else {
                            properties.add(
                                new Property(
                                    name,
                                    one.value("type").orElse("STRING").toUpperCase(Locale.ROOT),
                                    one.value("default").orElse(""),
                                    one.value("readonly").filter(this::isOn).isPresent()));
                          }
                        }));
    return List.copyOf(properties);
  }

  private Map<String, byte[]> blobs(XmlElement root) {
    Map<String, byte[]> blobs = new LinkedHashMap<>();
    root.all("largeblobs").flatMap(all -> all.children().stream()).forEach(one -> blob(one, blobs));
    return blobs;
  }

  /** {@code <blob name="…">base64</blob>}, or name and data as elements. */
  private void blob(XmlElement one, Map<String, byte[]> blobs) {
    Optional<String> name = one.value("name");
    if (name.isEmpty()) {
      warning(one, "a blob has no name");
      return;
    }
    String base64 =
        one.childText("data")
            .or(() -> one.childText("value"))
            .or(() -> one.childText("blob"))
            .orElse(one.text());
    try {
      if (blobs.put(name.get(), Base64.getMimeDecoder().decode(base64)) != null) {
        warning(one, "there is a blob '" + name.get() + "' already");
      }
    } catch (IllegalArgumentException e) {
      error(one, "the blob '" + name.get() + "' is not Base64: " + e.getMessage());
    }
  }
}
