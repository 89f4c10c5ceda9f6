package io.shockwave.internal.quic;

/**
 * Learns what became of sent packets. Each handle that was given to {@link LossRecovery#onPacketSent} comes back exactly once, in one of the three calls; its owner then frees or
 * repeats what the packet held. The calls are made during {@code LossRecovery}'s own, and must send nothing.
 */
interface AckedSink {
    /** The peer has the packet. {@code flags} are those of {@link SentPackets}. */
    void onAcked(int space, long number, long handle, int flags);

    /** The packet is deemed lost: what it held must be sent again, where it still matters. A later acknowledgment of it is not told. */
    void onLost(int space, long number, long handle, int flags);

    /** An acknowledgment or a timeout was judged: so many packets were deemed lost together, and whether they show persistent congestion (RFC 9002 7.6). */
    default void onJudged(int lostPackets, boolean persistent) {}

    /** The packet's fate no longer matters: its space was discarded, or it held nothing but acknowledgments and was forgotten. */
    void onDiscarded(int space, long number, long handle, int flags);
}
