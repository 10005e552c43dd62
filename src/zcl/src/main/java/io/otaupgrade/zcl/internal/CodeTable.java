package io.otaupgrade.zcl.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Finds the constant for an octet; the answers are made once, so that asking costs nothing. */
public final class CodeTable<E> {
  private final List<Optional<E>> byCode =
      new ArrayList<>(Collections.nCopies(0x100, Optional.empty()));

  public CodeTable(E[] constants, ToIntFunction<E> code) {
    for (E constant : constants) {
      byCode.set(code.applyAsInt(constant), Optional.of(constant));
    }
  }

  /** Empty for every other number, be it an octet or not. */
  public Optional<E> of(int code) {
    return code >= 0 && code < byCode.size() ? byCode.get(code) : Optional.empty();
  }
}
