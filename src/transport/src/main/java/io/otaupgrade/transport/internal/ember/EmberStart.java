package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.transport.internal.HostEndpoints;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Formation;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a co-processor that was just reset to one on its network. Each step is one command, whose
 * response leads to the next step:
 *
 * <ol>
 *   <li>agree on a version of EZSP, and ask for the firmware's;
 *   <li>sizes and time-outs of the stack, which are lost with each reset; what a firmware refuses
 *       stays as the firmware has it;
 *   <li>policies: nobody joins, keys are given to those who ask the trust centre;
 *   <li>the host's endpoints;
 *   <li>resume the network that the co-processor holds, or form one if it has none and that is
 *       wanted. The network itself is left as it is, whatever formed it;
 *   <li>be a concentrator, so that devices tell their routes;
 *   <li>where are we?
 * </ol>
 *
 * On the loop.
 */
final class EmberStart {

  private static final Logger LOG = LoggerFactory.getLogger(EmberStart.class);

  /** What the start found. */
  interface Listener {
    /** Commands and callbacks have this version's layouts from now on. */
    void versionAgreed(EzspVersion version);

    /** The co-processor leaves requests for our endpoints to us. */
    void answersEndpointRequests();

    /**
     * The co-processor is on its network.
     *
     * @param messages unicasts that it takes at once
     */
    void started(NetworkParameters network, int messages);
  }

  /**
   * A size or time-out of the stack.
   *
   * @param atLeast whether a firmware that has more keeps it
   */
  private record Configuration(String name, int id, int value, boolean atLeast) {}

  /** The application answers Simple_Desc, Match_Desc and Active_EP requests. */
  private static final int APP_HANDLES_ZDO_ENDPOINT_REQUESTS = 0x04;

  /** Unicasts that the co-processor keeps until their end. */
  private static final int MESSAGES = 32;

  private static final List<Configuration> CONFIGURATION =
      List.of(
          new Configuration(
              "TRUST_CENTER_ADDRESS_CACHE_SIZE",
              EzspCommands.TRUST_CENTER_ADDRESS_CACHE_SIZE,
              2,
              true),
          // What Zigbee PRO demands: indirect frames live 7.68 s, 30 hops, profile 2, security 5.
          new Configuration(
              "INDIRECT_TRANSMISSION_TIMEOUT",
              EzspCommands.INDIRECT_TRANSMISSION_TIMEOUT,
              7680,
              false),
          new Configuration("MAX_HOPS", EzspCommands.MAX_HOPS, 30, false),
          new Configuration("STACK_PROFILE", EzspCommands.STACK_PROFILE, 2, false),
          new Configuration("SECURITY_LEVEL", EzspCommands.SECURITY_LEVEL, 5, false),
          new Configuration("SUPPORTED_NETWORKS", EzspCommands.SUPPORTED_NETWORKS, 1, false),
          new Configuration(
              "MAX_END_DEVICE_CHILDREN", EzspCommands.MAX_END_DEVICE_CHILDREN, 32, true),
          // 2^8 minutes.
          new Configuration(
              "END_DEVICE_POLL_TIMEOUT", EzspCommands.END_DEVICE_POLL_TIMEOUT, 8, false),
          new Configuration(
              "TRANSIENT_KEY_TIMEOUT_S", EzspCommands.TRANSIENT_KEY_TIMEOUT_S, 300, false),
          new Configuration("ADDRESS_TABLE_SIZE", EzspCommands.ADDRESS_TABLE_SIZE, 16, true),
          new Configuration(
              "SOURCE_ROUTE_TABLE_SIZE", EzspCommands.SOURCE_ROUTE_TABLE_SIZE, 200, true),
          new Configuration(
              "APS_UNICAST_MESSAGE_COUNT", EzspCommands.APS_UNICAST_MESSAGE_COUNT, MESSAGES, true));

  /** Of a firmware that does not tell. */
  private static final int DEFAULT_MESSAGES = 10;

  private record Policy(String name, int id, int decision) {}

