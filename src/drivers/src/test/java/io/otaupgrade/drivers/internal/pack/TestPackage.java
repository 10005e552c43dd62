package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Packages that are as they should be, to begin with. */
public final class TestPackage {

  public static final String XML =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <devicedata>
        <name>Test lamp</name>
        <manufacturer>Acme</manufacturer>
        <model>L1</model>
        <version>7</version>
        <minimum_os_version>3.3.2</minimum_os_version>
        <config>
          <script file="driver.lua"/>
          <properties>
            <property>
              <name>Progress</name>
              <type>STRING</type>
              <default>none</default>
              <readonly>true</readonly>
            </property>
          </properties>
        </config>
        <connections>
          <connection>
            <id>6001</id>
            <type>4</type>
            <classes><class><classname>ZIGBEE</classname></class></classes>
          </connection>
        </connections>
        <binding_keys version="2">
          <binding_key><manufacturer>Acme</manufacturer><model>Lamp 1</model></binding_key>
        </binding_keys>
      </devicedata>
      """;

  public static final String LUA =
      """
      zb = C4:RequireModule("zigbee")
      zb:otaAddImage(1, 0xFFF1, 1, "controller://driver/lamp/lamp.zigbee", "lamp.c4z", 7)
      """;

  private TestPackage() {}

  /** An image. */
  public static byte[] image(int manufacturer, int type, long version, int octets) {
    byte[] firmware = new byte[octets];
    new SplittableRandom(version).nextBytes(firmware);
    return new OtaFileWriter(manufacturer, type, version)
        .headerString("test")
        .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
        .integrityCode(IntegrityRule.STANDARD)
        .toByteArray();
  }

  /** The package {@code lamp.c4z}, to which more can be added. */
  public static TestZip lamp() {
    return with(XML);
  }

  /** The same with another {@code driver.xml}. */
  public static TestZip with(String driverXml) {
    TestZip zip = new TestZip();
    zip.add("driver.xml", driverXml);
    zip.add("driver.lua", LUA);
    zip.add("www/", new byte[0]);
    zip.add("www/lamp.zigbee", image(0xFFF1, 1, 2, 500));
    return zip;
  }

  /** Writes one to a file. */
  public static Path write(Path folder, String name, TestZip zip) throws IOException {
    return Files.write(folder.resolve(name), zip.toByteArray());
  }
}
