package io.otaupgrade.registry.internal.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientGateTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.5, 127.0.0.1, true",
    "::1, ::1, true",
    "0:0:0:0:0:0:0:1, 0:0:0:0:0:0:0:1, true",
    "[0:0:0:0:0:0:0:1], [0:0:0:0:0:0:0:1], true",
    "::ffff:127.0.0.1, ::ffff:127.0.0.1, true",
    "192.168.1.5, 192.168.1.5, true",
    "fe80:0:0:0:1:2:3:4%eth0, fe80::1:2:3:4%eth0, true",
    "192.168.1.6, 192.168.1.5, false",
    "10.0.0.1, 127.0.0.1, false",
    "8.8.8.8, 192.168.1.5, false",
    "fe80::2, fe80::1, false",
    "'', 127.0.0.1, false",
    "localhost, 127.0.0.1, false",
    "unknown, unknown, false"
  })
  void onlyThisHostReadsUnlessOthersAreAllowed(String remote, String local, boolean admitted) {
    assertEquals(admitted, new ClientGate(List.of()).admits(remote, local));
  }

  @Test
  void allowedBlocksRead() {
    var gate = new ClientGate(config("192.168.1.0/24, fd00::/8", " "));
    assertEquals(true, gate.admits("192.168.1.6", "192.168.1.5"));
    assertEquals(true, gate.admits("fd00::6%eth0", "fd00::5"));
    assertEquals(false, gate.admits("192.168.2.6", "192.168.1.5"));
  }

  @Test
  void aBadConfigurationLeavesTheLastGoodOne() {
    var gate = new ClientGate(config("192.168.1.0/24"));
    gate.modified(config("192.168.2.0/24", "everybody"));
    assertEquals(true, gate.admits("192.168.1.6", "192.168.1.5"));
    assertEquals(false, gate.admits("192.168.2.6", "192.168.1.5"));
  }

  private static ClientGate.Config config(String... allowed) {
    return (ClientGate.Config)
        Proxy.newProxyInstance(
            ClientGate.Config.class.getClassLoader(),
            new Class<?>[] {ClientGate.Config.class},
            (proxy, method, arguments) -> allowed.clone());
  }
}
