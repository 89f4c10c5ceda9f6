package io.shockwave.internal.quic;

/** What one acknowledgment told; reused, owned by {@link LossRecovery}, and valid during the call that hands it out. Bytes count whole UDP payloads in flight. */
final class AckSample {
    long nowNs;
    /** Bytes in flight before and after the acknowledgment and the losses that it showed. */
    long priorInFlightBytes;
    long inFlightBytes;
    long ackedBytes;
    long lostBytes;
    /** The round-trip time measured by this acknowledgment, without any delay subtracted, or {@link SentPackets#NONE}. */
    long rttNs;
    long smoothedRttNs;
    long minRttNs;
    /** When the most recently sent packet of those newly acknowledged was sent. */
    long latestSentNs;

    /** Bytes delivered on the connection when the newest acknowledged packet was sent, and since. A rate of 0 = no delivery-rate sample. */
    long priorDeliveredBytes;
    long deliveredBytes;
    long deliveryRateBytesPerSecond;
    boolean appLimited;
    /** Bytes in flight when the newest acknowledged packet was sent, and lost since. */
    long txInFlightBytes;
    long lostSinceBytes;
    /** Set by a controller that sends less than it could, on purpose: what is in flight now shall tell no delivery rate. */
    boolean markAppLimited;

    void clear(long atNs, long inFlight) {
        nowNs = atNs;
        priorInFlightBytes = inFlight;
        inFlightBytes = inFlight;
        ackedBytes = 0;
        lostBytes = 0;
        rttNs = SentPackets.NONE;
        latestSentNs = SentPackets.NONE;
        priorDeliveredBytes = 0;
        deliveredBytes = 0;
        deliveryRateBytesPerSecond = 0;
        appLimited = false;
        txInFlightBytes = 0;
        lostSinceBytes = 0;
        markAppLimited = false;
    }
}
