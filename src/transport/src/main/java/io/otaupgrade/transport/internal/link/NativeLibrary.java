package io.otaupgrade.transport.internal.link;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where jSerialComm takes its native code from. Left to itself it unpacks it into a folder of the
 * system's temporary folder that everybody may write to, and runs what it finds there; so it is
 * unpacked into the bundle's own data area and told by the property that it has for that.
 */
final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String FOLDER = "jSerialComm.library.path";

  private NativeLibrary() {}

  /**
   * To be called before the first use of the library; does nothing where somebody else has said
   * where its native code is.
   */
  static void unpackInto(Path folder) {
    if (System.getProperty(FOLDER) != null) {
      return;
    }
    try {
      // The literal does not initialise the class.
      Bundle library = Optional.ofNullable(FrameworkUtil.getBundle(SerialPort.class)).orElseThrow();
      Path own = folder.resolve(library.getVersion().toString());
      for (URL each : Collections.list(library.findEntries(system(), "*jSerialComm.*", true))) {
        unpack(each, own.resolve(each.getPath().substring(1)));
      }
      System.setProperty(FOLDER, own.toString());
    } catch (IOException | RuntimeException e) {
      LOG.warn("jSerialComm's native code goes into the temporary folder: {}", e.toString());
    }
  }

  /** The folder of the library that has this operating system's code, for all processors. */
  private static String system() {
    String name = System.getProperty("os.name", "");
    return name.startsWith("Mac") ? "OSX" : name.split(" ", 2)[0];
  }

  private static void unpack(URL from, Path to) throws IOException {
    if (!Files.exists(to)) {
      Files.createDirectories(to.getParent());
      // Whole or not at all: the next start would take half of it for all.
      Path part = to.resolveSibling(to.getFileName() + ".part");
      try (InputStream in = from.openStream()) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Serial ports cannot be used on this host. */
  static LineException missing(LinkageError e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return LineException.lasting(
        "serial ports cannot be used here, the native code of jSerialComm does not load ("
            + why
            + "); tcp:// can",
        e);
  }
}
