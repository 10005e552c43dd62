package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageEvent.Kind;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageRegistryListener;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.ResourceFetcher;
import io.otaupgrade.registry.internal.FetchJob.Known;
import io.otaupgrade.registry.internal.RegistrationFile.Contents;
import io.otaupgrade.registry.internal.RegistrationRules.Change;
import io.otaupgrade.registry.internal.RegistrationRules.Decision;
import io.otaupgrade.registry.internal.store.ImageStore;
import io.otaupgrade.registry.internal.store.IncomingFile;
import io.otaupgrade.registry.internal.store.Sha256;
import io.otaupgrade.registry.internal.store.StoreFullException;
import io.otaupgrade.registry.internal.store.TooLargeException;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image registry of this host.
 *
 * <p>Lookups read one immutable snapshot. What changes the registrations does so under one lock,
 * which is held while listeners hear of it and never while anything is read or written; so events
 * come in order and a listener must not wait for a thread that calls the registry. Files are the
 * business of one worker thread, which also completes the outcomes.
 */
@Component(
    immediate = true, // clears away what the last run left, and devices ask before anybody else
    configurationPid = RegistrySettings.PID,
    service = {ImageRegistry.class, ImageFiles.class})
@Designate(ocd = RegistrySettings.Config.class)
public final class FetchingImageRegistry implements ImageRegistry, ImageFiles {
  private static final Logger LOG = LoggerFactory.getLogger(FetchingImageRegistry.class);
  private static final String DATA_PROPERTY = "ota.data";

  /** {@code false} in a process that looks at what is there and keeps no images of its own. */
  private static final String IMAGES_PROPERTY = "ota.data.images";

  private static final ImageEvent FETCH_BEGAN =
      new ImageEvent(Kind.FETCH_BEGAN, Optional.empty(), Set.of());
  private static final ImageEvent FETCH_ENDED =
      new ImageEvent(Kind.FETCH_ENDED, Optional.empty(), Set.of());
  private static final String STOPPED = "the registry stops";
  private static final int WORKER_IDLE_SECONDS = 10;
  private static final int STOP_SECONDS = 5;
  private static final int LONGEST_ETAG = 1024;

  private final ResourceFetcher fetcher;
  private final ImageStore store;
  private final RegistrationFile file;
  private final ExecutorService worker;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile List<ImageRegistryListener> listeners = List.of();

  private volatile RegistrySettings settings;
  private volatile Registrations now = Registrations.NONE;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, FetchJob> jobs = new HashMap<>(); // open to join, by URL; lock
  private final Set<FetchJob> unfinished = new LinkedHashSet<>(); // lock
  private final Announcer announcer = new Announcer(() -> listeners); // lock
  private boolean stopped; // lock
  private final Map<String, Validator> validators = new HashMap<>(); // by URL; worker
  private Optional<Contents> saved = Optional.empty(); // what is in the file; worker

  @Activate
  public FetchingImageRegistry(
      @Reference(name = "fetcher") ResourceFetcher fetcher,
      BundleContext context,
      Map<String, Object> properties)
      throws IOException {
    this(fetcher, firstSettings(properties), defaultFolder(context), newWorker());
  }

  FetchingImageRegistry(
      ResourceFetcher fetcher,
      RegistrySettings settings,
      Path defaultFolder,
      ExecutorService worker)
      throws IOException {
    this.fetcher = fetcher;
    this.settings = settings;
    this.worker = worker;
    Path folder = settings.storeFolder().orElse(defaultFolder);
    ImageStore opened;
    try {
      opened = ImageStore.open(folder, settings.storeQuota());
    } catch (IOException e) {
      if (folder.equals(defaultFolder)) {
        throw cannotStart(e);
      }
      LOG.warn(
          "{}: storeFolder must be a folder of our own to write to, was '{}' ({}); {} is used",
          RegistrySettings.PID,
          folder,
          e.toString(),
          defaultFolder);
      folder = defaultFolder;
      try {
        opened = ImageStore.open(folder, settings.storeQuota());
      } catch (IOException again) {
        throw cannotStart(again);
      }
    }
    store = opened;
    file = new RegistrationFile(folder);
    if (settings.persistImages()) {
      restore();
    } else {
      file.delete(); // before the images, so that it never names one that is gone
    }
    store.retain(now.digests());
  }

