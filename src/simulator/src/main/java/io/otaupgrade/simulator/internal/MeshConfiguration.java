package io.otaupgrade.simulator.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The metatype of {@link SimulatedMeshComponent}'s configurations. {@link MeshSettings} reads them,
 * with the same defaults.
 */
@ObjectClassDefinition(
    name = "Simulated Zigbee mesh",
    description = "A mesh of simulated devices; io.otaupgrade.simulator~NAME")
public @interface MeshConfiguration {
  @AttributeDefinition(
      name = "mesh",
      description = "Name of the mesh; that of the configuration if empty")
  String mesh() default "";

  @AttributeDefinition(name = "devices", description = "How many devices, 0..2000")
  int devices() default 10;

  @AttributeDefinition(name = "sleepy", description = "How many of them are sleepy, 0..devices")
  int sleepy() default 0;

  @AttributeDefinition(
      name = "hops",
      description = "Hops from the coordinator to every device, 1..30")
  int hops() default 1;

  @AttributeDefinition(
      name = "speed",
      description =
          "How time passes: as the wall clock's, sixty times as fast, or as fast as the machine can go (virtual time)",
      options = {
        @Option(label = "real", value = "real"),
        @Option(label = "fast", value = "fast"),
        @Option(label = "max", value = "max")
      })
  String speed() default "real";

  @AttributeDefinition(
      name = "seed",
      description = "What chance begins with: the same seed gives the same run")
  long seed() default 1;

  @AttributeDefinition(
      name = "autoStart",
      description = "Whether the devices join as soon as there is a network")
  boolean autoStart() default true;

  @AttributeDefinition(
      name = "joinSpacingMs",
      description = "Milliseconds from one device's joining to the next one's")
  int joinSpacingMs() default 50;

  @AttributeDefinition(
      name = "loss",
      description = "Probability that a frame is lost end to end, 0..1")
  double loss() default 0.0;

  @AttributeDefinition(
      name = "lossReported",
      description =
          "Whether the radio reports the loss of a frame without APS acknowledgement (NO_ACK), or takes it for delivered")
  boolean lossReported() default false;

  @AttributeDefinition(
      name = "lossOf",
      description = "Which frames may be lost",
      options = {
        @Option(label = "all", value = "all"),
        @Option(label = "blockResponses", value = "blockResponses")
      })
  String lossOf() default "all";

  @AttributeDefinition(
      name = "duplication",
      description = "Probability that a frame arrives twice, 0..1")
  double duplication() default 0.0;

  @AttributeDefinition(
      name = "reordering",
      description = "Probability that a frame arrives late, so that others overtake it, 0..1")
  double reordering() default 0.0;

  @AttributeDefinition(name = "fastChannel", description = "Frames take no airtime")
  boolean fastChannel() default false;

  @AttributeDefinition(
      name = "fastFrameMs",
      description = "With fastChannel: milliseconds that a frame takes nevertheless, beside others")
  double fastFrameMs() default 0;

  @AttributeDefinition(
      name = "sourceRouting",
      description = "Frames to devices more than a hop away carry a source route")
  boolean sourceRouting() default true;

  @AttributeDefinition(
      name = "framesInFlight",
      description = "Frames that the radio takes at once, 1..255")
  int framesInFlight() default 16;

  @AttributeDefinition(
      name = "framesInFlightPerNode",
      description = "Of these, to one device, 1..framesInFlight")
  int framesInFlightPerNode() default 4;

  @AttributeDefinition(
      name = "manufacturerCode",
      description = "0..0xFFFE; here and below numbers may be hexadecimal with 0x")
  int manufacturerCode() default 0xFFF1;

  @AttributeDefinition(
      name = "imageType",
      description =
          "Image type the devices ask for, 0..0xFFFE; from 0xFFC0 on as a device specific file")
  int imageType() default 1;

  @AttributeDefinition(
      name = "fileVersion",
      description = "File version they run at first, 0..0xFFFFFFFF")
  long fileVersion() default 1;

  @AttributeDefinition(
      name = "furtherImageTypes",
      description = "Image types of further images of each device, with commas")
  int[] furtherImageTypes() default {};

  @AttributeDefinition(
      name = "imagesTogether",
      description = "Whether all images of a device make one upgrade (REQUIRE_MORE_IMAGE)")
  boolean imagesTogether() default false;

  @AttributeDefinition(
      name = "hardwareVersion",
      description = "Told in queries, 0..0xFFFF; -1 to leave it out")
  int hardwareVersion() default -1;

  @AttributeDefinition(
      name = "modelIdentifier",
      description = "Basic attribute 0x0005, at most 32 octets")
  String modelIdentifier() default "Simulated device";

  @AttributeDefinition(
      name = "manufacturerName",
      description = "Basic attribute 0x0004, at most 32 octets")
  String manufacturerName() default "Ota Upgrade";

  @AttributeDefinition(name = "endpoint", description = "Endpoint of the OTA client, 1..240")
  int endpoint() default 1;

  @AttributeDefinition(name = "profileId", description = "Application profile of that endpoint")
  int profileId() default 0x0104;

