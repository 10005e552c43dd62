package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.zcl.Eui64;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The documented OTA API, as a driver's script sees it. */
class ZigbeeModuleTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void begin() {
    stage = new Stage(folder);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private static final String HANDLER =
      """
      zb = C4:RequireModule("zigbee")
      function ReceivedFromNetwork(idBinding, port, pObject)
        local p = _G[pObject]
        print(idBinding, port, pObject, p:operation(), p:status(), p:euid(), p:mfgId(),
          p:imageTypeId(), p:url(), p:driverTypeId(), p:driverVersion(), p:imageVersion(),
          p:oldImageVersion())
        _G[pObject] = nil
      end
      """;

  @Test
  void anImageIsAdded() {
    Stage.Running driver =
        stage.start(
            HANDLER
                + """
                print(zb:otaAddImage(C4:GetDeviceID(), 0x1234, 0x0101,
                  "controller://driver/lamp/l.zigbee", "lamp.c4z", 7))
                """);
    assertThat(driver.printed).containsExactly("0");
    assertThat(stage.ota.asked)
        .containsExactly("addImage 7 4660 257 controller://driver/lamp/l.zigbee lamp.c4z 7");
    assertThat(driver.calls)
        .containsExactly(
            "zb:otaAddImage(7, 4660, 257, \"controller://driver/lamp/l.zigbee\", \"lamp.c4z\", 7) 0");
    stage.answer(OperationName.ADD_IMAGE_RESPONSE, OtaStatus.IN_PROGRESS);
    stage.answer(OperationName.ADD_IMAGE_RESPONSE, OtaStatus.SUCCESS);
    assertThat(driver.printed.get(1))
        .isEqualTo(
            "6001\t0\tou0x00000001\taddImageResponse\tinProgress\t00124b0000112233\t4660\t257\tcontroller://driver/lamp/l.zigbee\tlamp.c4z\t7\t4294967280\t3");
    assertThat(driver.printed.get(2)).contains("ou0x00000002\taddImageResponse\tsuccess");
    assertThat(driver.callbacks.get(1)).contains("status=success", "imageVersion=4294967280");
  }

  @ParameterizedTest
  @EnumSource(OtaStatus.class)
  void everyStatusHasItsWord(OtaStatus status) {
    Stage.Running driver = stage.start(HANDLER + "zb:otaServiceStatus(7)");
    stage.answer(OperationName.SERVICE_STATUS_RESPONSE, status);
    assertThat(driver.printed.get(0)).contains("\tserviceStatusResponse\t" + status.word() + "\t");
  }

  @ParameterizedTest
  @CsvSource({
    "zb:otaServiceStatus(7), serviceStatus 7",
    "zb:otaRemoveImage(7; 257), removeImage 7 257",
    "zb:otaImageInfo('7'), imageInfo 7",
    "zb.otaImageInfo(7), imageInfo 7",
    "zb:otaImageInfo(1e12), imageInfo -1",
    "zb:otaRemoveImage(7; 0x1FFFF), removeImage 7 131071",
    "zb:otaAddImage(7; 1; 2; 'u'; 't'; 0xFFFFFFFF), addImage 7 1 2 u t 4294967295",
  })
  void callsReachTheService(String call, String asked) {
    Stage.Running driver =
        stage.start("zb = C4:RequireModule('zigbee') print(" + call.replace(';', ',') + ")");
    assertThat(driver.printed).containsExactly("0");
    assertThat(stage.ota.asked).containsExactly(asked);
  }

  @ParameterizedTest
  @CsvSource({
    "zb:otaServiceStatus(), argument 1 must be a number; is nil",
    "zb:otaServiceStatus({}), argument 1 must be a number; is table",
    "zb:otaImageInfo('seven'), argument 1 must be a number; is string",
    "zb:otaImageInfo(1.5), argument 1 must be a whole number; is 1.5",
    "zb:otaImageInfo(0/0), argument 1 must be a whole number; is NaN",
    "zb:otaRemoveImage(7), argument 2 must be a number; is nil",
    "zb:otaAddImage(7; 1; 2; nil; 't'; 1), argument 4 must be a string; is nil",
    "zb:otaAddImage(7; 1; 2; 'u'; 5; 1), argument 5 must be a string; is number",
    "zb:otaAddImage(7; 1; 2; 'u'; 't'), argument 6 must be a number; is nil",
    "zb:otaAddImage(7; 1; 2; ('u'):rep(2049); 't'; 1), argument 4 must have at most 2048 octets; has 2049",
    "zb:otaAddImage(7; 1; 2; 'u'; ('t'):rep(256); 1), argument 5 must have at most 255 octets; has 256",
  })
  void whatIsNoCallIsNotSent(String call, String why) {
    Stage.Running driver =
        stage.start("zb = C4:RequireModule('zigbee') print(" + call.replace(';', ',') + ")");
    assertThat(driver.printed).containsExactly(Integer.toString(ZigbeeModule.BAD_ARGUMENTS));
    assertThat(stage.ota.asked).isEmpty();
    assertThat(driver.logged).hasSize(1);
    assertThat(driver.logged.get(0)).contains("was not sent").endsWith(why.replace(';', ','));
    assertThat(driver.failures).isEmpty();
  }

