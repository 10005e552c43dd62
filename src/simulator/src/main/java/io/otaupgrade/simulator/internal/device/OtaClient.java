package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.simulator.internal.time.Alarm;
import io.otaupgrade.zcl.AttributeValue;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.ImageUpgradeStatus;
import io.otaupgrade.zcl.ota.OfferedImage;
import io.otaupgrade.zcl.ota.OtaAttribute;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestEncoder;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.ota.OtaResponse.UpgradeEndResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OTA Upgrade client of a device (ZCL rev 8 §11.13, §11.16). What it is about is one of its
 * states, which answers the events that mean something there; all other events are ignored.
 *
 * <pre>
 * state (ImageUpgradeStatus)   event                          goes to
 * resting (0, or 5)            its time has come, or notify   discovering, querying
 * discovering (0)              server found                   querying
 *                              nobody answers                 resting
 * querying (0, or 5)           offer that it takes            downloading
 *                              any other answer, or none      resting
 * downloading (1)              a block that it waits for      downloading, ending when it was the last
 *                              WAIT_FOR_DATA                  downloading, later
 *                              ABORT, refusal                 resting
 *                              no answers                     ending with ABORT
 *                              header is wrong                ending with INVALID_IMAGE
 * ending (2)                   when to upgrade                counting down, waiting
 *                              refusal                        resting
 *                              more images are needed         querying (5)
 * waiting (3)                  when to upgrade                counting down
 *                              an hour has passed             ending
 * counting down (4)            its time has come              reboot
 * </pre>
 */
final class OtaClient {

  private static final Logger LOG = LoggerFactory.getLogger(OtaClient.class);

  private static final Duration QUERY_JITTER = Duration.ofSeconds(5);
  private static final Duration BROADCAST_SPREAD = Duration.ofSeconds(1);
  private static final Duration FIRST_REDISCOVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(60);
  private static final Duration WAIT_FOR_THE_PAST = Duration.ofMinutes(5);
  private static final Duration IMPATIENCE = Duration.ofMillis(50);
  private static final int QUERY_TRIES = 3;
  private static final int QUERIES_UNTIL_REDISCOVERY = 10;
  private static final int END_TRIES = 3;
  private static final int PRO_STACK = 2;

  private static final int NO_ENDPOINT = -1;
  private static final long NO_OFFSET = 0xFFFF_FFFFL;

  private final SimulatedDevice device;
  private final Eui64 self;
  private final DeviceProfile profile;
  private final RandomGenerator random;
  private final Gauges gauges;
  private final Ear ear = new Ear();

  private final State off = new State();
  private final Resting resting = new Resting();
  private final Discovering discovering = new Discovering();
  private final Querying querying = new Querying();
  private final Downloading downloading = new Downloading();
  private final Ending ending = new Ending();
  private final Waiting waiting = new Waiting();
  private final CountingDown countingDown = new CountingDown();
  private State state = off;

  /** When the present state has waited long enough. */
  private final Alarm patience = new Alarm(() -> state.timedOut());

  /** When the next request of a download is due. */
  private final Alarm pace = new Alarm(downloading::request);

  // What a device keeps over a reboot.
  private final Map<ImageSlot, Long> running = new LinkedHashMap<>();
  private final List<Download> finished = new ArrayList<>();
  private Optional<Download> partial = Optional.empty();
  private Optional<Eui64> serverId = Optional.empty();
  private int serverEndpoint = NO_ENDPOINT;
  private boolean rebootIsDue;

  // What it does not keep.
  private int slot;
  private int sequence;
  private int unansweredQueries;
  private Duration rediscovery = FIRST_REDISCOVERY;
  private boolean pagesRefused;
  private OptionalInt minimumBlockPeriod;
  private long bootedAt;

