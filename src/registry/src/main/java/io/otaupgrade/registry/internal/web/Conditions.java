package io.otaupgrade.registry.internal.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Conditional requests, in the order of RFC 9110 §13.2.2. */
final class Conditions {

  enum Verdict {
    PROCEED,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  private Conditions() {}

  /** Judges all fields but If-Range. */
  static Verdict judge(RequestHead request, Content content) {
    Optional<String> ifMatch = request.list("If-Match");
    if (ifMatch.isPresent()) {
      if (!isAny(ifMatch.get())
          && tags(ifMatch.get()).stream().noneMatch(content.tag()::matchesStrongly)) {
        return Verdict.FAILED;
      }
    } else if (isModifiedSince(request.only("If-Unmodified-Since"), content).orElse(false)) {
      return Verdict.FAILED;
    }
    Optional<String> ifNoneMatch = request.list("If-None-Match");
    if (ifNoneMatch.isPresent()) {
      boolean matches =
          isAny(ifNoneMatch.get())
              || tags(ifNoneMatch.get()).stream().anyMatch(content.tag()::matchesWeakly);
      return matches ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
    }
    boolean modified = isModifiedSince(request.only("If-Modified-Since"), content).orElse(true);
    return modified ? Verdict.PROCEED : Verdict.NOT_MODIFIED;
  }

  /** Whether a Range field counts: without If-Range, or when that names exactly these octets. */
  static boolean rangeCounts(RequestHead request, Content content) {
    if (request.values("If-Range").isEmpty()) {
      return true;
    }
    Optional<String> ifRange = request.only("If-Range");
    if (ifRange.isEmpty()) {
      return false;
    }
    Optional<EntityTag> tag = EntityTag.parse(ifRange.get());
    if (tag.isPresent()) {
      return content.tag().matchesStrongly(tag.get());
    }
    // A date is as strong a validator as our tag is: both stem from the same time of change.
    Optional<Instant> date = HttpDates.parse(ifRange.get());
    return date.isPresent() && !content.tag().weak() && date.equals(content.lastModified());
  }

  private static boolean isAny(String value) {
    return value.strip().equals("*");
  }

  private static List<EntityTag> tags(String value) {
    return EntityTag.parseList(value);
  }

  /** Empty when the request names no date, or the content has none. */
  private static Optional<Boolean> isModifiedSince(Optional<String> field, Content content) {
    return field
        .flatMap(HttpDates::parse)
        .flatMap(date -> content.lastModified().map(modified -> modified.isAfter(date)));
  }
}
