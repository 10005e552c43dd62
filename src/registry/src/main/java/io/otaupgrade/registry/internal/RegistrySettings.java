package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.file.OtaFileLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The validated configuration of the registry.
 *
 * @param persistImages whether images and registrations outlive a restart
 * @param versionPolicy for images whose request does not say
 * @param maximumImageSize octets of the largest file that is fetched, wrapper included
 * @param storeQuota octets that images and fetches may take on the disk together
 * @param storeFolder where images lie; empty = where the bundle's data is
 * @param hardwareVersionRequired whether an image for certain hardware is kept from a device that
 *     does not say what hardware it is
 */
record RegistrySettings(
    boolean persistImages,
    VersionPolicy versionPolicy,
    long maximumImageSize,
    long storeQuota,
    Optional<Path> storeFolder,
    boolean hardwareVersionRequired) {

  static final String PID = "io.otaupgrade.registry";

  private static final long DEFAULT_MAXIMUM_IMAGE_SIZE = OtaFileLimits.DEFAULT_MAXIMUM_FILE_SIZE;
  private static final long DEFAULT_STORE_QUOTA = 512L << 20;
  private static final int SMALLEST_IMAGE = 56; // an OTA header and nothing else

  static final RegistrySettings DEFAULT =
      new RegistrySettings(
          false,
          VersionPolicy.NEWER,
          DEFAULT_MAXIMUM_IMAGE_SIZE,
          DEFAULT_STORE_QUOTA,
          Optional.empty(),
          true);

  /** What ConfigAdmin and consoles show; read by {@link #read}, which says what is wrong. */
  @ObjectClassDefinition(
      id = PID,
      name = "OTA image registry",
      description = "Fetches, verifies, stores and matches firmware images")
  @interface Config {
    @AttributeDefinition(
        name = "Persist images",
        description =
            "Keep images and registrations over a restart; otherwise the registry starts empty and"
                + " drivers add their images again")
    boolean persistImages() default false;

    @AttributeDefinition(
        name = "Version policy",
        description =
            "Which devices are offered an image, unless its registration says otherwise: newer ="
                + " those that run a lower version, different = those that run another version,"
                + " any = all",
        options = {
          @Option(label = "newer", value = "newer"),
          @Option(label = "different", value = "different"),
          @Option(label = "any", value = "any")
        })
    String versionPolicy() default "newer";

    @AttributeDefinition(
        name = "Maximum image size",
        description = "Octets of the largest file that is fetched, 56..2147483647",
        min = "56",
        max = "2147483647")
    long maximumImageSize() default DEFAULT_MAXIMUM_IMAGE_SIZE;

    @AttributeDefinition(
        name = "Store quota",
        description =
            "Octets that images and running fetches may take on the disk together,"
                + " 56..9223372036854775807",
        min = "56")
    long storeQuota() default DEFAULT_STORE_QUOTA;

    @AttributeDefinition(
        name = "Store folder",
        description =
            "Folder for the images, used from the next start of the registry on; empty = the folder"
                + " registry in the one that the framework property ota.data names, else the"
                + " bundle's data area")
    String storeFolder() default "";

    @AttributeDefinition(
        name = "Hardware version required",
        description =
            "Keep an image whose header limits the hardware from devices that do not report their"
                + " hardware version")
    boolean hardwareVersionRequired() default true;
  }

  /**
   * A configuration as far as it is good.
   *
   * @param faults each names the key, the value and what is allowed
   */
  record Reading(RegistrySettings settings, List<String> faults) {
    Reading {
      faults = List.copyOf(faults);
    }
  }

  /**
   * Reads a configuration; a key that is missing has its default, one that is bad as well. Values
   * may be of the right type or text, as a {@code .cfg} file has them.
   */
  static Reading read(Map<String, ?> properties) {
    List<String> faults = new ArrayList<>();
    Reader reader = new Reader(properties, faults);
    RegistrySettings settings =
        new RegistrySettings(
            reader.flag("persistImages", DEFAULT.persistImages),
            reader.value(
                "versionPolicy",
                DEFAULT.versionPolicy,
                "newer, different or any",
                text -> VersionPolicy.valueOf(text.toUpperCase(Locale.ROOT))),
            reader.number(
                "maximumImageSize", DEFAULT.maximumImageSize, SMALLEST_IMAGE, Integer.MAX_VALUE),
            reader.number("storeQuota", DEFAULT.storeQuota, SMALLEST_IMAGE, Long.MAX_VALUE),
            reader.value(
                "storeFolder",
                DEFAULT.storeFolder,
                "a path",
                text -> text.isEmpty() ? Optional.<Path>empty() : Optional.of(Path.of(text))),
            reader.flag("hardwareVersionRequired", DEFAULT.hardwareVersionRequired));
    return new Reading(settings, faults);
  }

  private record Reader(Map<String, ?> properties, List<String> faults) {

    boolean flag(String key, boolean whenMissing) {
      return value(
          key,
          whenMissing,
          "true or false",
          text ->
              switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
              });
    }

    long number(String key, long whenMissing, long minimum, long maximum) {
      return value(
          key,
          whenMissing,
          minimum + ".." + maximum,
          text -> {
            long number = Long.parseLong(text);
            if (number < minimum || number > maximum) {
              throw new IllegalArgumentException(text);
            }
            return number;
          });
    }

    <T> T value(String key, T whenMissing, String allowed, Function<String, T> parse) {
      Object given = properties.get(key);
      if (given == null) {
        return whenMissing;
      }
      try {
        return parse.apply(given.toString().strip());
      } catch (IllegalArgumentException e) {
        faults.add(key + " must be " + allowed + ", was '" + given + "'");
        return whenMissing;
      }
    }
  }
}
