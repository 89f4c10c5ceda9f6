package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;

/** What a client's engine tells its driver, during {@code receive} and {@code receiveEnd}. */
public interface ResponseSink {
    /** An interim response: status and fields stand in {@code x} until this returns. */
    void onInterim(Exchange x);

    /** The head of the final response is complete and valid; {@code status}, {@code version}, {@code received} and {@code receivedLength} of {@code x} are set. */
    void onHead(Exchange x);

    /**
     * Content arrived, or bytes of a tunnel.
     *
     * @return the bytes taken; fewer than {@code len} pauses the engine until {@code receive} is called again
     */
    int onContent(Exchange x, byte[] buf, int off, int len);

    /** The content is complete, and so are the trailers. Also called for a response without content, right after {@link #onHead}. */
    void onContentEnd(Exchange x);

    /** The response will not be completed. Nothing is told after this. */
    void onFailed(Exchange x, Violation why);
}
