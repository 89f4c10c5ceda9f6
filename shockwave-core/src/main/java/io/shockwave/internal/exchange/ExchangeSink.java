package io.shockwave.internal.exchange;

/**
 * What a server's engine tells its driver, during {@code receive}, {@code transmit} or {@code timeout}. The driver may answer from within: an inline handler runs inside {@link #onHead}.
 */
public interface ExchangeSink {
    byte[] NOTHING = {};

    /** A message begins: lends an exchange, reset. */
    Exchange lend();

    /** The head is complete and valid; the fields of {@code x} are set. Content follows through {@link #onContent} unless {@code receivedLength} is 0. */
    void onHead(Exchange x);

    /** A message begins that is read ahead: lends an exchange, reset, that is not in progress yet. */
    default Exchange lendAhead() {
        throw new IllegalStateException("nothing is read ahead here");
    }

    /** The head of a message that was read ahead is complete and valid, and it has no content: whoever answers it may begin, and the answer is given out when {@link #onTurn} comes. */
    default void onAhead(Exchange x) {
        throw new IllegalStateException("nothing is read ahead here");
    }

    /** {@code x}, which was read ahead, is in progress now; with what {@link #onAhead} told, or with its head still to be told of. */
    default void onTurn(Exchange x) {
        throw new IllegalStateException("nothing is read ahead here");
    }

    /** Takes back what {@link #onAhead} told. @return false if it is being answered already */
    default boolean revoke(Exchange x) {
        throw new IllegalStateException("nothing is read ahead here");
    }

    /** Whether {@code x}, which was read ahead, must not be answered any more. */
    default boolean isRevoked(Exchange x) {
        return false;
    }

    /** {@code x}, which was read ahead, will not be answered: its connection ends before. */
    default void onDropped(Exchange x) {
        throw new IllegalStateException("nothing is read ahead here");
    }

    /**
     * Content arrived.
     *
     * @return the bytes taken; fewer than {@code len} pauses the engine until it is told to resume
     */
    int onContent(Exchange x, byte[] buf, int off, int len);

    /** The content is complete, and so are the trailers. Also called for a message without content, right after {@link #onHead}. */
    void onContentEnd(Exchange x);

    /** The content will not be completed: the peer closed, or broke the protocol. Called instead of {@link #onContentEnd}. */
    void onContentFailed(Exchange x, Violation why);

    /** The last byte of the response was given to {@code transmit} and the request's content is complete or given up: the engine lets go of {@code x}. */
    void onFinished(Exchange x);

    /** The interim head that was due, or 100, was given to {@code transmit}. */
    void onInterimSent(Exchange x);

    /** The value of {@code Date} now: 29 bytes, not to be changed. */
    byte[] date();

    /** The value of {@code Alt-Svc} (RFC 7838), not to be changed; empty for none. */
    default byte[] altSvc() {
        return NOTHING;
    }

    /** A request was refused by the engine itself, which answers it and tells {@link #onFinished} as for any other. What was decoded of the head stands in {@code x}. */
    void onRejected(Exchange x, Violation why);
}
