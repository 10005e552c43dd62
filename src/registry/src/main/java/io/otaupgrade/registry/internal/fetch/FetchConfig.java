package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.zcl.file.OtaFileLimits;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration as an administrator sees it. */
@ObjectClassDefinition(
    name = "OTA resource fetching",
    description = "Which addresses firmware images are fetched from, and within which limits.")
@interface FetchConfig {

  @AttributeDefinition(
      name = "Base URL",
      description =
          "What http://director and controller:// URLs are fetched from. Empty: this host's own"
              + " web server.")
  String baseUrl() default "";

  @AttributeDefinition(
      name = "Allowed hosts",
      description =
          "Host names, addresses and address blocks (192.168.7.0/24) to fetch from although they"
              + " are not public.")
  String[] allowedHosts() default {};

  @AttributeDefinition(
      name = "Maximum size",
      description = "Octets of the largest body, 1..2147483647.")
  long maximumSize() default OtaFileLimits.DEFAULT_MAXIMUM_FILE_SIZE;

  @AttributeDefinition(
      name = "Connect time-out",
      description = "Seconds until an address that does not answer is given up, 1..3600.")
  int connectTimeout() default 10;

  @AttributeDefinition(
      name = "Total time",
      description = "Seconds that a fetch may take with all redirects, 1..86400.")
  int totalTime() default 900;

  @AttributeDefinition(
      name = "Slowest rate",
      description =
          "Octets a second, averaged over the rate window, below which a fetch is given up,"
              + " 0..2147483647; 0 = any rate will do.")
  int slowestRate() default 100;

  @AttributeDefinition(
      name = "Rate window",
      description = "Seconds over which the rate is averaged, 1..3600.")
  int rateWindow() default 60;

  @AttributeDefinition(
      name = "Maximum redirects",
      description = "Redirects that are followed one after another, 0..20.")
  int maximumRedirects() default 5;

  @AttributeDefinition(
      name = "Parallel fetches",
      description = "Fetches that run at a time, 1..64; others wait for their turn.")
  int parallelFetches() default 4;
}
