package io.otaupgrade.director.internal;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.NotSentException;
import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaListener;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the calls of the driver API and delivers their results.
 *
 * <p>One thread does all of it, so requests of a device id are judged in the order of their calls.
 * A fetch is the only thing that takes time; what the same id asks meanwhile is told {@link
 * OtaStatus#IN_PROGRESS} and waits for it.
 */
@Component(
    immediate = true, // learns meshes and answers calls from the first moment on
    configurationPid = Settings.PID)
public final class Director implements OtaService {

  private static final Logger LOG = LoggerFactory.getLogger(Director.class);
  private static final String STOPS = "the director stops";

  private final BindingTable bindings;
  private final ExecutorService thread;
  private final List<OtaServer> servers = new CopyOnWriteArrayList<>();
  private final AtomicLong lastRequestId = new AtomicLong();
  private final AtomicInteger unfinished = new AtomicInteger();
  private volatile int queueLimit;
  private volatile boolean stopping;

  /** By device id: the add whose fetch runs, and what waits for it. On the thread only. */
  private final Map<Integer, Lane> lanes = new HashMap<>();

  /** Optional: without a registry there is no OTA server either, and every call says so. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ImageRegistry registry;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<Map.Entry<Map<String, Object>, OtaListener>> listeners = List.of();

  @Activate
  public Director(
      @Reference(name = "bindings") BindingTable bindings,
      Settings.Config config,
      Map<String, Object> properties) {
    this(
        bindings,
        Settings.DEFAULT.queueLimit(),
        Executors.newSingleThreadExecutor(task -> new Thread(task, "ota-director")));
    modified(config, properties);
  }

  Director(BindingTable bindings, int queueLimit, ExecutorService thread) {
    this.bindings = bindings;
    this.queueLimit = queueLimit;
    this.thread = thread;
  }

  @Modified
  void modified(Settings.Config config, Map<String, Object> properties) {
    try {
      queueLimit = Settings.of(config, properties).queueLimit();
    } catch (IllegalArgumentException rejected) {
      LOG.debug("{} is told by the binding table", rejected.getMessage());
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addServer(OtaServer server) {
    servers.add(server);
    for (DeviceBinding binding : bindings.bindings()) {
      if (server.knows(binding.device())) {
        bindings.learnMesh(binding.device(), server.mesh());
      }
    }
  }

  void removeServer(OtaServer server) {
    servers.remove(server);
    onThread(this::endWhatHasNoServer);
  }

  @Deactivate
  void stop() throws InterruptedException {
    stopping = true;
    thread.execute(this::endAll);
    thread.shutdown();
    if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
      LOG.warn("a listener keeps the delivery of results from ending");
    }
  }

  void use(ImageRegistry images, List<Map.Entry<Map<String, Object>, OtaListener>> who) {
    registry = images;
    listeners = who;
  }

  // ---- calls, from any thread

  @Override
  public Submission serviceStatus(int deviceId) {
    return submit(Call.serviceStatus(deviceId));
  }

  @Override
  public Submission addImage(
      int deviceId, int mfgId, int imageTypeId, String url, String driverTypeId, long version) {
    return submit(
        new Call(
            OperationName.ADD_IMAGE_RESPONSE,
            deviceId,
            mfgId,
            imageTypeId,
            Objects.requireNonNullElse(url, ""),
            Objects.requireNonNullElse(driverTypeId, ""),
            version));
  }

  @Override
  public Submission removeImage(int deviceId, int imageTypeId) {
    return submit(Call.removeImage(deviceId, imageTypeId));
  }

  @Override
  public Submission imageInfo(int deviceId) {
    return submit(Call.imageInfo(deviceId));
  }

  private Submission submit(Call call) {
    if (stopping) {
      return notSent(SendStatus.STOPPING);
    }
    if (unfinished.incrementAndGet() > queueLimit) {
      unfinished.decrementAndGet();
      return notSent(SendStatus.QUEUE_FULL);
    }
    Request request = new Request(lastRequestId.incrementAndGet(), call);
    try {
      thread.execute(() -> judge(request));
    } catch (RejectedExecutionException stopped) {
      return notSent(SendStatus.STOPPING);
    }
    return new Submission(SendStatus.SENT, request.id, request.result);
  }

  private static Submission notSent(SendStatus status) {
    return new Submission(status, 0, CompletableFuture.failedFuture(new NotSentException(status)));
  }

  // ---- judgement, on the thread

  /** Whatever goes wrong, a request gets its final status. */
  private void judge(Request request) {
    try {
      judgeInOrder(request);
    } catch (RuntimeException fault) {
      LOG.warn("{} failed", request.call, fault);
      finish(request, OtaStatus.FAILURE, fault.toString());
    }
  }

  private void judgeInOrder(Request request) {
    if (stopping) {
      finish(request, OtaStatus.FAILURE, STOPS); // what it began nobody would end
      return;
    }
    Optional<String> fault = request.call.fault();
    if (fault.isPresent()) {
      finish(request, OtaStatus.INVALID_DATA, fault.get());
      return;
    }
    if (!isServed(request.call.deviceId())) {
      finish(request, OtaStatus.SERVICE_NOT_AVAILABLE, "");
      return;
    }
    if (request.call.operation() == OperationName.SERVICE_STATUS_RESPONSE) {
      finish(request, OtaStatus.SERVICE_AVAILABLE, "");
      return;
    }
    if (bindings.binding(request.call.deviceId()).isEmpty()) {
      finish(request, OtaStatus.DEVICE_NOT_FOUND, "");
      return;
    }
    Lane lane = lanes.get(request.call.deviceId());
    if (lane != null) {
      announce(request);
      lane.waiting.add(request);
      return;
    }
    carryOut(request);
  }

  /** Whether the mesh of this device id is served; for an id bound to nothing, whether any is. */
  private boolean isServed(int deviceId) {
    Optional<DeviceBinding> binding = bindings.binding(deviceId);
    if (binding.isEmpty()) {
      return !servers.isEmpty();
    }
    for (OtaServer server : servers) {
      if (server.knows(binding.get().device())) {
        bindings.learnMesh(binding.get().device(), server.mesh());
        return true;
      }
    }
    return binding
        .get()
        .mesh()
        .map(mesh -> servers.stream().anyMatch(server -> server.mesh().equals(mesh)))
        .orElse(!servers.isEmpty());
  }

  private void carryOut(Request request) {
    ImageRegistry images = registry;
    if (images == null) {
      finish(request, OtaStatus.SERVICE_NOT_AVAILABLE, "");
      return;
    }
    switch (request.call.operation()) {
      case ADD_IMAGE_RESPONSE -> add(request, images);
      case REMOVE_IMAGE_RESPONSE -> remove(request, images);
      case IMAGE_INFO_RESPONSE -> info(request, images);
      case SERVICE_STATUS_RESPONSE -> throw new IllegalStateException("answered before");
    }
  }

  private void add(Request request, ImageRegistry images) {
    Call call = request.call;
    bindings.learnType(call.deviceId(), call.driverTypeId());
    announce(request);
    releaseUnbound(images, call);
    PendingRegistration pending =
        images.register(
            RegistrationRequest.ofDriver(
                call.deviceId(),
                call.mfgId(),
                call.imageTypeId(),
                call.url(),
                call.driverTypeId(),
                call.driverVersion()));
    Lane lane = new Lane(request, pending);
    lanes.put(call.deviceId(), lane);
    pending.outcome().whenComplete((outcome, fault) -> onThread(() -> added(lane, outcome, fault)));
  }

  /**
   * Ids that are bound to no device any more cannot withdraw what they hold, so they must not keep
   * the type's other drivers from a new driver version.
   */
  private void releaseUnbound(ImageRegistry images, Call call) {
    for (ImageRegistration held : images.registrations()) {
      if (held.key().driverTypeId().equals(call.driverTypeId())
          && held.key().driverVersion() != call.driverVersion()) {
        for (int holder : held.holders()) {
          if (bindings.binding(holder).isEmpty()) {
            images.withdraw(holder, held.key().imageTypeId());
          }
        }
      }
    }
  }

  private void added(Lane lane, RegistrationOutcome outcome, Throwable fault) {
    if (lanes.get(lane.adding.call.deviceId()) != lane) {
      return; // ended before, when the plugin went
    }
    if (fault != null) {
      LOG.warn("{} failed", lane.adding.call, fault);
      finish(lane.adding, OtaStatus.FAILURE, fault.toString());
    } else {
      lane.adding.registration = outcome.registration();
      finish(lane.adding, statusOf(outcome.verdict()), outcome.detail());
    }
    next(lane);
  }

  private static OtaStatus statusOf(RegistrationOutcome.Verdict verdict) {
    return switch (verdict) {
      case REGISTERED -> OtaStatus.SUCCESS;
      case ACCESS_FAILED -> OtaStatus.IMAGE_ACCESS_FAILED;
      case VALIDATION_FAILED -> OtaStatus.IMAGE_VALIDATION_FAILED;
      case INVALID_DATA, SELECTORS_REQUIRED -> OtaStatus.INVALID_DATA;
      case INCOMPATIBLE_DRIVER_VERSION -> OtaStatus.INCOMPATIBLE_DRIVER_VERSION;
      case CANCELLED, FAILED -> OtaStatus.FAILURE;
    };
  }

  /** The lane is free: what waited is judged anew, up to the next add. */
  private void next(Lane lane) {
    lanes.remove(lane.adding.call.deviceId());
    for (Request request : lane.waiting) {
      judge(request);
    }
  }

  private void remove(Request request, ImageRegistry images) {
    Call call = request.call;
    images.heldBy(call.deviceId()).stream()
        .filter(held -> held.key().imageTypeId() == call.imageTypeId())
        .findFirst()
        .ifPresent(held -> request.registration = Optional.of(held));
    boolean withdrawn = images.withdraw(call.deviceId(), call.imageTypeId());
    finish(request, withdrawn ? OtaStatus.SUCCESS : OtaStatus.IMAGE_INFO_NOT_FOUND, "");
  }

  private void info(Request request, ImageRegistry images) {
    Optional<ImageRegistration> latest =
        images.heldBy(request.call.deviceId()).stream().findFirst();
    request.registration = latest;
    finish(request, latest.isPresent() ? OtaStatus.SUCCESS : OtaStatus.IMAGE_INFO_NOT_FOUND, "");
  }

  private void endWhatHasNoServer() {
    for (Lane lane : List.copyOf(lanes.values())) {
      if (!isServed(lane.adding.call.deviceId())) {
        lane.pending.cancel();
        finish(lane.adding, OtaStatus.SERVICE_NOT_AVAILABLE, "");
        next(lane);
      }
    }
  }

  private void endAll() {
    for (Lane lane : List.copyOf(lanes.values())) {
      lane.pending.cancel();
      lanes.remove(lane.adding.call.deviceId());
      finish(lane.adding, OtaStatus.FAILURE, STOPS);
      lane.waiting.forEach(waiting -> finish(waiting, OtaStatus.FAILURE, STOPS));
    }
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException stopped) {
      LOG.debug("nothing to do any more: the director has stopped");
    }
  }

  // ---- results, on the thread

  private void announce(Request request) {
    if (!request.announced) {
      request.announced = true;
      deliver(
          new OtaResult(
              request.id, request.call.deviceId(), operation(request, OtaStatus.IN_PROGRESS)));
    }
  }

  private void finish(Request request, OtaStatus status, String detail) {
    OtaResult result =
        new OtaResult(request.id, request.call.deviceId(), operation(request, status));
    if (request.call.operation() == OperationName.ADD_IMAGE_RESPONSE || !detail.isEmpty()) {
      LOG.info(
          "{} {} {}{}",
          describe(request),
          request.call.operation().word(),
          status.word(),
          detail.isEmpty() ? "" : ": " + detail);
    }
    unfinished.decrementAndGet();
    deliver(result);
    request.result.complete(result);
  }

  private String describe(Request request) {
    int deviceId = request.call.deviceId();
    return bindings
        .binding(deviceId)
        .map(binding -> binding.device() + " (device id " + deviceId + ")")
        .orElse("device id " + deviceId);
  }

  private OtaOperation operation(Request request, OtaStatus status) {
    Call call = request.call;
    Optional<Eui64> device = bindings.binding(call.deviceId()).map(DeviceBinding::device);
    if (request.registration.isEmpty()) {
      return new OtaOperation(
          call.operation(),
          status,
          device,
          call.mfgId(),
          call.imageTypeId(),
          call.url(),
          call.driverTypeId(),
          call.driverVersion(),
          0,
          0);
    }
    ImageRegistration registration = request.registration.get();
    return new OtaOperation(
        call.operation(),
        status,
        device,
        registration.key().manufacturerId(),
        registration.key().imageTypeId(),
        registration.url(),
        registration.key().driverTypeId(),
        registration.key().driverVersion(),
        registration.key().imageVersion(),
        oldVersion(device, registration));
  }

  private long oldVersion(Optional<Eui64> device, ImageRegistration registration) {
    return device.stream()
        .flatMap(eui64 -> servers.stream().map(server -> running(server, eui64, registration)))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .findFirst()
        .orElse(registration.previousVersion().orElse(0L));
  }

  private static OptionalLong running(
      OtaServer server, Eui64 device, ImageRegistration registration) {
    return server.runningVersion(
        device, registration.key().manufacturerId(), registration.key().imageTypeId());
  }

  private void deliver(OtaResult result) {
    for (Map.Entry<Map<String, Object>, OtaListener> listener : listeners) {
      if (DeviceIds.wants(listener.getKey().get(OtaListener.DEVICE_ID), result.deviceId())) {
        try {
          listener.getValue().received(result);
        } catch (RuntimeException | LinkageError e) {
          LOG.warn("{} failed on {}", listener.getValue(), result, e);
        }
      }
    }
  }

  /** A call that was taken and has no final result yet. */
  private static final class Request {
    final long id;
    final Call call;
    final CompletableFuture<OtaResult> result = new CompletableFuture<>();
    boolean announced;

    /** What the result tells of. */
    Optional<ImageRegistration> registration = Optional.empty();

    Request(long id, Call call) {
      this.id = id;
      this.call = call;
    }
  }

  /** An add whose fetch runs, and what the same device id asked since. */
  private static final class Lane {
    final Request adding;
    final PendingRegistration pending;
    final Deque<Request> waiting = new ArrayDeque<>();

    Lane(Request adding, PendingRegistration pending) {
      this.adding = adding;
      this.pending = pending;
    }
  }
}
