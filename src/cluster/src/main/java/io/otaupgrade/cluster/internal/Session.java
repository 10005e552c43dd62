package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One device's upgrade to one image: its state, which changes by {@link SessionState} alone, and
 * the pace and progress of the transfer, which change with every block and are plain fields
 * therefore. No block needs a session to be answered rightly: it can be begun anew at any block.
 * Belongs to the loop.
 *
 * <p>It is also what hears of the delivery of its blocks, so that no block needs a listener of its
 * own.
 */
final class Session implements DeliveryListener {

  /** Progress is published at most so often, nanoseconds. */
  static final long PROGRESS_INTERVAL = Duration.ofSeconds(1).toNanos();

  /** As a time: not at all. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long SHORTEST_RESEND_DELAY = Duration.ofMillis(100).toNanos();

  /** So many steps of {@link #PROGRESS_INTERVAL}, about, is a rate the mean of. */
  private static final int RATE_SAMPLES = 6;

  /** What a session needs of the server. */
  interface Keeper {
    /** A block of the session was sent, or was not. */
    void settled(Session session, Delivery delivery);

    /** A time that the session waited for has come; which one, its deadlines tell. */
    void timeIsUp(Session session);
  }

  private final Mesh mesh;
  private final Keeper keeper;
  private final OtaClient client;
  private final int endpoint;
  private final ImageId id;
  private final FirmwareImage image;
  private final ByteBuffer octets;
  private final int size;
  private final VendorQuirk quirk;
  private final Optional<Session> present = Optional.of(this);
  private final Instant started;
  private final long startedAt;
  private OptionalLong currentFileVersion;
  private SessionState state = new SessionState.Offered();

  // progress
  private BitSet served = new BitSet();
  private long blocks;
  private long repeats;
  private long servedOctets;
  private int furthest;
  private boolean progressed;
  private Instant changed;
  private final long[] sampledAt = new long[RATE_SAMPLES];
  private final long[] sampledOctets = new long[RATE_SAMPLES];
  private int samples;
  private long rate;

  // pace
  private long lastRequestAt;
  private long roundTrip;
  private ApsFrame lastRequest; // none before the first, and no Optional for every one
  private ApsFrame lastBlock; // only when awaitsNext
  private int lastLength;
  private int lastOffset = -1;
  private long sentAt = NEVER;
  private boolean awaitsNext;
  private int resends;
  private int outstanding;
  private int sizeCap = 0xFF;
  private int capBefore; // 0 unless the last block was shrunk
  private int periodMismatches;

  // deadlines, on the mesh's clock
  private long resendAt = NEVER;
  private long confirmBy = NEVER;
  private long readVersionAt = NEVER;
  private long timerAt = NEVER;
  private EventLoop.Timer timer = () -> {};

  /**
   * A session with an image that is offered, or that the device has asked a block of.
   *
   * @param id the manufacturer code and image type that the device used, and the file version
   * @param currentFileVersion what the device runs, if it told
   */
  Session(
      Mesh mesh,
      Keeper keeper,
      OtaClient client,
      int endpoint,
      ImageId id,
      FirmwareImage image,
      OptionalLong currentFileVersion) {
    this.mesh = mesh;
    this.keeper = keeper;
    this.client = client;
    this.endpoint = endpoint;
    this.id = id;
    this.image = image;
    this.octets = image.octets();
    this.size = image.size();
    this.quirk = VendorQuirk.of(id.manufacturerCode(), id.imageType());
    this.currentFileVersion = currentFileVersion;
    this.started = mesh.instant();
    this.changed = started;
    this.startedAt = mesh.now();
    this.lastRequestAt = startedAt;
  }

  /** This session as an {@link Optional}, made once. */
  Optional<Session> present() {
    return present;
  }

  OtaClient client() {
    return client;
  }

  int endpoint() {
    return endpoint;
  }

  ImageId id() {
    return id;
  }

  FirmwareImage image() {
    return image;
  }

  /** Offered again. */
  void offered(OptionalLong version) {
    currentFileVersion = version;
  }

  /** The whole image, position 0. */
  ByteBuffer octets() {
    return octets;
  }

  int size() {
    return size;
  }

  VendorQuirk quirk() {
    return quirk;
  }

  boolean isFor(int otherEndpoint, int manufacturerCode, int imageType, long fileVersion) {
    return endpoint == otherEndpoint
        && id.fileVersion() == fileVersion
        && id.imageType() == imageType
        && id.manufacturerCode() == manufacturerCode;
  }

