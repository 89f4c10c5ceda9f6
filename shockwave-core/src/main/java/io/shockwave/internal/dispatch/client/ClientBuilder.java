package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.Tier;
import io.shockwave.Tls;
import io.shockwave.client.PushListener;
import io.shockwave.client.Resolver;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.client.ShockwaveClient.Builder;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.dispatch.QuicTuning;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.pool.PoolLimits;
import io.shockwave.internal.pool.UrlCache;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Collects and checks the settings of a client. Used by one thread. */
public final class ClientBuilder implements Builder {
    /** How long {@code close} waits for exchanges that have no limit of their own. */
    static final long MAX_DRAIN_NS = TimeUnit.MINUTES.toNanos(5);
    /** Callers in line for connections: far above what finds a connection in time, and a bound all the same. */
    private boolean http1 = true;
    private boolean http3 = true;
    private boolean http3First;
    private boolean datagrams;
    private boolean earlyData;
    private static final int MAX_WAITING = 100_000;
    /** RFC 1929 2: the length of each is one byte. */
    private static final int MAX_SOCKS_CREDENTIAL_BYTES = 255;
    private static final int MAX_LINE_BYTES = 8_192;
    /** How long a connection of HTTP/3 without requests is kept at most; servers end it sooner. */
    private static final long QUIC_IDLE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long QUIC_HANDSHAKE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_CHUNK_EXTENSION_BYTES = 4_096;
    /** Each waits with up to 64 KiB of content. */
    private static final int MAX_PUSHES = 128;

    private TlsConfig tls = TlsConfig.SYSTEM;
    private long resolveNs = TimeUnit.SECONDS.toNanos(10);
    private long connectNs = TimeUnit.SECONDS.toNanos(10);
    private long tlsNs = TimeUnit.SECONDS.toNanos(10);
    private long poolNs = TimeUnit.SECONDS.toNanos(30);
    private long firstByteNs = TimeUnit.SECONDS.toNanos(60);
    private long betweenBytesNs = TimeUnit.SECONDS.toNanos(60);
    private long totalNs = TimeLimit.NONE;
    private long idleNs = TimeUnit.SECONDS.toNanos(60);
    private int maxPerOrigin = 8;
    private int maxConnections = 256;
    private Redirects redirects = Redirects.NEVER;
    private int maxRedirects = 10;
    private int decompressRatio;
    private long decompressBytes;
    private int maxHeaderBytes = Http1Limits.CLIENT.headerBytes();
    private int maxHeaderCount = Http1Limits.CLIENT.headerCount();
    private int maxInterim = 16;
    private InetSocketAddress proxy;
    private boolean proxyIsSocks;
    private String proxyUser = "";
    private String proxyPassword = "";
    private UnixDomainSocketAddress unixSocket;
    private Resolver resolver = InetAddress::getAllByName;
    private String userAgent = "shockwave/0.1";
    private int urlCacheEntries = UrlCache.DEFAULT_CAPACITY;
    private int maxArenaBytes = 1 << 20;
    private boolean offHeapArenas;
    private int maxPushes;
    private PushListener pushes;
    private QuicOptions quic = new QuicOptions();