  private static final List<Policy> POLICIES =
      List.of(
          new Policy(
              "TRUST_CENTER_POLICY",
              EzspCommands.TRUST_CENTER_POLICY,
              EzspCommands.ALLOW_UNSECURED_REJOINS),
          new Policy(
              "TC_KEY_REQUEST_POLICY",
              EzspCommands.TC_KEY_REQUEST_POLICY,
              EzspCommands.ALLOW_TC_KEY_REQUESTS_AND_SEND_CURRENT_KEY),
          new Policy(
              "APP_KEY_REQUEST_POLICY",
              EzspCommands.APP_KEY_REQUEST_POLICY,
              EzspCommands.DENY_APP_KEY_REQUESTS),
          // We know what we sent.
          new Policy(
              "MESSAGE_CONTENTS_IN_CALLBACK_POLICY",
              EzspCommands.MESSAGE_CONTENTS_IN_CALLBACK_POLICY,
              EzspCommands.MESSAGE_TAG_ONLY_IN_CALLBACK));

  /** EmberZNet, rather than another stack behind EZSP. */
  private static final int MESH_STACK = 2;

  private static final int COORDINATOR = 1;

  /** How long a network may take to come up. */
  private static final Duration NETWORK_UP = Duration.ofSeconds(10);

  private static final EventLoop.Timer NO_TIMER = () -> {};

  private final CoProcessorHost host;
  private final EzspClient ezsp;
  private final RandomGenerator random;
  private final Listener listener;

  /** Until a version is agreed on, nothing is read with it. */
  private EzspVersion version = new EzspVersion(EzspVersion.OLDEST);

  private String firmware = "EmberZNet";
  private int messages = DEFAULT_MESSAGES;
  private Runnable onceUp = () -> {};
  private boolean awaitsUp;
  private EventLoop.Timer upTimer = NO_TIMER;

  EmberStart(CoProcessorHost host, EzspClient ezsp, RandomGenerator random, Listener listener) {
    this.host = host;
    this.ezsp = ezsp;
    this.random = random;
    this.listener = listener;
  }

  /** Begins; the connection stands. */
  void start() {
    ask(
        EzspFrame.VERSION,
        EzspCommands.u8(EzspVersion.NEWEST),
        response -> {
          EzspReader in = read(response);
          versionOffered(in.u8(), in.u8());
        });
  }

  void close() {
    upTimer.cancel();
  }

  /** The stack's status changed. */
  void stackStatus(SlStatus status) {
    if (status == SlStatus.NETWORK_UP && awaitsUp) {
      awaitsUp = false;
      upTimer.cancel();
      onceUp.run();
    }
  }

  /** Asks again where the co-processor is, after its network changed. */
  void readNetwork() {
    ask(EzspFrame.GET_NETWORK_PARAMETERS, EzspCommands::none, this::networkRead);
  }

  private void versionOffered(int number, int stack) {
    if (!EzspVersion.isSupported(number)) {
      host.failed(
          RadioFault.lasting(
              "the co-processor speaks EZSP %d, EZSP %d to %d (EmberZNet 7.4 to 9.1) are supported;"
                      .formatted(number, EzspVersion.OLDEST, EzspVersion.NEWEST)
                  + (number < EzspVersion.OLDEST
                      ? " put newer firmware on it"
                      : " put older firmware on it")));
    } else if (stack != MESH_STACK) {
      host.failed(
          RadioFault.lasting(
              "the co-processor has a stack of type %d, EmberZNet PRO is type %d;"
                      .formatted(stack, MESH_STACK)
                  + " put EmberZNet NCP firmware on it"));
    } else {
      agreeOn(number);
    }
  }

  private void agreeOn(int number) {
    ezsp.useExtendedHeaders();
    ask(
        EzspFrame.VERSION,
        EzspCommands.u8(number),
        response -> {
          int agreed = read(response).u8();
          if (agreed == number) {
            version = new EzspVersion(number);
            listener.versionAgreed(version);
            readFirmware();
          } else {
            host.failed(
                RadioFault.passing(
                    "the co-processor offered EZSP %d and then EZSP %d".formatted(number, agreed)));
          }
        });
  }

  private void readFirmware() {
    ask(
        EzspFrame.GET_VALUE,
        EzspCommands.u8(EzspCommands.VERSION_INFO),
        response -> {
          EzspReader in = read(response);
          if (isOk(in.status()) && in.u8() >= 5) {
            int build = in.u16();
            firmware = "EmberZNet %d.%d.%d build %d".formatted(in.u8(), in.u8(), in.u8(), build);
          }
          host.progress(firmware + ", " + version);
          configure(CONFIGURATION.iterator());
        });
  }

