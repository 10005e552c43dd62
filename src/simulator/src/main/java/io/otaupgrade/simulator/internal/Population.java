package io.otaupgrade.simulator.internal;

import io.otaupgrade.simulator.internal.device.DeviceObject;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.SimulatedDevice;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Who is in a mesh, coordinator and devices, and the chance that rules it; the same each time. */
public final class Population {

  /** The largest ASDU of an unfragmented frame without a source route, octets. */
  public static final int MAXIMUM_ASDU = 82;

  public static final int COORDINATOR_ADDRESS = 0x0000;

  /**
   * Addresses begin with a locally administered prefix that spells "ota"; two octets tell meshes
   * apart, two the devices of a mesh, 0 being the coordinator.
   */
  private static final long EUI64_PREFIX = 0x026F_7461L << 32;

  private static final int LAST_ADDRESS = 0xFFF7;
  private static final int PRIMARY_TRUST_CENTER = 1 << 0;
  private static final int STACK_REVISION_22 = 22 << 9;

  private final MeshSettings settings;
  private final List<SimulatedDevice> devices;
  private final SplittableRandom addresses;
  private final SplittableRandom backoffs;
  private final SplittableRandom fates;

  /** The devices that the settings ask for. */
  public Population(MeshSettings settings) {
    this(settings, profiles(settings));
  }

  /**
   * Other devices.
   *
   * @param profiles of the devices, instead of those the settings ask for
   */
  public Population(MeshSettings settings, List<DeviceProfile> profiles) {
    this.settings = settings;
    SplittableRandom random = new SplittableRandom(settings.seed());
    addresses = random.split();
    backoffs = random.split();
    fates = random.split();
    List<SimulatedDevice> made = new ArrayList<>();
    for (DeviceProfile profile : profiles) {
      made.add(new SimulatedDevice(eui64(made.size() + 1), profile, random.split()));
    }
    devices = Collections.unmodifiableList(made);
  }

  private static List<DeviceProfile> profiles(MeshSettings settings) {
    List<DeviceProfile> profiles = new ArrayList<>();
    for (int i = 0; i < settings.devices(); i++) {
      profiles.add(settings.profile().with().sleepy(i < settings.sleepy()).build());
    }
    return profiles;
  }

  private Eui64 eui64(int device) {
    return eui64(settings.mesh(), device);
  }

  private static Eui64 eui64(String mesh, int device) {
    int hash = mesh.hashCode();
    long meshNumber = (hash ^ hash >>> 16) & 0xFFFF;
    return new Eui64(EUI64_PREFIX | meshNumber << 16 | device);
  }

  /** The coordinator's EUI-64. */
  public Eui64 coordinator() {
    return coordinator(settings.mesh());
  }

  /** The EUI-64 of the coordinator of the mesh with this name. */
  public static Eui64 coordinator(String mesh) {
    return eui64(mesh, 0);
  }

  /** What a coordinator tells of itself. */
  public DeviceObject coordinatorObject(List<SimpleDescriptor> endpoints) {
    return new DeviceObject(
        coordinator(),
        COORDINATOR_ADDRESS,
        new NodeDescriptor(
            LogicalType.COORDINATOR,
            NodeDescriptor.BAND_2400_MHZ,
            new MacCapability(MacCapability.ROUTER.flags() | 1),
            settings.profile().manufacturerCode(),
            MAXIMUM_ASDU,
            MAXIMUM_ASDU,
            PRIMARY_TRUST_CENTER | STACK_REVISION_22,
            MAXIMUM_ASDU,
            0),
        endpoints);
  }

  /** The devices, by EUI-64. */
  public List<SimulatedDevice> devices() {
    return devices;
  }

  /** Draws an address for a device. */
  public int freeAddress(IntPredicate taken) {
    int address;
    do {
      address = 1 + addresses.nextInt(LAST_ADDRESS);
    } while (taken.test(address));
    return address;
  }

  /** Draws the back-off periods. */
  public SplittableRandom backoffs() {
    return backoffs;
  }

  /** Draws what goes wrong. */
  public SplittableRandom fates() {
    return fates;
  }
}
