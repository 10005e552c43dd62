package io.otaupgrade.itest.karaf;

import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.features;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.karaf.options.LogLevelOption.LogLevel;

/**
 * A stock Apache Karaf, unpacked by Pax Exam. Every port is a free one. Used in the JVM of the test
 * runner.
 */
final class KarafContainer {
  private static final String MVN = "etc/org.ops4j.pax.url.mvn.cfg";
  private static final String MANAGEMENT = "etc/org.apache.karaf.management.cfg";

  private KarafContainer() {}

  /** With all of ours on that web server, and simulated meshes. */
  static Option[] on(WebServer server) throws IOException {
    String port = freePort();
    String etc = "etc/" + server.pid() + ".cfg";
    return with(
        List.of(server.everything(), "ota-simulated"),
        editConfigurationFilePut(etc, WebServer.PORT, port),
        editConfigurationFilePut(etc, server.host(), "127.0.0.1"),
        systemProperty("itest.http.port").value(port));
  }

  /** With nothing of ours but the knowledge of where it is. */
  static Option[] bare() throws IOException {
    return with(List.of());
  }

  private static Option[] with(List<String> features, Option... more) throws IOException {
    // Maven has our bundles in the build's own folders only; Karaf wants a Maven repository
    String ours =
        new File(System.getProperty("itest.features.repo")).getCanonicalFile().toURI()
            + "@id=ota@snapshots";
    List<Option> options = new ArrayList<>();
    options.add(
        karafDistributionConfiguration()
            .frameworkUrl(new File(System.getProperty("itest.karaf.archive")).toURI().toString())
            .karafVersion(System.getProperty("itest.karaf.version"))
            .name("Apache Karaf")
            .unpackDirectory(new File(System.getProperty("itest.unpack")))
            .useDeployFolder(false));
    options.add(keepRuntimeFolder());
    options.add(configureConsole().ignoreLocalConsole().ignoreRemoteShell());
    options.add(logLevel(LogLevel.INFO));
    options.add(editConfigurationFilePut(MANAGEMENT, "rmiRegistryPort", freePort()));
    options.add(editConfigurationFilePut(MANAGEMENT, "rmiServerPort", freePort()));
    String localRepository = "org.ops4j.pax.url.mvn.localRepository";
    options.add(
        editConfigurationFilePut(MVN, localRepository, System.getProperty(localRepository)));
    options.add(
        editConfigurationFilePut(
            MVN,
            "org.ops4j.pax.url.mvn.defaultRepositories",
            "${karaf.home.uri}${karaf.default.repository}@id=system.repository@snapshots, "
                + ours));
    options.add(
        features(
            new File(System.getProperty("itest.features.xml")).toURI().toString(),
            features.toArray(String[]::new)));
    options.addAll(Arrays.asList(more));
    return options.toArray(Option[]::new);
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}
