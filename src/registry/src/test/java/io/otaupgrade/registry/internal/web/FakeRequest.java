package io.otaupgrade.registry.internal.web;

import java.util.ArrayList;
import java.util.List;

/** A request's head; fields as {@code Name: value}. */
record FakeRequest(String method, List<String> fields) implements RequestHead {

  static FakeRequest get(String... fields) {
    return new FakeRequest("GET", List.of(fields));
  }

  @Override
  public List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      if (field.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        values.add(field.substring(name.length() + 1).strip());
      }
    }
    return values;
  }
}
