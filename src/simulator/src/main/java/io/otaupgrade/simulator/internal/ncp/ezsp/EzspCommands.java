package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.simulator.internal.ncp.ezsp.NodeCache.Entry;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The commands: reads the parameters of each, has the stack do it, writes the parameters of the
 * response. Fields and their order are those of UG100 and UG600; what differs between versions is
 * in {@link EzspVersion}. Network and keys are in {@link NetworkCommands}.
 */
final class EzspCommands {

  private static final int BINDING_OCTETS = 14;
  private static final int NO_PROFILE_OCTETS = 7; // of an endpoint that is not there
  private static final int LIBRARY_PRESENT = 0x80;
  private static final int ENTROPY_FROM_RADIO = 1;
  private static final int RELEASED = 0xAA; // EmberVersionType GA
  private static final int BUILD = 0;
  private static final int ENERGY_SCAN = 0;
  private static final int FIRST_CHANNEL = 11;
  private static final int LAST_CHANNEL = 26;
  private static final int LQI = 255;

  // EzspExtendedValueId
  private static final int ENDPOINT_FLAGS = 0;
  private static final int LAST_LEAVE_REASON = 1;
  private static final int SOURCE_ROUTE_OVERHEAD = 2;

  private final Stack stack;
  private final StackConfiguration configuration;
  private final EzspVersion version;
  private final EzspInput in;
  private final EzspOutput out;
  private final NetworkCommands network;

  /**
   * The commands of one version.
   *
   * @param in at the parameters whenever {@link #run} is called
   * @param out behind the header of the response then
   */
  EzspCommands(Stack stack, EzspVersion version, EzspInput in, EzspOutput out) {
    this.stack = stack;
    this.configuration = stack.configuration();
    this.version = version;
    this.in = in;
    this.out = out;
    this.network = new NetworkCommands(stack, version, in, out);
  }

