package io.otaupgrade.cli.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Machine output: one object a line. */
public final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes the members of one object. */
  @FunctionalInterface
  public interface Members {
    /** The object is open; it is closed afterwards. */
    void write(JsonGenerator json) throws IOException;
  }

  /** A member that is a number, or null. */
  public static void number(JsonGenerator json, String name, OptionalLong value)
      throws IOException {
    json.writeFieldName(name);
    if (value.isPresent()) {
      json.writeNumber(value.getAsLong());
    } else {
      json.writeNull();
    }
  }

  /** A member that is a small number, or null. */
  public static void number(JsonGenerator json, String name, OptionalInt value) throws IOException {
    number(json, name, value.stream().asLongStream().findFirst());
  }

  /** A member that is text, or null. */
  public static void text(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    json.writeStringField(name, value.orElse(null));
  }

  /** Prints an object and ends the line. */
  public static void line(PrintWriter out, Members members) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
    out.println(text);
  }
}
