package io.shockwave.internal.quic;

/**
 * The streams of a connection, and what becomes of it when it is silent: after a while all that only work needs goes to other connections of the endpoint, the streams are a few numbers each, and
 * the first that asks for them brings them back. Owned by a {@link QuicConnection}.
 *
 * <pre>
 *   AT WORK ──a second without a packet, nothing under way──▶ AT REST ──a frame or command about streams──▶ AT WORK
 * </pre>
 */
final class ConnectionRest {
    /** Longer than the pauses between the requests of a page, and than most round trips. */
    static final long AFTER_NS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final byte[] NOTHING = {};

    private final QuicConnection connection;
    private final QuicContext context;
    /** Null at rest. */
    private QuicStreams streams;
    /** What the streams were when the connection went to rest; nothing if it never did, or is closed. */
    private byte[] parked = NOTHING;
    private long dueNs = NEVER;

    ConnectionRest(QuicConnection connection, QuicContext context) {
        this.connection = connection;
        this.context = context;
        streams = context.rest().lendStreams(connection.isServer(), context);
    }

    /** The streams; brought back if need be. */
    QuicStreams streams() {
        if (streams == null) {
            streams = context.rest().lendStreams(connection.isServer(), context);
            if (parked != NOTHING) {
                streams.unpark(context.rest().unpack(parked));
            }
            streams.set.sink(connection.sink());
            tell();
        }
        return streams;
    }

    boolean isAtRest() {
        return streams == null;
    }

    /** Whether streams have something to send. */
    boolean hasStreamPending() {
        return streams != null && streams.hasPending();
    }

    /** A packet came, or one left that asks for an answer. */
    void onWork(long nowNs) {
        dueNs = nowNs + AFTER_NS;
    }

    /** A datagram comes: whatever it is has the keys made again, be it forged, and they are to be given up again. */
    void received() {
        if (connection.phases().isAtRest()) {
            onWork(connection.now());
        }
        enter();
    }

    /** Something is asked of it: streams that were closed are free for others now. Not work by itself, or a connection at rest would keep itself busy. */
    void enter() {
        if (streams != null) {
            streams.set.reap();
            tell();
        }
    }

    private void tell() {
        streams.receiver.now(connection.now(), connection.loss().rtt().smoothedNs());
        streams.sender.window(connection.loss().congestion().windowBytes());
    }

    /** What came in was taken. */
    void wakeWriters() {
        if (streams != null) {
            streams.sender.wakeWriters();
        }
    }

    /** The connection closes: no stream is left. */
    void clear() {
        dueNs = NEVER;
        parked = NOTHING; // or the first that asks for them would bring them back
        if (streams != null) {
            streams.clear();
        }
    }

    /** The connection is over. */
    void end() {
        if (streams != null) {
            streams.set.reap();
        }
    }

    long deadline() {
        return dueNs;
    }

    /** Goes to rest if it is time. What keeps a connection from that ends with a packet, and then there is another while. */
    void timeout(long nowNs) {
        if (nowNs < dueNs) {
            return;
        }
        dueNs = NEVER;
        if (connection.paths().deadline() != NEVER) {
            onWork(nowNs); // which ends without a packet, if nobody answers there
            return;
        }
        if (isBusy() || !connection.loss().rest()) {
            return;
        }
        connection.records().rest();
        connection.phases().rest();
        connection.space(PacketSpace.APPLICATION).acks.ranges().trim();
        connection.space(PacketSpace.APPLICATION).crypto.rest();
        if (streams != null) {
            long[] quiet = streams.park(context.rest().scratch());
            if (quiet != null) {
                parked = context.rest().pack(quiet, parked);
                context.rest().giveBack(streams);
                streams = null;
            }
        }
    }

    private boolean isBusy() {
        QuicConnection c = connection;
        return !c.handshake().isConfirmed() || c.sender().isPingPending() || c.lifecycle().hasControl() || !c.datagrams().isEmpty()
                || c.space(PacketSpace.APPLICATION).acks.isUseful();
    }
}
