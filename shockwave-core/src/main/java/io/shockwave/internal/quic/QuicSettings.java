package io.shockwave.internal.quic;

/**
 * What can be chosen for the connections of an endpoint. Fluent while it is built; must not change once an endpoint has it. The bounds on what a peer can make us keep are here or constants next to what they bound.
 */
public final class QuicSettings {
    private long idleTimeoutNs = 30_000_000_000L;
    private long keepAliveNs = 0;
    private long handshakeTimeoutNs = 10_000_000_000L;
    private int receiveDatagramBytes = 1472;
    private int maxSendDatagramBytes = 1452;
    private int connectionWindowBytes = 1 << 20;
    private int maxConnectionWindowBytes = 24 << 20;
    private int streamWindowBytes = 256 << 10;
    private int maxStreamWindowBytes = 16 << 20;
    private int sendBufferBytes = 64 << 10;
    private int maxSendBufferBytes = 4 << 20;
    private int maxBidirectionalStreams = 100;
    private int maxUnidirectionalStreams = 100;
    private long maxAckDelayNs = 25_000_000L;
    private int datagramFrameBytes = 0;
    private int datagramQueue = 64;
    private CongestionChoice congestion = CongestionChoice.CUBIC;
    private boolean isPaced = true;
    private boolean isEcnUsed = true;
    private int connectionIdBytes = 8;
    private boolean isMigrationAllowed = true;
    private boolean isSpinBitUsed = false;
    private boolean isPostQuantumOffered;
    private boolean isVersion2Preferred = false;
    private boolean isEarlyDataAccepted = false;
    private RetryPolicy retry = RetryPolicy.UNDER_LOAD;
    private int maxHalfOpen = 1024;
    private int maxConnections = 65_536;
    private QlogSink.Source qlog = (_, _) -> null;
    private QuicObserver observer = QuicObserver.NONE;
    private LoadBalancing loadBalancing; // null for ids that tell nothing

    /** Silence after which a connection is forgotten (RFC 9000 10.1); the smaller of both sides' counts. 0 for never. */
    public long idleTimeoutNs() {
        return idleTimeoutNs;
    }

    public QuicSettings idleTimeoutNs(long value) {
        idleTimeoutNs = value;
        return this;
    }

    /** A PING after this much silence keeps the connection; 0 for none. */
    public long keepAliveNs() {
        return keepAliveNs;
    }

    public QuicSettings keepAliveNs(long value) {
        keepAliveNs = value;
        return this;
    }

    /** A handshake that takes longer is given up. */
    public long handshakeTimeoutNs() {
        return handshakeTimeoutNs;
    }

    public QuicSettings handshakeTimeoutNs(long value) {
        handshakeTimeoutNs = value;
        return this;
    }

    /** The largest UDP payload that we take (max_udp_payload_size); at least 1,200. */
    public int receiveDatagramBytes() {
        return receiveDatagramBytes;
    }

    public QuicSettings receiveDatagramBytes(int value) {
        receiveDatagramBytes = value;
        return this;
    }

    /** Up to where path MTU discovery probes; 1,200 turns it off. */
    public int maxSendDatagramBytes() {
        return maxSendDatagramBytes;
    }

    public QuicSettings maxSendDatagramBytes(int value) {
        maxSendDatagramBytes = value;
        return this;
    }

    /** What the peer may send unread on all streams at first. */
    public int connectionWindowBytes() {
        return connectionWindowBytes;
    }

    public QuicSettings connectionWindowBytes(int value) {
        connectionWindowBytes = value;
        return this;
    }

    /** Up to where that window grows while the application keeps up. */
    public int maxConnectionWindowBytes() {
        return maxConnectionWindowBytes;
    }

    public QuicSettings maxConnectionWindowBytes(int value) {
        maxConnectionWindowBytes = value;
        return this;
    }

    /** What the peer may send unread on one stream at first. */
    public int streamWindowBytes() {
        return streamWindowBytes;
    }

    public QuicSettings streamWindowBytes(int value) {
        streamWindowBytes = value;
        return this;
    }

    /** Up to where a stream's window grows while the application keeps up. */
    public int maxStreamWindowBytes() {
        return maxStreamWindowBytes;
    }

    public QuicSettings maxStreamWindowBytes(int value) {
        maxStreamWindowBytes = value;
        return this;
    }

    /** What write takes on one stream before the congestion window asks for more. */
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    public QuicSettings sendBufferBytes(int value) {
        sendBufferBytes = value;
        return this;
    }

    /** What write takes on one stream at most. */
    public int maxSendBufferBytes() {
        return maxSendBufferBytes;
    }

    public QuicSettings maxSendBufferBytes(int value) {
        maxSendBufferBytes = value;
        return this;
    }

    /** How many streams of the peer may be open at once. */
    public int maxBidirectionalStreams() {
        return maxBidirectionalStreams;
    }