  /** Whether both are about the same image type of the same client. */
  boolean isRivalOf(Session other) {
    return other != this
        && endpoint == other.endpoint
        && id.imageType() == other.id.imageType()
        && id.manufacturerCode() == other.id.manufacturerCode();
  }

  // ---- state

  SessionState state() {
    return state;
  }

  boolean isEnded() {
    return state.isEnded();
  }

  boolean isIn(UpgradeState phase) {
    return state.phase() == phase;
  }

  /** Takes the next state. */
  void become(SessionState next) {
    if (!(next instanceof SessionState.Activating activating)) {
      confirmBy = NEVER;
      readVersionAt = NEVER;
    } else if (!isIn(UpgradeState.ACTIVATING)) {
      long due = mesh.now() + Mesh.nanos(Duration.between(mesh.time(), activating.due()));
      confirmBy = due + Mesh.nanos(mesh.settings().confirmationTime());
      readVersionAt = due + VersionReader.UNASKED_AFTER;
    }
    state = next;
    if (state.phase() != UpgradeState.DOWNLOADING) {
      resendAt = NEVER;
      awaitsNext = false;
    }
    if (isEnded()) {
      served = new BitSet(); // the largest part of a session
      cancelTimer();
    }
  }

  OptionalLong currentFileVersion() {
    return currentFileVersion;
  }

  /** The version of the device is to be read without its having announced itself; at once. */
  void versionIsRead() {
    readVersionAt = mesh.now() + VersionReader.UNASKED_INTERVAL;
  }

  long readVersionAt() {
    return readVersionAt;
  }

  /** When the present state has lasted as long as it may. */
  long stateEndsAt() {
    return switch (state.phase()) {
      case OFFERED, DOWNLOADING ->
          Math.max(lastRequestAt, client.heldUntil())
              + Mesh.nanos(quirk.stallTime(mesh.settings().stallTime()));
      case ACTIVATING -> confirmBy;
      default -> NEVER;
    };
  }

  // ---- pace

  /** A request of any kind came. */
  void asked(ApsFrame request, long now) {
    awaitsNext = false;
    resendAt = NEVER;
    sentAt = NEVER;
    lastRequestAt = now;
    lastRequest = request;
  }

  /**
   * A request for octets came. The time since the last block was sent is a round trip, also if that
   * was sent twice: the device may just be that slow. Of a device that asks for the same again it
   * is not.
   */
  void asked(ApsFrame request, long fileOffset, long now) {
    if (sentAt != NEVER && fileOffset != lastOffset) {
      long sample = now - sentAt;
      roundTrip = roundTrip == 0 ? sample : roundTrip + (sample - roundTrip) / 8;
    }
    asked(request, now);
  }

  /** When the last request came, or the last block of a page was made. */
  long lastRequestAt() {
    return lastRequestAt;
  }

  /** Its silence until then is no stall. */
  void toldToWait(Duration wait) {
    lastRequestAt += Mesh.nanos(wait);
  }

  /** The last request, for who has to send something unasked. */
  Optional<ApsFrame> lastRequest() {
    return Optional.ofNullable(lastRequest);
  }

  /** A block was made for the last request, and the radio is about to get it. */
  void answered(ApsFrame block, int offset, int length) {
    lastBlock = block;
    lastOffset = offset;
    lastLength = length;
    awaitsNext = true;
    resends = 0;
    sending();
  }

  /** Whether the block at this offset is on a queue of ours, so that another would be too many. */
  boolean isOnItsWay(int offset) {
    return outstanding > 0 && offset == lastOffset;
  }

  /** A block is given to the radio, which will tell what became of it. */
  void sending() {
    outstanding++;
  }

  /** Whether the device is expected to ask for more, and its last block is on no queue of ours. */
  boolean awaitsNext() {
    return awaitsNext && outstanding == 0;
  }

  /** The last block. */
  ApsFrame lastBlock() {
    return lastBlock;
  }

  /** How many octets of the image are in the last block. */
  int lastLength() {
    return lastLength;
  }

  /** How often the last block was sent again. */
  int resends() {
    return resends;
  }

  void resending() {
    resends++;
    resendAt = NEVER;
    sending();
  }

  long resendAt() {
    return resendAt;
  }

