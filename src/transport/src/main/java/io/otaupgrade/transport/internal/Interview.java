package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NodeEndpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How far the questions to one node have come. What was answered is not asked again, even when the
 * interview rests in between. {@link Interviewer} alone uses it.
 */
final class Interview {

  static final Interview NONE = new Interview();

  /** What is asked next. */
  enum Step {
    NODE_DESCRIPTOR,
    ACTIVE_ENDPOINTS,
    SIMPLE_DESCRIPTORS,
    BASIC,
    DONE
  }

  /** Where the interview stands among the others. */
  enum State {
    RESTING,
    QUEUED,
    RUNNING
  }

  Step step = Step.NODE_DESCRIPTOR;
  State state = State.RESTING;

  /** Endpoints whose descriptors are still to be asked for. */
  final Deque<Integer> endpointsToAsk = new ArrayDeque<>();

  final List<NodeEndpoint> endpoints = new ArrayList<>();

  /** How often the present question was asked. */
  int tries;

  /** How often the interview was given up for the time being. */
  int failures;

  /** Before that it does not go on when the node speaks; the loop's nanoseconds. */
  long restsUntil = Long.MIN_VALUE;

  /** The question that waits for an answer, so that answers to earlier ones do not count. */
  int question;

  EventLoop.Timer timer = () -> {};

  /** Whether a read of the Basic cluster waits for an answer. */
  boolean awaitsBasic;

  /** Of that read. */
  int zclSequenceNumber;
}
