package io.otaupgrade.simulator.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.DefaultResponse;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestDecoder;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponseEncoder;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoCommand;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The least host that a simulated mesh can have: it answers Match_Desc_req, notes every OTA
 * request, and leaves the answer to {@link #onRequest}.
 */
final class ScriptedServer implements RadioEvents {

  static final int ENDPOINT = 1;

  /** A request as it came in. */
  record Heard(ApsFrame frame, ZclHeader header, OtaRequest request, long nanos) {}

  /** Answers one request, or does not. */
  interface Script {
    void answer(Heard heard);
  }

  final SimulatedMeshDriver driver;
  final VirtualTimeLoop loop;
  final List<Heard> heard = new ArrayList<>();
  final List<DefaultResponse> defaultResponses = new ArrayList<>();
  final List<ApsFrame> others = new ArrayList<>();
  final List<ZdoCommand> zdo = new ArrayList<>();
  final Map<Integer, Eui64> joined = new LinkedHashMap<>();
  final List<Eui64> left = new ArrayList<>();
  final List<Confirmation> confirmations = new ArrayList<>();
  final List<Long> confirmedAt = new ArrayList<>();
  boolean serves = true;
  boolean notes = true;

  /** Whether frames that cannot be read are passed over, and not taken for a fault. */
  boolean notesNonsense;

  Script onRequest = heard -> {};

  /** Frames that wait for their turn, as the transport would hold them. */
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  private final boolean[] busy = new boolean[256];
  private int inFlight;

  ScriptedServer(SimulatedMeshDriver driver, VirtualTimeLoop loop) {
    this.driver = driver;
    this.loop = loop;
  }

  ScriptedServer open() {
    driver.open(this, loop);
    return this;
  }

  @Override
  public void progress(String radio, RadioState state, String message) {}

  @Override
  public void networkUp(NetworkParameters network) {}

  @Override
  public void networkDown(String reason) {
    throw new AssertionError(reason);
  }

  @Override
  public void joined(Eui64 device, int networkAddress) {
    joined.put(networkAddress, device);
  }

  @Override
  public void left(Eui64 device) {
    left.add(device);
  }

  @Override
  public void received(ApsFrame frame) {
    try {
      if (frame.profile() == ZdoCluster.PROFILE) {
        zdo(frame, ZdoDecoder.decode(frame.cluster(), frame.payload()));
        return;
      }
      ZclHeader header = ZclHeader.decode(frame.payload());
      if (header.frameType() == FrameType.CLUSTER_SPECIFIC && frame.cluster() == OtaCluster.ID) {
        Heard what =
            new Heard(
                frame, header, OtaRequestDecoder.decode(header, frame.payload()), loop.nanos());
        if (notes) {
          heard.add(what);
        }
        onRequest.answer(what);
      } else if (header.frameType() == FrameType.GLOBAL
          && header.commandId() == DefaultResponse.COMMAND_ID) {
        defaultResponses.add(DefaultResponse.decode(header, frame.payload()));
      } else {
        others.add(frame);
      }
    } catch (ZclFormatException wrong) {
      if (!notesNonsense) {
        throw new AssertionError(wrong);
      }
    }
  }

  private void zdo(ApsFrame frame, ZdoFrame received) {
    zdo.add(received.command());
    if (serves && received.command() instanceof ZdoRequest.MatchDescReq) {
      zdo(
          frame.networkAddress(),
          received.transactionSequenceNumber(),
          new ZdoResponse.MatchDescRsp(ZdoStatus.SUCCESS.code(), 0, List.of(ENDPOINT)));
    }
  }

  @Override
  public void confirmed(int tag, Confirmation confirmation) {
    if (!busy[tag]) {
      throw new AssertionError("tag " + tag + " is not in flight");
    }
    busy[tag] = false;
    inFlight--;
    if (notes) {
      confirmations.add(confirmation);
      confirmedAt.add(loop.nanos());
    }
    Runnable next = waiting.poll();
    if (next != null) {
      next.run();
    }
  }

  // ---- to send

  void send(ApsFrame frame, boolean acknowledged) {
    if (inFlight == driver.limits().framesInFlight()) {
      waiting.add(() -> send(frame, acknowledged));
      return;
    }
    int tag = 0;
    while (busy[tag]) {
      tag++;
    }
    busy[tag] = true;
    inFlight++;
    driver.send(tag, frame, acknowledged ? TxOptions.ACKNOWLEDGED : TxOptions.UNACKNOWLEDGED);
  }

  void zdo(int networkAddress, int transaction, ZdoCommand command) {
    ByteBuffer payload = ByteBuffer.allocate(82);
    ZdoEncoder.encode(payload, new ZdoFrame(transaction, command));
    send(
        ApsFrame.to(networkAddress, 0, 0, 0, command.cluster().id(), payload.flip()),
        /* acknowledged= */ false);
  }

  void reply(Heard to, OtaResponse response) {
    ByteBuffer payload = ByteBuffer.allocate(OtaResponseEncoder.octets(response));
    OtaResponseEncoder.encode(payload, to.header().sequenceNumber(), true, response);
    send(to.frame().reply(payload.flip()), /* acknowledged= */ false);
  }

  void refuse(Heard what, ZclStatus status) {
    ByteBuffer payload = ByteBuffer.allocate(DefaultResponse.FRAME_OCTETS);
    DefaultResponse.encode(payload, what.header(), status);
    send(what.frame().reply(payload.flip()), /* acknowledged= */ false);
  }

  /** A command that nobody asked for, by unicast or broadcast. */
  void say(int networkAddress, boolean disableDefaultResponse, OtaResponse command) {
    ByteBuffer payload = ByteBuffer.allocate(OtaResponseEncoder.octets(command));
    OtaResponseEncoder.encode(payload, 0x77, disableDefaultResponse, command);
    zcl(networkAddress, payload.flip());
  }

  void zcl(int networkAddress, ByteBuffer payload) {
    send(
        ApsFrame.to(networkAddress, ENDPOINT, 1, 0x0104, OtaCluster.ID, payload),
        /* acknowledged= */ false);
  }

  int address() {
    return joined.keySet().iterator().next();
  }

  // ---- what was heard

  <R extends OtaRequest> List<R> requests(Class<R> type) {
    return heard.stream().map(Heard::request).filter(type::isInstance).map(type::cast).toList();
  }

  Optional<Heard> last(Class<? extends OtaRequest> type) {
    for (int i = heard.size() - 1; i >= 0; i--) {
      if (type.isInstance(heard.get(i).request())) {
        return Optional.of(heard.get(i));
      }
    }
    return Optional.empty();
  }
}
