package io.shockwave.server;

import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.Tls;
import io.shockwave.internal.dispatch.ServerDriver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** An HTTP server: reactors, one per core by default, and the handler that they call. Thread-safe. */
public interface ShockwaveServer extends AutoCloseable {
    static Builder builder() {
        return ServerDriver.builder();
    }

    /** The first TCP address that is listened on. @throws IllegalStateException if there are only Unix domain sockets */
    InetSocketAddress address();

    /** All addresses that are listened on. */
    List<SocketAddress> addresses();

    /** A snapshot of the counters. */
    ServerStats stats();

    /**
     * Stops accepting, lets exchanges in progress end for as long as {@code grace}, then closes what is left, and tells in {@link ServerStats#cutExchanges()}
     * how many exchanges were cut. Idle connections are closed at once. Idempotent; a second caller waits for the first.
     */
    void shutdown(Duration grace) throws InterruptedException;

    /** {@link #shutdown} with the configured grace time. */
    @Override
    void close();

    /** All settings of a server. Every limit has a default that holds in the open internet. */
    interface Builder {
        /** Listens on this port of all local addresses; 0 lets the system choose. */
        Builder listen(int port);

        /** Listens on this address: an {@link InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}. May be called several times. */
        Builder listen(SocketAddress address);

        /** Serves TLS instead of cleartext on the TCP addresses. */
        Builder tls(Tls tls);

        /** The versions that are offered; {@link HttpVersion#HTTP_1_1} by default (which includes HTTP/1.0 peers). */
        Builder protocols(HttpVersion... versions);

        /** How the connections of HTTP/3 behave below HTTP. Without HTTP/3 it says nothing. */
        Builder quic(QuicOptions options);

        /**
         * Blocking style: each request on a virtual thread of its own, but for those without content that came together on one HTTP/1.1 connection (pipelined): up to 16 of these are answered
         * one after the other by one thread. No answer waits for a handler behind it.
         */
        Builder handler(Handler handler);

        /** On the reactor's thread: must not block; the steady state allocates nothing. */
        Builder inlineHandler(Handler handler);

        /** Threads that move bytes; the number of processors by default. */
        Builder reactors(int count);

        /** How long a connection may be idle between requests; 60 s. */
        Builder idleTimeout(Duration timeout);

        /** How long a request's head may take from its first byte on (from accepting on for the first one); 10 s, then 408. */
        Builder headTimeout(Duration timeout);

        /** The least rate at which a request's content must arrive while the handler waits for it, in bytes a second, measured after {@code grace}; 240 and 10 s, then 408. */
        Builder minBodyRate(int bytesPerSecond, Duration grace);

        /** How long a peer may take no byte of what is to be written to it; 60 s, then the connection is closed. */
        Builder writeTimeout(Duration timeout);

        /** The grace time of {@link ShockwaveServer#close()}; 10 s. */
        Builder shutdownGrace(Duration grace);

        /** Bytes of a header section, names and values with 4 bytes a field for separators; 32,768, then 431. Trailers too. */
        Builder maxHeaderBytes(int bytes);

        /** Fields in a header section; 128, then 431. Trailers too. */
        Builder maxHeaderCount(int count);

        /** Bytes of a request line; 8,192, then 414. */
        Builder maxRequestLineBytes(int bytes);

        /** Bytes of a request's content; 1 GiB, then 413. */
        Builder maxBodyBytes(long bytes);

        /** Open connections; 65,536. At the limit nothing more is accepted until one closes. */
        Builder maxConnections(int count);

        /** Answers that wait to be written on one connection before its next pipelined request is read; 64. With 1, each request has a virtual thread of its own. */
        Builder maxPipelined(int count);

        /** Requests on one connection before it is closed in good order; unlimited (0) by default. */
        Builder maxRequestsPerConnection(int count);

        /** Bytes buffered per exchange and direction between the socket and a handler; 16,384. */
        Builder bufferBytes(int bytes);

        /** Bytes of memory that the {@link ServerRequest#arena()} of one exchange may hold; 1 MiB, then {@link io.shockwave.ArenaLimitException}. */
        Builder maxArenaBytes(int bytes);

        /** Whether the memory of arenas lies outside the heap; no by default. */
        Builder offHeapArenas(boolean on);

        /** The accept backlog; 1,024. */
        Builder backlog(int connections);

        /** Requires PROXY protocol v1 or v2 at the start of each connection from these proxies' addresses; connections from elsewhere are refused. Without addresses: from anywhere. */
        Builder proxyProtocol(java.net.InetAddress... trustedProxies);

        /**
         * Whether datagrams of tunnels go in frames of QUIC where the client allows it (RFC 9297 2.1); no by default, then {@link Tunnel#datagrams} sends and receives capsules.
         */
        Builder datagrams(boolean on);

        /**
         * Whether clients that come back may ask over HTTP/3 before the handshake is complete (0-RTT, RFC 8446 2.3); no by default, as whoever records such a request can send it once more. With it GET, HEAD and
         * OPTIONS without content reach the handler at once, {@link ServerRequest#isEarlyData} telling of it, and all other requests when the handshake is complete. The same first packets are taken
         * once at most, whichever thread they reach, but a client whose early data did not arrive repeats what it sent, so that a handler may see it twice.
         */
        Builder earlyData(boolean on);

        /**
         * Pushes in progress on one HTTP/3 connection, at most 128; 0 by default, which leaves server push off (RFC 9114 4.6). With it {@link ServerResponse#push} can promise responses to clients that accept them.
         */
        Builder maxPushes(int count);

        /** Field {@code Server} of every response; none by default. */
        Builder serverName(String name);

        /** Whether {@code Date} is sent; yes by default, as RFC 9110 6.6.1 asks of a server with a clock. */
        Builder sendDate(boolean on);

        /** Receives one line per exchange in the common log format. */
        Builder accessLog(AccessLog log);

        /** Is told of what handlers throw; by default it goes to {@link System.Logger} {@code io.shockwave}. */
        Builder onHandlerError(Consumer<Throwable> listener);

        /**
         * Binds, starts the reactors and returns.
         *
         * @throws IOException if an address cannot be bound, or qlog not be written where {@link #quic} says; the message names it
         * @throws IllegalStateException if there is no handler, or not exactly one tier on the class or module path
         */
        ShockwaveServer start() throws IOException;
    }
}