  OtaClient(
      SimulatedDevice device,
      Eui64 self,
      DeviceProfile profile,
      RandomGenerator random,
      Gauges gauges) {
    this.device = device;
    this.self = self;
    this.profile = profile;
    this.random = random;
    this.gauges = gauges;
    this.rebootIsDue = profile.rebootAtOffset().isPresent();
    this.minimumBlockPeriod = OptionalInt.of(profile.minimumBlockPeriod());
    profile.images().forEach(image -> running.put(image, image.fileVersion()));
    gauges.runningVersion(runningVersion());
    gauges.imageUpgradeStatus(ImageUpgradeStatus.NORMAL);
    gauges.fileOffset(NO_OFFSET);
  }

  // ---- the device's life

  /** Starts after the device came onto the network, for the first time or after a reboot. */
  void boot() {
    bootedAt = device.loop().nanos();
    sequence = 0;
    slot = Math.min(finished.size(), profile.images().size() - 1);
    unansweredQueries = 0;
    rediscovery = FIRST_REDISCOVERY;
    pagesRefused = false;
    minimumBlockPeriod = OptionalInt.of(profile.minimumBlockPeriod());
    partial.ifPresent(
        download -> {
          download.closePage();
          if (!profile.resumes() || download.offset() < profile.resumeFrom()) {
            dropDownload();
          }
        });
    switch (gauges.imageUpgradeStatus()) {
      case DOWNLOAD_COMPLETE, WAITING_TO_UPGRADE, COUNT_DOWN -> end(ZclStatus.SUCCESS);
      case WAIT_FOR_MORE -> restUntilFirstQuery();
      default -> {
        status(ImageUpgradeStatus.NORMAL);
        restUntilFirstQuery();
      }
    }
  }

  private void restUntilFirstQuery() {
    resting.enter(between(profile.firstQuery(), profile.firstQuery().multipliedBy(2)));
  }

  /** Stops: the device has lost its power or its network. */
  void halt() {
    patience.cancel();
    pace.cancel();
    state = off;
  }

  /** Uses this loop from now on; halted until {@link #boot}. */
  void moveTo(EventLoop loop) {
    patience.moveTo(loop);
    pace.moveTo(loop);
  }

  /** The device was told to run what it downloaded, and has begun to. */
  void install() {
    for (Download download : finished) {
      running.put(download.slot(), download.id().fileVersion());
      gauges.imageSha256(download.sha256());
    }
    gauges.runningVersion(runningVersion());
    dropDownload();
  }

  /** What it downloaded is gone. */
  void dropDownload() {
    status(ImageUpgradeStatus.NORMAL);
    finished.clear();
    partial = Optional.empty();
    gauges.fileOffset(NO_OFFSET);
  }

  long runningVersion() {
    return running.get(profile.images().get(0));
  }

  // ---- what comes in

  /**
   * A command of the server.
   *
   * @return what a default response to it says
   */
  ZclStatus received(OtaResponse response, boolean broadcast) {
    ear.broadcast = broadcast;
    return response.match(ear);
  }

  /** A default response of the server to one of our requests. */
  void defaultResponse(int commandId, int statusCode) {
    state.defaultResponse(commandId, statusCode);
  }

  /** A node that serves OTA upgrades has answered. */
  void serverFound(int endpoint) {
    state.serverFound(endpoint);
  }

  /** The server has told its address. */
  void serverIdentified(Eui64 eui64) {
    serverId = Optional.of(eui64);
    state.serverIdentified();
  }

  /** A frame of ours has left: the server can answer from now on. */
  void frameLeft() {
    state.frameLeft();
  }

  /** Takes the commands apart; the state does the rest. */
  private final class Ear implements OtaResponse.Cases<ZclStatus> {
    private boolean broadcast;

    @Override
    public ZclStatus imageNotify(ImageNotify notify) {
      return broadcast ? state.notifiedWithAll(notify) : state.notified();
    }

    @Override
    public ZclStatus queryNextImage(OtaResponse.QueryNextImageResponse response) {
      return state.answered(response.statusCode(), response.image());
    }

    @Override
    public ZclStatus queryDeviceSpecificFile(OtaResponse.QueryDeviceSpecificFileResponse response) {
      return state.answered(response.statusCode(), response.file());
    }

