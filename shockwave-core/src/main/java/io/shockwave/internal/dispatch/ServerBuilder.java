package io.shockwave.internal.dispatch;

import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.Tier;
import io.shockwave.Tls;
import io.shockwave.internal.header.Tokens;
import io.shockwave.internal.http1.Http1Encoder;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.http1.Http1Settings;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.tls.TlsConfig;
import io.shockwave.server.AccessLog;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Collects the settings of a server and checks each where it is given. Not thread-safe. */
final class ServerBuilder implements ShockwaveServer.Builder {
    private static final int MAX_TOTAL_BYTES = 1 << 24;

    /** What a client's encoder may fill and wait for; what browsers announce is of this order. */
    private static final int HTTP3_TABLE_BYTES = 4_096;
    private static final int HTTP3_BLOCKED_STREAMS = 16;
    /** A browser cancels a few dozen at once when its user leaves; a rapid reset sends thousands. */
    private static final int HTTP3_RESETS_PER_SECOND = 100;
    private static final int HTTP3_HELD_BYTES = 1 << 18;
    private static final int HTTP3_INTERIM = 16;
    /** Pushes that a connection may have in progress at most: as many as it has requests by default. */
    private static final int MAX_PUSHES = 128;
    /** HTTP/3's own idle timeout ends a connection in good order (GOAWAY, H3_NO_ERROR); QUIC's silent one is behind it. */
    private static final long QUIC_IDLE_MARGIN_NS = 5_000_000_000L;

    private final List<SocketAddress> listens = new ArrayList<>();
    private TlsConfig tls;
    private Handler handler;
    private boolean inline;
    private boolean overTcp = true;
    private boolean overUdp;
    private boolean datagrams;
    private QuicOptions quic = new QuicOptions();
    private int reactors = Runtime.getRuntime().availableProcessors();
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration headTimeout = Duration.ofSeconds(10);
    private int minBodyRate = 240;
    private Duration bodyGrace = Duration.ofSeconds(10);
    private Duration writeTimeout = Duration.ofSeconds(60);
    private Duration shutdownGrace = Duration.ofSeconds(10);
    private int maxHeaderBytes = Http1Limits.SERVER.headerBytes();
    private int maxHeaderCount = Http1Limits.SERVER.headerCount();
    private int maxRequestLineBytes = Http1Limits.SERVER.lineBytes();
    private long maxBodyBytes = Http1Limits.SERVER.bodyBytes();
    private int maxConnections = 65_536;
    private int maxPipelined = 64;
    private int maxRequestsPerConnection;
    private int bufferBytes = 16_384;
    private int backlog = 1_024;
    private boolean proxyProtocol;
    private Set<InetAddress> trustedProxies = Set.of();
    private byte[] serverName = Http1Encoder.ABSENT;
    private boolean sendDate = true;
    private boolean earlyData;
    private int maxPushes;
    private int maxArenaBytes = 1 << 20;
    private boolean offHeapArenas;
    private AccessLog accessLog;
    private Consumer<Throwable> onHandlerError = cause -> Log.LOG.log(Level.ERROR, "a handler failed", cause);

