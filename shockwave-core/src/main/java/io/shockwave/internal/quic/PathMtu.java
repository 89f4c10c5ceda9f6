package io.shockwave.internal.quic;

/**
 * Finds the largest datagram that a path carries (DPLPMTUD: RFC 8899 5 and RFC 9000 14.3) and falls back when large datagrams vanish. Owned by the connection;
 * {@link LossRecovery} tells it what became of packets.
 *
 * <pre>
 *   BASE ──start()──▶ SEARCHING ──no size left to try──▶ COMPLETE ──raise timer──▶ SEARCHING
 *                        ▲                                  │
 *                        └────────── black hole: 1200 ◀─────┘
 * </pre>
 *
 * <p>Sizes are UDP payloads in bytes.
 */
final class PathMtu {
    /** RFC 9000 14: every QUIC path carries this. */
    static final int BASE_BYTES = 1200;
    /** 1,500 less IPv6 and UDP headers. */
    static final int ETHERNET_BYTES = 1452;
    /** The largest payload of a UDP datagram over IPv6. */
    static final int LARGEST_BYTES = 65_527;
    /** RFC 8899 5.1.2: MAX_PROBES. */
    static final int MAX_PROBES = 3;
    /** RFC 8899 5.1.1: PMTU_RAISE_TIMER. */
    static final long RAISE_NS = 600_000_000_000L;
    /** A search ends when less than this can be won. */
    static final int STEP_BYTES = 20;
    /** Losses of large datagrams, at as many different times, with none acknowledged between: more than the reordering and congestion of one moment. */
    static final int SUSPECT_BURSTS = 3;
    /** Probe timeouts in a row that are blamed on the size. */
    static final int SUSPECT_TIMEOUTS = 2;

    private static final int BASE = 0;
    private static final int SEARCHING = 1;
    private static final int COMPLETE = 2;

    private final int configuredBytes;
    private int maxBytes;
    private int state = BASE;
    private int currentBytes = BASE_BYTES;
    private int highBytes;
    private int probeBytes;
    private int probesLost;
    private boolean outstanding;
    private long raiseNs = Long.MAX_VALUE;
    private int suspectBursts;
    private long suspectSentNs = SentPackets.NONE;
    private long blackHoles;

    /** @param maxDatagramBytes what to search up to; the base size or less searches nothing */
    PathMtu(int maxDatagramBytes) {
        configuredBytes = Math.clamp(maxDatagramBytes, BASE_BYTES, LARGEST_BYTES);
        maxBytes = configuredBytes;
    }

    /** RFC 9000 18.2: no datagram larger than the peer's max_udp_payload_size. */
    void limit(int peerMaxBytes) {
        maxBytes = Math.clamp(peerMaxBytes, BASE_BYTES, configuredBytes);
        currentBytes = Math.min(currentBytes, maxBytes);
        if (state == SEARCHING) {
            start();
        }
    }

    /** The handshake is confirmed: probes may go out. */
    void start() {
        state = SEARCHING;
        highBytes = maxBytes;
        raiseNs = Long.MAX_VALUE;
        // The largest first: mostly the path carries it, and the search is over.
        choose(highBytes);
    }

    /** As for a new path. */
    void reset() {
        currentBytes = BASE_BYTES;
        suspectBursts = 0;
        suspectSentNs = SentPackets.NONE;
        outstanding = false;
        if (state != BASE) {
            start();
        }
    }

    private void choose(int bytes) {
        probesLost = 0;
        probeBytes = bytes;
        if (highBytes - currentBytes < STEP_BYTES && bytes != maxBytes || bytes <= currentBytes) {
            state = COMPLETE;
            probeBytes = 0;
        }
    }

    /** What a datagram may hold now. */
    int currentBytes() {
        return currentBytes;
    }

    /** The size of a probe to be sent now, PING and PADDING in one packet marked {@link SentPackets#MTU_PROBE}; 0 = none. */
    int probeBytes(long nowNs) {
        if (state == COMPLETE) {
            if (currentBytes >= maxBytes) {
                return 0;
            }
            if (raiseNs == Long.MAX_VALUE) {
                raiseNs = nowNs + RAISE_NS;
            }
            if (nowNs >= raiseNs) {
                start();
            }
        }
        return state == SEARCHING && !outstanding ? probeBytes : 0;
    }

    boolean isSearching() {
        return state == SEARCHING;
    }

    /** Black holes met so far. */
    long blackHoles() {
        return blackHoles;
    }

    void onProbeSent() {
        outstanding = true;
    }

    /** Returns whether {@link #currentBytes} changed. */
    boolean onProbeAcked(int bytes) {
        outstanding = false;
        if (bytes <= currentBytes || bytes > maxBytes) {
            return false;
        }
        currentBytes = bytes;
        suspectBursts = 0;
        if (state == SEARCHING) {
            choose(highBytes > bytes ? middle() : bytes);
        }
        return true;
    }

    void onProbeLost(int bytes) {
        outstanding = false;
        if (state != SEARCHING || bytes != probeBytes) {
            return;
        }
        if (++probesLost >= MAX_PROBES) {
            highBytes = bytes - 1;
            choose(middle());
        }
    }

    private int middle() {
        // What Ethernet carries is so common that it is tried before halves.
        if (currentBytes < ETHERNET_BYTES && highBytes > ETHERNET_BYTES) {
            return ETHERNET_BYTES;
        }
        return (currentBytes + highBytes + 1) >>> 1;
    }

    /** A packet that is no probe was acknowledged. */
    void onAcked(int bytes, long sentNs) {
        if (bytes > BASE_BYTES && sentNs >= suspectSentNs) {
            suspectBursts = 0;
            suspectSentNs = SentPackets.NONE;
        }
    }

    /** A packet that is no probe is lost. Returns whether {@link #currentBytes} changed: the path has become a black hole (RFC 8899 4.3). */
    boolean onLost(int bytes, long sentNs, long lossDelayNs) {
        if (bytes <= BASE_BYTES || currentBytes == BASE_BYTES) {
            return false;
        }
        if (suspectSentNs == SentPackets.NONE || sentNs > suspectSentNs + lossDelayNs) {
            suspectSentNs = sentNs;
            suspectBursts++;
        }
        return suspectBursts >= SUSPECT_BURSTS && fallBack();
    }

    /** The probe timeout expired this many times in a row. Returns whether {@link #currentBytes} changed. */
    boolean onProbeTimeout(int count) {
        return count >= SUSPECT_TIMEOUTS && currentBytes > BASE_BYTES && fallBack();
    }

    private boolean fallBack() {
        blackHoles++;
        currentBytes = BASE_BYTES;
        suspectBursts = 0;
        suspectSentNs = SentPackets.NONE;
        start();
        return true;
    }
}