  /** Runs a command, and is false for a frame that is no command of this version. */
  boolean run(EzspFrameId command) {
    switch (command) {
      case SEND_UNICAST -> sendUnicast(); // first, since most are

      case NOP -> {}
      case ECHO -> out.counted(in.counted());
      case GET_LIBRARY_STATUS -> out.u8(LIBRARY_PRESENT);
      case GET_RANDOM_NUMBER -> out.status(EzspStatus.OK).u16(stack.random());
      case GET_TRUE_RANDOM_ENTROPY_SOURCE -> out.u8(ENTROPY_FROM_RADIO);
      case GET_PHY_INTERFACE_COUNT -> out.u8(1);
      case READ_COUNTERS -> stack.counters().write(out);
      case READ_AND_CLEAR_COUNTERS -> {
        stack.counters().write(out);
        stack.counters().clear();
      }

      case GET_CONFIGURATION_VALUE -> getConfigurationValue();
      case SET_CONFIGURATION_VALUE -> out.status(configuration.set(in.u8(), in.u16()));
      case GET_POLICY -> out.status(EzspStatus.OK).u8(configuration.policy(in.u8()));
      case SET_POLICY -> setPolicy();
      case GET_VALUE -> getValue();
      case SET_VALUE -> setValue();
      case GET_EXTENDED_VALUE -> getExtendedValue();
      case SET_PASSIVE_ACK_CONFIG, SET_RADIO_IEEE802154_CCA_MODE, WRITE_NODE_DATA ->
          out.status(EzspStatus.OK);
      case SET_POWER_DESCRIPTOR -> {
        if (version.isModern()) {
          out.status(EzspStatus.OK);
        }
      }

      case ADD_ENDPOINT -> addEndpoint();
      case SET_MANUFACTURER_CODE -> stack.self().manufacturerCode(in.u16());
      case GET_MANUFACTURER_CODE -> out.u16(stack.self().manufacturerCode());
      case GET_ENDPOINT_COUNT -> out.u8(stack.self().endpoints().size());
      case GET_ENDPOINT -> getEndpoint();
      case GET_ENDPOINT_DESCRIPTION -> getEndpointDescription();
      case GET_ENDPOINT_CLUSTER -> getEndpointCluster();

      case GET_TOKEN -> getToken();
      case SET_TOKEN -> setToken();
      case GET_MFG_TOKEN -> getManufacturingToken();
      case SET_MFG_TOKEN -> setManufacturingToken();
      case GET_TOKEN_COUNT -> {
        if (version.hasLongTokenCount()) {
          out.u32(0);
        } else {
          out.u8(0);
        }
      }
      case GET_TOKEN_INFO -> out.status(EzspStatus.INDEX_OUT_OF_RANGE).zeroes(8);
      case GET_TOKEN_DATA -> out.status(EzspStatus.INDEX_OUT_OF_RANGE).u32(0);

      case SEND_BROADCAST -> sendBroadcast();
      case SEND_MULTICAST -> sendMulticast();
      case MAXIMUM_PAYLOAD_LENGTH -> out.u8(stack.maximumPayload());
      case SEND_MANY_TO_ONE_ROUTE_REQUEST -> {
        stack.askForRoutes();
        out.status(stack.isUp() ? EzspStatus.OK : EzspStatus.NETWORK_DOWN);
      }
      case SET_CONCENTRATOR -> setConcentrator();
      case SET_SOURCE_ROUTE_DISCOVERY_MODE -> out.u32(stack.untilRoutesAreAskedFor().toMillis());
      case GET_SOURCE_ROUTE_TABLE_TOTAL_SIZE ->
          out.u8(configuration.value(StackConfiguration.SOURCE_ROUTE_TABLE_SIZE));
      case GET_SOURCE_ROUTE_TABLE_FILLED_SIZE -> out.u8(stack.routesKnown());
      case GET_SOURCE_ROUTE_TABLE_ENTRY ->
          out.status(EzspStatus.INDEX_OUT_OF_RANGE).u16(NodeCache.UNKNOWN).u8(NodeCache.NO_INDEX);

      case SET_MULTICAST_TABLE_ENTRY -> setMulticastTableEntry();
      case GET_MULTICAST_TABLE_ENTRY -> getMulticastTableEntry();
      case CLEAR_BINDING_TABLE -> {
        stack.memory().bindings().clear();
        out.status(EzspStatus.OK);
      }
      case SET_BINDING -> setBinding();
      case GET_BINDING -> getBinding();
      case DELETE_BINDING -> {
        stack.memory().bindings().remove(in.u8());
        out.status(EzspStatus.OK);
      }
      case BINDING_IS_ACTIVE -> out.flag(false);
      case GET_BINDING_REMOTE_NODE_ID -> out.u16(NodeCache.UNKNOWN);
      case SET_BINDING_REMOTE_NODE_ID -> {}

      case ADDRESS_TABLE_ENTRY_IS_ACTIVE -> out.flag(false);
      case SET_ADDRESS_TABLE_INFO -> {
        int index = in.u8();
        out.status(stack.addressEntry(index, new Entry(in.eui64(), in.u16(), false)));
      }
      case GET_ADDRESS_TABLE_INFO -> getAddressTableInfo();
      case SET_ADDRESS_TABLE_REMOTE_EUI64 -> setAddressTableRemoteEui64();
      case SET_ADDRESS_TABLE_REMOTE_NODE_ID -> setAddressTableRemoteNodeId();
      case GET_ADDRESS_TABLE_REMOTE_EUI64 -> out.eui64(stack.nodes().entry(in.u8()).eui64());
      case GET_ADDRESS_TABLE_REMOTE_NODE_ID -> out.u16(stack.nodes().entry(in.u8()).address());
      case REPLACE_ADDRESS_TABLE_ENTRY -> replaceAddressTableEntry();
      case SET_EXTENDED_TIMEOUT -> {
        if (version.isModern()) {
          out.status(EzspStatus.OK);
        }
      }
      case GET_EXTENDED_TIMEOUT -> {
        if (version.isModern()) {
          out.status(EzspStatus.FAIL); // "is not set"
        } else {
          out.flag(false);
        }
      }
      case LOOKUP_NODE_ID_BY_EUI64 -> out.u16(lookup(in.eui64()));
      case LOOKUP_EUI64_BY_NODE_ID -> lookupEui64();

      case NEIGHBOR_COUNT -> out.u8(neighbours().size());
      case GET_NEIGHBOR -> getNeighbour();
      case GET_ROUTE_TABLE_ENTRY ->
          out.status(EzspStatus.INDEX_OUT_OF_RANGE).u16(NodeCache.UNKNOWN).zeroes(6);
      case GET_CHILD_DATA -> getChildData();
      case CHILD_ID -> out.u16(child(in.u8()).map(stack.nodes()::address).orElse(0xFFFF));
      case CHILD_INDEX -> childIndex();
      case GET_PARENT_CHILD_PARAMETERS ->
          out.u8(stack.nodes().children().size()).u64(0).u16(0xFFFF); // a coordinator has no parent

      case START_SCAN -> startScan();
      case STOP_SCAN -> out.status(EzspStatus.OK);

      default -> {
        return network.run(command);
      }
    }
    return true;
  }

