package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a simulated device is and how it behaves.
 *
 * @param manufacturerCode 0..0xFFFE
 * @param images at least one; the first is the one its version is told by
 * @param imagesTogether whether all images belong to one upgrade: each but the last ends with
 *     REQUIRE_MORE_IMAGE, and one Upgrade End Response activates all
 * @param hardwareVersion 0..0xFFFF, told in queries and compared with the image's range
 * @param modelIdentifier Basic attribute 0x0005, at most 32 octets
 * @param manufacturerName Basic attribute 0x0004, at most 32 octets
 * @param endpoint 1..240
 * @param profileId application profile of the endpoint
 * @param matchProfileId the profile it looks for a server in
 * @param sleepy whether it hears only what it polls its parent for
 * @param fastPoll of a sleepy device while it waits for something
 * @param longPoll of a sleepy device otherwise
 * @param acknowledgedRequests whether its OTA requests want an APS acknowledgement
 * @param disableDefaultResponse bit 4 of the frame control of its requests
 * @param maximumDataSize 12..255
 * @param periodField MinimumBlockPeriod in its block requests
 * @param minimumBlockPeriod that attribute's value at first, milliseconds, 0..0xFFFE
 * @param pageSize octets, up to 0xFFFF; 0 to ask for blocks only
 * @param responseSpacing milliseconds between the blocks of a page, 0..0xFFFF
 * @param thinkTime from a block to the next request
 * @param responseTimeout from when a request has left until it counts as unanswered
 * @param retries block requests in a row that may go unanswered; one more and it gives up
 * @param queryPeriod between queries, with up to 5 s of jitter
 * @param firstQuery from (re)start to the first query at least; up to twice that
 * @param rebootTime how long a reboot takes it off the network
 * @param newAddressAfterReboot whether it comes back under another network address
 * @param resumes whether it keeps a download over a reboot and goes on where it stopped
 * @param resumeFrom octets that it must hold to go on with a download rather than start over
 * @param storageOctets the largest image it has room for, 1..0x7FFFFFFF
 * @param refusesDowngrades answers the offer of a lower version with INVALID_IMAGE
 * @param ignoresWaitForData asks again at once
 * @param absoluteUpgradeTime takes an upgrade time for a time of its own clock, which starts at 0
 *     when it boots, unless the server's current time is 0
 * @param duplicatesRequests sends every block request twice
 * @param rebootAtOffset reboots once, when it holds so many octets
 * @param endStatus what it says in the Upgrade End Request, whatever it downloaded
 * @param upgradesUnanswered whether it upgrades when nobody answers its Upgrade End Request:
 *     UpgradeTimeoutPolicy 0
 * @param currentVersionReadable whether attribute 0x0002 can be read
 */
