/** The OTA-cluster bundle, the Ota Upgrade plugin: the server side of ZCL cluster 0x0019. */
package io.otaupgrade.cluster.internal;