    @Override
    public ZclStatus imageBlock(ImageBlockResponse.Success block) {
      return state.block(block);
    }

    @Override
    public ZclStatus waitForData(ImageBlockResponse.WaitForData wait) {
      state.waitForData(wait);
      return ZclStatus.SUCCESS;
    }

    @Override
    public ZclStatus abort(ImageBlockResponse.Abort abort) {
      state.aborted();
      return ZclStatus.SUCCESS;
    }

    @Override
    public ZclStatus upgradeEnd(UpgradeEndResponse response) {
      if (finished.isEmpty() || !means(response, finished.get(finished.size() - 1).id())) {
        return ZclStatus.SUCCESS;
      }
      state.upgradeEnd(response);
      return ZclStatus.SUCCESS;
    }

    private boolean means(UpgradeEndResponse response, ImageId image) {
      return (response.manufacturerCode() == OtaCluster.ANY_MANUFACTURER
              || response.manufacturerCode() == image.manufacturerCode())
          && (response.imageType() == OtaCluster.ANY_IMAGE_TYPE
              || response.imageType() == image.imageType())
          && (response.fileVersion() == OtaCluster.ANY_FILE_VERSION
              || response.fileVersion() == image.fileVersion());
    }
  }

  // ---- the states

  /** What happens in no state in particular: nothing. This one itself is "off". */
  private class State {

    void timedOut() {}

    void frameLeft() {}

    ZclStatus notified() {
      return ZclStatus.FAILURE; // busy
    }

    ZclStatus notifiedWithAll(ImageNotify notify) {
      return ZclStatus.SUCCESS;
    }

    void serverFound(int endpoint) {}

    void serverIdentified() {}

    ZclStatus answered(int statusCode, Optional<OfferedImage> offer) {
      return ZclStatus.SUCCESS;
    }

    ZclStatus block(ImageBlockResponse.Success block) {
      return ZclStatus.SUCCESS;
    }

    void waitForData(ImageBlockResponse.WaitForData wait) {}

    void aborted() {}

    void defaultResponse(int commandId, int statusCode) {}

    void upgradeEnd(UpgradeEndResponse response) {}

    /** Leaves the state before and waits for this long. */
    final void enter(Duration wait) {
      state = this;
      pace.clear();
      patience.set(wait);
    }
  }

  /** Waits until it is time to query. */
  private final class Resting extends State {

    @Override
    void timedOut() {
      if (serverEndpoint == NO_ENDPOINT) {
        discovering.begin();
      } else {
        querying.begin();
      }
    }

    @Override
    ZclStatus notified() {
      patience.set(profile.thinkTime());
      return ZclStatus.SUCCESS;
    }

    @Override
    ZclStatus notifiedWithAll(ImageNotify notify) {
      if (concerns(notify) && 1 + random.nextInt(100) <= notify.queryJitter()) {
        patience.set(between(profile.thinkTime(), BROADCAST_SPREAD));
      }
      return ZclStatus.SUCCESS;
    }

    private boolean concerns(ImageNotify notify) {
      if (notify.queryJitter() < 1 || notify.queryJitter() > ImageNotify.MAX_QUERY_JITTER) {
        return false;
      }
      if (notify.manufacturerCode().orElse(profile.manufacturerCode())
          != profile.manufacturerCode()) {
        return false;
      }
      if (notify.imageType().isEmpty()) {
        return true;
      }
      return running.entrySet().stream()
          .filter(image -> image.getKey().imageType() == notify.imageType().getAsInt())
          .anyMatch(image -> image.getValue() != notify.fileVersion().orElse(-1));
    }
  }

  /** Looks for a server, and asks the one that answers for its address. */
  private final class Discovering extends State {

    void begin() {
      enter(profile.responseTimeout());
      device.matchServer(profile.matchProfileId());
    }

    @Override
    void serverFound(int endpoint) {
      serverEndpoint = endpoint;
      rediscovery = FIRST_REDISCOVERY;
      unansweredQueries = 0;
      patience.set(profile.responseTimeout());
      device.identifyServer();
    }

