package org.example.acmelamp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.zcl.Eui64;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AcmeLampsTest {

  private static final Eui64 LAMP = new Eui64(0x00124B0000000001L);

  private final List<String> calls = new ArrayList<>();
  private final Bindings bindings = new Bindings();
  private OtaStatus service = OtaStatus.SERVICE_AVAILABLE;
  private final AcmeLamps lamps = new AcmeLamps(new Ota(), bindings, Path.of("www"));

  private void online(String manufacturer, String model) {
    lamps.nodeEvent(
        "home",
        new NodeEvent(
            NodeEvent.Kind.DESCRIBED,
            new Node(
                LAMP, 1, true, true, Optional.of(model), Optional.of(manufacturer), List.of())));
  }

  @Test
  void aLampGetsAnIdAndItsImage() {
    online("Acme", "Lamp 1");
    assertThat(bindings.byId.get(2000).device()).isEqualTo(LAMP);
    assertThat(calls)
        .containsExactly("serviceStatus 2000", "addImage 2000 " + AcmeLamps.URL, "imageInfo 2000");
  }

  @Test
  void withoutAServerNothingIsAdded() {
    service = OtaStatus.SERVICE_NOT_AVAILABLE;
    online("Acme", "Lamp 1");
    assertThat(calls).containsExactly("serviceStatus 2000");
  }

  @Test
  void otherDevicesAndOthersLampsAreLeftAlone() {
    online("Acme", "Lamp 2");
    bindings.bind(7, LAMP, "other.c4z");
    online("Acme", "Lamp 1");
    assertThat(calls).isEmpty();
  }

  private final class Ota implements OtaService {

    private Submission answer(
        OperationName operation, OtaStatus status, int deviceId, String call) {
      calls.add(call);
      return new Submission(
          SendStatus.SENT,
          calls.size(),
          CompletableFuture.completedFuture(
              new OtaResult(
                  calls.size(),
                  deviceId,
                  new OtaOperation(operation, status, Optional.empty(), 0, 0, "", "", 0, 2, 1))));
    }

    @Override
    public Submission serviceStatus(int deviceId) {
      return answer(
          OperationName.SERVICE_STATUS_RESPONSE, service, deviceId, "serviceStatus " + deviceId);
    }

    @Override
    public Submission addImage(
        int deviceId, int mfgId, int imageTypeId, String url, String driverTypeId, long version) {
      return answer(
          OperationName.ADD_IMAGE_RESPONSE,
          OtaStatus.SUCCESS,
          deviceId,
          "addImage " + deviceId + " " + url);
    }

    @Override
    public Submission removeImage(int deviceId, int imageTypeId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Submission imageInfo(int deviceId) {
      return answer(
          OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS, deviceId, "imageInfo " + deviceId);
    }
  }

  private static final class Bindings implements DeviceBindings {
    final Map<Integer, DeviceBinding> byId = new TreeMap<>();

    @Override
    public void bind(int deviceId, Eui64 device) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void bind(int deviceId, Eui64 device, String driverTypeId) {
      byId.put(
          deviceId,
          new DeviceBinding(deviceId, device, Optional.empty(), Optional.of(driverTypeId)));
    }

    @Override
    public boolean unbind(int deviceId) {
      return byId.remove(deviceId) != null;
    }

    @Override
    public Optional<DeviceBinding> binding(int deviceId) {
      return Optional.ofNullable(byId.get(deviceId));
    }

    @Override
    public List<DeviceBinding> bindings(Eui64 device) {
      return byId.values().stream().filter(one -> one.device().equals(device)).toList();
    }

    @Override
    public List<DeviceBinding> bindings() {
      return List.copyOf(byId.values());
    }
  }
}