  private void configure(Iterator<Configuration> left) {
    if (!left.hasNext()) {
      readMessageCount();
      return;
    }
    Configuration next = left.next();
    if (!next.atLeast()) {
      configure(next, left);
      return;
    }
    ask(
        EzspFrame.GET_CONFIGURATION_VALUE,
        EzspCommands.u8(next.id()),
        response -> {
          EzspReader in = read(response);
          if (isOk(in.status()) && in.u16() >= next.value()) {
            configure(left);
          } else {
            configure(next, left);
          }
        });
  }

  private void configure(Configuration next, Iterator<Configuration> left) {
    attempt(
        "configuration " + next.name() + " = " + next.value(),
        EzspFrame.SET_CONFIGURATION_VALUE,
        EzspCommands.configurationValue(next.id(), next.value()),
        accepted -> configure(left));
  }

  private void readMessageCount() {
    ask(
        EzspFrame.GET_CONFIGURATION_VALUE,
        EzspCommands.u8(EzspCommands.APS_UNICAST_MESSAGE_COUNT),
        response -> {
          EzspReader in = read(response);
          if (isOk(in.status())) {
            messages = in.u16();
          }
          takeEndpointRequests();
        });
  }

  /**
   * The stack would answer Match_Desc requests under the profile of our endpoints only; the
   * transport answers those under the other profiles as well that devices ask with.
   */
  private void takeEndpointRequests() {
    attempt(
        "configuration APPLICATION_ZDO_FLAGS",
        EzspFrame.SET_CONFIGURATION_VALUE,
        EzspCommands.configurationValue(
            EzspCommands.APPLICATION_ZDO_FLAGS, APP_HANDLES_ZDO_ENDPOINT_REQUESTS),
        accepted -> {
          if (accepted) {
            listener.answersEndpointRequests();
          }
          setPolicies(POLICIES.iterator());
        });
  }

  private void setPolicies(Iterator<Policy> left) {
    if (!left.hasNext()) {
      addEndpoints(HostEndpoints.ALL.iterator());
      return;
    }
    Policy next = left.next();
    attempt(
        "policy " + next.name(),
        EzspFrame.SET_POLICY,
        EzspCommands.policy(next.id(), next.decision()),
        accepted -> setPolicies(left));
  }

  private void addEndpoints(Iterator<SimpleDescriptor> left) {
    if (!left.hasNext()) {
      resumeNetwork();
      return;
    }
    SimpleDescriptor next = left.next();
    attempt(
        "endpoint " + next.endpoint(),
        EzspFrame.ADD_ENDPOINT,
        EzspCommands.endpoint(next),
        accepted -> {
          if (!accepted) {
            LOG.warn(
                "{}: the co-processor refused endpoint {}; devices may not find the server there",
                host.mesh(),
                next.endpoint());
          }
          addEndpoints(left);
        });
  }

  private void resumeNetwork() {
    awaitUp("resume", this::beConcentrator);
    ask(
        EzspFrame.NETWORK_INIT,
        EzspCommands::networkInit,
        response -> {
          int code = read(response).status();
          if (version.status(code) == SlStatus.NOT_JOINED) {
            noNetwork();
          } else if (!isOk(code)) {
            host.failed(
                RadioFault.passing(
                    "the co-processor would not resume its network: " + version.describe(code)));
          }
        });
  }

  private void noNetwork() {
    upTimer.cancel();
    awaitsUp = false;
    if (host.network().form()) {
      form(Formation.of(host.network(), random));
    } else {
      host.failed(RadioFault.lasting(firmware + ": " + Formation.NO_NETWORK));
    }
  }

  private void form(Formation formation) {
    host.progress(
        "%s: forming a network on channel %d, PAN %04x"
            .formatted(firmware, formation.channel(), formation.panId()));
    byte[] trustCenterKey = new byte[EzspCommands.KEY_LENGTH];
    random.nextBytes(trustCenterKey);
    must(
        "take the network's keys",
        EzspFrame.SET_INITIAL_SECURITY_STATE,
        EzspCommands.initialSecurityState(formation, trustCenterKey),
        () ->
            attempt(
                "extended security",
                EzspFrame.SET_VALUE,
                EzspCommands.extendedSecurity(),
                accepted ->
                    attempt(
                        "an empty key table",
                        EzspFrame.CLEAR_KEY_TABLE,
                        EzspCommands::none,
                        cleared -> formNetwork(formation))));
  }

