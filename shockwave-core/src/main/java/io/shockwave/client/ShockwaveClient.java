package io.shockwave.client;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.QuicOptions;
import io.shockwave.Tls;
import io.shockwave.internal.dispatch.ClientDriver;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;

/** An HTTP client with a connection pool. Thread-safe; make one and share it. */
public interface ShockwaveClient extends AutoCloseable {
    static Builder builder() {
        return ClientDriver.builder();
    }

    /**
     * A request to be sent once or many times; not shared between threads at the same time.
     *
     * @param url an absolute {@code http} or {@code https} URL; path and query are sent byte for byte, a fragment is dropped
     * @throws IllegalArgumentException if the URL is not valid; the message names the position
     */
    ClientRequest request(Method method, String url);

    /** {@link #request} with GET. */
    default ClientRequest get(String url) {
        return request(Method.GET, url);
    }

    PoolStats poolStats();

    /**
     * To be called by an application that knows that the network is another one now, by a cable, a radio cell or a tunnel. What origins said of alternatives for the network before is forgotten, and what
     * failed is tried again (RFC 7838 2.2); idle connections over TCP are closed; connections of HTTP/3 go on from another local port (RFC 9000 9.2), or take no further requests where the server does not
     * allow that. Requests in progress go on. Does not wait; may be called on any thread and at any time.
     */
    void networkChanged();

    /** Refuses new requests, lets those in progress end within their own time limits, closes idle connections. Idempotent; waits. */
    @Override
    void close();

    /** When a redirect is followed (RFC 9110 15.4). Credentials and cookies never follow to another origin, and https never to http. */
    enum Redirects { NEVER, SAME_ORIGIN, ALWAYS }

    /** All settings of a client. */
    interface Builder {
        /** How the connections of HTTP/3 behave below HTTP. */
        Builder quic(QuicOptions options);

        /** Trust and client certificates for https; the JDK's default trust otherwise. The host name is always verified. */
        Builder tls(Tls tls);

        /** The version to try first; {@link HttpVersion#HTTP_1_1} by default. */
        Builder prefer(HttpVersion version);

        /**
         * The versions that may be spoken; HTTP/1.1 and HTTP/3 by default. HTTP/3 is used for what servers say by Alt-Svc (RFC 7838) that they serve so, and HTTP/1.1 whenever it does not come about;
         * HTTP/3 alone is used for {@code https} URLs without asking, and fails where it is not served.
         */
        Builder protocols(HttpVersion... versions);

        /**
         * Whether GET, HEAD and OPTIONS without content are sent over HTTP/3 before the handshake is complete (0-RTT, RFC 8446 2.3), to servers that offered it on an earlier connection; no by default, as whoever
         * records such a request can send it once more. What a server refuses so, or answers with 425 (RFC 8470 5.2), is repeated with the handshake complete. {@link ClientResponse#isEarlyData} tells of it.
         */
        Builder earlyData(boolean on);

        /**
         * Whether datagrams of tunnels go in frames of QUIC where the server allows it (RFC 9297 2.1); no by default, then {@link ClientResponse.Upgraded#datagrams} sends and receives capsules.
         */
        Builder datagrams(boolean on);

        /** 10 s by default; likewise for resolving and for the TLS handshake. */
        Builder connectTimeout(Duration timeout);

        Builder resolveTimeout(Duration timeout);

        Builder tlsTimeout(Duration timeout);

        /** How long to wait for a connection of the pool; 30 s. */
        Builder poolTimeout(Duration timeout);

        /** From the end of the request to the first byte of the response; 60 s. */
        Builder firstByteTimeout(Duration timeout);

        /** Between two bytes of either message; 60 s. */
        Builder betweenBytesTimeout(Duration timeout);

        /** For the whole exchange with its content, redirects included; none by default. {@link ClientRequest#timeout} sets it per request. */
        Builder totalTimeout(Duration timeout);

        /** 8 by default. */
        Builder maxConnectionsPerOrigin(int count);

        /** 256 by default. */
        Builder maxConnections(int count);

        /** How long an idle connection is kept; 60 s, or what the server says in Keep-Alive, whichever is shorter. Those of HTTP/3 have {@link QuicOptions#idleTimeout}. */
        Builder idleTimeout(Duration timeout);

        /** NEVER by default. */
        Builder redirects(Redirects policy);

        /** 10 by default. */
        Builder maxRedirects(int count);

        /** Asks for gzip and deflate and decodes them; off by default. Content that grows beyond {@code maxRatio} times its coded size or beyond {@code maxBytes} fails. */
        Builder decompress(int maxRatio, long maxBytes);

        /** Bytes of a response's header section; 65,536. Trailers and interim responses too. */
        Builder maxHeaderBytes(int bytes);

        /** Fields of a response's header section; 256. */
        Builder maxHeaderCount(int count);

        /** Interim (1xx) responses to one request; 16. */
        Builder maxInterimResponses(int count);

        /**
         * Accepts what servers push over HTTP/3 (RFC 9114 4.6); nothing by default, so that none is promised.
         *
         * @param most pushes of all connections whose response has not been dealt with, 1 to 128; what is promised beyond it is refused
         * @param listener says what is wanted, and receives it
         */
        Builder onPush(int most, PushListener listener);

        /** Sends requests through an HTTP proxy: CONNECT for https, absolute-form for http. */
        Builder httpProxy(InetSocketAddress proxy);

        /** As {@link #httpProxy(InetSocketAddress)}, with Basic credentials for the proxy alone (RFC 9110 11.7). */
        Builder httpProxy(InetSocketAddress proxy, String user, String password);

        /** Connects through a SOCKS5 proxy, which resolves the names (RFC 1928, 1929). */
        Builder socksProxy(InetSocketAddress proxy);

        Builder socksProxy(InetSocketAddress proxy, String user, String password);

        /** Connects every origin through this Unix domain socket. */
        Builder unixSocket(UnixDomainSocketAddress address);

        /** Resolves names in another way than the system's. */
        Builder resolver(Resolver resolver);

        /** Field {@code User-Agent} where a request sets none; {@code shockwave/VERSION} by default, empty for none. */
        Builder userAgent(String value);

        /** Entries of the URL cache; 256. */
        Builder urlCacheEntries(int count);

        /** Bytes of memory that the {@link ClientResponse#arena()} of one response may hold; 1 MiB, then {@link io.shockwave.ArenaLimitException}. */
        Builder maxArenaBytes(int bytes);

        /** Whether the memory of arenas lies outside the heap; no by default. */
        Builder offHeapArenas(boolean on);

        /**
         * Makes the client; connections are opened with requests.
         *
         * @throws IllegalStateException if there is not exactly one tier on the class or module path
         * @throws java.io.UncheckedIOException if qlog cannot be written where {@link #quic} says; the message names it
         */
        ShockwaveClient build();
    }
}
