package io.otaupgrade.cli.internal.driver;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageDescription;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.cli.internal.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** What was found in a package, for people and machines. */
record CheckReport(String file, PackageCheck check) {

  void print(PrintWriter out) {
    out.println(file);
    if (!check.isAccepted()) {
      out.println("  REFUSED");
    }
    check.description().ifPresent(one -> print(out, one));
    printFindings(out);
  }

  private static void print(PrintWriter out, PackageDescription one) {
    out.printf("  driver             %s, version %d%n", one.displayName(), one.version());
    out.printf("  for                %s %s%n", one.manufacturer(), one.model());
    one.minimumOsVersion().ifPresent(text -> out.println("  needs              " + text));
    for (DeviceMatch match : one.matches()) {
      out.printf(
          "  matches            %s%s%n",
          match.manufacturerName().map(name -> name + " / ").orElse(""), match.modelIdentifier());
    }
    one.images().forEach(image -> out.println("  image              " + image));
  }

  void printFindings(PrintWriter out) {
    for (PackageFinding finding : check.findings()) {
      out.printf("  %-18s %s%n", finding.severity().name().toLowerCase(Locale.ROOT), finding);
    }
  }

  void writeMembers(JsonGenerator json) throws IOException {
    json.writeStringField("file", file);
    json.writeBooleanField("accepted", check.isAccepted());
    json.writeArrayFieldStart("findings");
    for (PackageFinding finding : check.findings()) {
      json.writeStartObject();
      json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
      json.writeStringField("where", finding.where());
      json.writeStringField("message", finding.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeFieldName("package");
    if (check.description().isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    writeMembers(json, check.description().get());
    json.writeEndObject();
  }

  static void writeMembers(JsonGenerator json, PackageDescription one) throws IOException {
    json.writeStringField("driverTypeId", one.typeId());
    json.writeStringField("name", one.displayName());
    json.writeNumberField("version", one.version());
    json.writeStringField("manufacturer", one.manufacturer());
    json.writeStringField("model", one.model());
    Json.text(json, "minimumOsVersion", one.minimumOsVersion());
    json.writeArrayFieldStart("matches");
    for (DeviceMatch match : one.matches()) {
      json.writeStartObject();
      Json.text(json, "manufacturerName", match.manufacturerName());
      Json.text(json, "modelIdentifier", Optional.of(match.modelIdentifier()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("images");
    for (String image : one.images()) {
      json.writeString(image);
    }
    json.writeEndArray();
  }
}
