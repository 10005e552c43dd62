package io.otaupgrade.api;

import java.util.concurrent.CompletionStage;

/**
 * The immediate answer to a call of {@link OtaService}.
 *
 * @param status whether the request was taken
 * @param requestId the number that every {@link OtaResult} of this request carries; 0 when it was
 *     not taken
 * @param finalResult completes with the request's one final result, on the thread that delivers it
 *     to the listeners; completes exceptionally with {@link NotSentException} when the request was
 *     not taken
 */
public record Submission(
    SendStatus status, long requestId, CompletionStage<OtaResult> finalResult) {}
