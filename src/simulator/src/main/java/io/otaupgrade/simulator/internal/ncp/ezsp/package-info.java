/**
 * The firmware of a Silicon Labs network co-processor: EmberZNet behind EZSP 13 to 19 on ASH.
 * Written from the co-processor's side of the documents UG100, UG600 and UG101, apart from the
 * transport's driver, so that one checks the other.
 */
package io.otaupgrade.simulator.internal.ncp.ezsp;
