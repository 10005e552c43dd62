package io.otaupgrade.api.image;

import java.util.Map;

/**
 * How a fetch ended.
 *
 * @param httpStatus of the last response; 0 when there was none
 * @param headers of the last response, names in lower case
 * @param size octets that went to the sink
 * @param detail for a person; empty when there is nothing to say
 */
public record FetchOutcome(
    Verdict verdict, int httpStatus, Map<String, String> headers, long size, String detail) {
  public FetchOutcome {
    headers = Map.copyOf(headers);
  }

  /** What became of the fetch. */
  public enum Verdict {
    /** The whole body went to the sink. */
    FETCHED,
    /** 304: what the caller has is still good. */
    NOT_MODIFIED,
    /** Not a URL that is fetched. */
    BAD_URL,
    /** The address, or that of a redirect, is not one to connect to. */
    FORBIDDEN_ADDRESS,
    /** No connection, or it broke. */
    UNREACHABLE,
    /** Another status than 200 or 304. */
    HTTP_STATUS,
    /** Redirected too often. */
    TOO_MANY_REDIRECTS,
    /** More octets than allowed. */
    TOO_LARGE,
    /** Slower than the slowest rate allowed. */
    TOO_SLOW,
    /** It took longer than allowed. */
    TIMED_OUT,
    /** The sink failed. */
    SINK_FAILED,
    /** {@link Fetch#cancel} came first. */
    CANCELLED
  }
}
