package io.otaupgrade.drivers.internal.pack;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Whatever the octets are: findings, never an exception; what is accepted can be unpacked. */
class PackageFuzzTest {

  private static final PackageLimits SMALL =
      new PackageLimits(1 << 20, 100, 1 << 20, 1 << 20, 200, 1 << 16, 1 << 18, 1 << 18);

  @FuzzTest
  void everyPackageIsJudged(byte[] octets) throws IOException {
    Octets file = Octets.of(octets);
    PackageReader.Reading reading = PackageReader.read("lamp.c4z", file, SMALL);
    if (!reading.check().isAccepted()) {
      return;
    }
    if (reading.contents().isEmpty()) {
      throw new AssertionError("accepted without contents");
    }
    for (ZipDirectory.Entry entry : reading.entries()) {
      if (EntryName.fault(entry.name()).isPresent()) {
        throw new AssertionError("accepted with the name " + entry.name());
      }
      EntryData.copy(file, entry, new ByteArrayOutputStream());
    }
  }
}