    @Override
    void serverIdentified() {
      if (serverEndpoint != NO_ENDPOINT) {
        querying.begin();
      }
    }

    @Override
    void timedOut() {
      if (serverEndpoint != NO_ENDPOINT) {
        querying.begin(); // it does not tell its address, but it is there
        return;
      }
      resting.enter(rediscovery);
      rediscovery = shorter(rediscovery.multipliedBy(2), profile.queryPeriod());
    }

    @Override
    ZclStatus notified() {
      return ZclStatus.SUCCESS; // it is about to query anyway
    }
  }

  /** Asks for an image for one slot after another. */
  private final class Querying extends State {
    private int tries;

    void begin() {
      enter(profile.responseTimeout());
      tries = 0;
      query();
    }

    private void query() {
      tries++;
      ImageSlot image = profile.images().get(slot);
      send(
          image.isDeviceSpecific()
              ? new OtaRequest.QueryDeviceSpecificFile(
                  self,
                  profile.manufacturerCode(),
                  image.imageType(),
                  running.get(image),
                  PRO_STACK)
              : new OtaRequest.QueryNextImage(
                  profile.manufacturerCode(),
                  image.imageType(),
                  running.get(image),
                  profile.hardwareVersion()));
    }

    @Override
    void frameLeft() {
      patience.set(profile.responseTimeout());
    }

    @Override
    void timedOut() {
      if (tries < QUERY_TRIES) {
        gauges.retried();
        query();
        patience.set(profile.responseTimeout());
        return;
      }
      unansweredQueries++;
      if (unansweredQueries >= QUERIES_UNTIL_REDISCOVERY) {
        forgetServer();
      }
      rest();
    }

    @Override
    ZclStatus notified() {
      return ZclStatus.SUCCESS; // it has queried already
    }

    @Override
    ZclStatus answered(int statusCode, Optional<OfferedImage> offer) {
      unansweredQueries = 0;
      device.expectsNothing();
      if (offer.isPresent()) {
        return judge(offer.get());
      }
      if (statusCode == ZclStatus.NOT_AUTHORIZED.code()) {
        forgetServer();
        rest();
      } else {
        nextSlotOrRest();
      }
      return ZclStatus.SUCCESS;
    }

    @Override
    void defaultResponse(int commandId, int statusCode) {
      if (commandId == OtaCluster.QUERY_DEVICE_SPECIFIC_FILE_REQUEST
          && statusCode != ZclStatus.SUCCESS.code()) {
        nextSlotOrRest();
      }
    }

    private void nextSlotOrRest() {
      boolean more = slot + 1 < profile.images().size();
      if (more && !profile.imagesTogether()) {
        slot++;
        begin();
      } else {
        rest();
      }
    }

    private ZclStatus judge(OfferedImage offer) {
      ImageSlot image = profile.images().get(slot);
      if (offer.manufacturerCode() != profile.manufacturerCode()
          || offer.imageType() != image.imageType()
          || offer.imageSize() == 0) {
        rest();
        return ZclStatus.INVALID_FIELD;
      }
      if (offer.imageSize() > profile.storageOctets()) {
        rest();
        return ZclStatus.INSUFFICIENT_SPACE;
      }
      long runs = running.get(image);
      if (offer.fileVersion() == runs) {
        nextSlotOrRest();
        return ZclStatus.SUCCESS;
      }
      if (offer.fileVersion() < runs && profile.refusesDowngrades()) {
        ending.begin(ZclStatus.INVALID_IMAGE, offer.imageId());
        return ZclStatus.SUCCESS;
      }
      if (!isPartOf(offer)) {
        partial =
            Optional.of(new Download(image, offer.imageId(), Math.toIntExact(offer.imageSize())));
      }
      downloading.begin();
      return ZclStatus.SUCCESS;
    }

    private boolean isPartOf(OfferedImage offer) {
      return partial.isPresent()
          && partial.get().id().equals(offer.imageId())
          && partial.get().imageSize() == offer.imageSize();
    }
  }

