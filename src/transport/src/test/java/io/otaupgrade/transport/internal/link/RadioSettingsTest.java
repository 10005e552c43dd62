package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RadioSettingsTest {

  private static final String KEY = "00112233445566778899AABBCCDDEEFF";

  private static RadioSettings of(Object... keysAndValues) {
    Map<String, Object> properties = new HashMap<>(Map.of("port", "/dev/ttyUSB0"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return RadioSettings.of("attic", properties);
  }

  @Test
  void aPortIsEnough() {
    assertThat(of())
        .isEqualTo(
            new RadioSettings(
                "attic",
                new PortAddress.Serial("/dev/ttyUSB0", 115_200, FlowControl.NONE),
                NetworkSettings.RESUME));
  }

  @Test
  void emptyValuesAreAsGoodAsNone() {
    assertThat(
            of(
                "mesh",
                " ",
                "baudRate",
                "",
                "flowControl",
                "",
                "form",
                "",
                "channel",
                "",
                "panId",
                "",
                "extendedPanId",
                "",
                "networkKey",
                ""))
        .isEqualTo(of());
  }

  @Test
  void textFromAFileIsReadLikeTypedValues() {
    RadioSettings fromFile =
        of(
            "mesh", "home",
            "baudRate", "460800",
            "flowControl", "RtsCts",
            "form", "TRUE",
            "channel", "0x0f",
            "panId", "0x1a62",
            "extendedPanId", "0xdddddddd01020304",
            "networkKey", KEY);
    RadioSettings typed =
        of(
            "mesh",
            "home",
            "baudRate",
            460_800,
            "flowControl",
            "rtscts",
            "form",
            true,
            "channel",
            15,
            "panId",
            6754,
            "extendedPanId",
            "DDDDDDDD01020304",
            "networkKey",
            KEY);

    for (RadioSettings each : new RadioSettings[] {fromFile, typed}) {
      assertThat(each.mesh()).isEqualTo("home");
      assertThat(each.port())
          .isEqualTo(new PortAddress.Serial("/dev/ttyUSB0", 460_800, FlowControl.RTSCTS));
      assertThat(each.network().form()).isTrue();
      assertThat(each.network().channel()).isEqualTo(OptionalInt.of(15));
      assertThat(each.network().panId()).isEqualTo(OptionalInt.of(0x1a62));
      assertThat(each.network().extendedPanId()).isEqualTo(OptionalLong.of(0xdddddddd01020304L));
      assertThat(each.network().networkKey().map(NetworkSettings.NetworkKey::hex))
          .isEqualTo(Optional.of(KEY.toLowerCase(Locale.ROOT)));
    }
    assertThat(fromFile).isEqualTo(typed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "channel|10|channel must be a whole number 11..26, was '10'",
        "channel|0x1b|channel must be a whole number 11..26, was '0x1b'",
        "channel|eleven|channel must be a whole number 11..26, was 'eleven'",
        "channel|0x|channel must be a whole number 11..26, was '0x'",
        "panId|65535|panId must be a whole number 0..65534, was '65535'",
        "panId|-1|panId must be a whole number 0..65534, was '-1'",
        "baudRate|115k|baudRate must be a whole number 1200..4000000, was '115k'",
        "flowControl|hardware|flowControl must be one of none, rtscts, xonxoff, was 'hardware'",
        "form|yes|form must be true or false, was 'yes'",
        "extendedPanId|1234|extendedPanId must be 16 hexadecimal digits, neither all 0 nor all f,"
            + " was '1234'",
        "extendedPanId|0000000000000000|extendedPanId must be 16 hexadecimal digits, neither all 0"
            + " nor all f, was '0000000000000000'",
        "port|''|port must be a serial port like /dev/ttyUSB0 or COM3, or tcp://host:port, was ''",
      })
  void whatIsWrongIsNamedWithWhatIsAllowed(String key, String value, String message) {
    assertThatThrownBy(() -> of(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "00112233445566778899aabbccddee",
    "00112233445566778899aabbccddeefg",
    "0x00112233445566778899aabbccddeeff"
  })
  void aWrongKeyIsNeverShown(String key) {
    assertThatThrownBy(() -> of("networkKey", key))
        .hasMessage(
            "networkKey must be 32 hexadecimal digits, was "
                + key.length()
                + " characters, not shown here")
        .hasNoCause();
  }

  @Test
  void settingsAreEqualWhenTheirKeysAre() {
    assertThat(of("networkKey", KEY)).isEqualTo(of("networkKey", KEY.toLowerCase(Locale.ROOT)));
    assertThat(of("networkKey", KEY)).isNotEqualTo(of("networkKey", KEY.replace('0', '1')));
    assertThat(of("networkKey", KEY).toString()).doesNotContainIgnoringCase(KEY);
  }

  @Property
  void anyValueIsReadOrRefusedInOneLine(@ForAll String value) {
    for (String key :
        new String[] {
          "mesh",
          "port",
          "baudRate",
          "flowControl",
          "form",
          "channel",
          "panId",
          "extendedPanId",
          "networkKey"
        }) {
      try {
        of(key, value);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageStartingWith(key + " must be ");
      }
    }
  }
}
