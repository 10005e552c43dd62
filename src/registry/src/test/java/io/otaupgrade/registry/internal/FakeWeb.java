package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchOutcome.Verdict;
import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.ResourceFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A fetcher with a web of its own: a map of URLs. Answers at once, or when {@link #answerAll}. */
final class FakeWeb implements ResourceFetcher {

  /** What is behind a URL. */
  record Page(ByteBuffer body, Optional<String> etag) {}

  private final Map<String, Page> pages = new HashMap<>();
  private final Map<String, FetchOutcome> faults = new HashMap<>();
  private final List<Answer> open = new ArrayList<>();
  private final List<FetchRequest> requests = new ArrayList<>();
  private Optional<RuntimeException> broken = Optional.empty();
  private boolean held;

  /** A fetch of which the answer is still held back. */
  private final class Answer implements Fetch {
    private final FetchRequest request;
    private final WritableByteChannel sink;
    private final CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();

    Answer(FetchRequest request, WritableByteChannel sink) {
      this.request = request;
      this.sink = sink;
    }

    @Override
    public CompletionStage<FetchOutcome> outcome() {
      return outcome;
    }

    @Override
    public void cancel() {
      synchronized (FakeWeb.this) {
        open.remove(this);
      }
      outcome.complete(of(Verdict.CANCELLED));
    }

    void give() {
      outcome.complete(answer(request, sink));
    }
  }

  synchronized FakeWeb put(String url, byte[] body) {
    pages.put(url, new Page(ByteBuffer.wrap(body.clone()).asReadOnlyBuffer(), Optional.empty()));
    return this;
  }

  synchronized FakeWeb put(String url, byte[] body, String etag) {
    pages.put(url, new Page(ByteBuffer.wrap(body.clone()).asReadOnlyBuffer(), Optional.of(etag)));
    return this;
  }

  synchronized FakeWeb fail(String url, FetchOutcome outcome) {
    faults.put(url, outcome);
    return this;
  }

  /** From now on fetches wait for {@link #answerAll}. */
  synchronized void hold() {
    held = true;
  }

  void answerAll() {
    List<Answer> answers;
    synchronized (this) {
      held = false;
      answers = List.copyOf(open);
      open.clear();
    }
    answers.forEach(Answer::give);
  }

  /** From now on {@link #fetch} throws. */
  synchronized void breakWith(RuntimeException fault) {
    broken = Optional.of(fault);
  }

  /** Ends what waits in the way that a fetcher must not. */
  void breakPromises() {
    List<Answer> answers;
    synchronized (this) {
      answers = List.copyOf(open);
      open.clear();
    }
    answers.forEach(
        answer -> answer.outcome.completeExceptionally(new IllegalStateException("broken")));
  }

  synchronized List<FetchRequest> requests() {
    return List.copyOf(requests);
  }

  /** How many fetches wait for their answer. */
  synchronized int waiting() {
    return open.size();
  }

  static FetchOutcome of(Verdict verdict) {
    return new FetchOutcome(verdict, 0, Map.of(), 0, "");
  }

  @Override
  public Fetch fetch(FetchRequest request, WritableByteChannel sink) {
    Answer answer = new Answer(request, sink);
    synchronized (this) {
      if (broken.isPresent()) {
        throw broken.get();
      }
      requests.add(request);
      if (held) {
        open.add(answer);
        return answer;
      }
    }
    answer.give();
    return answer;
  }

  private FetchOutcome answer(FetchRequest request, WritableByteChannel sink) {
    Page page;
    synchronized (this) {
      FetchOutcome fault = faults.get(request.url());
      if (fault != null) {
        return fault;
      }
      page = pages.get(request.url());
    }
    if (page == null) {
      return new FetchOutcome(Verdict.HTTP_STATUS, 404, Map.of(), 0, "Not Found");
    }
    if (page.etag().isPresent()
        && page.etag().get().equals(request.headers().get("If-None-Match"))) {
      return new FetchOutcome(Verdict.NOT_MODIFIED, 304, Map.of("etag", page.etag().get()), 0, "");
    }
    try {
      int size = page.body().limit();
      sink.write(page.body().slice(0, size / 2));
      sink.write(page.body().slice(size / 2, size - size / 2));
    } catch (IOException e) {
      return new FetchOutcome(Verdict.SINK_FAILED, 200, Map.of(), 0, e.getMessage());
    }
    return new FetchOutcome(
        Verdict.FETCHED,
        200,
        page.etag().map(etag -> Map.of("etag", etag)).orElse(Map.of()),
        page.body().limit(),
        "");
  }
}
