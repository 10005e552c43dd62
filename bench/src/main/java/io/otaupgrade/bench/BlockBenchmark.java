package io.otaupgrade.bench;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.cluster.internal.OtaClusterServer;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A block request's octets come in, the response's octets go out, and the radio confirms them: what
 * one block costs the server, its clock and its timers included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockBenchmark {

  private final BlockRequests requests = new BlockRequests();
  private final byte[] request = requests.block();
  private final ApsFrame frame = received(request);
  private final TimedLoop loop = new TimedLoop();
  private final DirectRadio radio = new DirectRadio(loop);
  private OtaClusterServer server;

  private static ApsFrame received(byte[] octets) {
    return ApsFrame.from(
        DirectRadio.NETWORK_ADDRESS,
        Optional.of(DirectRadio.DEVICE),
        DirectRadio.ENDPOINT,
        /* destinationEndpoint= */ 1,
        DirectRadio.PROFILE,
        OtaCluster.ID,
        /* lqi= */ 200,
        ByteBuffer.wrap(octets));
  }

  @Setup
  public void startTransfer() throws OtaFileException {
    server = OtaClusterServer.unattended(radio, new OneImage(requests.image()));
    check(send(received(requests.query())), BlockRequests.QUERY_RESPONSE, 16);
    check(block(), BlockRequests.BLOCK_RESPONSE, BlockRequests.RESPONSE_OCTETS);
  }

  private static void check(ByteBuffer response, int command, int octets) {
    int at = response.position();
    if (response.remaining() != octets
        || response.get(at + 2) != command
        || response.get(at + 3) != 0) {
      throw new IllegalStateException("no such response as expected, but " + response);
    }
  }

  @Benchmark
  public ByteBuffer block() {
    requests.next(request);
    return send(frame);
  }

  private ByteBuffer send(ApsFrame received) {
    loop.run();
    server.received(received);
    return radio.deliver().payload();
  }
}
