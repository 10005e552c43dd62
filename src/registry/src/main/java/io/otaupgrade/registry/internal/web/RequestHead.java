package io.otaupgrade.registry.internal.web;

import java.util.List;
import java.util.Optional;

/** Method and header fields of a request. */
interface RequestHead {

  String method();

  /** The lines of a field in their order; empty when it is not there. */
  List<String> values(String name);

  /** A field that is no list; one that comes twice is as good as none. */
  default Optional<String> only(String name) {
    List<String> values = values(name);
    return values.size() == 1 ? Optional.of(values.get(0).strip()) : Optional.empty();
  }

  /** A field that is a list, its lines joined (RFC 9110 §5.3). */
  default Optional<String> list(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
  }
}