  /** Asks for block after block, or page after page. */
  private final class Downloading extends State {
    private Download download;
    private ImageCheck check;
    private boolean headerIsRight;
    private boolean pageIsOpen;
    private int asked;
    private int unanswered;
    private Optional<Eui64> requestNodeAddress = Optional.empty();
    private OptionalInt period = OptionalInt.empty();

    void begin() {
      download = partial.orElseThrow();
      download.closePage();
      ImageId id = download.id();
      check =
          new ImageCheck(
              self,
              id.manufacturerCode(),
              id.imageType(),
              id.fileVersion(),
              download.imageSize(),
              profile.hardwareVersion());
      headerIsRight = false;
      pageIsOpen = false;
      unanswered = 0;
      requestNodeAddress =
          download.slot().isDeviceSpecific() ? Optional.of(self) : Optional.empty();
      period =
          profile.periodField() == PeriodField.PRESENT ? minimumBlockPeriod : OptionalInt.empty();
      status(ImageUpgradeStatus.DOWNLOAD_IN_PROGRESS);
      gauges.fileOffset(download.offset());
      enter(profile.responseTimeout());
      requestAfter(profile.thinkTime());
    }

    private void requestAfter(Duration time) {
      if (time.isZero()) {
        request();
      } else {
        patience.clear();
        pace.set(time);
      }
    }

    private void request() {
      patience.set(profile.responseTimeout());
      if (profile.pageSize() > 0 && !pagesRefused && !download.isInPage()) {
        requestPage();
      } else {
        requestBlock();
      }
    }

    private void requestPage() {
      download.openPage(profile.pageSize());
      pageIsOpen = true;
      asked = profile.maximumDataSize();
      ImageId id = download.id();
      send(
          new OtaRequest.ImagePage(
              id.manufacturerCode(),
              id.imageType(),
              id.fileVersion(),
              download.offset(),
              asked,
              profile.pageSize(),
              profile.responseSpacing(),
              requestNodeAddress));
    }

    private void requestBlock() {
      asked = profile.maximumDataSize();
      if (download.isInPage()) {
        asked = Math.min(asked, download.gap());
      }
      ImageId id = download.id();
      ByteBuffer frame =
          encode(
              new OtaRequest.ImageBlock(
                  id.manufacturerCode(),
                  id.imageType(),
                  id.fileVersion(),
                  download.offset(),
                  asked,
                  requestNodeAddress,
                  period));
      if (profile.periodField() == PeriodField.CLAIMED_BUT_MISSING) {
        int fieldControl = ZclHeader.OCTETS;
        frame.put(fieldControl, (byte) (frame.get(fieldControl) | 1 << 1));
      }
      send(frame);
      if (profile.duplicatesRequests()) {
        send(frame);
      }
    }

    @Override
    void frameLeft() {
      if (patience.isSet()) {
        patience.set(profile.responseTimeout());
      }
    }

    @Override
    void timedOut() {
      unanswered++;
      if (unanswered > profile.retries()) {
        LOG.debug("{} gives up at {}: no answers", device, download.offset());
        ending.begin(ZclStatus.ABORT, download.id());
        return;
      }
      boolean endOfPageIsLost = pageIsOpen && !download.pageIsUntouched();
      endPage();
      if (!endOfPageIsLost) {
        gauges.retried();
      }
      request();
    }

