package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.simulator.internal.MeshConfiguration;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What {@link NcpComponent}'s configurations have besides the keys of a mesh. {@link NcpSettings}
 * reads them, with the same defaults.
 */
@interface NcpConfiguration {

  /** The metatype: these keys, and those of the mesh behind the co-processor. */
  @ObjectClassDefinition(
      name = "Simulated Zigbee co-processor",
      description = "A co-processor of software with its mesh; io.otaupgrade.simulator.ncp~NAME")
  interface WithMesh extends NcpConfiguration, MeshConfiguration {}

  @AttributeDefinition(
      name = "ncp",
      description = "Firmware",
      options = {
        @Option(label = "TI ZNP, Z-Stack 3.x.0", value = "znp"),
        @Option(label = "Silicon Labs EZSP", value = "ember")
      })
  String ncp() default "znp";

  @AttributeDefinition(name = "ezsp", description = "Version of EZSP, 13..19")
  int ezsp() default 13;

  @AttributeDefinition(
      name = "listen",
      description = "tcp://127.0.0.1:PORT, 0 for any that is free; or else pty")
  String listen() default "";

  @AttributeDefinition(
      name = "pty",
      description =
          "Path of a symbolic link that hosts open as a serial port, Linux; or else listen")
  String pty() default "";

  @AttributeDefinition(
      name = "formed",
      description = "Whether the stick holds a network; false is a blank one")
  boolean formed() default true;

  @AttributeDefinition(
      name = "members",
      description = "Whether the devices are on that network already; the value of formed if empty")
  String members() default "";

  @AttributeDefinition(
      name = "announce",
      description = "Whether members announce themselves, or keep silent until they query")
  boolean announce() default true;

  @AttributeDefinition(name = "channel", description = "Of the network it holds, 11..26")
  int channel() default 15;

  @AttributeDefinition(name = "panId", description = "0..0xFFFE; made of the mesh's name if empty")
  String panId() default "";

  @AttributeDefinition(
      name = "extendedPanId",
      description = "16 hexadecimal digits; the coordinator's EUI-64 if empty")
  String extendedPanId() default "";

  @AttributeDefinition(
      name = "networkKey",
      description = "32 hexadecimal digits; a fixed one if empty",
      type = AttributeType.PASSWORD)
  String networkKey() default "";

  @AttributeDefinition(
      name = "baudRate",
      description = "Of the line to the host, 10 bits an octet; 0 takes no time")
  int baudRate() default 0;

  @AttributeDefinition(
      name = "turnaroundMs",
      description = "Milliseconds before a command is done, one after another")
  int turnaroundMs() default 0;

  @AttributeDefinition(
      name = "buffers",
      description = "Outgoing messages that the co-processor holds at once, 1..255")
  int buffers() default NcpSettings.DEFAULT_BUFFERS;

  @AttributeDefinition(
      name = "loseOctets",
      description = "Probability that an octet of the line is lost, 0..1")
  double loseOctets() default 0.0;

  @AttributeDefinition(
      name = "corruptOctets",
      description = "Probability that an octet of the line arrives as another, 0..1")
  double corruptOctets() default 0.0;

  @AttributeDefinition(
      name = "repeatOctets",
      description = "Probability that an octet of the line arrives twice, 0..1")
  double repeatOctets() default 0.0;

  @AttributeDefinition(
      name = "loseFrames",
      description = "Probability that a frame of the line is lost, 0..1")
  double loseFrames() default 0.0;

  @AttributeDefinition(
      name = "repeatFrames",
      description = "Probability that a frame of the line arrives twice, 0..1")
  double repeatFrames() default 0.0;
}
