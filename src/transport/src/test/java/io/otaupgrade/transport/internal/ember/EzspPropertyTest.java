package io.otaupgrade.transport.internal.ember;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every EZSP frame, in every version. */
class EzspPropertyTest {

  private static final int[] CALLBACKS = {
    EzspFrame.INCOMING_MESSAGE_HANDLER,
    EzspFrame.MESSAGE_SENT_HANDLER,
    EzspFrame.STACK_STATUS_HANDLER,
    EzspFrame.TRUST_CENTER_JOIN_HANDLER,
    EzspFrame.CHILD_JOIN_HANDLER,
    EzspFrame.INCOMING_ROUTE_RECORD_HANDLER,
    EzspFrame.INCOMING_ROUTE_ERROR_HANDLER,
    EzspFrame.ID_CONFLICT_HANDLER,
    EzspFrame.INCOMING_SENDER_EUI64_HANDLER
  };

  @Property(tries = 150)
  void anyFrameIsTaken(
      @ForAll @IntRange(min = 13, max = 19) int version,
      @ForAll @Size(min = 1, max = 100) byte[] frame) {
    EzspLaws.check(version, frame);
  }

  @Property(tries = 150)
  void anyParametersOfACallbackAreTaken(
      @ForAll @IntRange(min = 13, max = 19) int version,
      @ForAll @IntRange(max = 8) int callback,
      @ForAll @Size(max = 60) byte[] parameters) {
    EzspLaws.check(
        version,
        Octets.of().u8(1).u8(0x90).u8(1).u16(CALLBACKS[callback]).octets(parameters).array());
  }

  @Property(tries = 150)
  void anyResponseIsTaken(
      @ForAll @IntRange(min = 13, max = 19) int version,
      @ForAll @IntRange(max = 0xFF) int sequence,
      @ForAll boolean refused,
      @ForAll @Size(max = 20) byte[] parameters) {
    int frameId = refused ? EzspFrame.INVALID_COMMAND : EzspFrame.SEND_UNICAST;
    EzspLaws.check(
        version, Octets.of().u8(sequence).u8(0x80).u8(1).u16(frameId).octets(parameters).array());
  }
}