    private static int between(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " must be " + min + " to " + max + ": " + value);
        }
        return value;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(what + " must be positive and at most 365 days: " + value);
        }
        return value;
    }

    @Override
    public ShockwaveServer.Builder listen(int port) {
        return listen(new InetSocketAddress(between("a port", port, 0, 65_535)));
    }

    @Override
    public ShockwaveServer.Builder listen(SocketAddress address) {
        listens.add(Objects.requireNonNull(address, "address"));
        return this;
    }

    @Override
    public ShockwaveServer.Builder tls(Tls value) {
        tls = TlsConfig.of(value);
        if (!tls.hasCertificate()) {
            throw new IllegalArgumentException("a TLS server needs a certificate: Tls.pem, Tls.pkcs12 or Tls.selfSigned");
        }
        return this;
    }

    @Override
    public ShockwaveServer.Builder protocols(HttpVersion... versions) {
        for (HttpVersion version : versions) {
            if (version == HttpVersion.HTTP_2) {
                throw new IllegalArgumentException(version + " is not part of this release; " + HttpVersion.HTTP_1_1 + " and " + HttpVersion.HTTP_3 + " are");
            }
        }
        if (versions.length == 0) {
            throw new IllegalArgumentException("at least one version");
        }
        List<HttpVersion> offered = List.of(versions);
        overUdp = offered.contains(HttpVersion.HTTP_3);
        overTcp = offered.contains(HttpVersion.HTTP_1_1) || offered.contains(HttpVersion.HTTP_1_0);
        return this;
    }

    @Override
    public ShockwaveServer.Builder datagrams(boolean on) {
        datagrams = on;
        return this;
    }

    @Override
    public ShockwaveServer.Builder quic(QuicOptions options) {
        quic = Objects.requireNonNull(options, "options");
        return this;
    }

    @Override
    public ShockwaveServer.Builder handler(Handler value) {
        return handler(value, false);
    }

    @Override
    public ShockwaveServer.Builder inlineHandler(Handler value) {
        return handler(value, true);
    }

    private ShockwaveServer.Builder handler(Handler value, boolean onReactor) {
        if (handler != null) {
            throw new IllegalStateException("there is a handler already: a server has one");
        }
        handler = Objects.requireNonNull(value, "handler");
        inline = onReactor;
        return this;
    }

    @Override
    public ShockwaveServer.Builder reactors(int count) {
        reactors = between("the number of reactors", count, 1, 1_024);
        return this;
    }

    @Override
    public ShockwaveServer.Builder idleTimeout(Duration timeout) {
        idleTimeout = positive("the idle timeout", timeout);
        return this;
    }

    @Override
    public ShockwaveServer.Builder headTimeout(Duration timeout) {
        headTimeout = positive("the head timeout", timeout);
        return this;
    }

    @Override
    public ShockwaveServer.Builder minBodyRate(int bytesPerSecond, Duration grace) {
        minBodyRate = between("the least body rate", bytesPerSecond, 0, Integer.MAX_VALUE);
        bodyGrace = positive("the grace of the body rate", grace);
        return this;
    }

    @Override
    public ShockwaveServer.Builder writeTimeout(Duration timeout) {
        writeTimeout = positive("the write timeout", timeout);
        return this;
    }

    @Override
    public ShockwaveServer.Builder shutdownGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("the shutdown grace must not be negative: " + grace);
        }
        shutdownGrace = grace;
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxHeaderBytes(int bytes) {
        maxHeaderBytes = between("the header limit", bytes, 256, MAX_TOTAL_BYTES);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxHeaderCount(int count) {
        maxHeaderCount = between("the number of header fields", count, 1, 65_536);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxRequestLineBytes(int bytes) {
        maxRequestLineBytes = between("the request line limit", bytes, 64, MAX_TOTAL_BYTES);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxBodyBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("the body limit must not be negative: " + bytes);
        }
        maxBodyBytes = bytes;
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxConnections(int count) {
        maxConnections = between("the number of connections", count, 1, Integer.MAX_VALUE);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxPipelined(int count) {
        maxPipelined = between("the pipelining depth", count, 1, 65_536);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxRequestsPerConnection(int count) {
        maxRequestsPerConnection = between("the number of requests on a connection", count, 0, Integer.MAX_VALUE);
        return this;
    }

    @Override
    public ShockwaveServer.Builder bufferBytes(int bytes) {
        bufferBytes = between("the buffer size", bytes, 1_024, 1 << 24);
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxArenaBytes(int bytes) {
        maxArenaBytes = between("the arena limit", bytes, 1_024, 1 << 30);
        return this;
    }

    @Override
    public ShockwaveServer.Builder offHeapArenas(boolean on) {
        offHeapArenas = on;
        return this;
    }

    @Override
    public ShockwaveServer.Builder backlog(int connections) {
        backlog = between("the backlog", connections, 1, 65_535);
        return this;
    }

    @Override
    public ShockwaveServer.Builder proxyProtocol(InetAddress... proxies) {
        proxyProtocol = true;
        trustedProxies = Set.of(proxies);
        return this;
    }

    @Override
    public ShockwaveServer.Builder serverName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) > 0x7E || !Tokens.isValueChar(name.charAt(i))) {
                throw new IllegalArgumentException("a character at " + i + " cannot stand in Server (RFC 9110 10.2.4): \"" + Tokens.printable(name) + '"');
            }
        }
        serverName = name.isBlank() ? Http1Encoder.ABSENT : name.strip().getBytes(StandardCharsets.US_ASCII);
        return this;
    }

    @Override
    public ShockwaveServer.Builder sendDate(boolean on) {
        sendDate = on;
        return this;
    }

    @Override
    public ShockwaveServer.Builder earlyData(boolean on) {
        earlyData = on;
        return this;
    }

    @Override
    public ShockwaveServer.Builder maxPushes(int count) {
        maxPushes = between("the number of pushes", count, 0, MAX_PUSHES);
        return this;
    }

    @Override
    public ShockwaveServer.Builder accessLog(AccessLog log) {
        accessLog = Objects.requireNonNull(log, "log");
        return this;
    }

    @Override
    public ShockwaveServer.Builder onHandlerError(Consumer<Throwable> listener) {
        onHandlerError = Objects.requireNonNull(listener, "listener");
        return this;
    }

    @Override
    public ShockwaveServer start() throws IOException {
        Tier.current();
        if (handler == null) {
            throw new IllegalStateException("there is no handler: set handler(…) or inlineHandler(…)");
        }
        if (listens.isEmpty()) {
            throw new IllegalStateException("there is nothing to listen on: call listen(…)");
        }
        if (overUdp) {
            checkUdp();
        }
        Http1Limits limits = new Http1Limits(maxRequestLineBytes, maxHeaderBytes, maxHeaderCount, maxBodyBytes, Http1Limits.SERVER.chunkExtensionBytes());
        Http1Settings http1 = new Http1Settings(
                limits, headTimeout.toNanos(), idleTimeout.toNanos(), minBodyRate, bodyGrace.toNanos(), maxRequestsPerConnection, sendDate, serverName);
        Http3Settings http3 = !overUdp ? null : new Http3Settings(limits, HTTP3_TABLE_BYTES, HTTP3_BLOCKED_STREAMS, quic.maxStreams(), HTTP3_RESETS_PER_SECOND, HTTP3_HELD_BYTES, true, datagrams, maxPushes, HTTP3_INTERIM,
                headTimeout.toNanos(), idleTimeout.toNanos(), minBodyRate, bodyGrace.toNanos(), sendDate, serverName);
        ServerSettings settings = new ServerSettings(
                http1, http3, overUdp ? quicSettings() : null, overUdp ? quic.preferredAddresses() : List.of(), tls, handler, inline, bufferBytes, maxPipelined, writeTimeout.toNanos(), accessLog, onHandlerError, proxyProtocol, trustedProxies,
                maxArenaBytes, offHeapArenas ? ChunkStore.Backing.NATIVE : ChunkStore.Backing.HEAP);
        return ServerDriver.start(settings, overTcp, reactors, listens, backlog, maxConnections, shutdownGrace);
    }

    private QuicSettings quicSettings() throws IOException {
        return QuicTuning.server(quic, idleTimeout.toNanos() + QUIC_IDLE_MARGIN_NS, maxConnections).isEarlyDataAccepted(earlyData).datagramFrameBytes(datagrams ? QuicTuning.DATAGRAM_FRAME_BYTES : 0);
    }

    private void checkUdp() {
        if (tls == null) {
            throw new IllegalStateException("HTTP/3 is always encrypted (RFC 9114 3.2): set tls(…)");
        }
        if (!overTcp) {
            for (SocketAddress listen : listens) {
                if (!(listen instanceof InetSocketAddress)) {
                    throw new IllegalStateException("HTTP/3 is spoken over UDP, not on " + listen);
                }
            }
        }
    }
}