  private void formNetwork(Formation formation) {
    awaitUp("form", () -> formed(formation));
    must("form a network", EzspFrame.FORM_NETWORK, EzspCommands.network(formation), () -> {});
  }

  private void formed(Formation formation) {
    formation.formed(host.mesh());
    host.progress(
        "%s: formed a network on channel %d, PAN %04x"
            .formatted(firmware, formation.channel(), formation.panId()));
    attempt(
        "writing of tokens",
        EzspFrame.SET_VALUE,
        EzspCommands.value(EzspCommands.STACK_TOKEN_WRITING, 1, 1),
        accepted -> beConcentrator());
  }

  private void awaitUp(String what, Runnable next) {
    awaitsUp = true;
    onceUp = next;
    upTimer =
        host.loop()
            .after(
                NETWORK_UP,
                () ->
                    host.failed(
                        RadioFault.passing(
                            "the co-processor did not %s its network within %d s"
                                .formatted(what, NETWORK_UP.toSeconds()))));
  }

  private void beConcentrator() {
    attempt(
        "being a concentrator",
        EzspFrame.SET_CONCENTRATOR,
        EzspCommands::concentrator,
        accepted ->
            ezsp.manage(
                new ManagementCommand(
                    EzspFrame.SET_SOURCE_ROUTE_DISCOVERY_MODE,
                    EzspCommands::sourceRouteDiscovery,
                    response -> readNetwork(),
                    refused -> readNetwork())));
  }

  private void networkRead(ByteBuffer response) throws EzspFormatException {
    EzspReader in = read(response);
    int code = in.status();
    if (!isOk(code)) {
      host.failed(
          RadioFault.passing(
              "the co-processor does not tell its network: " + version.describe(code)));
      return;
    }
    int role = in.u8();
    if (role != COORDINATOR) {
      host.failed(
          RadioFault.lasting(
              "the co-processor is not the coordinator of its network (it has role %d);"
                      .formatted(role)
                  + " reset it with the tool that made it join"));
      return;
    }
    long extendedPanId = in.extendedPanId();
    int panId = in.u16();
    in.u8();
    int channel = in.u8();
    readAddress(channel, panId, extendedPanId);
  }

  private void readAddress(int channel, int panId, long extendedPanId) {
    ask(
        EzspFrame.GET_NODE_ID,
        EzspCommands::none,
        response -> readEui64(read(response).u16(), channel, panId, extendedPanId));
  }

  private void readEui64(int address, int channel, int panId, long extendedPanId) {
    ask(
        EzspFrame.GET_EUI64,
        EzspCommands::none,
        response ->
            listener.started(
                new NetworkParameters(
                    read(response).eui64(), address, channel, panId, extendedPanId),
                messages));
  }

  /** Sends a command that every supported firmware knows. */
  private void ask(int frameId, Consumer<ByteBuffer> parameters, ManagementCommand.Answer answer) {
    ezsp.manage(
        new ManagementCommand(
            frameId,
            parameters,
            answer,
            reason ->
                host.failed(
                    RadioFault.lasting(
                        "%s does not know frame 0x%04X (%s)"
                            .formatted(firmware, frameId, reason)))));
  }

  /** Sends a command whose response is a status, without which there is no network. */
  private void must(String what, int frameId, Consumer<ByteBuffer> parameters, Runnable next) {
    ask(
        frameId,
        parameters,
        response -> {
          int code = read(response).status();
          if (isOk(code)) {
            next.run();
          } else {
            host.failed(
                RadioFault.passing(
                    "the co-processor would not %s: %s".formatted(what, version.describe(code))));
          }
        });
  }

  /** Sends a command whose response is a status, and goes on whatever that is. */
  private void attempt(
      String what, int frameId, Consumer<ByteBuffer> parameters, Consumer<Boolean> next) {
    ezsp.manage(
        new ManagementCommand(
            frameId,
            parameters,
            response -> {
              int code = read(response).status();
              if (!isOk(code)) {
                LOG.debug("{}: refused with {}: {}", host.mesh(), version.code(code), what);
              }
              next.accept(isOk(code));
            },
            reason -> {
              LOG.debug("{}: not known ({}): {}", host.mesh(), reason, what);
              next.accept(false);
            }));
  }

  private EzspReader read(ByteBuffer response) {
    return new EzspReader(version, response);
  }

  /** The same in all versions, and for all kinds of statuses. */
  private static boolean isOk(int code) {
    return code == 0;
  }
}
