package io.shockwave.internal.quic;

/** Measures how fast the path delivers (draft-ietf-ccwg-bbr 4.1): notes the connection's state with each packet sent and compares when it is acknowledged. Owned by {@link LossRecovery}. */
final class DeliveryRate {
    private long deliveredBytes;
    private long deliveredNs;
    private long firstSentNs;
    private long lostBytes;
    /** Where the current phase without enough data ends, in bytes delivered; 0 = none. */
    private long appLimitedBytes;

    // Of the newest packet that the current acknowledgment covers.
    private long newestSentNs;
    private long newestNumber;
    private long priorDeliveredBytes;
    private long priorDeliveredNs;
    private long sendElapsedNs;
    private long ackElapsedNs;
    private long txInFlightBytes;
    private long lostBeforeBytes;
    private boolean newestAppLimited;

    void onSent(SentPackets packets, long number, long nowNs, long inFlightBytes, int bytes) {
        if (inFlightBytes == bytes) {
            firstSentNs = nowNs;
            deliveredNs = nowNs;
        }
        packets.sample(number, deliveredBytes, deliveredNs, firstSentNs, lostBytes, inFlightBytes, appLimitedBytes != 0);
    }

    void onLost(int bytes) {
        lostBytes += bytes;
    }

    void onAckBegin() {
        newestSentNs = SentPackets.NONE;
    }

    void onAcked(SentPackets packets, long number, long nowNs) {
        deliveredBytes += packets.bytes(number);
        deliveredNs = nowNs;
        long sentNs = packets.sentNs(number);
        if (sentNs > newestSentNs || sentNs == newestSentNs && number > newestNumber) {
            newestSentNs = sentNs;
            newestNumber = number;
            priorDeliveredBytes = packets.delivered(number);
            priorDeliveredNs = packets.deliveredNs(number);
            sendElapsedNs = sentNs - packets.firstSentNs(number);
            ackElapsedNs = nowNs - priorDeliveredNs;
            txInFlightBytes = packets.txInFlightBytes(number);
            lostBeforeBytes = packets.lostBefore(number);
            newestAppLimited = packets.has(number, SentPackets.APP_LIMITED);
        }
    }

    /** Fills the delivery-rate part of the sample. */
    void onAckEnd(AckSample sample) {
        if (appLimitedBytes != 0 && deliveredBytes > appLimitedBytes) {
            appLimitedBytes = 0;
        }
        if (newestSentNs == SentPackets.NONE) {
            return;
        }
        firstSentNs = Math.max(firstSentNs, newestSentNs);
        sample.priorDeliveredBytes = priorDeliveredBytes;
        sample.appLimited = newestAppLimited;
        sample.txInFlightBytes = txInFlightBytes;
        sample.lostSinceBytes = lostBytes - lostBeforeBytes;
        sample.deliveredBytes = deliveredBytes - priorDeliveredBytes;
        // The lower of the rates of sending and of acknowledging: acknowledgments that were held up and come at once would otherwise tell of a rate that never was.
        long intervalNs = Math.max(sendElapsedNs, ackElapsedNs);
        if (intervalNs < sample.minRttNs || intervalNs <= 0) {
            return;
        }
        sample.deliveryRateBytesPerSecond = (long) (sample.deliveredBytes * 1e9 / intervalNs);
    }

    /** The sender has less to send than it may. */
    void onAppLimited(long inFlightBytes) {
        appLimitedBytes = Math.max(1, deliveredBytes + inFlightBytes);
    }

    long deliveredBytes() {
        return deliveredBytes;
    }
}
