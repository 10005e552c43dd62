package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortAddressTest {

  private static PortAddress of(String port) {
    return PortAddress.of(port, 115_200, FlowControl.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/ttyUSB0",
        "/dev/serial/by-id/usb-Silicon_Labs_Sonoff_Zigbee_3.0_USB_Dongle_Plus_0001-if00-port0",
        "/dev/cu.usbserial-0001",
        "ttyACM0",
        "COM3",
        "\\\\.\\COM10"
      })
  void namesOfSerialPortsAreTakenAsTheyAre(String name) {
    assertThat(of(name)).isEqualTo(new PortAddress.Serial(name, 115_200, FlowControl.NONE));
    assertThat(of(name)).hasToString(name);
  }

  @Test
  void networkCoordinatorsHaveHostAndPort() {
    assertThat(of("tcp://10.0.0.7:6638")).isEqualTo(new PortAddress.Tcp("10.0.0.7", 6638));
    assertThat(of("tcp://slzb-06.local:6638/"))
        .isEqualTo(new PortAddress.Tcp("slzb-06.local", 6638));
    assertThat(of("TCP://host:1")).hasToString("tcp://host:1");
  }

  @Test
  void ipv6AddressesAreInBrackets() {
    assertThat(of("tcp://[fe80::1]:6638")).isEqualTo(new PortAddress.Tcp("fe80::1", 6638));
    assertThat(of("tcp://[fe80::1]:6638")).hasToString("tcp://[fe80::1]:6638");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://host",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://:6638",
        "tcp://host:6638/path",
        "tcp://user@host:6638",
        "tcp://host:6638?x",
        "tcp://fe80::1:6638",
        "tcp://",
        "socket://host:6638",
        "tcp://ho st:1"
      })
  void whatIsNoNetworkAddressIsRefusedWithWhatOneLooksLike(String address) {
    assertThatThrownBy(() -> of(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port must be tcp://host:port with a port of 1..65535, was '" + address + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/", "COM 3", "dev/ttyUSB0", "/dev/tty\nUSB0", "tcp:host:1"})
  void whatIsNoPortIsRefused(String name) {
    assertThatThrownBy(() -> of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("port must be a serial port like /dev/ttyUSB0 or COM3, or tcp://");
  }

  @Test
  void baudRatesHaveTheirRange() {
    assertThatThrownBy(() -> PortAddress.of("COM3", 300, FlowControl.NONE))
        .hasMessage("baudRate must be 1200..4000000, was 300");
  }

  @Property
  void anyTextIsAnAddressOrRefused(@ForAll String text) {
    for (String port : new String[] {text, "tcp://" + text, "/dev/" + text}) {
      try {
        PortAddress address = of(port);
        assertThat(of(address.toString())).isEqualTo(address);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageStartingWith("port must be ");
      }
    }
  }
}