  @AttributeDefinition(
      name = "matchProfileId",
      description = "Application profile in which the devices look for a server")
  int matchProfileId() default 0x0104;

  @AttributeDefinition(
      name = "maximumDataSize",
      description = "Octets asked for at a time, 12..255")
  int maximumDataSize() default 50;

  @AttributeDefinition(name = "page", description = "Whether the devices ask for pages")
  boolean page() default false;

  @AttributeDefinition(name = "pageSize", description = "Octets of a page, 12..65535")
  int pageSize() default 1024;

  @AttributeDefinition(
      name = "responseSpacingMs",
      description = "Milliseconds between the blocks of a page, 0..65535")
  int responseSpacingMs() default 20;

  @AttributeDefinition(
      name = "thinkTimeMs",
      description = "Milliseconds from a block to the next request")
  double thinkTimeMs() default 3;

  @AttributeDefinition(
      name = "responseTimeoutMs",
      description = "Milliseconds until a request counts as unanswered")
  int responseTimeoutMs() default 5000;

  @AttributeDefinition(
      name = "retries",
      description = "Block requests in a row that may go unanswered")
  int retries() default 10;

  @AttributeDefinition(
      name = "queryPeriodSeconds",
      description = "Seconds from query to query, plus up to 5 s")
  int queryPeriodSeconds() default 300;

  @AttributeDefinition(
      name = "firstQuerySeconds",
      description = "Seconds from (re)start to the first query, up to twice that")
  int firstQuerySeconds() default 10;

  @AttributeDefinition(name = "rebootSeconds", description = "Seconds that a reboot takes")
  int rebootSeconds() default 3;

  @AttributeDefinition(
      name = "fastPollMs",
      description = "Milliseconds between the polls of a sleepy device that waits for something")
  int fastPollMs() default 100;

  @AttributeDefinition(
      name = "longPollSeconds",
      description = "Seconds between its polls otherwise")
  int longPollSeconds() default 60;

  @AttributeDefinition(
      name = "acknowledgedRequests",
      description = "Whether OTA requests want an APS acknowledgement")
  boolean acknowledgedRequests() default true;

  @AttributeDefinition(name = "disableDefaultResponse", description = "That bit in OTA requests")
  boolean disableDefaultResponse() default false;

  @AttributeDefinition(
      name = "periodField",
      description = "MinimumBlockPeriod in block requests",
      options = {
        @Option(label = "absent", value = "absent"),
        @Option(label = "present", value = "present"),
        @Option(label = "claimedButMissing", value = "claimedButMissing")
      })
  String periodField() default "absent";

  @AttributeDefinition(
      name = "minimumBlockPeriodMs",
      description = "MinimumBlockPeriod at first, milliseconds, 0..65534")
  int minimumBlockPeriodMs() default 0;

  @AttributeDefinition(
      name = "newAddressAfterReboot",
      description = "Whether devices come back under another network address")
  boolean newAddressAfterReboot() default false;

  @AttributeDefinition(
      name = "resumes",
      description = "Whether devices go on with a download after a reboot")
  boolean resumes() default true;

  @AttributeDefinition(
      name = "rebootAtOffset",
      description = "Each device reboots once when it holds so many octets; -1 for never")
  int rebootAtOffset() default -1;

  @AttributeDefinition(
      name = "refusesDowngrades",
      description = "Whether devices answer the offer of a lower version with INVALID_IMAGE")
  boolean refusesDowngrades() default false;

  @AttributeDefinition(
      name = "ignoresWaitForData",
      description = "Whether devices ask again at once")
  boolean ignoresWaitForData() default false;

  @AttributeDefinition(
      name = "absoluteUpgradeTime",
      description = "Whether devices take an upgrade time for a time of their own clock")
  boolean absoluteUpgradeTime() default false;

  @AttributeDefinition(
      name = "duplicatesRequests",
      description = "Whether devices send every block request twice")
  boolean duplicatesRequests() default false;

  @AttributeDefinition(
      name = "endStatus",
      description = "What devices say when a download is whole, a ZCL status",
      options = {
        @Option(label = "success", value = "success"),
        @Option(label = "invalidImage", value = "invalidImage"),
        @Option(label = "abort", value = "abort"),
        @Option(label = "requireMoreImage", value = "requireMoreImage")
      })
  String endStatus() default "success";

  @AttributeDefinition(
      name = "afterUpgrade",
      description = "What devices do when told to run the new image",
      options = {
        @Option(label = "runsNew", value = "runsNew"),
        @Option(label = "comesBackOld", value = "comesBackOld"),
        @Option(label = "neverComesBack", value = "neverComesBack")
      })
  String afterUpgrade() default "runsNew";

  @AttributeDefinition(
      name = "upgradesUnanswered",
      description = "Whether devices upgrade when their Upgrade End Request is not answered")
  boolean upgradesUnanswered() default true;

  @AttributeDefinition(
      name = "currentVersionReadable",
      description = "Whether CurrentFileVersion can be read")
  boolean currentVersionReadable() default true;
}
