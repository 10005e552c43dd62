package io.otaupgrade.api;

/**
 * One result of a request.
 *
 * @param requestId of the {@link Submission} it belongs to
 * @param deviceId the device id that the call named
 * @param operation what happened
 */
public record OtaResult(long requestId, int deviceId, OtaOperation operation) {}
