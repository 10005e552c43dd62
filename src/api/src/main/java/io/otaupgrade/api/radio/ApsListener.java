package io.otaupgrade.api.radio;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service that receives frames. A service property that is absent matches everything;
 * numbers are {@code Integer}s, arrays or collections of them.
 */
@ConsumerType
public interface ApsListener {

  /** Service property: name of the mesh. */
  String MESH = "mesh";

  /** Service property: application profile. */
  String PROFILE = "profile";

  /** Service property: cluster. */
  String CLUSTER = "cluster";

  /** Service property: our endpoint, the frame's destination endpoint. */
  String ENDPOINT = "endpoint";

  /** Called on the mesh's loop; every listener that matches gets the frame, in no set order. */
  void received(ApsFrame frame);
}
