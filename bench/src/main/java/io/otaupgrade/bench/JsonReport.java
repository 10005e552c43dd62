package io.otaupgrade.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One object a line. */
final class JsonReport implements Report {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** More digits than any figure is good for. */
  private static final MathContext DIGITS = new MathContext(4);

  private final PrintWriter out;

  JsonReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void add(Result result) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, result);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has no faults
    }
    out.println(text);
  }

  private static void write(JsonGenerator json, Result result) throws IOException {
    Figure figure = result.figure();
    json.writeStartObject();
    json.writeStringField("name", figure.label());
    number(json, "value", result.value());
    json.writeStringField("unit", figure.unit());
    number(json, "reach", figure.reach().limit());
    json.writeStringField("better", figure.reach().better().name().toLowerCase(Locale.ROOT));
    json.writeBooleanField("met", result.isMet());
    if (result.bound().isPresent()) {
      number(json, "bound", result.bound().getAsDouble());
    }
    json.writeFieldName("peer");
    if (result.peer().isPresent()) {
      write(json, result.peer().get());
    } else {
      json.writeNull();
    }
    json.writeStringField("condition", figure.condition());
    for (Map.Entry<String, Double> detail : new TreeMap<>(result.details()).entrySet()) {
      number(json, detail.getKey(), detail.getValue());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Peer peer) throws IOException {
    json.writeStartObject();
    json.writeStringField("server", peer.server());
    number(json, "value", peer.value());
    json.writeBooleanField("measured", peer.measured());
    if (!peer.note().isEmpty()) {
      json.writeStringField("note", peer.note());
    }
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    BigDecimal exact = BigDecimal.valueOf(value);
    BigDecimal rounded =
        exact.precision() - exact.scale() > DIGITS.getPrecision()
            ? exact.setScale(0, DIGITS.getRoundingMode())
            : exact.round(DIGITS);
    json.writeFieldName(name);
    json.writeNumber(rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
  }

  @Override
  public void end() {
    out.flush();
  }
}
