package io.shockwave.internal.quic;

/**
 * Where what {@code transmit} wrote is to go. Filled by each call, owned by the caller. The bytes written are datagrams of {@link #segmentBytes} each, one behind the other; only the
 * last may be shorter: what UDP segmentation offload takes in one call, and what others send in a loop.
 */
public final class Outgoing {
    /** RFC 3168: not ECN-capable. */
    public static final int NOT_ECT = 0;
    public static final int ECT_1 = 1;
    public static final int ECT_0 = 2;
    /** Congestion experienced; only ever received. */
    public static final int CE = 3;

    /** The receiver; overwritten by each transmit. */
    public final PeerAddress to = new PeerAddress();
    /** Bytes of each datagram but the last. */
    public int segmentBytes;
    /** The two ECN bits for all of them. */
    public int ecn;
    /** What the endpoint wants back with no other meaning to the caller: the local address that a datagram came in at, by the caller's numbering; 0 where there is one. */
    public int local;
}
