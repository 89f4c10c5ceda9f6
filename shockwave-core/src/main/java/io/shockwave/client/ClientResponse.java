package io.shockwave.client;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpDatagrams;
import io.shockwave.HttpVersion;
import io.shockwave.RequestArena;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A response. The connection goes back to the pool when the content was read to its end; the head stays readable until {@link #close}. After that every use
 * throws {@link IllegalStateException}.
 */
public interface ClientResponse extends AutoCloseable {
    HttpVersion version();

    /** Why it was this version, for a person: what the server said of HTTP/3, or what became of the attempt. */
    String versionReason();

    /**
     * Whether the connection resumed a session of an earlier one, so that the handshake went without certificates (RFC 8446 2.2); those of the first were checked. Told of HTTP/3 alone: false over HTTP/1.1.
     */
    boolean isResumed();

    /** Whether the request was sent before the handshake was complete, and answered so (RFC 8470): whoever recorded it could send it once more. */
    boolean isEarlyData();

    int status();

    /** The reason phrase as it came, often empty; means nothing (RFC 9112 4). */
    Ascii reason();

    /** The URL that answered, after redirects. */
    String url();

    Headers headers();

    BodyReader body();

    /** Memory for whatever the application needs until {@link #close}. */
    RequestArena arena();

    /** The bare connection after a 101 or a 2xx to CONNECT; over HTTP/3 the stream, and the connection serves others. @throws IllegalStateException otherwise */
    Upgraded upgraded();

    /** Closes the content if it was not read to its end, and makes this response unusable. Idempotent. */
    @Override
    void close();

    /**
     * The bytes of both directions. One thread may read while another writes; no time limit holds. Closing it, or either stream, closes the connection and so wakes both; the
     * response is to be closed when both are done.
     *
     * <p>Over HTTP/3 (RFC 9114 4.4) it is one stream: closing ends this direction behind what was written, and nothing more is read. What was written goes out while the client is open; closing the response gives that
     * 2 seconds, then resets what is left.
     */
    interface Upgraded extends AutoCloseable {
        InputStream in();

        OutputStream out();

        /**
         * Tells the peer that nothing more comes from here; what it sends can still be read. Over HTTP/3 alone.
         *
         * @throws UnsupportedOperationException over HTTP/1.1, where a tunnel ends as a whole (RFC 9110 9.3.6)
         */
        void endOutput() throws IOException;

        /**
         * Has the tunnel carry datagrams and nothing else (RFC 9297): from here on its stream is made of capsules, and its streams throw. What was asked for must say so, as {@code connect-udp} does. The same object each time.
         */
        HttpDatagrams datagrams();

        /** Gives up both directions at once: H3_CONNECT_ERROR over HTTP/3, over HTTP/1.1 the connection closes. What was written may not arrive. From any thread. */
        void reset();

        @Override
        void close() throws IOException;
    }
}
