package io.shockwave.server;

import io.shockwave.ArenaSlice;
import io.shockwave.BodyWriter;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The answer to one request. Exactly one of the {@code send} methods, {@link #stream} or {@link #upgrade} completes the head; a second one throws {@link IllegalStateException}.
 * {@code Date}, {@code Content-Length} or {@code Transfer-Encoding}, and {@code Connection} are added by the library. For HEAD, 204 and 304 the
 * content is counted but not sent (RFC 9110 8.6, 15.3.5, 15.4.5). Belongs to its exchange, as the request does.
 */
public interface ServerResponse {
    /** The status to be sent, 200 until it is set. */
    int status();

    /** Sets the final status. @throws IllegalArgumentException outside 200 to 599 */
    ServerResponse status(int code);

    /** The fields to be sent. */
    MutableHeaders headers();

    /** Whether the final head was handed over. */
    boolean isCommitted();

    /** Sends an interim response at once with these fields: 103 Early Hints, 102; 100 by reading the body (RFC 9110 15.2). Not sent to HTTP/1.0 peers. */
    void sendInterim(int code, MutableHeaders fields) throws IOException;

    /** An empty set of fields for {@link #sendInterim}, reused. */
    MutableHeaders interimHeaders();

    /**
     * Promises the response to a request that the client has not made, for the same origin and with the fields that {@link #pushHeaders} holds, which this empties (RFC 9114 4.6). The server's handler then runs for it as for
     * any other request, at once where it is an inline one, else on a virtual thread of its own. To be called before the content that refers to it is sent. What a pushed response pushes is not promised.
     *
     * @param method GET or HEAD
     * @param path with its query, as in a request-target
     * @return whether it was promised. False over HTTP/1.1, where the server's builder does not allow pushes ({@link ShockwaveServer.Builder#maxPushes}), while the client accepts none or no more, while the allowed
     *     number is in progress, and when this response has come too far or nobody waits for it any more
     * @throws IllegalArgumentException where pushes are allowed: for another method, or a request that would be refused if a client made it
     */
    boolean push(Method method, CharSequence path) throws IOException;

    /** The fields of the next request that {@link #push} promises; empty at first. */
    MutableHeaders pushHeaders();

    /** Sends the head without content. */
    void send() throws IOException;

    /** Sends these bytes. On a virtual thread the array is the caller's again on return, however that comes about: an interrupt cuts the answer. Inline it must not change until the exchange ends. */
    void send(byte[] body) throws IOException;

    /** Sends a part of an array, as {@link #send(byte[])}. */
    void send(byte[] body, int off, int len) throws IOException;

    /**
     * Sends what lies between position and limit, neither of which is moved: one buffer, made once, may answer any number of requests, at once and on all threads. When the bytes are the
     * caller's again is as for {@link #send(byte[])}; so it is for who frees the memory, of an {@link java.lang.foreign.Arena} for instance. If that happens too early the connection is closed. An interrupted
     * caller on a virtual thread finds the answer cut, as what is read later might be something else.
     *
     * <p>A direct buffer goes to the socket of a cleartext connection from where it is, over TLS and HTTP/3 by way of copies. What has no array that may be read (a read-only buffer on the heap), and memory
     * of an arena that is confined to another thread than the one that writes, are copied before this returns.
     */
    void send(ByteBuffer body) throws IOException;

    /**
     * Sends bytes of an arena, as they are: no type is set. Those of this exchange's own arena on the heap are not copied, and must not change any more; others are, and so is what lies outside the heap.
     */
    void send(ArenaSlice body) throws IOException;

    /** Sends text in UTF-8; {@code Content-Type: text/plain; charset=utf-8} if none is set. */
    void send(CharSequence utf8) throws IOException;

    /** Sends the whole of a file, as it is at this moment. Its type is set from its name if none is set. */
    void send(Path file) throws IOException;

    /** Sends {@code length} bytes of a file from {@code offset} on. Cleartext connections pass them from file to socket without a copy on the heap. */
    void send(Path file, long offset, long length) throws IOException;

    /** Sends the head and gives the content to be streamed; for a known length set {@code Content-Length} first. */
    BodyWriter stream() throws IOException;

    /**
     * Takes the connection over: sends 101 with the fields set so far, or for CONNECT the 2xx status set so far, and gives the bare
     * bytes of both directions (RFC 9110 7.8, 9.3.6). Only on a virtual thread. Closing the tunnel closes the connection; over
     * HTTP/3 it ends this side of the request's stream, and the others go on (RFC 9114 4.4, RFC 9220).
     *
     * @throws IllegalStateException if the request asked for neither
     */
    Tunnel upgrade() throws IOException;
}
