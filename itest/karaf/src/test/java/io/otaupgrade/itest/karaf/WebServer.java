package io.otaupgrade.itest.karaf;

/**
 * A web server that one of our features installs.
 *
 * @param everything the feature with all of the product on that server
 * @param feature the feature with the server alone
 * @param pid where the server's port and address are configured
 * @param host the key of the address
 */
record WebServer(String everything, String feature, String pid, String host) {
  static final String PORT = "org.osgi.service.http.port";

  static final WebServer PAX_WEB =
      new WebServer(
          "ota", "ota-http-pax-web", "org.ops4j.pax.web", "org.ops4j.pax.web.listening.addresses");
  static final WebServer FELIX_HTTP =
      new WebServer(
          "ota-felix-http",
          "ota-http-felix",
          "org.apache.felix.http",
          "org.apache.felix.http.host");
}
