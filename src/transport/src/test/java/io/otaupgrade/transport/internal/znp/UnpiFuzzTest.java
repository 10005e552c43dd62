package io.otaupgrade.transport.internal.znp;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class UnpiFuzzTest {

  @FuzzTest(maxDuration = "30m")
  void anyOctetsAreTakenHoweverTheyAreCut(byte[] octets) {
    UnpiLaws.check(octets);
    UnpiLaws.checkResynchronisation(octets);
  }

  /** Past the frames: whatever a co-processor tells, it takes the link down at the most. */
  @FuzzTest(maxDuration = "30m")
  void anyFramesAreTaken(byte[] octets) {
    ZnpLaws.check(octets);
  }
}
