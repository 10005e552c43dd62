package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;

/** What a person, or a program, is told while the server runs; on one thread. */
interface Events {

  /** A co-processor is on its network. */
  void radioUp(RadioStatus status);

  /** A co-processor is not, or not any more; the message says why and what to do. */
  void radioDown(RadioStatus status);

  /** The network let a device in. */
  void joined(String mesh, Node device);

  /** A device asked for its next image. */
  void query(DeviceQuery query);

  /** A device asked for the first block. */
  void started(Upgrade upgrade);

  /** A transfer goes on, or has reached another state on its way. */
  void progress(Upgrade upgrade);

  /** A device was seen running the new version. */
  void upgraded(Upgrade upgrade);

  /** An upgrade ended in another way. */
  void failed(Upgrade upgrade);
}
