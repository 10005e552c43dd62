package io.otaupgrade.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredNamesTest {
  private static final String SHA256 = "1a2b3c4d5e6f7081" + "0".repeat(48);

  @ParameterizedTest
  @CsvSource({
    "controller://driver/lamp/myImage.zigbee, myImage-1a2b3c4d.zigbee",
    "http://host/fw/a.b.ota, a.b-1a2b3c4d.ota",
    "http://host/fw/x.ota?token=1/2#part, x-1a2b3c4d.ota",
    "http://host/fw/no-extension, no-extension-1a2b3c4d.zigbee",
    "http://host/fw/upgradeMe-RS%20226.zigbee, upgradeMe-RS_226-1a2b3c4d.zigbee",
    "http://host/fw/Lämpchen.ota, L_mpchen-1a2b3c4d.ota",
    "http://host/fw/..%2f..%2fetc%2fpasswd, etc_passwd-1a2b3c4d.zigbee",
    "http://host/fw/.., image-1a2b3c4d.zigbee",
    "http://host/fw/.htaccess, htaccess-1a2b3c4d.zigbee",
    "http://host/, image-1a2b3c4d.zigbee",
    "http://host/x.a long extension, x.a_long_extension-1a2b3c4d.zigbee",
  })
  void keepTheBulkOfTheNameInTheUrl(String url, String name) {
    assertThat(StoredNames.of(url, SHA256, taken -> false)).isEqualTo(name);
  }

  @Test
  void takeMoreOfTheDigestWhileAnotherImageHasTheName() {
    assertThat(StoredNames.of("http://h/x.ota", SHA256, "x-1a2b3c4d.ota"::equals))
        .isEqualTo("x-1a2b3c4d5e6f7081.ota");
  }

  @Test
  void areOfBoundedLength() {
    assertThat(StoredNames.of("http://h/" + "x".repeat(2000) + ".ota", SHA256, taken -> false))
        .hasSize(100 + 1 + 8 + 4);
  }
}