    @Override
    ZclStatus block(ImageBlockResponse.Success block) {
      ImageId id = download.id();
      if (block.manufacturerCode() != id.manufacturerCode()
          || block.imageType() != id.imageType()
          || block.fileVersion() != id.fileVersion()) {
        LOG.debug("{} wants {}, not {}", device, id, block.imageId());
        ending.begin(ZclStatus.INVALID_IMAGE, id);
        return ZclStatus.SUCCESS;
      }
      int length = block.data().length();
      if (length > asked) {
        return ZclStatus.INVALID_FIELD;
      }
      boolean wanted =
          pageIsOpen
              ? download.wantsInPage(block.fileOffset(), length)
              : patience.isSet() && download.wants(block.fileOffset(), length);
      if (!wanted) {
        return ZclStatus.SUCCESS; // one that came twice, or too late
      }
      unanswered = 0;
      int at = (int) block.fileOffset();
      download.store(at, block.data());
      gauges.fileOffset(download.offset());
      if (rebootIsDue && download.offset() >= profile.rebootAtOffset().getAsInt()) {
        rebootIsDue = false;
        device.reboot();
        return ZclStatus.SUCCESS;
      }
      if (!headerIsRight && !judgeHeader()) {
        return ZclStatus.SUCCESS;
      }
      if (download.isComplete()) {
        device.expectsNothing();
        end(verdict());
      } else if (!pageIsOpen) {
        requestAfter(pause());
      } else if (at + length == download.pageEnd() || !download.isInPage()) {
        endPage();
        requestAfter(pause());
      } else {
        patience.set(profile.responseTimeout());
        device.expectsAnswer();
      }
      return ZclStatus.SUCCESS;
    }

    /** Whether the download may go on. */
    private boolean judgeHeader() {
      boolean enough =
          download.isComplete()
              || (download.offset() >= ImageCheck.MANDATORY_OCTETS
                  && download.offset() >= ImageCheck.headerOctets(download.octets()));
      if (!enough) {
        return true;
      }
      Optional<String> fault = check.fault(download.octets());
      headerIsRight = fault.isEmpty();
      if (!headerIsRight) {
        LOG.debug("{} refuses {}: {}", device, download.id(), fault.get());
        ending.begin(ZclStatus.INVALID_IMAGE, download.id());
      }
      return headerIsRight;
    }

    private Duration pause() {
      long millis = minimumBlockPeriod.getAsInt();
      return millis == 0
          ? profile.thinkTime()
          : longer(profile.thinkTime(), Duration.ofMillis(millis));
    }

    /** What is missing of the page is fetched by blocks; all of it, by a page again. */
    private void endPage() {
      pageIsOpen = false;
      if (download.pageIsUntouched()) {
        download.closePage();
      }
    }

    @Override
    void waitForData(ImageBlockResponse.WaitForData wait) {
      endPage();
      unanswered = 0;
      device.expectsNothing();
      if (profile.periodField() == PeriodField.PRESENT) {
        minimumBlockPeriod =
            OptionalInt.of(
                Math.min(wait.minimumBlockPeriod(), OtaCluster.MAX_MINIMUM_BLOCK_PERIOD));
        period = minimumBlockPeriod;
      }
      requestAfter(
          profile.ignoresWaitForData()
              ? longer(profile.thinkTime(), IMPATIENCE)
              : longer(waitOf(wait), longer(pause(), Duration.ofMillis(1))));
    }

    private Duration waitOf(ImageBlockResponse.WaitForData wait) {
      long seconds = wait.requestTime() - wait.currentTime();
      return seconds < 0 ? WAIT_FOR_THE_PAST : shorter(Duration.ofSeconds(seconds), LONGEST_WAIT);
    }

    @Override
    void aborted() {
      dropDownload();
      rest();
    }

    @Override
    void defaultResponse(int commandId, int statusCode) {
      if (statusCode == ZclStatus.SUCCESS.code()) {
        return;
      }
      if (commandId == OtaCluster.IMAGE_PAGE_REQUEST
          && statusCode == ZclStatus.UNSUP_COMMAND.code()) {
        pagesRefused = true;
        endPage();
        download.closePage();
        request();
      } else if (commandId == OtaCluster.IMAGE_PAGE_REQUEST
          || commandId == OtaCluster.IMAGE_BLOCK_REQUEST) {
        LOG.debug("{} stops: {}", device, ZclStatus.nameOf(statusCode));
        dropDownload();
        rest();
      }
    }

