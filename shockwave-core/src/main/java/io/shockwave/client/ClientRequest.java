package io.shockwave.client;

import io.shockwave.BodyWriter;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A request. It can be sent again after its response was closed; what is set stays set. Not thread-safe. {@code Host}, {@code Content-Length} or
 * {@code Transfer-Encoding}, and {@code Connection} are added by the library.
 *
 * <p>CONNECT asks whom the URL names for a tunnel to itself, or to what a {@code Host} field of the application's names, with a port (RFC 9110 9.3.6). It has no content.
 */
public interface ClientRequest {
    Method method();

    /** Changes the target of the next {@link #send}. @throws IllegalArgumentException as {@link ShockwaveClient#request} */
    ClientRequest url(CharSequence url);

    MutableHeaders headers();

    /**
     * Makes a CONNECT an extended one (RFC 9220): {@code token}, as {@code websocket}, is what the stream is to be used for, and path and query of the URL are sent with it. It goes over HTTP/3, the origin's own if it names no
     * other, once the server has said that it takes such requests; {@link #send} fails if it does not. Empty makes it a plain CONNECT again.
     *
     * @throws IllegalStateException if the method is another
     * @throws IllegalArgumentException if it is no token (RFC 9110 5.6.2)
     */
    ClientRequest protocol(CharSequence token);

    /** The limit for the whole exchange, its content included. */
    ClientRequest timeout(Duration limit);

    /** No content. */
    ClientRequest noBody();

    /** The array is read while sending and must not change until then. */
    ClientRequest body(byte[] bytes);

    /** What lies between position and limit, neither of which is moved. The bytes are read while sending and must not change until then. */
    ClientRequest body(ByteBuffer bytes);

    /** Text in UTF-8; {@code Content-Type: text/plain; charset=utf-8} if none is set. */
    ClientRequest body(CharSequence utf8);

    /** The file's content at the time of sending. */
    ClientRequest body(Path file);

    /** A stream, read once and closed; {@code length} -1 when unknown, then sent in chunks. A request with it is never repeated by itself. */
    ClientRequest body(long length, InputStream source);

    /**
     * Calls {@code source} to write the content; {@code length} -1 when unknown, then sent in chunks and with the trailers that it sets. Called again if the request must be repeated. If the
     * server answers before the content is complete and does not want the rest, {@code write} throws; let that out, and {@link #send} returns the answer.
     */
    ClientRequest body(long length, ContentSource source);

    /** Sends {@code Expect: 100-continue} and the content only after 100 or after {@code wait} without an answer (RFC 9110 10.1.1). */
    ClientRequest expectContinue(Duration wait);

    /** Is told of interim responses (103 and others but 100), on the sending thread. */
    ClientRequest onInterim(InterimListener listener);

    /**
     * Sends it and waits for the head of the response. Interrupting the thread cancels it and closes its connection.
     *
     * @return the response, reused by the next send of this request; close it to give the connection back
     * @throws io.shockwave.HttpException naming the phase, the origin and the time; {@code CLOSED} when interrupted, with the thread's interrupt status set
     * @throws IllegalStateException if the previous response is still open
     */
    ClientResponse send() throws IOException;

    /** As {@link #send}, on a virtual thread. Cancelling the future closes the connection, or takes it out of the queue for one. */
    CompletableFuture<ClientResponse> sendAsync();

    /** Writes the content of a request. */
    @FunctionalInterface
    interface ContentSource {
        /** Writes to {@code body}, on the sending thread; closing it is allowed and not needed. */
        void writeTo(BodyWriter body) throws IOException;
    }

    /** Receives interim responses. */
    @FunctionalInterface
    interface InterimListener {
        /** The fields are valid during the call only. */
        void onInterim(int status, io.shockwave.Headers fields);
    }
}
