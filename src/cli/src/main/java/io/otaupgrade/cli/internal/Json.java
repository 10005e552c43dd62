package io.otaupgrade.cli.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

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
