package io.shockwave;

import io.shockwave.internal.quic.LoadBalancing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How connections of HTTP/3 behave below HTTP, for a server or a client: congestion control, timeouts, limits, and records of what went on. What is not set has a default that holds in the open
 * internet. One object may serve several builders; it must not change once a builder has it.
 */
public final class QuicOptions {
    /** How much may be in flight. */
    public enum Congestion {
        /** RFC 9438, with HyStart++ (RFC 9406): what most servers use. */
        CUBIC,
        /** By measured bandwidth and round trip (draft-ietf-ccwg-bbr): for paths that lose packets without being full. */
        BBR,
        /** RFC 9002 7. */
        NEW_RENO
    }

    /** When a server has a client prove its address before anything is kept of it, at the cost of a round trip (RFC 9000 8.1.2). */
    public enum Retry {
        /** From half of the handshakes that may be unfinished at once on. */
        UNDER_LOAD,
        ALWAYS,
        NEVER
    }

    /**
     * How a server's connection ids tell a load balancer where they belong (QUIC-LB, draft-ietf-quic-load-balancers): the same numbers as in its configuration.
     *
     * @param configuration 0 to 6
     * @param serverId this server's id, at least one byte
     * @param nonceBytes bytes that differ from id to id, at least 4; with the server id at most 19
     * @param key 16 bytes; empty for ids in which every observer sees the server
     */
    public record LoadBalancer(int configuration, byte[] serverId, int nonceBytes, byte[] key) {
        /** @throws IllegalArgumentException naming the numbers, if they break a bound above */
        public LoadBalancer {
            serverId = serverId.clone();
            key = key.clone();
            new LoadBalancing(configuration, serverId, nonceBytes, key); // checks them
        }

        @Override
        public byte[] serverId() {
            return serverId.clone();
        }

        @Override
        public byte[] key() {
            return key.clone();
        }
    }

    /**
     * Where connections are written down as qlog, one file each, which tools such as qvis read. No secrets and no content are in them; who asked whom, when, and how much, is.
     *
     * @param directory is made if it is not there
     * @param oneIn one of so many connections is written down
     * @param maxFileBytes a file that would become larger ends with the last whole record before
     * @param maxFiles with so many {@code .sqlog} files in the directory, those of the start included, no further connection is written down
     */
    public record Qlog(Path directory, int oneIn, long maxFileBytes, int maxFiles) {
        public static final long DEFAULT_MAX_FILE_BYTES = 64L << 20;
        public static final int DEFAULT_MAX_FILES = 1_000;

        /** @throws IllegalArgumentException unless {@code oneIn} and {@code maxFiles} are at least 1 and {@code maxFileBytes} at least 4,096 */
        public Qlog {
            Objects.requireNonNull(directory, "directory");
            if (oneIn < 1 || maxFileBytes < 4_096 || maxFiles < 1) {
                throw new IllegalArgumentException("qlog of one in " + oneIn + " connections, in " + maxFiles + " files with at most " + maxFileBytes + " bytes: at least 1, 1 and 4096");
            }
        }

        /** With at most {@link #DEFAULT_MAX_FILES} files. */
        public Qlog(Path directory, int oneIn, long maxFileBytes) {
            this(directory, oneIn, maxFileBytes, DEFAULT_MAX_FILES);
        }
    }

    private static final Duration LONGEST = Duration.ofDays(365);

    private Congestion congestion = Congestion.CUBIC;
    private Duration idleTimeout; // null for the default of whoever reads it
    private Duration keepAlive; // null for none
    private int maxStreams = 128;
    private boolean spinBit;
    private boolean postQuantum;
    private Retry retry; // null for the default
    private final List<InetSocketAddress> preferred = new ArrayList<>();
    private LoadBalancer loadBalancer; // null for none
    private Qlog qlog; // null for none

    /** The defaults. */
    public QuicOptions() {
    }

