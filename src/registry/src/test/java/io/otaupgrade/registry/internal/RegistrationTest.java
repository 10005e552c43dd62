package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.image;
import static io.otaupgrade.registry.internal.RegistryFixture.lamp;
import static io.otaupgrade.registry.internal.RegistryFixture.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageRegistration;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationTest {
  private static final String URL = "http://host/fw/myImage.zigbee";

  private RegistryFixture home;

  @BeforeEach
  void open(@TempDir Path folder) {
    home = new RegistryFixture(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void anImageIsFetchedStoredAndFoundByTheDevicesOfItsDriverType() {
    byte[] image = image(2);
    home.web.put(URL, image);

    ImageRegistration registration = home.registered(17, URL);

    assertThat(registration.key()).hasToString("lamp.c4z:1:4660:257:2");
    assertThat(registration.holders()).containsExactly(17);
    assertThat(registration.image().storedName())
        .isEqualTo("myImage-" + registration.image().sha256().substring(0, 8) + ".zigbee");
    assertThat(octets(registration.image())).isEqualTo(image);
    assertThat(home.registry.find(lamp(1))).contains(registration);
    assertThat(home.registry.heldBy(17)).containsExactly(registration);
    assertThat(home.registry.byStoredName(registration.image().storedName()))
        .contains(registration.image());
    assertThat(home.registry.images(registration.image().id()))
        .containsExactly(registration.image());
    home.settle();
    assertThat(home.told()).containsExactly("FETCH_BEGAN", "REGISTERED v2[17]", "FETCH_ENDED");
  }
}
