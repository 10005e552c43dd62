package io.otaupgrade.cli.internal.devices;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A device, or one of its OTA clients if it has several.
 *
 * @param endpoint of the OTA client, if it has one
 * @param currentVersion that the OTA client says it runs; empty when it does not tell
 * @param deviceIds bound to it
 */
record FoundDevice(
    Node node, OptionalInt endpoint, OptionalLong currentVersion, List<Integer> deviceIds) {

  /** The address that no node has: it is not known. */
  static final int NO_ADDRESS = 0xFFFE;

  void writeMembers(JsonGenerator json) throws IOException {
    json.writeStringField("device", node.eui64().toString());
    Json.number(
        json,
        "networkAddress",
        hasAddress() ? OptionalInt.of(node.networkAddress()) : OptionalInt.empty());
    json.writeBooleanField("online", node.online());
    json.writeBooleanField("sleepy", !node.receiverOnWhenIdle());
    Json.text(json, "model", node.modelIdentifier());
    Json.text(json, "manufacturer", node.manufacturerName());
    Json.number(json, "otaEndpoint", endpoint);
    Json.number(json, "currentVersion", currentVersion);
    json.writeArrayFieldStart("deviceIds");
    for (int id : deviceIds) {
      json.writeNumber(id);
    }
    json.writeEndArray();
  }

  boolean hasAddress() {
    return node.networkAddress() != NO_ADDRESS;
  }

  private List<String> cells() {
    return List.of(
        node.eui64().toString(),
        hasAddress() ? String.format(Locale.ROOT, "%04x", node.networkAddress()) : "-",
        node.modelIdentifier().orElse("-"),
        node.manufacturerName().orElse("-"),
        endpoint.stream().mapToObj(Integer::toString).findFirst().orElse("-"),
        Text.version(currentVersion),
        deviceIds.isEmpty()
            ? "-"
            : deviceIds.stream().map(id -> Integer.toString(id)).collect(Collectors.joining(",")),
        node.online() ? (node.receiverOnWhenIdle() ? "listens" : "sleeps") : "offline");
  }

  /** Prints a table. */
  static void print(PrintWriter out, List<FoundDevice> devices) {
    List<List<String>> rows =
        new ArrayList<>(
            List.of(
                List.of("device", "address", "model", "manufacturer", "OTA", "version", "id", "")));
    devices.forEach(device -> rows.add(device.cells()));
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(cells -> cells.get(at).length()).max().orElseThrow();
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