public record DeviceProfile(
    int manufacturerCode,
    List<ImageSlot> images,
    boolean imagesTogether,
    OptionalInt hardwareVersion,
    String modelIdentifier,
    String manufacturerName,
    int endpoint,
    int profileId,
    int matchProfileId,
    boolean sleepy,
    Duration fastPoll,
    Duration longPoll,
    boolean acknowledgedRequests,
    boolean disableDefaultResponse,
    int maximumDataSize,
    PeriodField periodField,
    int minimumBlockPeriod,
    int pageSize,
    int responseSpacing,
    Duration thinkTime,
    Duration responseTimeout,
    int retries,
    Duration queryPeriod,
    Duration firstQuery,
    Duration rebootTime,
    boolean newAddressAfterReboot,
    boolean resumes,
    int resumeFrom,
    int storageOctets,
    boolean refusesDowngrades,
    boolean ignoresWaitForData,
    boolean absoluteUpgradeTime,
    boolean duplicatesRequests,
    OptionalInt rebootAtOffset,
    ZclStatus endStatus,
    AfterUpgrade afterUpgrade,
    boolean upgradesUnanswered,
    boolean currentVersionReadable) {

  public DeviceProfile {
    range("manufacturerCode", manufacturerCode, 0, 0xFFFE);
    images = List.copyOf(images);
    range("number of images", images.size(), 1, 16);
    hardwareVersion.ifPresent(version -> range("hardwareVersion", version, 0, 0xFFFF));
    range("octets of modelIdentifier", octets(modelIdentifier), 0, 32);
    range("octets of manufacturerName", octets(manufacturerName), 0, 32);
    range("endpoint", endpoint, 1, 240);
    range("profileId", profileId, 0, 0xFFFF);
    range("matchProfileId", matchProfileId, 0, 0xFFFF);
    range("maximumDataSize", maximumDataSize, 12, 255);
    range("minimumBlockPeriod", minimumBlockPeriod, 0, OtaCluster.MAX_MINIMUM_BLOCK_PERIOD);
    range("pageSize", pageSize, 0, 0xFFFF);
    range("responseSpacing", responseSpacing, 0, 0xFFFF);
    notNegative("thinkTime", thinkTime);
    positive("responseTimeout", responseTimeout);
    range("retries", retries, 0, 1_000_000);
    positive("queryPeriod", queryPeriod);
    notNegative("firstQuery", firstQuery);
    positive("rebootTime", rebootTime);
    range("resumeFrom", resumeFrom, 0, Integer.MAX_VALUE);
    range("storageOctets", storageOctets, 1, Integer.MAX_VALUE);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void range(String field, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new IllegalArgumentException(
          field + " must be " + minimum + ".." + maximum + ", was " + value);
    }
  }

  private static void notNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(field + " must not be negative, was " + value);
    }
  }

  private static void positive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(field + " must be more than 0, was " + value);
    }
  }

  /** A mains powered device as most are. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from this profile. */
  public Builder with() {
    Builder builder = new Builder();
    builder.manufacturerCode = manufacturerCode;
    builder.images = images;
    builder.imagesTogether = imagesTogether;
    builder.hardwareVersion = hardwareVersion;
    builder.modelIdentifier = modelIdentifier;
    builder.manufacturerName = manufacturerName;
    builder.endpoint = endpoint;
    builder.profileId = profileId;
    builder.matchProfileId = matchProfileId;
    builder.sleepy = sleepy;
    builder.fastPoll = fastPoll;
    builder.longPoll = longPoll;
    builder.acknowledgedRequests = acknowledgedRequests;
    builder.disableDefaultResponse = disableDefaultResponse;
    builder.maximumDataSize = maximumDataSize;
    builder.periodField = periodField;
    builder.minimumBlockPeriod = minimumBlockPeriod;
    builder.pageSize = pageSize;
    builder.responseSpacing = responseSpacing;
    builder.thinkTime = thinkTime;
    builder.responseTimeout = responseTimeout;
    builder.retries = retries;
    builder.queryPeriod = queryPeriod;
    builder.firstQuery = firstQuery;
    builder.rebootTime = rebootTime;
    builder.newAddressAfterReboot = newAddressAfterReboot;
    builder.resumes = resumes;
    builder.resumeFrom = resumeFrom;
    builder.storageOctets = storageOctets;
    builder.refusesDowngrades = refusesDowngrades;
    builder.ignoresWaitForData = ignoresWaitForData;
    builder.absoluteUpgradeTime = absoluteUpgradeTime;
    builder.duplicatesRequests = duplicatesRequests;
    builder.rebootAtOffset = rebootAtOffset;
    builder.endStatus = endStatus;
    builder.afterUpgrade = afterUpgrade;
    builder.upgradesUnanswered = upgradesUnanswered;
    builder.currentVersionReadable = currentVersionReadable;
    return builder;
  }

  /** Collects what differs from the ordinary. */
  public static final class Builder {
    private int manufacturerCode = 0xFFF1;
    private List<ImageSlot> images = List.of(new ImageSlot(0x0001, 0x00000001));
    private boolean imagesTogether = false;
    private OptionalInt hardwareVersion = OptionalInt.empty();
    private String modelIdentifier = "Simulated device";
    private String manufacturerName = "Ota Upgrade";
    private int endpoint = 1;
    private int profileId = 0x0104;
    private int matchProfileId = 0x0104;
    private boolean sleepy = false;
    private Duration fastPoll = Duration.ofMillis(100);
    private Duration longPoll = Duration.ofSeconds(60);
    private boolean acknowledgedRequests = true;
    private boolean disableDefaultResponse = false;
    private int maximumDataSize = 50;
    private PeriodField periodField = PeriodField.ABSENT;
    private int minimumBlockPeriod = 0;
    private int pageSize = 0;
    private int responseSpacing = 20;
    private Duration thinkTime = Duration.ofMillis(3);
    private Duration responseTimeout = Duration.ofSeconds(5);
    private int retries = 10;
    private Duration queryPeriod = Duration.ofMinutes(5);
    private Duration firstQuery = Duration.ofSeconds(10);
    private Duration rebootTime = Duration.ofSeconds(3);
    private boolean newAddressAfterReboot = false;
    private boolean resumes = true;
    private int resumeFrom = 0;
    private int storageOctets = 16 << 20;
    private boolean refusesDowngrades = false;
    private boolean ignoresWaitForData = false;
    private boolean absoluteUpgradeTime = false;
    private boolean duplicatesRequests = false;
    private OptionalInt rebootAtOffset = OptionalInt.empty();
    private ZclStatus endStatus = ZclStatus.SUCCESS;
    private AfterUpgrade afterUpgrade = AfterUpgrade.RUNS_NEW;
    private boolean upgradesUnanswered = true;
    private boolean currentVersionReadable = true;

    private Builder() {}

    public Builder manufacturerCode(int value) {
      manufacturerCode = value;
      return this;
    }

    public Builder images(ImageSlot... values) {
      images = List.of(values);
      return this;
    }

    public Builder imagesTogether(boolean value) {
      imagesTogether = value;
      return this;
    }

    public Builder hardwareVersion(int value) {
      hardwareVersion = OptionalInt.of(value);
      return this;
    }

    public Builder modelIdentifier(String value) {
      modelIdentifier = value;
      return this;
    }

    public Builder manufacturerName(String value) {
      manufacturerName = value;
      return this;
    }

    public Builder endpoint(int value) {
      endpoint = value;
      return this;
    }

    public Builder profileId(int value) {
      profileId = value;
      return this;
    }

    public Builder matchProfileId(int value) {
      matchProfileId = value;
      return this;
    }

    public Builder sleepy(boolean value) {
      sleepy = value;
      return this;
    }

    public Builder fastPoll(Duration value) {
      fastPoll = value;
      return this;
    }

    public Builder longPoll(Duration value) {
      longPoll = value;
      return this;
    }

    public Builder acknowledgedRequests(boolean value) {
      acknowledgedRequests = value;
      return this;
    }

    public Builder disableDefaultResponse(boolean value) {
      disableDefaultResponse = value;
      return this;
    }

    public Builder maximumDataSize(int value) {
      maximumDataSize = value;
      return this;
    }

    public Builder periodField(PeriodField value) {
      periodField = value;
      return this;
    }

    public Builder minimumBlockPeriod(int value) {
      minimumBlockPeriod = value;
      return this;
    }

    public Builder pageSize(int value) {
      pageSize = value;
      return this;
    }

    public Builder responseSpacing(int value) {
      responseSpacing = value;
      return this;
    }

    public Builder thinkTime(Duration value) {
      thinkTime = value;
      return this;
    }

    public Builder responseTimeout(Duration value) {
      responseTimeout = value;
      return this;
    }

    public Builder retries(int value) {
      retries = value;
      return this;
    }

    public Builder queryPeriod(Duration value) {
      queryPeriod = value;
      return this;
    }

    public Builder firstQuery(Duration value) {
      firstQuery = value;
      return this;
    }

    public Builder rebootTime(Duration value) {
      rebootTime = value;
      return this;
    }

    public Builder newAddressAfterReboot(boolean value) {
      newAddressAfterReboot = value;
      return this;
    }

    public Builder resumes(boolean value) {
      resumes = value;
      return this;
    }

    public Builder resumeFrom(int value) {
      resumeFrom = value;
      return this;
    }

    public Builder storageOctets(int value) {
      storageOctets = value;
      return this;
    }

    public Builder refusesDowngrades(boolean value) {
      refusesDowngrades = value;
      return this;
    }

    public Builder ignoresWaitForData(boolean value) {
      ignoresWaitForData = value;
      return this;
    }

    public Builder absoluteUpgradeTime(boolean value) {
      absoluteUpgradeTime = value;
      return this;
    }

    public Builder duplicatesRequests(boolean value) {
      duplicatesRequests = value;
      return this;
    }

    public Builder rebootAtOffset(int value) {
      rebootAtOffset = OptionalInt.of(value);
      return this;
    }

    public Builder endStatus(ZclStatus value) {
      endStatus = value;
      return this;
    }

    public Builder afterUpgrade(AfterUpgrade value) {
      afterUpgrade = value;
      return this;
    }

    public Builder upgradesUnanswered(boolean value) {
      upgradesUnanswered = value;
      return this;
    }

    public Builder currentVersionReadable(boolean value) {
      currentVersionReadable = value;
      return this;
    }

    public DeviceProfile build() {
      return new DeviceProfile(
          manufacturerCode,
          images,
          imagesTogether,
          hardwareVersion,
          modelIdentifier,
          manufacturerName,
          endpoint,
          profileId,
          matchProfileId,
          sleepy,
          fastPoll,
          longPoll,
          acknowledgedRequests,
          disableDefaultResponse,
          maximumDataSize,
          periodField,
          minimumBlockPeriod,
          pageSize,
          responseSpacing,
          thinkTime,
          responseTimeout,
          retries,
          queryPeriod,
          firstQuery,
          rebootTime,
          newAddressAfterReboot,
          resumes,
          resumeFrom,
          storageOctets,
          refusesDowngrades,
          ignoresWaitForData,
          absoluteUpgradeTime,
          duplicatesRequests,
          rebootAtOffset,
          endStatus,
          afterUpgrade,
          upgradesUnanswered,
          currentVersionReadable);
    }
  }
}
