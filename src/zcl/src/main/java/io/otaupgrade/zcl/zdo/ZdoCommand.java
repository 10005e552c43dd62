package io.otaupgrade.zcl.zdo;

/** The fields of a ZDO frame behind its transaction sequence number. */
public sealed interface ZdoCommand permits ZdoRequest, ZdoResponse {

  /** Which command it is; its identifier is the frame's APS cluster. */
  ZdoCluster cluster();
}