    private ZclStatus verdict() {
      if (profile.endStatus() != ZclStatus.SUCCESS) {
        return profile.endStatus();
      }
      boolean more = profile.imagesTogether() && slot + 1 < profile.images().size();
      return more ? ZclStatus.REQUIRE_MORE_IMAGE : ZclStatus.SUCCESS;
    }
  }

  /** Has said how the download ended and waits for the answer. */
  private final class Ending extends State {
    private ZclStatus verdict = ZclStatus.SUCCESS;
    private ImageId image = new ImageId(0, 0, 0);
    private int tries;

    void begin(ZclStatus status, ImageId id) {
      verdict = status;
      image = id;
      tries = 0;
      enter(profile.responseTimeout());
      request();
    }

    private void request() {
      tries++;
      send(OtaRequest.UpgradeEnd.of(verdict, image));
    }

    @Override
    void frameLeft() {
      patience.set(profile.responseTimeout());
    }

    @Override
    void timedOut() {
      if (tries < END_TRIES) {
        gauges.retried();
        request();
        patience.set(profile.responseTimeout());
      } else if (verdict != ZclStatus.SUCCESS) {
        conclude();
      } else if (profile.upgradesUnanswered()) {
        countingDown.begin(Duration.ZERO);
      } else {
        waiting.begin();
      }
    }

    @Override
    void defaultResponse(int commandId, int statusCode) {
      if (commandId != OtaCluster.UPGRADE_END_REQUEST) {
        return;
      }
      if (verdict != ZclStatus.SUCCESS) {
        conclude();
      } else if (statusCode != ZclStatus.SUCCESS.code()) {
        dropDownload();
        rest();
      }
    }

    @Override
    void upgradeEnd(UpgradeEndResponse response) {
      if (verdict == ZclStatus.SUCCESS) {
        obey(response);
      }
    }

    private void conclude() {
      device.expectsNothing();
      if (verdict == ZclStatus.REQUIRE_MORE_IMAGE) {
        status(ImageUpgradeStatus.WAIT_FOR_MORE);
        if (slot + 1 < profile.images().size()) {
          slot++;
          querying.begin();
        } else {
          rest();
        }
        return;
      }
      boolean ofUse = partial.isPresent() && !partial.get().isComplete();
      if (verdict != ZclStatus.ABORT || !ofUse) {
        dropDownload();
      }
      rest();
    }
  }

  /** Has a whole image and is to upgrade when told. */
  private final class Waiting extends State {

    void begin() {
      status(ImageUpgradeStatus.WAITING_TO_UPGRADE);
      enter(LONGEST_WAIT);
    }

    @Override
    void timedOut() {
      end(ZclStatus.SUCCESS);
    }

    @Override
    void upgradeEnd(UpgradeEndResponse response) {
      obey(response);
    }
  }

  /** Will upgrade at a certain time. */
  private final class CountingDown extends State {

    void begin(Duration wait) {
      status(ImageUpgradeStatus.COUNT_DOWN);
      enter(wait);
    }

    @Override
    void timedOut() {
      device.upgrade();
    }

    @Override
    void upgradeEnd(UpgradeEndResponse response) {
      obey(response);
    }
  }

  /** The image is whole, or at least its download is over. */
  private void end(ZclStatus verdict) {
    Download download = partial.orElseGet(() -> finished.get(finished.size() - 1));
    if (partial.isPresent()
        && (verdict == ZclStatus.SUCCESS || verdict == ZclStatus.REQUIRE_MORE_IMAGE)) {
      finished.add(download);
      partial = Optional.empty();
      status(ImageUpgradeStatus.DOWNLOAD_COMPLETE);
    }
    ending.begin(verdict, download.id());
  }

  private void obey(UpgradeEndResponse response) {
    device.expectsNothing();
    long current = response.currentTime();
    long upgrade = response.upgradeTime();
    if (upgrade == OtaCluster.WAIT_FOR_COMMAND) {
      waiting.begin();
      return;
    }
    if (current != 0 && profile.absoluteUpgradeTime()) {
      current = Duration.ofNanos(device.loop().nanos() - bootedAt).toSeconds();
    }
    if (upgrade < current) {
      waiting.begin();
    } else {
      countingDown.begin(Duration.ofSeconds(upgrade - current));
    }
  }

