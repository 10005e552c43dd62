package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.simulator.internal.device.DeviceObject;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the stack tells of the co-processor to those who ask its device object: who it is, and the
 * endpoints that the host has added since the last reset.
 */
final class OwnDeviceObject {

  private static final int COORDINATOR = 0x0000;
  private static final int MAXIMUM_BUFFER = 82;
  private static final int MAXIMUM_TRANSFER = 255;
  private static final int SERVER_MASK = 1 << 0 | 22 << 9; // primary trust centre, revision 22
  private static final int RESPONSE = 0x8000;
  private static final int MAXIMUM_ENDPOINTS = 16;
  private static final int MAXIMUM_RESPONSE = 5 + 255;

  private final Eui64 eui64;
  private final List<SimpleDescriptor> endpoints = new ArrayList<>();
  private int manufacturerCode;

  OwnDeviceObject(Eui64 eui64) {
    this.eui64 = eui64;
  }

  EzspStatus add(SimpleDescriptor endpoint) {
    if (has(endpoint.endpoint())) {
      return EzspStatus.ERROR_INVALID_VALUE;
    }
    if (endpoints.size() == MAXIMUM_ENDPOINTS) {
      return EzspStatus.ERROR_OUT_OF_MEMORY;
    }
    endpoints.add(endpoint);
    return EzspStatus.OK;
  }

  boolean has(int endpoint) {
    return find(endpoint).isPresent();
  }

  Optional<SimpleDescriptor> find(int endpoint) {
    for (SimpleDescriptor each : endpoints) { // for every frame that comes in, so no stream
      if (each.endpoint() == endpoint) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  List<SimpleDescriptor> endpoints() {
    return endpoints;
  }

  int manufacturerCode() {
    return manufacturerCode;
  }

  void manufacturerCode(int code) {
    manufacturerCode = code;
  }

  /** Whether the stack has an answer of its own to this request. */
  static boolean answers(int cluster) {
    return ZdoCluster.of(cluster)
        .filter(request -> !request.isResponse())
        .filter(request -> request != ZdoCluster.DEVICE_ANNCE)
        .filter(request -> request != ZdoCluster.MGMT_LEAVE_REQ)
        .isPresent();
  }

  /** Whether it is about endpoints, whose answers the host can take upon itself. */
  static boolean isAboutEndpoints(int cluster) {
    return cluster == ZdoCluster.SIMPLE_DESC_REQ.id()
        || cluster == ZdoCluster.ACTIVE_EP_REQ.id()
        || cluster == ZdoCluster.MATCH_DESC_REQ.id();
  }

  static int responseCluster(int requestCluster) {
    return requestCluster | RESPONSE;
  }

  /**
   * The payload of the answer.
   *
   * @param broadcast whether only those whom the request means are to answer it
   * @return empty for silence, and for a request that cannot be read
   */
  Optional<ByteBuffer> answer(int cluster, ByteBuffer request, boolean broadcast) {
    try {
      ZdoFrame frame = ZdoDecoder.decode(cluster, request);
      return self()
          .answer((ZdoRequest) frame.command(), broadcast)
          .map(
              response -> {
                ByteBuffer payload = ByteBuffer.allocate(MAXIMUM_RESPONSE);
                ZdoEncoder.encode(
                    payload, new ZdoFrame(frame.transactionSequenceNumber(), response));
                return payload.flip();
              });
    } catch (ZclFormatException malformed) {
      return Optional.empty();
    }
  }

  /** The answer to what the stack does not do. */
  static ByteBuffer notSupported(ByteBuffer request) {
    return status(request, ZdoStatus.NOT_SUPPORTED);
  }

  /** An answer that is a status and nothing more. */
  static ByteBuffer status(ByteBuffer request, ZdoStatus status) {
    byte sequence = request.hasRemaining() ? request.get(request.position()) : 0;
    return ByteBuffer.allocate(2).put(sequence).put((byte) status.code()).flip();
  }

  private DeviceObject self() {
    return new DeviceObject(
        eui64,
        COORDINATOR,
        new NodeDescriptor(
            LogicalType.COORDINATOR,
            NodeDescriptor.BAND_2400_MHZ,
            new MacCapability(MacCapability.ROUTER.flags() | 1), // could be a PAN coordinator
            manufacturerCode,
            MAXIMUM_BUFFER,
            MAXIMUM_TRANSFER,
            SERVER_MASK,
            MAXIMUM_TRANSFER,
            0),
        endpoints);
  }
}