  /** The radio has sent the last block: from now on only the device keeps us waiting. */
  void sent(long now) {
    sentAt = now;
    resendAt = now + Math.max(SHORTEST_RESEND_DELAY, 4 * roundTrip);
    wakeBy(resendAt, now);
  }

  /** Whatever becomes of the last block, it is not sent again. */
  void neverResend() {
    resendAt = NEVER;
    awaitsNext = false;
  }

  /** The last block is sent again only if the radio says that it got lost. */
  void neverResendOnTime() {
    resendAt = NEVER;
  }

  /** A block of a page was made; the device does not ask meanwhile. */
  void pageBlock(long now) {
    lastRequestAt = now;
    wakeBy(nextDeadline(), now);
  }

  /** The most octets of data in a block, after what the radio refused. */
  int sizeCap() {
    return sizeCap;
  }

  /** The radio refused the last block: this one and those that follow are smaller. */
  void shrink(int octetsOfData) {
    capBefore = sizeCap;
    sizeCap = octetsOfData;
  }

  /** Whether the last block is a smaller one, of which nobody knows yet whether it fits. */
  boolean hasShrunk() {
    return capBefore != 0;
  }

  /** It did not help. */
  void growBack() {
    if (hasShrunk()) {
      sizeCap = capBefore;
      capBefore = 0;
    }
  }

  /** The radio took the last block. */
  void fits() {
    capBefore = 0;
  }

  /** Another block in place of the last one. */
  void lastBlock(ApsFrame block, int length) {
    lastBlock = block;
    lastLength = length;
  }

  /** The device keeps another MinimumBlockPeriod than it was told; how often by now. */
  int periodMismatch() {
    return ++periodMismatches;
  }

  @Override
  public void settled(Delivery delivery) {
    outstanding--;
    keeper.settled(this, delivery);
  }

  // ---- progress

  /**
   * Octets of the image are given to the radio.
   *
   * @return whether none were before from this offset
   */
  boolean served(int offset, int length) {
    progressed = true;
    furthest = Math.max(furthest, offset + length);
    if (isEnded() || served.get(offset)) {
      repeats++;
      return false;
    }
    served.set(offset);
    blocks++;
    servedOctets += length;
    return true;
  }

  void servedAgain() {
    repeats++;
  }

  /** Whether there is something to publish. */
  boolean progressed() {
    return progressed || (rate > 0 && isIn(UpgradeState.DOWNLOADING));
  }

  /** Notes what was published; the rate is the mean of the last few calls. */
  void sample(long now) {
    if (progressed) {
      changed = mesh.instant();
    }
    progressed = false;
    int oldest = samples < RATE_SAMPLES ? 0 : samples % RATE_SAMPLES;
    long span = now - sampledAt[oldest];
    rate =
        samples == 0 || span <= 0
            ? 0
            : Math.round((servedOctets - sampledOctets[oldest]) * 1e9 / span);
    sampledAt[samples % RATE_SAMPLES] = now;
    sampledOctets[samples % RATE_SAMPLES] = servedOctets;
    samples++;
  }

  /** The state changed. */
  void touch() {
    changed = mesh.instant();
  }

  /** When it began, on the mesh's clock. */
  long startedAt() {
    return startedAt;
  }

  Upgrade snapshot() {
    return new Upgrade(
        mesh.name(),
        client.device(),
        endpoint,
        id,
        image.storedName(),
        currentFileVersion,
        state.phase(),
        state.reason(),
        furthest,
        size,
        isIn(UpgradeState.DOWNLOADING) ? rate : 0,
        new UpgradeCounters(blocks, repeats),
        started,
        changed);
  }

  // ---- the one timer

  /** Makes sure that {@link Keeper#timeIsUp} is called by then; a timer set earlier will do. */
  void wakeBy(long at, long now) {
    if (at < timerAt) {
      timer.cancel();
      timerAt = at;
      timer = mesh.loop().after(Duration.ofNanos(Math.max(0, at - now)), this::wake);
    }
  }

  private void wake() {
    timerAt = NEVER;
    keeper.timeIsUp(this);
  }

  /** The first of the times that the session waits for. */
  long nextDeadline() {
    long progress = progressed() ? client.nextProgressAt() : NEVER;
    return Math.min(Math.min(resendAt, progress), Math.min(stateEndsAt(), readVersionAt));
  }

  void cancelTimer() {
    timer.cancel();
    timerAt = NEVER;
  }
}