  // ---- configuration

  private void getConfigurationValue() {
    int id = in.u8();
    out.status(configuration.has(id) ? EzspStatus.OK : EzspStatus.ERROR_INVALID_ID)
        .u16(configuration.value(id));
  }

  private void setPolicy() {
    configuration.policy(in.u8(), in.u8());
    stack.policyChanged();
    out.status(EzspStatus.OK);
  }

  private void getValue() {
    int id = in.u8();
    switch (id) {
      case StackConfiguration.VERSION_INFO ->
          out.status(EzspStatus.OK)
              .u8(7)
              .u16(BUILD)
              .u8(version.major())
              .u8(version.minor())
              .u8(version.patch())
              .u8(0)
              .u8(RELEASED);
      case StackConfiguration.NWK_FRAME_COUNTER ->
          out.status(EzspStatus.OK).u8(4).u32(stack.memory().networkFrameCounter());
      case StackConfiguration.NODE_SHORT_ID ->
          out.status(EzspStatus.OK).u8(2).u16(stack.isUp() ? Stack.COORDINATOR : NodeCache.UNKNOWN);
      default -> {
        Optional<byte[]> value = configuration.extra(id);
        out.status(value.isPresent() ? EzspStatus.OK : EzspStatus.ERROR_INVALID_ID)
            .counted(value.orElseGet(() -> new byte[0]));
      }
    }
  }

  private void setValue() {
    int id = in.u8();
    byte[] value = in.counted();
    if (id == StackConfiguration.NWK_FRAME_COUNTER) {
      if (value.length != 4 || stack.isUp()) {
        out.status(EzspStatus.ERROR_INVALID_VALUE);
        return;
      }
      stack
          .memory()
          .networkFrameCounter(
              Integer.reverseBytes(ByteBuffer.wrap(value).getInt()) & 0xFFFF_FFFFL);
    } else if (id == StackConfiguration.UART_SYNCH_CALLBACKS) {
      if (value.length != 1) {
        out.status(EzspStatus.ERROR_INVALID_VALUE);
        return;
      }
      configuration.extra(id, value);
      stack.callbacks().hold(value[0] != 0);
    } else {
      configuration.extra(id, value);
    }
    out.status(EzspStatus.OK);
  }

  private void getExtendedValue() {
    int id = in.u8();
    int which = (int) in.u32();
    switch (id) {
      case ENDPOINT_FLAGS -> // both octets are there even where the endpoint is not
          out.status(
                  stack.self().has(which & 0xFF) ? EzspStatus.OK : EzspStatus.ERROR_INVALID_VALUE)
              .u8(2)
              .u16(1);
      case LAST_LEAVE_REASON -> out.status(EzspStatus.OK).u8(3).zeroes(3);
      case SOURCE_ROUTE_OVERHEAD -> {
        int relays = stack.relays(which & 0xFFFF);
        out.status(EzspStatus.OK).u8(1).u8(relays == 0 ? 0 : 2 + 2 * relays);
      }
      default -> out.status(EzspStatus.ERROR_INVALID_ID).u8(0);
    }
  }