    /** @throws IllegalArgumentException unless it is positive; what exceeds 292 years counts as no limit */
    static long nanos(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", not positive");
        }
        try {
            long ns = duration.toNanos();
            // So that it can be added to a clock that has run for a while.
            return ns > Long.MAX_VALUE / 2 ? TimeLimit.NONE : ns;
        } catch (ArithmeticException tooLong) {
            return TimeLimit.NONE;
        }
    }

    private static int atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", less than " + least);
        }
        return value;
    }

    @Override
    public Builder tls(Tls config) {
        tls = TlsConfig.of(config);
        return this;
    }

    @Override
    public Builder prefer(HttpVersion version) {
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_3) {
            throw new IllegalArgumentException(version + " is not spoken by this client; HTTP/1.1 and HTTP/3 are");
        }
        http3First = version == HttpVersion.HTTP_3;
        http3 |= http3First;
        return this;
    }

    @Override
    public Builder protocols(HttpVersion... versions) {
        List<HttpVersion> spoken = List.of(versions);
        if (spoken.isEmpty() || spoken.contains(HttpVersion.HTTP_2)) {
            throw new IllegalArgumentException(spoken.isEmpty() ? "at least one version" : HttpVersion.HTTP_2 + " is not spoken by this client; HTTP/1.1 and HTTP/3 are");
        }
        http1 = spoken.contains(HttpVersion.HTTP_1_1) || spoken.contains(HttpVersion.HTTP_1_0);
        http3 = spoken.contains(HttpVersion.HTTP_3);
        http3First &= http3;
        return this;
    }

    @Override
    public Builder earlyData(boolean on) {
        earlyData = on;
        return this;
    }

    @Override
    public Builder connectTimeout(Duration timeout) {
        connectNs = nanos(timeout, "connectTimeout");
        return this;
    }

    @Override
    public Builder resolveTimeout(Duration timeout) {
        resolveNs = nanos(timeout, "resolveTimeout");
        return this;
    }

    @Override
    public Builder tlsTimeout(Duration timeout) {
        tlsNs = nanos(timeout, "tlsTimeout");
        return this;
    }

    @Override
    public Builder poolTimeout(Duration timeout) {
        poolNs = nanos(timeout, "poolTimeout");
        return this;
    }

    @Override
    public Builder firstByteTimeout(Duration timeout) {
        firstByteNs = nanos(timeout, "firstByteTimeout");
        return this;
    }

    @Override
    public Builder betweenBytesTimeout(Duration timeout) {
        betweenBytesNs = nanos(timeout, "betweenBytesTimeout");
        return this;
    }

    @Override
    public Builder totalTimeout(Duration timeout) {
        totalNs = nanos(timeout, "totalTimeout");
        return this;
    }

    @Override
    public Builder maxConnectionsPerOrigin(int count) {
        maxPerOrigin = atLeast(1, count, "maxConnectionsPerOrigin");
        return this;
    }

    @Override
    public Builder maxConnections(int count) {
        maxConnections = atLeast(1, count, "maxConnections");
        return this;
    }

    @Override
    public Builder idleTimeout(Duration timeout) {
        idleNs = nanos(timeout, "idleTimeout");
        return this;
    }

    @Override
    public Builder redirects(Redirects policy) {
        redirects = Objects.requireNonNull(policy, "policy");
        return this;
    }

    @Override
    public Builder maxRedirects(int count) {
        maxRedirects = atLeast(0, count, "maxRedirects");
        return this;
    }

    @Override
    public Builder decompress(int maxRatio, long maxBytes) {
        decompressRatio = atLeast(1, maxRatio, "maxRatio");
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", less than 1");
        }
        decompressBytes = maxBytes;
        return this;
    }

    @Override
    public Builder maxHeaderBytes(int bytes) {
        maxHeaderBytes = atLeast(256, bytes, "maxHeaderBytes");
        return this;
    }

    @Override
    public Builder maxHeaderCount(int count) {
        maxHeaderCount = atLeast(8, count, "maxHeaderCount");
        return this;
    }

    @Override
    public Builder maxInterimResponses(int count) {
        maxInterim = atLeast(1, count, "maxInterimResponses");
        return this;
    }

    @Override
    public Builder onPush(int most, PushListener listener) {
        if (most > MAX_PUSHES) {
            throw new IllegalArgumentException("the number of pushes must be at most " + MAX_PUSHES + ": " + most);
        }
        maxPushes = atLeast(1, most, "the number of pushes");
        pushes = Objects.requireNonNull(listener, "listener");
        return this;
    }

    @Override
    public Builder httpProxy(InetSocketAddress address) {
        return proxy(address, false, "", "");
    }

    @Override
    public Builder httpProxy(InetSocketAddress address, String user, String password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name with a colon cannot be sent (RFC 7617 2)");
        }
        return proxy(address, false, checkedUser(user), password);
    }

    @Override
    public Builder socksProxy(InetSocketAddress address) {
        return proxy(address, true, "", "");
    }

    @Override
    public Builder socksProxy(InetSocketAddress address, String user, String password) {
        for (String part : new String[] {user, password}) {
            if (part.getBytes(StandardCharsets.UTF_8).length > MAX_SOCKS_CREDENTIAL_BYTES) {
                throw new IllegalArgumentException("a user or password of more than " + MAX_SOCKS_CREDENTIAL_BYTES + " bytes cannot be sent (RFC 1929 2)");
            }
        }
        return proxy(address, true, checkedUser(user), password);
    }

    private static String checkedUser(String user) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("the proxy's user is empty");
        }
        return user;
    }

    private Builder proxy(InetSocketAddress address, boolean socks, String user, String password) {
        proxy = Objects.requireNonNull(address, "proxy");
        proxyIsSocks = socks;
        proxyUser = user;
        proxyPassword = Objects.requireNonNull(password, "password");
        return this;
    }

    @Override
    public Builder unixSocket(UnixDomainSocketAddress address) {
        unixSocket = Objects.requireNonNull(address, "address");
        return this;
    }

    @Override
    public Builder resolver(Resolver custom) {
        resolver = Objects.requireNonNull(custom, "resolver");
        return this;
    }

    @Override
    public Builder userAgent(String value) {
        // Says what is wrong with it, if anything is.
        new HeaderBlock(new Slab(0), new Lifetime()).add(HeaderName.USER_AGENT, value);
        userAgent = value;
        return this;
    }

    @Override
    public Builder urlCacheEntries(int count) {
        urlCacheEntries = atLeast(1, count, "urlCacheEntries");
        return this;
    }

    @Override
    public Builder maxArenaBytes(int bytes) {
        if (bytes > 1 << 30) {
            throw new IllegalArgumentException("maxArenaBytes must be at most " + (1 << 30) + ": " + bytes);
        }
        maxArenaBytes = atLeast(1_024, bytes, "maxArenaBytes");
        return this;
    }

    @Override
    public Builder offHeapArenas(boolean on) {
        offHeapArenas = on;
        return this;
    }

    @Override
    public Builder datagrams(boolean on) {
        datagrams = on;
        return this;
    }

    @Override
    public Builder quic(QuicOptions options) {
        quic = Objects.requireNonNull(options, "options");
        return this;
    }

    private QuicSettings quicSettings() {
        // With HTTP/1.1 beside it an attempt that goes on longer would only keep the next requests waiting.
        long handshakeNs = http1 ? QUIC_HANDSHAKE_NS : Math.max(QUIC_HANDSHAKE_NS, Math.min(connectNs, Long.MAX_VALUE / 2));
        try {
            return QuicTuning.settings(quic, QUIC_IDLE_NS).handshakeTimeoutNs(handshakeNs).maxBidirectionalStreams(0).maxUnidirectionalStreams(16 + maxPushes).datagramFrameBytes(datagrams ? QuicTuning.DATAGRAM_FRAME_BYTES : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public ShockwaveClient build() {
        Tier.current(); // says so if there is none, or more than one
        Http1Limits limits = new Http1Limits(MAX_LINE_BYTES, maxHeaderBytes, maxHeaderCount, Long.MAX_VALUE, MAX_CHUNK_EXTENSION_BYTES);
        ClientSettings settings = new ClientSettings(http1, http3, http3First, earlyData, datagrams, resolveNs, connectNs, tlsNs, poolNs, firstByteNs, betweenBytesNs, totalNs, redirects, maxRedirects, decompressRatio, decompressBytes,
                limits, maxInterim, proxy, proxyIsSocks, proxyUser, proxyPassword, unixSocket, resolver, userAgent,
                maxArenaBytes, offHeapArenas ? ChunkStore.Backing.NATIVE : ChunkStore.Backing.HEAP, maxPushes, pushes, quicSettings());
        return new PooledClient(settings, new PoolLimits(maxPerOrigin, maxConnections, MAX_WAITING, idleNs, Long.MAX_VALUE), tls, urlCacheEntries);
    }
}
