package io.otaupgrade.bench;

import com.zsmartsystems.zigbee.CommandResult;
import com.zsmartsystems.zigbee.IeeeAddress;
import com.zsmartsystems.zigbee.ZigBeeCommand;
import com.zsmartsystems.zigbee.ZigBeeEndpoint;
import com.zsmartsystems.zigbee.ZigBeeNode;
import com.zsmartsystems.zigbee.app.otaserver.ZclOtaUpgradeServer;
import com.zsmartsystems.zigbee.app.otaserver.ZigBeeOtaFile;
import com.zsmartsystems.zigbee.serialization.DefaultDeserializer;
import com.zsmartsystems.zigbee.serialization.DefaultSerializer;
import com.zsmartsystems.zigbee.transaction.ZigBeeTransactionMatcher;
import com.zsmartsystems.zigbee.zcl.ZclCluster;
import com.zsmartsystems.zigbee.zcl.ZclCommand;
import com.zsmartsystems.zigbee.zcl.ZclFieldDeserializer;
import com.zsmartsystems.zigbee.zcl.ZclFieldSerializer;
import com.zsmartsystems.zigbee.zcl.ZclFrameType;
import com.zsmartsystems.zigbee.zcl.ZclHeader;
import com.zsmartsystems.zigbee.zcl.clusters.ZclOtaUpgradeCluster;
import com.zsmartsystems.zigbee.zcl.protocol.ZclCommandDirection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The same block request for the OTA server of com.zsmartsystems.zigbee, on its public classes: its
 * codec, its server, its codec. Its network manager with notification threads and transaction queue
 * is left out, which is in its favour; so is the step from its {@code int[]} to octets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ZsmartsystemsBlockBenchmark {

  private final int[] request = new int[BlockRequests.OCTETS];
  private final BlockRequests requests = new BlockRequests();
  private final SerializingEndpoint endpoint =
      new SerializingEndpoint(
          new ZigBeeNode(null, new IeeeAddress("00124B0000112233"), /* networkAddress= */ 0x1234));
  private ZclCluster cluster;
  private ZclOtaUpgradeServer server;

  @Setup
  public void startTransfer() {
    endpoint.setOutputClusterIds(List.of(ZclOtaUpgradeCluster.CLUSTER_ID));
    cluster = endpoint.getOutputCluster(ZclOtaUpgradeCluster.CLUSTER_ID);
    server = new ZclOtaUpgradeServer();
    server.appStartup(cluster);
    server.setFirmwareWithoutNotify(new ZigBeeOtaFile(requests.image()));
    check(send(toInts(requests.query())), BlockRequests.QUERY_RESPONSE, 16);
    requests.first(request);
    check(block(), BlockRequests.BLOCK_RESPONSE, BlockRequests.RESPONSE_OCTETS);
  }

  private static void check(int[] response, int command, int octets) {
    if (response.length != octets || response[2] != command || response[3] != 0) {
      throw new IllegalStateException(
          "no such response as expected, but " + java.util.Arrays.toString(response));
    }
  }

  @TearDown
  public void stop() {
    server.appShutdown();
  }

  @Benchmark
  public int[] block() {
    requests.next(request);
    return send(request);
  }

  private int[] send(int[] octets) {
    ZclFieldDeserializer fields = new ZclFieldDeserializer(new DefaultDeserializer(octets));
    ZclHeader header = new ZclHeader(fields);
    ZclCommand command = cluster.getCommandFromId(header.getFrameType(), header.getCommandId());
    command.setCommandDirection(header.getDirection());
    command.deserialize(fields);
    command.setClusterId(ZclOtaUpgradeCluster.CLUSTER_ID);
    command.setTransactionId(header.getSequenceNumber());
    command.setDisableDefaultResponse(header.isDisableDefaultResponse());
    command.setSourceAddress(endpoint.getEndpointAddress());
    server.commandReceived(command);
    return endpoint.sent;
  }

  private static int[] toInts(byte[] octets) {
    int[] ints = new int[octets.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = octets[i] & 0xFF;
    }
    return ints;
  }

  /** Makes octets of what the server sends, as the library's network manager does. */
  private static final class SerializingEndpoint extends ZigBeeEndpoint {
    private int[] sent = {};

    SerializingEndpoint(ZigBeeNode node) {
      super(node, /* endpoint= */ 1);
    }

    @Override
    public Future<CommandResult> sendTransaction(
        ZigBeeCommand response, ZigBeeTransactionMatcher matcher) {
      ZclFieldSerializer fields = new ZclFieldSerializer(new DefaultSerializer());
      ZclCommand command = (ZclCommand) response;
      ZclHeader header = new ZclHeader();
      header.setFrameType(
          command.isGenericCommand()
              ? ZclFrameType.ENTIRE_PROFILE_COMMAND
              : ZclFrameType.CLUSTER_SPECIFIC_COMMAND);
      header.setCommandId(command.getCommandId());
      header.setSequenceNumber(command.getTransactionId());
      header.setDirection(ZclCommandDirection.SERVER_TO_CLIENT);
      header.setDisableDefaultResponse(command.isDisableDefaultResponse());
      command.serialize(fields);
      sent = header.serialize(fields, fields.getPayload());
      return CompletableFuture.completedFuture(null);
    }
  }
}