  /** Told here as well: the framework logs it where not everybody looks. */
  private static IOException cannotStart(IOException why) {
    LOG.error("there is no image registry, since its folder cannot be used: {}", why.toString());
    return why;
  }

  private static RegistrySettings firstSettings(Map<String, Object> properties) {
    RegistrySettings.Reading reading = RegistrySettings.read(properties);
    if (!reading.faults().isEmpty()) {
      LOG.warn(
          "{}: {}; the default is used", RegistrySettings.PID, String.join("; ", reading.faults()));
    }
    return reading.settings();
  }

  private static Path defaultFolder(BundleContext context) throws IOException {
    String data = context.getProperty(DATA_PROPERTY);
    if (data != null && !data.isBlank() && !"false".equals(context.getProperty(IMAGES_PROPERTY))) {
      return Path.of(data, "registry");
    }
    return Optional.ofNullable(context.getDataFile("registry"))
        .map(File::toPath)
        .orElseThrow(
            () ->
                new IOException(
                    "the framework keeps no files: " + DATA_PROPERTY + " must name a folder"));
  }

  /** One thread, which is there only while there is something to do. */
  private static ExecutorService newWorker() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            WORKER_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "ota-registry");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private void restore() throws IOException {
    List<String> dropped = new ArrayList<>();
    try {
      Contents contents = file.read(store::load, settings.versionPolicy(), dropped);
      now = contents.registrations();
      validators.putAll(contents.validators());
      dropped.forEach(image -> LOG.warn("lost since the last run: {}", image));
      LOG.info("{} registrations of the last run are back", now.all().size());
    } catch (IOException e) {
      LOG.warn("the registrations of the last run are lost: {}", e.toString());
      file.setAside();
    }
  }

  @Modified
  void modified(Map<String, Object> properties) {
    RegistrySettings.Reading reading = RegistrySettings.read(properties);
    if (!reading.faults().isEmpty()) {
      LOG.warn(
          "{}: {}; the configuration before stays",
          RegistrySettings.PID,
          String.join("; ", reading.faults()));
      return;
    }
    RegistrySettings next = reading.settings();
    if (!next.storeFolder().equals(settings.storeFolder())) {
      LOG.info("storeFolder is used from the next start of the registry on");
    }
    locked(
        () -> {
          settings = next;
          now =
              now.draft().replaceAll(entry -> entry.withDefaultPolicy(next.versionPolicy())).done();
        });
    store.quota(next.storeQuota());
    onWorker(this::tidy);
  }

  @Deactivate
  void stop() throws IOException {
    List<Waiting> given = new ArrayList<>();
    List<Fetch> fetches = new ArrayList<>();
    locked(
        () -> {
          stopped = true;
          jobs.clear();
          for (FetchJob job : unfinished) {
            job.abandoned = true;
            job.fetch.ifPresent(fetches::add);
            job.waiting.stream().filter(this::settle).forEach(given::add);
          }
        });
    fetches.forEach(Fetch::cancel);
    for (Waiting waiting : given) {
      giveLater(waiting, RegistrationOutcome.rejected(Verdict.CANCELLED, STOPPED));
    }
    onWorker(() -> unfinishedJobs().forEach(this::end));
    onWorker(this::tidy); // the last chance to save what could not be saved before
    worker.shutdown();
    try {
      if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("stopped while files were still being written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    Waiting waiting = new Waiting(request);
    return lockedGet(
        () -> {
          Optional<RegistrationOutcome> refusal =
              stopped
                  ? Optional.of(RegistrationOutcome.rejected(Verdict.CANCELLED, STOPPED))
                  : RegistrationRules.refusalBeforeFetch(now, request);
          if (refusal.isPresent()) {
            waiting.settled = true;
            giveLater(waiting, refusal.get());
            return new Pending(waiting, Optional.empty());
          }
          FetchJob open = jobs.get(request.url());
          FetchJob job = open == null ? new FetchJob(request.url()) : open;
          job.waiting.add(waiting);
          if (open == null) {
            jobs.put(job.url, job);
            unfinished.add(job);
            announcer.tell(List.of(FETCH_BEGAN));
            onWorker(() -> begin(job));
          }
          return new Pending(waiting, Optional.of(job));
        });
  }

  private final class Pending implements PendingRegistration {
    private final Waiting waiting;
    private final Optional<FetchJob> job;

    Pending(Waiting waiting, Optional<FetchJob> job) {
      this.waiting = waiting;
      this.job = job;
    }

    @Override
    public CompletionStage<RegistrationOutcome> outcome() {
      return waiting.outcome.minimalCompletionStage();
    }

    @Override
    public void cancel() {
      job.ifPresent(fetching -> giveUp(waiting, fetching));
    }
  }

  private void giveUp(Waiting waiting, FetchJob job) {
    if (!lockedGet(() -> settle(waiting))) {
      return;
    }
    giveLater(waiting, RegistrationOutcome.rejected(Verdict.CANCELLED, ""));
    Optional<Fetch> needless =
        lockedGet(
            () -> {
              job.waiting.remove(waiting);
              if (!job.waiting.isEmpty() || !jobs.remove(job.url, job)) {
                return Optional.empty();
              }
              job.abandoned = true;
              return job.fetch;
            });
    needless.ifPresent(Fetch::cancel);
  }

  /** Asks the fetcher for the URL; on the worker. */
  private void begin(FetchJob job) {
    try {
      if (lockedGet(() -> job.abandoned)) {
        end(job);
        return;
      }
      long maximumSize = settings.maximumImageSize();
      IncomingFile incoming = store.receive(maximumSize);
      job.file = Optional.of(incoming);
      job.known = known(job.url);
      Map<String, String> headers =
          job.known.map(known -> Map.of("If-None-Match", known.etag())).orElse(Map.of());
      Fetch fetch =
          fetcher.fetch(new FetchRequest(job.url, headers, OptionalLong.of(maximumSize)), incoming);
      boolean abandoned =
          lockedGet(
              () -> {
                job.fetch = Optional.of(fetch);
                return job.abandoned;
              });
      if (abandoned) {
        fetch.cancel();
      }
      fetch
          .outcome()
          .whenComplete(
              (outcome, fault) -> {
                if (!onWorker(() -> finish(job, fault == null ? outcome : faulty(fault)))) {
                  discard(job);
                }
              });
    } catch (IOException | RuntimeException e) {
      LOG.error("fetch of {} did not begin", job.url, e);
      finish(job, faulty(e));
    }
  }

  private static FetchOutcome faulty(Throwable fault) {
    return new FetchOutcome(FetchOutcome.Verdict.SINK_FAILED, 0, Map.of(), 0, fault.toString());
  }

  /** What the URL gave before, if that is stored still. */
  private Optional<Known> known(String url) {
    return Optional.ofNullable(validators.get(url))
        .flatMap(
            validator ->
                now.byDigest(validator.sha256()).map(image -> new Known(validator.etag(), image)));
  }

  /** Makes of a fetch what comes of it; on the worker. */
  private void finish(FetchJob job, FetchOutcome fetched) {
    if (fetched.verdict() == FetchOutcome.Verdict.NOT_MODIFIED
        && job.known.isPresent()
        && !store.isIntact(job.known.get().image())) {
      LOG.warn("{} is corrupt in the store, it is fetched again", job.known.get().image());
      validators.remove(job.url);
      discard(job);
      begin(job);
      return;
    }
    List<Waiting> waiting = close(job);
    Map<Waiting, RegistrationOutcome> outcomes = new LinkedHashMap<>();
    try {
      if (!waiting.isEmpty()) {
        registerAll(job, waiting, fetched, outcomes);
      }
    } catch (StoreFullException e) {
      rejectAll(waiting, Verdict.FAILED, e.getMessage(), outcomes);
    } catch (IOException | RuntimeException e) {
      LOG.error("registration from {} failed", job.url, e);
      rejectAll(waiting, Verdict.FAILED, e.toString(), outcomes);
    }
    discard(job);
    tidy();
    outcomes.forEach(FetchingImageRegistry::give);
    end(job);
  }

  /** Adds the outcome of each request that was not given up meanwhile. */
  private void registerAll(
      FetchJob job,
      List<Waiting> waiting,
      FetchOutcome fetched,
      Map<Waiting, RegistrationOutcome> outcomes)
      throws IOException {
    switch (fetched.verdict()) {
      case FETCHED -> registerFetched(job, waiting, fetched, outcomes);
      case NOT_MODIFIED -> registerKnown(job, waiting, outcomes);
      case BAD_URL -> rejectAll(waiting, Verdict.INVALID_DATA, detail(fetched), outcomes);
      case SINK_FAILED -> {
        Optional<IOException> failure = job.file.flatMap(IncomingFile::failure);
        rejectAll(
            waiting,
            failure.filter(TooLargeException.class::isInstance).isPresent()
                ? Verdict.ACCESS_FAILED
                : Verdict.FAILED,
            failure.map(IOException::getMessage).orElse(detail(fetched)),
            outcomes);
      }
      case FORBIDDEN_ADDRESS,
          UNREACHABLE,
          HTTP_STATUS,
          TOO_MANY_REDIRECTS,
          TOO_LARGE,
          TOO_SLOW,
          TIMED_OUT,
          CANCELLED ->
          rejectAll(waiting, Verdict.ACCESS_FAILED, detail(fetched), outcomes);
    }
  }

  private static String detail(FetchOutcome outcome) {
    String text = outcome.verdict().toString();
    if (outcome.httpStatus() != 0) {
      text += ", HTTP status " + outcome.httpStatus();
    }
    return outcome.detail().isEmpty() ? text : text + ": " + outcome.detail();
  }

  private void registerKnown(
      FetchJob job, List<Waiting> waiting, Map<Waiting, RegistrationOutcome> outcomes) {
    if (job.known.isEmpty()) {
      rejectAll(
          waiting,
          Verdict.ACCESS_FAILED,
          "HTTP status 304 to a request without conditions",
          outcomes);
      return;
    }
    Known known = job.known.get();
    validators.put(job.url, new Validator(known.etag(), known.image().sha256()));
    register(waiting, known.image(), outcomes);
  }

  private void registerFetched(
      FetchJob job,
      List<Waiting> waiting,
      FetchOutcome outcome,
      Map<Waiting, RegistrationOutcome> outcomes)
      throws IOException {
    OtaFile fetched;
    try {
      fetched =
          OtaFile.inspect(
              job.file.orElseThrow().map(), new OtaFileLimits(settings.maximumImageSize()));
    } catch (OtaFileException e) {
      rejectAll(waiting, Verdict.VALIDATION_FAILED, e.getMessage(), outcomes);
      return;
    }
    List<Waiting> fitting = new ArrayList<>();
    for (Waiting each : waiting) {
      RegistrationRules.mismatch(each.request, fetched.header())
          .ifPresentOrElse(mismatch -> reject(each, mismatch, outcomes), () -> fitting.add(each));
    }
    if (fitting.isEmpty()) {
      return; // nobody wants it: it need not be stored
    }
    FirmwareImage image = stored(fetched, job.url);
    String etag = outcome.headers().getOrDefault("etag", "");
    if (etag.isEmpty() || etag.length() > LONGEST_ETAG) {
      validators.remove(job.url);
    } else {
      validators.put(job.url, new Validator(etag, image.sha256()));
    }
    register(fitting, image, outcomes);
  }

  /** The one stored copy of a fetched image. */
  private FirmwareImage stored(OtaFile fetched, String url) throws IOException {
    String sha256 = Sha256.of(fetched.image());
    Optional<FirmwareImage> known = now.byDigest(sha256);
    if (known.isPresent() && store.isIntact(known.get())) {
      return known.get();
    }
    FirmwareImage image =
        store.put(
            fetched,
            sha256,
            known
                .map(FirmwareImage::storedName)
                .orElseGet(
                    () -> StoredNames.of(url, sha256, name -> byStoredName(name).isPresent())));
    if (known.isPresent()) {
      LOG.warn("{} was corrupt, the octets just fetched take its place", image);
      locked(
          () ->
              now =
                  now.draft()
                      .replaceAll(
                          entry -> entry.sha256().equals(sha256) ? entry.withImage(image) : entry)
                      .done());
    }
    return image;
  }

  private void register(
      List<Waiting> waiting, FirmwareImage image, Map<Waiting, RegistrationOutcome> outcomes) {
    List<ImageEvent> news = new ArrayList<>();
    Set<ImageKey> muted = new LinkedHashSet<>();
    locked(
        () -> {
          Set<ImageKey> mutedBefore = now.ambiguous();
          for (Waiting each : waiting) {
            if (each.settled) {
              continue;
            }
            Decision decision =
                RegistrationRules.register(now, each.request, image, settings.versionPolicy());
            each.settled = true;
            outcomes.put(each, decision.outcome());
            if (decision.change().isPresent()) {
              apply(decision.change().get());
              news.addAll(decision.change().get().events());
            }
          }
          muted.addAll(now.ambiguous());
          muted.removeAll(mutedBefore);
        });
    log(news);
    for (ImageKey key : muted) {
      LOG.warn(
          "{} is offered to nobody until it is registered again with selectors: another image has"
              + " its manufacturer and image type now",
          key);
    }
  }

  private void rejectAll(
      List<Waiting> waiting,
      Verdict verdict,
      String detail,
      Map<Waiting, RegistrationOutcome> outcomes) {
    RegistrationOutcome outcome = RegistrationOutcome.rejected(verdict, detail);
    waiting.forEach(each -> reject(each, outcome, outcomes));
  }

  private void reject(
      Waiting waiting, RegistrationOutcome outcome, Map<Waiting, RegistrationOutcome> outcomes) {
    if (lockedGet(() -> settle(waiting))) {
      outcomes.put(waiting, outcome);
    }
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    return changed(() -> RegistrationRules.withdraw(now, deviceId, imageTypeId));
  }

  @Override
  public boolean remove(ImageKey key) {
    return changed(() -> RegistrationRules.remove(now, key));
  }

  private boolean changed(Supplier<Optional<Change>> rule) {
    Optional<Change> change =
        lockedGet(
            () -> {
              Optional<Change> next = rule.get();
              next.ifPresent(this::apply);
              return next;
            });
    if (change.isEmpty()) {
      return false;
    }
    log(change.get().events());
    onWorker(this::tidy);
    return true;
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    return now.heldBy(deviceId);
  }

  @Override
  public List<ImageRegistration> registrations() {
    return now.all();
  }

  @Override
  public Optional<ImageRegistration> find(ImageQuery query) {
    return now.find(query, settings.hardwareVersionRequired());
  }

  @Override
  public List<FirmwareImage> images(ImageId id) {
    return now.images(id);
  }

  @Override
  public Optional<FirmwareImage> byStoredName(String storedName) {
    return now.byStoredName(storedName);
  }

  /** Saves the registrations and deletes images that nobody holds; on the worker. */
  private void tidy() {
    Registrations registrations = now;
    Set<String> wanted = new HashSet<>(registrations.digests());
    validators.values().removeIf(validator -> !wanted.contains(validator.sha256()));
    unfinishedJobs()
        .forEach(job -> job.known.ifPresent(known -> wanted.add(known.image().sha256())));
    try {
      if (!settings.persistImages()) {
        file.delete();
        saved = Optional.empty();
      } else if (!isSaved(registrations)) {
        Contents contents = new Contents(registrations, validators);
        file.write(contents);
        saved = Optional.of(contents);
      }
    } catch (IOException e) {
      LOG.warn("the registrations cannot be saved, a restart would lose changes: {}", e.toString());
      return; // what the file names must not be deleted
    }
    store.retain(wanted);
  }

  private boolean isSaved(Registrations registrations) {
    return saved
        .filter(contents -> contents.registrations() == registrations)
        .filter(contents -> contents.validators().equals(validators))
        .isPresent();
  }

  /** No more can join the job; on the worker. */
  private List<Waiting> close(FetchJob job) {
    return lockedGet(
        () -> {
          jobs.remove(job.url, job);
          List<Waiting> waiting = List.copyOf(job.waiting);
          job.waiting.clear();
          return waiting;
        });
  }

  private static void discard(FetchJob job) {
    try {
      if (job.file.isPresent()) {
        job.file.get().close();
      }
    } catch (IOException e) {
      LOG.warn("a temporary file cannot be closed", e);
    }
  }

  private void end(FetchJob job) {
    locked(
        () -> {
          if (unfinished.remove(job)) {
            announcer.tell(List.of(FETCH_ENDED));
          }
        });
  }

  private List<FetchJob> unfinishedJobs() {
    return lockedGet(() -> List.copyOf(unfinished));
  }

  /** Whether it falls to the caller to say what becomes of the request; with the lock. */
  private boolean settle(Waiting waiting) {
    boolean first = !waiting.settled;
    waiting.settled = true;
    return first;
  }

  /** With the lock. */
  private void apply(Change change) {
    now = change.next();
    announcer.tell(change.events());
  }

  private static String whom(ImageEvent event, ImageRegistration registration) {
    return registration.isOperators()
        ? registration.mesh().map(mesh -> "mesh " + mesh).orElse("all meshes")
        : "device ids " + event.deviceIds();
  }

  private static void log(List<ImageEvent> events) {
    for (ImageEvent event : events) {
      ImageRegistration registration = event.registration().orElseThrow();
      FirmwareImage image = registration.image();
      if (event.kind() == Kind.REGISTERED) {
        LOG.info(
            "{} registered for {} from {}: {}, {} octets, SHA-256 {}",
            registration.key(),
            whom(event, registration),
            registration.url(),
            image.storedName(),
            image.size(),
            image.sha256());
      } else {
        LOG.info("{} {}: {}", registration.key(), event.kind(), whom(event, registration));
      }
    }
  }

  private static void give(Waiting waiting, RegistrationOutcome outcome) {
    if (outcome.registration().isEmpty() && outcome.verdict() != Verdict.CANCELLED) {
      RegistrationRequest request = waiting.request;
      LOG.warn(
          "{}:{} for device ids {} from {} not registered: {} {}",
          request.driverTypeId(),
          request.driverVersion(),
          request.holders(),
          request.url(),
          outcome.verdict(),
          outcome.detail());
    }
    waiting.outcome.complete(outcome);
  }

  private void giveLater(Waiting waiting, RegistrationOutcome outcome) {
    if (!onWorker(() -> give(waiting, outcome))) {
      give(waiting, outcome);
    }
  }

  /** Returns whether the worker takes the task; it does not when the registry stops. */
  private boolean onWorker(Runnable task) {
    try {
      worker.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T lockedGet(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
