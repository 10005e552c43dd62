/**
 * Texas Instruments' co-processors with Z-Stack 3 (CC2652, CC1352, CC2538, CC2530): the protocol of
 * TI's "Z-Stack Monitor and Test API", from octets to frames of the mesh. Start at {@link
 * io.otaupgrade.transport.internal.znp.ZnpCoProcessor}.
 */
package io.otaupgrade.transport.internal.znp;
