package io.shockwave.server;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.RequestArena;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import java.util.Optional;

/** One request. Belongs to its exchange: valid until the response is complete and the handler has returned; later use throws {@link IllegalStateException}. */
public interface ServerRequest {
    HttpVersion version();

    Method method();

    /** The request-target exactly as it was sent (RFC 9112 3.2). */
    Ascii target();

    /** The path as it was sent, not decoded: {@code *} for the asterisk form, empty for CONNECT. */
    Ascii path();

    /** The query as it was sent, without its question mark; empty when there is none. */
    Ascii query();

    /** The authority that the request is for: from an absolute or authority target, else from Host; empty if an HTTP/1.0 request named none. */
    Ascii authority();

    /** {@code https} over TLS, {@code http} otherwise. */
    String scheme();

    /**
     * Whether the request may be a replay (RFC 8470): it came before its connection's handshake was complete, which happens where the server's builder allows {@code earlyData} and then with GET, HEAD and
     * OPTIONS without content alone; or an intermediary says by the field {@code Early-Data} that it came to it so, of which nothing but safe methods reach a handler. A handler that must not run twice answers
     * 425: the client then repeats the request with the handshake complete.
     */
    boolean isEarlyData();

    /** What an extended CONNECT over HTTP/3 asks for, as {@code websocket} (RFC 9220); empty for all else. {@link ServerResponse#upgrade} with a 2xx status accepts it. */
    String protocol();

    Headers headers();

    /** The content. Reading it answers an {@code Expect: 100-continue} with 100 (RFC 9110 10.1.1), unless a final status was sent before. */
    BodyReader body();

    /** Memory for whatever the handler needs until the response is sent. */
    RequestArena arena();

    /** The connection on which it came, with what handlers left there. */
    Connection connection();

    /** The peer's address; the one that a trusted proxy told by the PROXY protocol, where that is on. Over HTTP/3 a peer may move: it is then where it was when the latest request of its connection came. */
    SocketAddress remote();

    /** The address on which the connection was accepted, or that the PROXY protocol told. */
    SocketAddress local();

    /**
     * The TLS session, with the peer's certificates where they were asked for; empty over cleartext. It is an {@link javax.net.ssl.ExtendedSSLSession}, which tells the name that the client asked for. Over HTTP/3
     * (RFC 9001) it is a view that cannot be changed: {@code putValue}, {@code removeValue} and {@code invalidate} throw {@link UnsupportedOperationException}.
     */
    Optional<SSLSession> tls();
}
