package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.PoolStats;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.dispatch.QuicTuning;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.pool.AltSvcCache;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.ConnectReason;
import io.shockwave.internal.pool.ConnectionPool;
import io.shockwave.internal.pool.Departures;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.pool.PoolLimits;
import io.shockwave.internal.pool.PoolSnapshot;
import io.shockwave.internal.pool.UrlCache;
import io.shockwave.internal.pool.UrlEntry;
import io.shockwave.internal.tls.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The client: what all its requests share. Thread-safe. */
final class PooledClient implements ShockwaveClient {
    static final byte[] CODINGS = "gzip, deflate".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TEXT = "text/plain; charset=utf-8".getBytes(StandardCharsets.US_ASCII);
    static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);
    /** Header pages beyond the tier's size that wait for the next burst. */
    private static final long SLAB_BYTES = 256 * 1024;

    /** Unused memory for arenas. */
    private static final long MAX_FREE_ARENA_BYTES = 1L << 20;

    final ClientSettings settings;
    final Watchdog watchdog = new Watchdog();
    final BufferStore buffers = new BufferStore();
    final Slab slab = new Slab(SLAB_BYTES);
    /** Requests are not closed, so what their fields outgrow into is left to the collector. */
    final Slab requestSlab = new Slab(0);
    final ChunkStore chunks;
    final ExchangeStore exchanges = new ExchangeStore(this);
    final ConnectionPool<ClientConnection> pool;
    final Dialer dialer;
    final byte[] userAgent;
    final byte[] proxyAuthorization;
    final AltSvcCache alternatives = new AltSvcCache(AltSvcCache.DEFAULT_ORIGINS);
    private final Departures departures = new Departures(Departures.DEFAULT_HOSTS);
    private final ReentrantLock http3Lock = new ReentrantLock();
    private volatile Http3Client http3;
    private boolean http3Failed;
    private final Convoys convoys = new Convoys();
    private final UrlCache urls;
    private final TlsConfig tls;
    private final String proxyKey;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong spills = new AtomicLong();

    PooledClient(ClientSettings settings, PoolLimits limits, TlsConfig tls, int urlCacheEntries) {
        this.settings = settings;
        this.tls = tls;
        this.chunks = new ChunkStore(settings.arenaBacking(), MAX_FREE_ARENA_BYTES);
        this.pool = new ConnectionPool<>(limits);
        this.urls = new UrlCache(urlCacheEntries);
        this.dialer = new Dialer(settings, tls, watchdog, buffers, slab, this::departs);
        this.userAgent = settings.userAgent().getBytes(StandardCharsets.ISO_8859_1);
        this.proxyKey = settings.proxyKey();
        this.proxyAuthorization = settings.hasProxyCredentials() ? ProxyHandshake.basic(settings).getBytes(StandardCharsets.US_ASCII) : new byte[0];
    }

    @Override
    public ClientRequest request(Method method, String url) {
        return new PooledRequest(this, Objects.requireNonNull(method, "method"), parse(url));
    }

    UrlEntry parse(CharSequence url) {
        return urls.get(url);
    }

    PoolKey key(Origin origin) {
        return new PoolKey(origin, proxyKey, tls);
    }

    // ---- HTTP/3

    /** What speaks HTTP/3, made with the first request that can use it; null if this system has no datagram sockets for it. */
    Http3Client http3() {
        Http3Client made = http3;
        if (made == null) {
            http3Lock.lock();
            try {
                made = http3;
                if (made == null && !http3Failed && !closing.get()) {
                    made = new Http3Client(tls, this);
                    http3 = made;
                }
            } catch (IOException e) {
                http3Failed = true;
                Log.LOG.log(Level.WARNING, "HTTP/3 is not used, as there is no datagram socket", e);
            } finally {
                http3Lock.unlock();
            }
        }
        return made;
    }

    Passage board(SocketChannel channel) throws IOException {
        return convoys.board(channel);
    }

    /** Reads what a response over TLS, or over HTTP/3, says of alternatives. */
    void learn(Origin origin, HeaderBlock received) {
        if (settings.http3() && settings.proxy() == null && settings.unixSocket() == null && received.indexOf(HeaderName.ALT_SVC, 0) >= 0) {
            int index = received.indexOf(HeaderName.AGE, 0);
            long ageS = index < 0 ? 0 : Math.max(0, HeaderBlock.parseLong(received.bytes(), received.valueOff(index), received.valueLen(index), 0));
            alternatives.learn(origin, received, ageS, System.currentTimeMillis());
        }
    }

    void checkOpen() throws HttpException {
        if (closing.get()) {
            throw Failures.clientClosed(null);
        }
    }

    void countSpills(long count) {
        if (count > 0) {
            spills.addAndGet(count);
        }
    }

    @Override
    public PoolStats poolStats() {
        PoolSnapshot now = pool.snapshot();
        Map<String, Long> connects = new HashMap<>();
        for (ConnectReason reason : ConnectReason.values()) {
            connects.put(name(reason), now.connects(reason));
        }
        Map<String, Long> closes = new HashMap<>();
        for (CloseReason reason : CloseReason.values()) {
            closes.put(name(reason), now.closes(reason));
        }
        Http3Client shared = http3;
        return new PoolStats(now.leased(), now.idle(), now.dialling(), now.waiting(), now.waits(), connects, closes, spills.get(), urls.hits(), urls.misses(),
                QuicTuning.stats(shared == null ? List.of() : List.of(shared.counters())));
    }

    private static String name(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void networkChanged() {
        departures.clear();
        alternatives.networkChanged();
        pool.closeIdle(CloseReason.NETWORK_CHANGED);
        Http3Client shared = http3;
        if (shared != null) {
            shared.networkChanged();
        }
    }

    /** A connection leaves for a host: where the last one to it left from elsewhere, what was learnt may hold for that network only. */
    void departs(InetAddress host, InetAddress from) {
        if (departures.isChange(host, from)) {
            Log.LOG.log(Level.DEBUG, "{0} is reached from {1} now: what is known of alternatives is forgotten", host, from);
            alternatives.networkChanged();
        }
    }

    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        pool.close();
        try {
            // Exchanges end within limits of their own; what an application holds open without reading it has none, and gets this long.
            if (!pool.awaitDrained(drainNs())) {
                pool.closeLeased();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pool.closeLeased();
        }
        http3Lock.lock(); // one that is being made is there then, and none is made after it
        Http3Client shared = http3;
        http3Lock.unlock();
        if (shared != null) {
            shared.close();
        }
        convoys.close();
        dialer.close();
        watchdog.close();
    }

    private long drainNs() {
        long limitNs = Math.max(Math.max(settings.firstByteNs(), settings.betweenBytesNs()), settings.totalNs());
        return limitNs == TimeLimit.NONE ? Math.min(Math.max(settings.firstByteNs(), settings.betweenBytesNs()), ClientBuilder.MAX_DRAIN_NS) : limitNs;
    }
}
