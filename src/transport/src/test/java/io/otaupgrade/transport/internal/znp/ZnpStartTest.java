package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.link.Formation;
import io.otaupgrade.transport.internal.link.NetworkSettings;
import io.otaupgrade.transport.internal.link.NetworkSettings.NetworkKey;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from an open line to a network, or to the reason why there is none. */
class ZnpStartTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String KEY = "000102030405060708090a0b0c0d0e0f";
  private static final NetworkParameters NETWORK =
      new NetworkParameters(new Eui64(0x00124B0011223344L), 0, 25, 0x8695, 0xA8C03BDB53CA60A8L);

  private final ZnpKit kit = new ZnpKit();

  @Nested
  class Resuming {

    @Test
    void aRunningCoordinatorIsTakenAsItIs() {
      kit.znp.state = 9;
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
      assertThat(kit.faults).isEmpty();
      assertThat(kit.progress).containsOnly("Z-Stack 3.x.0 (2.7.1, build 20213515)");
      assertThat(asked(ScriptedZnp.STARTUP)).isEmpty();
    }

    @Test
    void oneThatHoldsANetworkIsStarted() {
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
      assertThat(kit.progress)
          .containsExactly(
              "Z-Stack 3.x.0 (2.7.1, build 20213515)",
              "resuming PAN 8695 on channel 25",
              "Z-Stack 3.x.0 (2.7.1, build 20213515)");
      assertThat(asked(ScriptedZnp.STARTUP)).containsExactly("25406400");
    }

    @Test
    void nothingOfItIsWritten() {
      kit.settings = forming();
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
      assertThat(kit.znp.asked)
          .noneMatch(
              command ->
                  command.startsWith(ScriptedZnp.NV_INIT)
                      || command.startsWith(ScriptedZnp.NV_WRITE)
                      || command.startsWith(ScriptedZnp.NV_DELETE)
                      || command.startsWith(ScriptedZnp.RESET)
                      || command.startsWith(ScriptedZnp.CHANNEL)
                      || command.startsWith(ScriptedZnp.COMMISSION));
    }

    @Test
    void aNetworkThatNoHostHasMarkedIsOneToo() {
      kit.znp.nv.remove(0x60);
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
    }

    @Test
    void firmwareWithoutTheItemForBeingOnANetworkIsBelievedItsNib() {
      kit.znp.nv.remove(0x55);
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
    }

    @Test
    void anOlderFirmwareKeepsItsNetworkPacked() {
      kit.znp.answer(ScriptedZnp.VERSION, "0202020700");
      kit.znp.nv.put(0x21, ScriptedZnp.bytes(ScriptedZnp.NIB_PACKED));
      kit.start(LONG);
      assertThat(kit.networks)
          .containsExactly(
              new NetworkParameters(
                  new Eui64(0x00124B0011223344L), 0, 20, 0xD285, 0x00124B001CCE3385L));
      assertThat(kit.progress).first().isEqualTo("Z-Stack 3.0.x (2.7.0)");
      assertThat(kit.coProcessor.limits()).isEqualTo(new RadioLimits(2, 1));
    }

    @Test
    void theNewerFirmwareTakesMoreAtOnce() {
      kit.start(LONG);
      assertThat(kit.coProcessor.limits()).isEqualTo(new RadioLimits(16, 4));
    }

    @Test
    void oneThatIsStartingAlreadyIsWaitedFor() {
      kit.znp.state = 8;
      kit.loop.after(Duration.ofSeconds(3), () -> kit.znp.changeState(9));
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
      assertThat(asked(ScriptedZnp.STARTUP)).isEmpty();
    }

    @Test
    void theEndpointsAreRegisteredWithTheOtaClusterAmongTheInputs() {
      kit.start(LONG);
      // endpoint, profile, device, version, latency, 1 input: 0x0019, outputs: Basic, none
      assertThat(asked(ScriptedZnp.REGISTER))
          .containsExactly(
              "2400" + "01" + "0401" + "0500" + "00" + "00" + "01" + "1900" + "01" + "0000",
              "2400" + "0d" + "0401" + "0500" + "00" + "00" + "01" + "1900" + "00");
      assertThat(asked(ScriptedZnp.CALLBACK)).containsExactly("253effff", "253e0600");
    }

    @Test
    void anEndpointThatAnotherHostLeftIsReplaced() {
      boolean[] isThere = {true};
      kit.znp.answer(
          ScriptedZnp.REGISTER,
          data -> new byte[] {(byte) (data[0] == 13 && isThere[0] ? 0x02 : 0)});
      kit.znp.answer(
          ScriptedZnp.DELETE,
          data -> {
            isThere[0] = false;
            return new byte[] {0};
          });
      kit.start(LONG);
      assertThat(kit.networks).containsExactly(NETWORK);
      assertThat(asked(ScriptedZnp.DELETE)).containsExactly("24040d");
      assertThat(asked(ScriptedZnp.REGISTER)).hasSize(3);
    }

    @Test
    void anotherNetworkThanTheRememberedOneIsNotTaken() {
      kit.znp.answer(
          ScriptedZnp.NETWORK,
          "0000" + "09" + "9586" + "0000" + "0807060504030201" + "0000000000000000" + "19");
      kit.start(LONG);
      assertThat(kit.networks).isEmpty();
      assertThat(kit.faults).singleElement().matches(RadioFault::lasting);
      assertThat(kit.faults.get(0).message()).contains("a8c03bdb53ca60a8", "0102030405060708");
    }
  }

  @Nested
  class WithoutANetwork {

    @ParameterizedTest
    @ValueSource(
        strings = {"no items", "left", "channel 0", "no PAN id", "no key", "unknown length"})
    void thereIsNothingToResume(String why) {
      byte[] nib = kit.znp.nv.get(0x21);
      switch (why) {
        case "no items" -> kit.znp.blank();
        case "left" -> kit.znp.nv.put(0x55, new byte[] {0});
        case "channel 0" -> nib[24] = 0;
        case "no PAN id" -> nib[37] = nib[36] = (byte) 0xFF;
        case "no key" -> nib[65] = 0;
        default -> kit.znp.nv.put(0x21, new byte[112]);
      }
      int items = kit.znp.nv.size();
      kit.start(LONG);
      assertThat(kit.networks).isEmpty();
      assertThat(kit.faults).containsExactly(RadioFault.lasting(Formation.NO_NETWORK));
      assertThat(asked(ScriptedZnp.STARTUP)).isEmpty();
      assertThat(kit.znp.nv).hasSize(items);
    }

    @Test
    void oneIsFormedWhenThatIsWanted() {
      kit.znp.blank();
      kit.settings = forming();
      kit.start(LONG);
      assertThat(kit.networks)
          .containsExactly(
              new NetworkParameters(
                  new Eui64(0x00124B0011223344L), 0, 15, 0x1A62, 0x0102030405060708L));
      assertThat(item(0x84)).isEqualTo("00800000"); // channel 15
      assertThat(item(0x83)).isEqualTo("621a");
      assertThat(item(0x2D)).isEqualTo("0807060504030201");
      assertThat(item(0x47)).isEqualTo("0807060504030201");
      assertThat(item(0x62)).isEqualTo(KEY);
      assertThat(item(0x63)).isEqualTo("00");
      assertThat(item(0x87)).isEqualTo("00");
      assertThat(item(0x8F)).isEqualTo("01");
      assertThat(item(0x03)).isEqualTo("00");
      // By this, zigbee-herdsman and zigpy-znp know that it is set up.
      assertThat(item(0x60)).isEqualTo("55");
      assertThat(asked(ScriptedZnp.CHANNEL)).containsExactly("2f080100800000", "2f080000000000");
      assertThat(asked(ScriptedZnp.COMMISSION)).containsExactly("2f0504");
      assertThat(asked(ScriptedZnp.RESET)).containsExactly("410001");
    }

    @Test
    void whatIsNotConfiguredIsDrawn() {
      kit.znp.blank();
      kit.settings = formingAnything();
      kit.start(LONG);
      NetworkParameters network = kit.networks.get(0);
      assertThat(network.channel()).isBetween(11, 26);
      assertThat(network.panId()).isBetween(1, 0xFFFD);
      assertThat(network.extendedPanId()).isNotZero();
      assertThat(item(0x62)).hasSize(32).isNotEqualTo("00".repeat(16));
    }

    @Test
    void aFormedNetworkIsResumedNextTime() {
      kit.znp.blank();
      kit.settings = forming();
      kit.start(LONG);
      ZnpKit next = new ZnpKit();
      next.znp.nv.clear();
      next.znp.nv.putAll(kit.znp.nv);
      next.start(LONG);
      assertThat(next.networks).isEqualTo(kit.networks);
    }

    @Test
    void theKeyIsNeverTold() {
      kit.znp.blank();
      kit.settings = formingAnything();
      kit.start(LONG);
      String key = item(0x62);
      assertThat(kit.progress).isNotEmpty().noneMatch(line -> line.contains(key));
    }

    @Test
    void aPanIdThatIsTakenNearByIsTold() {
      kit.znp.blank();
      kit.znp.panIdInstead = Optional.of(new byte[] {0x34, 0x12});
      kit.settings = forming();
      kit.start(LONG);
      assertThat(kit.networks).singleElement().matches(network -> network.panId() == 0x1234);
      assertThat(kit.progress).contains("PAN 1a62 is another network's near by, so it took 1234");
    }

    @Test
    void aChannelThatIsTooBusyIsTold() {
      kit.znp.blank();
      kit.settings = forming();
      kit.znp.answer(
          ScriptedZnp.COMMISSION,
          data -> {
            kit.znp.tell("4f80" + "08" + "02" + "00");
            return new byte[] {0};
          });
      kit.start(Duration.ofSeconds(20));
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing(
                  "the co-processor could not form a network: is the channel very busy?"));
    }

    @Test
    void aMemoryThatDoesNotTakeAnItemIsNamed() {
      kit.znp.blank();
      kit.settings = forming();
      kit.znp.answer(
          ScriptedZnp.NV_INIT, data -> new byte[] {(byte) (data[0] == 0x62 ? 0x0A : 0x09)});
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing(
                  "creating PRECFGKEY (0x0062) in the co-processor's memory failed: status 0x0a"));
    }

    @Test
    void aResetThatItDoesNotComeBackFromIsAFault() {
      kit.znp.blank();
      kit.settings = forming();
      kit.znp.mute(ScriptedZnp.RESET);
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(RadioFault.passing("the co-processor did not come back from a reset"));
    }
  }

  @Nested
  class OtherFirmware {

    @ParameterizedTest
    @CsvSource({
      "0200020603,            found Z-Stack 1.2 (2.6.3)",
      "0200020603d9143401,    'found Z-Stack 1.2 (2.6.3, build 20190425)'",
      "0209010203,            found unknown product 9 (1.2.3)",
    })
    void isNamedWithWhatIsWanted(String version, String found) {
      kit.znp.answer(ScriptedZnp.VERSION, version);
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.lasting(
                  found + ", wanted Z-Stack 3.0.x or 3.x.0; flash it with one of these"));
    }

    @Test
    void aRouterIsToldFromACoordinator() {
      kit.znp.answer(
          ScriptedZnp.STARTUP,
          data -> {
            kit.loop.after(Duration.ofSeconds(1), () -> kit.znp.changeState(7));
            return new byte[] {0};
          });
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.lasting(
                  "it is on a network as a router, not as the coordinator; give it a"
                      + " coordinator's firmware"));
    }

    @Test
    void aCommandThatItDoesNotKnowIsNamed() {
      kit.znp.mute(ScriptedZnp.CALLBACK);
      kit.start(Duration.ofSeconds(1));
      kit.told("6000" + "02" + "253e");
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing("the co-processor does not know ZDO_MSG_CB_REGISTER"));
    }

    @Test
    void anAnswerThatIsTooShortIsNamed() {
      kit.znp.answer(ScriptedZnp.NETWORK, "0000099586");
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing("the answer to ZDO_EXT_NWK_INFO is too short: 5 octets"));
    }
  }

  @Nested
  class NoAnswer {

    @Test
    void fromAnythingAtAllIsFoundWithinFiveSeconds() {
      kit.znp.muteAll();
      kit.start(Duration.ofSeconds(5));
      assertThat(kit.faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(kit.faults.get(0).message()).contains("baud rate");
    }

    @Test
    void fromABootLoaderStartsTheFirmware() {
      kit.znp.mute(ScriptedZnp.PING);
      kit.loop.after(
          Duration.ofSeconds(1),
          () -> {
            if (kit.znp.otherOctets > 0) {
              kit.znp.answer(ScriptedZnp.PING, "7906");
              kit.znp.tell("4180" + "00" + "0201" + "020701");
            }
          });
      kit.start(Duration.ofSeconds(5));
      assertThat(kit.networks).containsExactly(NETWORK);
    }

    @Test
    void toOneCommandIsAFault() {
      kit.znp.mute(ScriptedZnp.DEVICE);
      kit.start(Duration.ofSeconds(3));
      assertThat(kit.faults)
          .containsExactly(RadioFault.passing("no answer to UTIL_GET_DEVICE_INFO within 2000 ms"));
    }

    @Test
    void fromTheNetworkIsAFault() {
      kit.znp.answer(ScriptedZnp.STARTUP, "00");
      kit.start(LONG);
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing("the co-processor was not on its network within 60 s"));
    }
  }

  @Test
  void aRestartWhenThePortOpensDoesNoHarm() {
    kit.znp.tell("4180" + "01" + "0201" + "020701");
    kit.start(LONG);
    assertThat(kit.networks).containsExactly(NETWORK);
  }

  @Test
  void aRestartInBetweenIsAFault() {
    kit.znp.answer(ScriptedZnp.STARTUP, "00");
    kit.start(Duration.ofSeconds(1));
    kit.told("4180" + "02" + "0201" + "020701");
    assertThat(kit.faults)
        .containsExactly(
            RadioFault.passing("the co-processor restarted by itself: its watchdog bit"));
  }

  @Test
  void nothingIsToldAndNoTimerIsLeftOnceItIsClosed() {
    kit.znp.answer(ScriptedZnp.STARTUP, "00");
    kit.start(Duration.ofSeconds(1));
    kit.coProcessor.close();
    kit.znp.changeState(9);
    // Returns only if nothing is left to wait for.
    kit.loop.runUntilIdle();
    assertThat(kit.networks).isEmpty();
    assertThat(kit.faults).isEmpty();
  }

  private static NetworkSettings forming() {
    return new NetworkSettings(
        true,
        OptionalInt.of(15),
        OptionalInt.of(0x1A62),
        OptionalLong.of(0x0102030405060708L),
        Optional.of(new NetworkKey(HexFormat.of().parseHex(KEY))));
  }

  private static NetworkSettings formingAnything() {
    return new NetworkSettings(
        true, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty());
  }

  private List<String> asked(String command) {
    return kit.znp.asked.stream().filter(all -> all.startsWith(command)).toList();
  }

  private String item(int id) {
    return HexFormat.of().formatHex(kit.znp.nv.get(id));
  }
}
