package io.otaupgrade.itest.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A driver package that a test makes. */
final class DriverPackage {

  private final String name;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private DriverPackage(String name) {
    this.name = name;
  }

  /** One for devices of this model, of which {@link ForeignDriver} makes meshes. */
  static DriverPackage of(String name, String model, String script) {
    DriverPackage made = new DriverPackage(name);
    made.file(
        "driver.xml",
        """
        <devicedata>
          <name>%s</name><manufacturer>Itest</manufacturer><model>%s</model><version>1</version>
          <minimum_os_version>3.3.2</minimum_os_version>
          <config>
            <script file="driver.lua"/>
            <properties><property><name>Do</name><type>STRING</type></property></properties>
          </config>
          <connections><connection>
            <id>6001</id><classes><class><classname>ZIGBEE</classname></class></classes>
          </connection></connections>
          <binding_keys version="2">
            <key><manufacturer>Itest</manufacturer><model>%s</model></key>
          </binding_keys>
        </devicedata>
        """
            .formatted(name, model, model)
            .getBytes(StandardCharsets.UTF_8));
    made.file("driver.lua", script.getBytes(StandardCharsets.UTF_8));
    return made;
  }

  /** The one in {@code examples/lua}. */
  static DriverPackage example() throws IOException {
    DriverPackage made = new DriverPackage("acme-lamp");
    for (String file : new String[] {"driver.xml", "driver.lua", "www/acme-lamp.zigbee"}) {
      try (InputStream in = DriverPackage.class.getResourceAsStream("/acme-lamp/" + file)) {
        made.file(file, in.readAllBytes());
      }
    }
    return made;
  }

  DriverPackage file(String path, byte[] octets) {
    files.put(path, octets);
    return this;
  }

  byte[] octets(String path) {
    return files.get(path);
  }

  String typeId() {
    return name + ".c4z";
  }

  /** Drops it into a folder, whole. */
  Path dropInto(Path folder) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    Path draft = Files.createTempFile("itest", ".draft");
    Files.write(draft, octets.toByteArray());
    return Files.move(draft, folder.resolve(typeId()), StandardCopyOption.REPLACE_EXISTING);
  }
}