    private static Duration positive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be 1 ms to 365 days: " + value);
        }
        return value;
    }

    public Congestion congestion() {
        return congestion;
    }

    /** The congestion controller; {@link Congestion#CUBIC}. */
    public QuicOptions congestion(Congestion value) {
        congestion = Objects.requireNonNull(value, "congestion");
        return this;
    }

    public Optional<Duration> idleTimeout() {
        return Optional.ofNullable(idleTimeout);
    }

    /**
     * Silence after which a connection is forgotten without a word (RFC 9000 10.1); the smaller of both sides' counts. By default a server takes five seconds more than its HTTP idle timeout, which
     * ends connections in good order, and a client 60 s.
     *
     * @throws IllegalArgumentException unless it is 1 ms to 365 days
     */
    public QuicOptions idleTimeout(Duration value) {
        idleTimeout = positive("the idle timeout of QUIC", value);
        return this;
    }

    public Optional<Duration> keepAlive() {
        return Optional.ofNullable(keepAlive);
    }

    /**
     * After this much silence a PING keeps the connection, and the memory of NATs on the way; none by default.
     *
     * @throws IllegalArgumentException unless it is 1 ms to 365 days
     */
    public QuicOptions keepAlive(Duration value) {
        keepAlive = positive("the keep-alive of QUIC", value);
        return this;
    }

    public boolean spinBit() {
        return spinBit;
    }

    /**
     * Whether packets bear the latency spin bit (RFC 9000 17.4), by which operators of networks on the way can measure round trips; no by default. It takes both sides. One path in sixteen does not show it
     * all the same; who does not, sends noise.
     */
    public QuicOptions spinBit(boolean on) {
        spinBit = on;
        return this;
    }

    public boolean postQuantum() {
        return postQuantum;
    }

    /**
     * Clients: whether X25519MLKEM768 is offered first, which keeps what is sent today from who can break X25519 some day; no by default, as its share makes the first flight two datagrams. It goes beside
     * one of X25519, so that a server without it costs no round trip. Servers take it from whoever offers it, and have no use for this.
     */
    public QuicOptions postQuantum(boolean on) {
        postQuantum = on;
        return this;
    }

    public int maxStreams() {
        return maxStreams;
    }

    /**
     * Servers: requests that a client may have in progress on one connection; 128, as it may always have 100 (RFC 9114 6.1) though it is told of new streams only now and then. A client has no
     * use for it.
     *
     * @throws IllegalArgumentException unless it is 1 to 65,536
     */
    public QuicOptions maxStreams(int count) {
        if (count < 1 || count > 65_536) {
            throw new IllegalArgumentException("the number of streams must be 1 to 65536: " + count);
        }
        maxStreams = count;
        return this;
    }

    public Optional<Retry> retry() {
        return Optional.ofNullable(retry);
    }

    /** Servers: when clients get a Retry; {@link Retry#UNDER_LOAD}, unless the system property {@code io.shockwave.quic.retry} names another. A client has no use for it. */
    public QuicOptions retry(Retry value) {
        retry = Objects.requireNonNull(value, "retry");
        return this;
    }

    public List<InetSocketAddress> preferredAddresses() {
        return List.copyOf(preferred);
    }

    /**
     * Servers: where clients should rather have their connections than where they were made, such as the address of this one machine where that of the handshake is shared by many (RFC 9000 9.6);
     * nowhere else by default. The server listens there besides. Clients try it once the handshake is complete, and stay where they are if they cannot reach it. A client has no use for it.
     *
     * @param address of this machine, as clients see it; port 0 for one of the system's choice. One of each IP version, by a call for each
     * @throws IllegalArgumentException if it stands for all addresses, is not resolved, or is the second of its IP version
     */
    public QuicOptions preferredAddress(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null || ip.isAnyLocalAddress()) {
            throw new IllegalArgumentException("a preferred address is one that clients can send to: " + address);
        }
        for (InetSocketAddress other : preferred) {
            if (other.getAddress().getClass() == ip.getClass()) {
                throw new IllegalArgumentException("one preferred address of each IP version: there is " + other + ", and now " + address);
            }
        }
        preferred.add(address);
        return this;
    }

    public Optional<LoadBalancer> loadBalancer() {
        return Optional.ofNullable(loadBalancer);
    }

    /** Servers: the load balancer in front; none by default. A client has no use for it. */
    public QuicOptions loadBalancer(LoadBalancer value) {
        loadBalancer = Objects.requireNonNull(value, "loadBalancer");
        return this;
    }

    public Optional<Qlog> qlog() {
        return Optional.ofNullable(qlog);
    }

    /** Writes connections down; none by default, and then it costs nothing. */
    public QuicOptions qlog(Qlog value) {
        qlog = Objects.requireNonNull(value, "qlog");
        return this;
    }

    /** Writes every connection down, at most {@link Qlog#DEFAULT_MAX_FILE_BYTES} each and {@link Qlog#DEFAULT_MAX_FILES} files. */
    public QuicOptions qlog(Path directory) {
        return qlog(new Qlog(directory, 1, Qlog.DEFAULT_MAX_FILE_BYTES));
    }
}
