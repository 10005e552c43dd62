package io.otaupgrade.simulator.internal.device;

/** What a device does with MinimumBlockPeriod in its Image Block Requests. */
public enum PeriodField {
  /** Bit 1 of the field control is clear. */
  ABSENT,
  /** Bit 1 is set and the field is there. */
  PRESENT,
  /** Bit 1 is set but the field is not there, as Legrand's devices have it. */
  CLAIMED_BUT_MISSING
}