    public QuicSettings maxBidirectionalStreams(int value) {
        maxBidirectionalStreams = value;
        return this;
    }

    /** How many one-way streams of the peer may be open at once. */
    public int maxUnidirectionalStreams() {
        return maxUnidirectionalStreams;
    }

    public QuicSettings maxUnidirectionalStreams(int value) {
        maxUnidirectionalStreams = value;
        return this;
    }

    /** How long an acknowledgement may wait (RFC 9000 13.2.1); below 2^14 ms. */
    public long maxAckDelayNs() {
        return maxAckDelayNs;
    }

    public QuicSettings maxAckDelayNs(long value) {
        maxAckDelayNs = value;
        return this;
    }

    /** Whether a client's handshakes offer {@link io.shockwave.internal.tls13.NamedGroup#X25519MLKEM768}. */
    public boolean isPostQuantumOffered() {
        return isPostQuantumOffered;
    }

    public QuicSettings isPostQuantumOffered(boolean value) {
        isPostQuantumOffered = value;
        return this;
    }

    /** The largest DATAGRAM frame that we take (RFC 9221); 0 for none. */
    public int datagramFrameBytes() {
        return datagramFrameBytes;
    }

    public QuicSettings datagramFrameBytes(int value) {
        datagramFrameBytes = value;
        return this;
    }

    /** How many datagrams wait to be sent at most. */
    public int datagramQueue() {
        return datagramQueue;
    }

    public QuicSettings datagramQueue(int value) {
        datagramQueue = value;
        return this;
    }

    /** The congestion controller. */
    public CongestionChoice congestion() {
        return congestion;
    }

    public QuicSettings congestion(CongestionChoice value) {
        congestion = value;
        return this;
    }

    /** Whether sending is spread over the round trip. */
    public boolean isPaced() {
        return isPaced;
    }

    public QuicSettings isPaced(boolean value) {
        isPaced = value;
        return this;
    }

    /** Whether packets are marked as ECN-capable. */
    public boolean isEcnUsed() {
        return isEcnUsed;
    }

    public QuicSettings isEcnUsed(boolean value) {
        isEcnUsed = value;
        return this;
    }

    /** Length of the connection ids that we choose; 0 to 20, on a server at least 4. */
    public int connectionIdBytes() {
        return connectionIdBytes;
    }

    public QuicSettings connectionIdBytes(int value) {
        connectionIdBytes = value;
        return this;
    }

    /** Whether the peer may move to another address on purpose (disable_active_migration tells it). */
    public boolean isMigrationAllowed() {
        return isMigrationAllowed;
    }

    public QuicSettings isMigrationAllowed(boolean value) {
        isMigrationAllowed = value;
        return this;
    }

    /** Whether packets show the round trip to whoever sees them pass (RFC 9000 17.4). */
    public boolean isSpinBitUsed() {
        return isSpinBitUsed;
    }

    public QuicSettings isSpinBitUsed(boolean value) {
        isSpinBitUsed = value;
        return this;
    }

    /** Whether QUIC version 2 is preferred (RFC 9368, 9369). */
    public boolean isVersion2Preferred() {
        return isVersion2Preferred;
    }

    public QuicSettings isVersion2Preferred(boolean value) {
        isVersion2Preferred = value;
        return this;
    }

    /** Server: whether 0-RTT is taken. */
    public boolean isEarlyDataAccepted() {
        return isEarlyDataAccepted;
    }

    public QuicSettings isEarlyDataAccepted(boolean value) {
        isEarlyDataAccepted = value;
        return this;
    }

    /** Server: when a client must prove its address first. */
    public RetryPolicy retry() {
        return retry;
    }

    public QuicSettings retry(RetryPolicy value) {
        retry = value;
        return this;
    }

    /** Server: how many handshakes may be unfinished at once; what comes on top is dropped. */
    public int maxHalfOpen() {
        return maxHalfOpen;
    }

    public QuicSettings maxHalfOpen(int value) {
        maxHalfOpen = value;
        return this;
    }

    /** Server: how many connections there may be at once; more are refused with CONNECTION_REFUSED. */
    public int maxConnections() {
        return maxConnections;
    }

    public QuicSettings maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    /** Is told of what happens to connections; nobody at first. */
    public QuicObserver observer() {
        return observer;
    }

    public QuicSettings observer(QuicObserver value) {
        observer = value;
        return this;
    }

    /** How our ids tell a load balancer that they are ours; null, as at first, for not at all. */
    public LoadBalancing loadBalancing() {
        return loadBalancing;
    }

    /** The length of ids follows from it. */
    public QuicSettings loadBalancing(LoadBalancing value) {
        loadBalancing = value;
        connectionIdBytes = value.idBytes();
        return this;
    }

    /** Chooses the connections that are written down; none at first. */
    public QlogSink.Source qlog() {
        return qlog;
    }

    public QuicSettings qlog(QlogSink.Source value) {
        qlog = value;
        return this;
    }
}
