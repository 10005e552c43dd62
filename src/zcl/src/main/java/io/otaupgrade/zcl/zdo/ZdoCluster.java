package io.otaupgrade.zcl.zdo;

import java.util.Optional;

/** The APS cluster identifiers of the commands, as 05-3474 rev 22 §2.4 names them. */
public enum ZdoCluster {
  NWK_ADDR_REQ(0x0000),
  IEEE_ADDR_REQ(0x0001),
  NODE_DESC_REQ(0x0002),
  SIMPLE_DESC_REQ(0x0004),
  ACTIVE_EP_REQ(0x0005),
  MATCH_DESC_REQ(0x0006),
  DEVICE_ANNCE(0x0013),
  MGMT_LEAVE_REQ(0x0034),
  NWK_ADDR_RSP(0x8000),
  IEEE_ADDR_RSP(0x8001),
  NODE_DESC_RSP(0x8002),
  SIMPLE_DESC_RSP(0x8004),
  ACTIVE_EP_RSP(0x8005),
  MATCH_DESC_RSP(0x8006),
  MGMT_LEAVE_RSP(0x8034);

  /** The endpoint of the Zigbee Device Objects on every node. */
  public static final int ENDPOINT = 0x00;

  /** The Zigbee Device Profile. */
  public static final int PROFILE = 0x0000;

  private static final int RESPONSE = 0x8000;

  private final int id;

  ZdoCluster(int id) {
    this.id = id;
  }

  public int id() {
    return id;
  }

  public boolean isResponse() {
    return (id & RESPONSE) != 0;
  }

  /** The cluster of the response to this request; empty for what has none. */
  public Optional<ZdoCluster> response() {
    return isResponse() ? Optional.empty() : of(id | RESPONSE);
  }

  /** Empty for all commands this package does not have. */
  public static Optional<ZdoCluster> of(int id) {
    for (ZdoCluster cluster : values()) {
      if (cluster.id == id) {
        return Optional.of(cluster);
      }
    }
    return Optional.empty();
  }
}