  private void rest() {
    device.expectsNothing();
    if (finished.isEmpty()) {
      status(ImageUpgradeStatus.NORMAL);
      slot = 0;
    }
    resting.enter(between(profile.queryPeriod(), profile.queryPeriod().plus(QUERY_JITTER)));
  }

  private void forgetServer() {
    serverEndpoint = NO_ENDPOINT;
    serverId = Optional.empty();
    unansweredQueries = 0;
  }

  // ---- what goes out

  private ByteBuffer encode(OtaRequest request) {
    ByteBuffer frame = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
    sequence = (sequence + 1) & 0xFF;
    OtaRequestEncoder.encode(frame, sequence, profile.disableDefaultResponse(), request);
    return frame.flip();
  }

  private void send(OtaRequest request) {
    send(encode(request));
  }

  private void send(ByteBuffer frame) {
    gauges.requestSent();
    device.request(serverEndpoint, frame);
  }

  private void status(ImageUpgradeStatus status) {
    gauges.imageUpgradeStatus(status);
  }

  // ---- what can be read

  /** The value of an attribute; empty when this device does not have it. */
  Optional<AttributeValue> attribute(int id) {
    return OtaAttribute.of(id)
        .filter(
            attribute ->
                attribute != OtaAttribute.CURRENT_FILE_VERSION || profile.currentVersionReadable())
        .flatMap(this::attribute);
  }

  private Optional<AttributeValue> attribute(OtaAttribute attribute) {
    Optional<Download> download =
        partial.or(
            () ->
                finished.isEmpty()
                    ? Optional.empty()
                    : Optional.of(finished.get(finished.size() - 1)));
    boolean downloaded = !finished.isEmpty();
    return switch (attribute) {
      case UPGRADE_SERVER_ID ->
          Optional.of(new AttributeValue.Address(serverId.orElse(new Eui64(-1))));
      case FILE_OFFSET ->
          number(
              attribute, download.map(Download::offset).map(Integer::longValue).orElse(NO_OFFSET));
      case CURRENT_FILE_VERSION -> number(attribute, runningVersion());
      case CURRENT_ZIGBEE_STACK_VERSION -> number(attribute, PRO_STACK);
      case DOWNLOADED_FILE_VERSION ->
          number(
              attribute,
              downloaded
                  ? finished.get(finished.size() - 1).id().fileVersion()
                  : OtaCluster.ANY_FILE_VERSION);
      case DOWNLOADED_ZIGBEE_STACK_VERSION -> number(attribute, downloaded ? PRO_STACK : 0xFFFF);
      case IMAGE_UPGRADE_STATUS -> number(attribute, gauges.imageUpgradeStatus().code());
      case MANUFACTURER_ID -> number(attribute, profile.manufacturerCode());
      case IMAGE_TYPE_ID ->
          number(
              attribute,
              download.map(each -> each.id().imageType()).orElse(OtaCluster.ANY_IMAGE_TYPE));
      case MINIMUM_BLOCK_PERIOD ->
          profile.periodField() == PeriodField.ABSENT
              ? Optional.empty()
              : number(attribute, minimumBlockPeriod.getAsInt());
      case IMAGE_STAMP -> Optional.empty();
      case UPGRADE_ACTIVATION_POLICY -> number(attribute, 0);
      case UPGRADE_TIMEOUT_POLICY -> number(attribute, profile.upgradesUnanswered() ? 0 : 1);
      case CLUSTER_REVISION -> number(attribute, 4);
    };
  }

  private static Optional<AttributeValue> number(OtaAttribute attribute, long value) {
    return Optional.of(new AttributeValue.Numeric(attribute.type(), value));
  }

  // ---- arithmetic

  private Duration between(Duration least, Duration most) {
    long span = most.toNanos() - least.toNanos();
    return span <= 0 ? least : least.plusNanos(random.nextLong(span));
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
