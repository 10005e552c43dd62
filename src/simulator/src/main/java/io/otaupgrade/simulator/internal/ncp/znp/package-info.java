/**
 * The firmware of a TI ZNP, Z-Stack 3.x.0: Monitor and Test commands in UNPI frames.
 *
 * <p>Facts: "Z-Stack Monitor and Test API" (SWRA198), the stack's published sources, and what hosts
 * report of their sticks. Commands are written as they are on the line, cmd0 and cmd1: 0x2401 is
 * the synchronous request (0x20) 0x01 of subsystem AF (4). A response to it is 0x6401.
 */
package io.otaupgrade.simulator.internal.ncp.znp;
