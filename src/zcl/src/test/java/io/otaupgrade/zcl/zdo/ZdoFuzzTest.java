package io.otaupgrade.zcl.zdo;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class ZdoFuzzTest {

  /** The first octet picks the cluster, or says to take one that is not read here. */
  @FuzzTest(maxDuration = "30m")
  void everyFrameIsReadOrRejected(byte[] octets) {
    if (octets.length == 0) {
      return;
    }
    ZdoCluster[] clusters = ZdoCluster.values();
    int pick = octets[0] & 0xFF;
    int clusterId = pick < clusters.length ? clusters[pick].id() : 0x8000 | pick;
    ZdoFrameLaws.check(clusterId, ByteBuffer.wrap(octets, 1, octets.length - 1));
  }
}