  // ---- endpoints

  private void addEndpoint() {
    int endpoint = in.u8();
    int profile = in.u16();
    int device = in.u16();
    int deviceVersion = in.u8() & 0xF;
    int inputs = in.u8();
    int outputs = in.u8();
    List<Integer> inputClusters = clusters(inputs);
    List<Integer> outputClusters = clusters(outputs);
    out.status(
        stack.networkStatus() != 0
            ? EzspStatus.ERROR_INVALID_CALL
            : stack
                .self()
                .add(
                    new SimpleDescriptor(
                        endpoint, profile, device, deviceVersion, inputClusters, outputClusters)));
  }

  private List<Integer> clusters(int count) {
    List<Integer> clusters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clusters.add(in.u16());
    }
    return clusters;
  }

  private void getEndpoint() {
    int index = in.u8();
    List<SimpleDescriptor> endpoints = stack.self().endpoints();
    out.u8(index < endpoints.size() ? endpoints.get(index).endpoint() : 0xFF);
  }

  private void getEndpointDescription() {
    Optional<SimpleDescriptor> endpoint = stack.self().find(in.u8());
    if (endpoint.isEmpty()) {
      out.zeroes(NO_PROFILE_OCTETS);
      return;
    }
    SimpleDescriptor descriptor = endpoint.get();
    out.u16(descriptor.profileId())
        .u16(descriptor.deviceId())
        .u8(descriptor.deviceVersion())
        .u8(descriptor.inputClusters().size())
        .u8(descriptor.outputClusters().size());
  }

  private void getEndpointCluster() {
    Optional<SimpleDescriptor> endpoint = stack.self().find(in.u8());
    boolean input = in.u8() == 0;
    int index = in.u8();
    List<Integer> clusters =
        endpoint
            .map(each -> input ? each.inputClusters() : each.outputClusters())
            .orElse(List.of());
    out.u16(index < clusters.size() ? clusters.get(index) : 0xFFFF);
  }

  // ---- tokens

  private void getToken() {
    int id = in.u8();
    boolean there = StackMemory.hasToken(id);
    out.status(there ? EzspStatus.OK : EzspStatus.BAD_ARGUMENT)
        .octets(there ? stack.memory().token(id).clone() : new byte[StackMemory.tokenOctets()]);
  }

  private void setToken() {
    int id = in.u8();
    byte[] value = in.octets(StackMemory.tokenOctets());
    boolean there = StackMemory.hasToken(id);
    if (there) {
      System.arraycopy(value, 0, stack.memory().token(id), 0, value.length);
    }
    out.status(there ? EzspStatus.OK : EzspStatus.BAD_ARGUMENT);
  }

  private void getManufacturingToken() {
    int id = in.u8();
    out.counted(stack.memory().manufacturingToken(id, manufacturingTokenOctets(id)));
  }

  private void setManufacturingToken() {
    int id = in.u8();
    byte[] value = in.counted();
    boolean fits = value.length == manufacturingTokenOctets(id) && value.length > 0;
    if (fits) {
      stack.memory().manufacturingToken(id, value);
    }
    out.status(fits ? EzspStatus.OK : EzspStatus.BAD_ARGUMENT);
  }

  /** By EzspMfgTokenId. */
  private static int manufacturingTokenOctets(int id) {
    return switch (id) {
      case 0x00, 0x03, 0x04, 0x0D -> 2; // custom version, manufacturer, PHY, crystal
      case 0x01, 0x02, 0x05 -> 16; // string, board name, boot loader's key
      case 0x06 -> 40; // ASH configuration
      case 0x07, 0x0C -> 8; // EZSP storage, custom EUI-64
      case 0x09 -> 92; // CBKE
      case 0x0A -> 20; // installation code
      default -> 0;
    };
  }

  // ---- messages

  private int tag() {
    return version.isModern() ? in.u16() : in.u8();
  }

  private void sendUnicast() {
    Message message = stack.message();
    message.type = in.u8();
    message.indexOrDestination = in.u16();
    message.readApsFrame(in);
    message.tag = tag();
    byte[] payload = in.counted();
    if (message.type > Message.VIA_ADDRESS_TABLE) {
      sent(message, EzspStatus.BAD_ARGUMENT); // by binding: nothing binds here
    } else {
      sent(message, stack.send(message, payload));
    }
  }

  private void sendBroadcast() {
    Message message = stack.message();
    message.type = Message.BROADCAST;
    if (version.isModern()) {
      in.skip(2); // alias
    }
    message.indexOrDestination = in.u16();
    if (version.isModern()) {
      in.skip(1); // NWK sequence number
    }
    message.readApsFrame(in);
    in.skip(1); // radius
    message.tag = tag();
    sent(message, stack.send(message, in.counted()));
  }

  private void sendMulticast() {
    Message message = stack.message();
    message.type = Message.MULTICAST;
    message.readApsFrame(in);
    message.indexOrDestination = message.group;
    in.skip(1); // hops
    in.skip(version.isModern() ? 5 : 1); // address, alias and NWK sequence number; or radius
    message.tag = tag();
    sent(message, stack.send(message, in.counted()));
  }

  private void sent(Message message, EzspStatus status) {
    out.status(status).u8(status == EzspStatus.OK ? message.sequence : 0);
  }

  private void setConcentrator() {
    boolean on = in.flag();
    in.skip(2); // type
    in.skip(2); // minimum time
    int maximumTime = in.u16();
    stack.concentrate(on, maximumTime);
    out.status(EzspStatus.OK);
  }

  // ---- tables

  private void setMulticastTableEntry() {
    int index = in.u8();
    int group = in.u16();
    int endpoint = in.u8();
    if (index >= configuration.value(StackConfiguration.MULTICAST_TABLE_SIZE)) {
      out.status(EzspStatus.INDEX_OUT_OF_RANGE);
      return;
    }
    stack.multicastTable().put(index, group << 8 | endpoint);
    out.status(EzspStatus.OK);
  }

  private void getMulticastTableEntry() {
    int index = in.u8();
    boolean there = index < configuration.value(StackConfiguration.MULTICAST_TABLE_SIZE);
    int entry = stack.multicastTable().getOrDefault(index, 0);
    out.status(there ? EzspStatus.OK : EzspStatus.INDEX_OUT_OF_RANGE)
        .u16(entry >>> 8)
        .u8(entry)
        .u8(0); // network index
  }

  private void setBinding() {
    int index = in.u8();
    byte[] entry = in.octets(BINDING_OCTETS);
    if (index >= configuration.value(StackConfiguration.BINDING_TABLE_SIZE)) {
      out.status(EzspStatus.INDEX_OUT_OF_RANGE);
      return;
    }
    stack.memory().bindings().put(index, entry);
    out.status(EzspStatus.OK);
  }

  private void getBinding() {
    int index = in.u8();
    boolean there = index < configuration.value(StackConfiguration.BINDING_TABLE_SIZE);
    out.status(there ? EzspStatus.OK : EzspStatus.INDEX_OUT_OF_RANGE)
        .octets(stack.memory().bindings().getOrDefault(index, new byte[BINDING_OCTETS]));
  }

  private void getAddressTableInfo() {
    int index = in.u8();
    Entry entry = stack.nodes().entry(index);
    boolean there = index < configuration.value(StackConfiguration.ADDRESS_TABLE_SIZE);
    out.status(there ? EzspStatus.OK : EzspStatus.INDEX_OUT_OF_RANGE)
        .u16(entry.address())
        .eui64(entry.eui64());
  }

  private void setAddressTableRemoteEui64() {
    int index = in.u8();
    Eui64 eui64 = in.eui64();
    out.status(stack.addressEntry(index, new Entry(eui64, stack.nodes().address(eui64), false)));
  }

  private void setAddressTableRemoteNodeId() {
    int index = in.u8();
    Entry before = stack.nodes().entry(index);
    stack.addressEntry(index, new Entry(before.eui64(), in.u16(), before.extendedTimeout()));
  }

  private void replaceAddressTableEntry() {
    int index = in.u8();
    Entry before = stack.nodes().entry(index);
    out.status(stack.addressEntry(index, new Entry(in.eui64(), in.u16(), in.flag())))
        .eui64(before.eui64())
        .u16(before.address())
        .flag(before.extendedTimeout());
  }

  // ---- nodes

  private int lookup(Eui64 eui64) {
    return eui64.equals(stack.eui64()) && stack.isUp()
        ? Stack.COORDINATOR
        : stack.nodes().address(eui64);
  }

  private void lookupEui64() {
    int address = in.u16();
    Optional<Eui64> eui64 =
        address == Stack.COORDINATOR ? Optional.of(stack.eui64()) : stack.nodes().eui64(address);
    out.status(eui64.isPresent() ? EzspStatus.OK : EzspStatus.FAIL)
        .eui64(eui64.orElse(NodeCache.NOBODY));
  }

  /** The nodes that are heard without a relay. */
  private List<Integer> neighbours() {
    return stack.nodes().addresses().stream()
        .filter(address -> stack.relays(address) == 0)
        .limit(configuration.value(StackConfiguration.NEIGHBOR_TABLE_SIZE))
        .toList();
  }

  private void getNeighbour() {
    int index = in.u8();
    List<Integer> neighbours = neighbours();
    if (index >= neighbours.size()) {
      out.status(EzspStatus.INDEX_OUT_OF_RANGE).zeroes(6).u64(0);
      return;
    }
    int address = neighbours.get(index);
    out.status(EzspStatus.OK)
        .u16(address)
        .u8(LQI)
        .u8(1) // costs, both ways
        .u8(1)
        .u8(3) // age
        .eui64(stack.nodes().eui64(address).orElse(NodeCache.NOBODY));
  }

  private Optional<Eui64> child(int index) {
    List<Eui64> children = stack.nodes().children();
    return index < children.size() ? Optional.of(children.get(index)) : Optional.empty();
  }

  private void getChildData() {
    Optional<Eui64> child = child(in.u8());
    out.status(child.isPresent() ? EzspStatus.OK : EzspStatus.NOT_JOINED)
        .eui64(child.orElse(NodeCache.NOBODY))
        .u8(Stack.SLEEPY_END_DEVICE)
        .u16(child.map(stack.nodes()::address).orElse(NodeCache.UNKNOWN))
        .u8(0) // PHY
        .u8(0) // power
        .u8(configuration.value(StackConfiguration.END_DEVICE_POLL_TIMEOUT))
        .u32(0);
  }

  private void childIndex() {
    int address = in.u16();
    int index = stack.nodes().eui64(address).map(stack.nodes().children()::indexOf).orElse(-1);
    out.u8(index < 0 ? NodeCache.NO_INDEX : index);
  }

  // ---- scans

  /** There is no other network to be found, and little noise. */
  private void startScan() {
    boolean energy = in.u8() == ENERGY_SCAN;
    long channels = in.u32();
    int duration = in.u8();
    if (duration > 14) {
      out.slStatus(EzspStatus.BAD_ARGUMENT);
      return;
    }
    Duration each = Duration.ofNanos(15_360_000L * ((1L << duration) + 1));
    Duration all = Duration.ZERO;
    for (int channel = FIRST_CHANNEL; channel <= LAST_CHANNEL; channel++) {
      if ((channels >> channel & 1) != 0) {
        all = all.plus(each);
        if (energy) {
          int of = channel;
          int rssi = -95 + stack.random() % 15;
          stack.later(all, () -> stack.callbacks().energyScanResult(of, rssi));
        }
      }
    }
    stack.later(all.plusMillis(1), () -> stack.callbacks().scanComplete(0, EzspStatus.OK));
    out.slStatus(EzspStatus.OK);
  }
}
