package io.shockwave;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * The content of a message as it arrives (RFC 9110 6.4). Transfer codings are gone; content codings are not touched, unless a client was told to decode them.
 * One way of reading is chosen with the first call and stays: {@code read}/{@code readAll}/{@code asInputStream}, {@code asPublisher}, or {@code onData}.
 * Belongs to the exchange and is valid as long as that; not thread-safe.
 */
public interface BodyReader extends AutoCloseable {
    /** The length in bytes as announced; -1 when unknown. */
    long length();

    /**
     * Reads at least one byte, and blocks its (virtual) thread until there is one; -1 at the end. Returns 0 only if {@code len} is 0.
     *
     * @throws HttpException {@code RESET} if the content ended before its announced end, {@code TIMEOUT}, {@code PROTOCOL}, {@code TOO_LARGE}
     * @throws IllegalStateException on a reactor thread, which must not block
     */
    int read(byte[] dst, int off, int len) throws IOException;

    /** Reads all that is left. @throws HttpException {@code TOO_LARGE} if that exceeds {@code limitBytes} */
    byte[] readAll(int limitBytes) throws IOException;

    /** A stream over {@link #read}; closing it closes this reader. */
    InputStream asInputStream();

    /** A publisher for one subscriber. Each buffer is a copy that the subscriber owns. */
    Flow.Publisher<ByteBuffer> asPublisher();

    /** Push style, on the thread that reads the connection; the only way allowed in an inline handler. Calls begin after the handler returned or at once. */
    void onData(DataListener listener);

    /** The trailer fields (RFC 9110 6.5); complete once {@link #read} returned -1 or {@code onEnd} was called, empty before. */
    Headers trailers();

    /** Discards what is left. What is longer than the connection is worth is not read: the connection closes instead. */
    @Override
    void close();

    /** Receives content as it arrives. */
    interface DataListener {
        /** Some bytes; {@code buf} belongs to the connection and is valid during the call only. */
        void onData(byte[] buf, int off, int len);

        /** The content is complete, and so are the trailers. */
        void onEnd();

        /** The content will not be completed; nothing is called after this. */
        void onError(HttpException cause);
    }
}