  @Test
  void whatTheServiceDoesNotTakeIsNotSent() {
    stage.ota.status = SendStatus.QUEUE_FULL;
    Stage.Running driver = stage.start("print(C4:RequireModule('zigbee'):otaServiceStatus(7))");
    assertThat(driver.printed).containsExactly("2");
    assertThat(driver.logged.get(0)).endsWith("was not sent: QUEUE_FULL");
  }

  @Test
  void aResultThatComesBeforeTheCallHasReturnedIsNotLost() {
    stage.ota.onCall =
        id ->
            stage.runtime.received(
                Stage.result(id, OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS));
    Stage.Running driver = stage.start(HANDLER + "zb:otaImageInfo(7) print('returned')");
    assertThat(driver.printed).hasSize(2);
    assertThat(driver.printed.get(0)).isEqualTo("returned");
    assertThat(driver.printed.get(1)).contains("imageInfoResponse\tsuccess");
  }

  @Test
  void resultsComeToTheDriverThatAsked() {
    Stage.Running asks = stage.start(HANDLER + "zb:otaImageInfo(7)", 7, Stage.LAMP);
    Stage.Running other = stage.start(HANDLER, 8, new Eui64(2));
    stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    stage.runtime.received(Stage.result(99, OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS));
    assertThat(asks.printed).hasSize(1);
    assertThat(other.printed).isEmpty();
  }

  @Test
  void theObjectPrintsItself() {
    Stage.Running driver =
        stage.start(
            """
            zb = C4:RequireModule("zigbee")
            zb:otaImageInfo(7)
            function ReceivedFromNetwork(idBinding, port, pObject) _G[pObject]:print() end
            """);
    stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    assertThat(driver.printed.get(0)).startsWith("operation=imageInfoResponse status=success");
  }

  @Test
  void resultsThatTheDriverDoesNotReleaseArePinnedAndTheOldestGoesFirst() {
    Stage.Running driver =
        stage.start(
            """
            zb = C4:RequireModule("zigbee")
            n = 0
            function ReceivedFromNetwork(idBinding, port, pObject)
              n = n + 1
              assert(_G[pObject]:status() == "success")
              first = first or pObject
              local count = 0
              for name in pairs(_G) do if name:find("^ou0x") then count = count + 1 end end
              print(n, count, tostring(_G[first] ~= nil))
              zb:otaImageInfo(7)
            end
            zb:otaImageInfo(7)
            """);
    for (int i = 0; i < 300; i++) {
      stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    }
    assertThat(driver.printed.get(255)).isEqualTo("256\t256\ttrue");
    assertThat(driver.printed.get(256)).isEqualTo("257\t256\tfalse");
    assertThat(driver.printed.get(299)).isEqualTo("300\t256\tfalse");
  }

  @Test
  void whatTheDriverReleasesMakesRoom() {
    Stage.Running driver =
        stage.start(
            """
            zb = C4:RequireModule("zigbee")
            n = 0
            function ReceivedFromNetwork(idBinding, port, pObject)
              n = n + 1
              first = first or pObject
              if pObject ~= first then _G[pObject] = nil end
              zb:otaImageInfo(7)
            end
            zb:otaImageInfo(7)
            function OnPropertyChanged() print(tostring(_G[first] ~= nil), n) end
            """);
    for (int i = 0; i < 1000; i++) {
      stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    }
    driver.instance.setProperty("Level", "x");
    assertThat(driver.printed).containsExactly("true\t1000");
  }

  @Test
  void thereIsNoOtherModule() {
    Stage.Running driver = stage.start("print(C4:RequireModule('zwave'))");
    assertThat(driver.printed).containsExactly("nil");
    assertThat(driver.logged.get(0)).contains("there is no module 'zwave'");
  }
}
