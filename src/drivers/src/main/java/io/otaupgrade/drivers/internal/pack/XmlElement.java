package io.otaupgrade.drivers.internal.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An element of {@code driver.xml}; names are compared without regard to case. */
final class XmlElement {

  private final String name;
  private final int line;
  private final Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<XmlElement> children = new ArrayList<>(0);
  private String text = "";

  XmlElement(String name, int line) {
    this.name = name.toLowerCase(Locale.ROOT);
    this.line = line;
  }

  void attribute(String attribute, String value) {
    attributes.put(attribute, value);
  }

  void child(XmlElement child) {
    children.add(child);
  }

  void text(String own) {
    text = own;
  }

  String name() {
    return name;
  }

  int line() {
    return line;
  }

  /** Its own text, without blanks around it. */
  String text() {
    return text;
  }

  Optional<String> attribute(String attribute) {
    return Optional.ofNullable(attributes.get(attribute)).map(String::strip);
  }

  List<XmlElement> children() {
    return children;
  }

  Stream<XmlElement> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted));
  }

  Optional<XmlElement> child(String wanted) {
    return children(wanted).findFirst();
  }

  /** The text of a child, if it has one that is not empty. */
  Optional<String> childText(String wanted) {
    return child(wanted).map(XmlElement::text).filter(found -> !found.isEmpty());
  }

  /** What an attribute or else a child of this name says. */
  Optional<String> value(String wanted) {
    return attribute(wanted).filter(found -> !found.isEmpty()).or(() -> childText(wanted));
  }

  /** All elements of this name in it, at any depth. */
  Stream<XmlElement> all(String wanted) {
    return children.stream()
        .flatMap(
            child ->
                child.name.equals(wanted)
                    ? Stream.concat(Stream.of(child), child.all(wanted))
                    : child.all(wanted));
  }
}
