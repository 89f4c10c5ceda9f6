package io.shockwave.internal.quic;

/**
 * Loss detection, probe timeouts and the use of one path's window (RFC 9002), over the three packet-number spaces. Confined to its connection's thread.
 *
 * <p>An acknowledgment is told in pieces, as it is decoded: {@link #onAckBegin}, one {@link #onAckRange} for each range from the highest down, {@link #onAckEnd}. A result other
 * than 0 is the transport error to close with.
 *
 * <p>The loss scan relies on this: whichever threshold is met, with a packet all sent before it meet it too, so what is lost is always a prefix of what is outstanding, and each
 * packet is passed once.
 */
final class LossRecovery {
    /** No timer. */
    static final long NO_DEADLINE = Long.MAX_VALUE;
    private static final long NONE = SentPackets.NONE;

    private final CongestionControl congestion;
    private final PathMtu mtu;
    private final AckedSink sink;
    private final boolean client;
    private final RttEstimator rtt;
    private final ProbeTimer timer;
    private final PersistentCongestion congested;
    private final Reordering reordering = new Reordering();
    private final DeliveryRate rate;
    private final EcnState ecn;
    private final SendBudget budget;
    private final SkippedNumbers skipping;
    private final AckUnderway ack;
    private final AckSample sample;
    private final SentPackets[] spaces = new SentPackets[PacketSpace.COUNT];
    private final long[] largestAcked = {NONE, NONE, NONE};
    /** All packets below were judged: settled or lost. */
    private final long[] judged = new long[PacketSpace.COUNT];
    private final boolean[] discarded = new boolean[PacketSpace.COUNT];

    private long inFlightBytes;
    /** The first application packet on the current path. */
    private long pathStart;

    private long lostPackets;
    private long spuriousLosses;
    private long persistentCongestions;
    private long probeTimeouts;

    /**
     * @param ecnEnabled whether the socket can mark and read marks
     * @param skipSeed   random, unknown to the peer: decides which packet numbers are passed over
     * @param store      lends what a connection at rest does not need
     */
    LossRecovery(CongestionControl congestion, PathMtu mtu, AckedSink sink, boolean client, boolean ecnEnabled, long initialRttNs, long skipSeed, RestStore store) {
        this.congestion = congestion;
        this.mtu = mtu;
        this.sink = sink;
        this.client = client;
        this.rtt = new RttEstimator(initialRttNs);
        this.timer = new ProbeTimer(rtt, client);
        this.congested = new PersistentCongestion(rtt);
        this.rate = congestion.wantsRateSamples() ? new DeliveryRate() : null;
        this.ack = store.ack;
        this.sample = store.sample;
        this.ecn = new EcnState(ecnEnabled);
        this.budget = new SendBudget(congestion, mtu, rtt);
        this.skipping = new SkippedNumbers(skipSeed);
        for (int space = 0; space < PacketSpace.COUNT; space++) {
            spaces[space] = new SentPackets(store.longs, congestion.wantsRateSamples());
        }
    }

    // ---- what is configured and what happens to the connection

    /** The peer's max_ack_delay; 25 ms until told (RFC 9000 18.2). */
    void maxAckDelayNs(long ns) {
        timer.maxAckDelayNs(ns);
    }

    /** Whether sending is spread over the round trip; it is unless told otherwise. */
    void paced(boolean isPaced) {
        budget.paced(isPaced);
    }

    /** Handshake keys exist: a client without anything in flight then probes in that space (RFC 9002 6.2.2.1). */
    void onHandshakeKeys(long nowNs) {
        timer.onHandshakeKeys();
        timer.set();
    }

    /** RFC 9001 4.1.2. */
    void onHandshakeConfirmed(long nowNs) {
        timer.onHandshakeConfirmed();
        timer.set();
    }

    /** A server may not send more (RFC 9000 8.1) or may again. The timer stops meanwhile, and what would have expired then expires at once. */
    void onAmplificationLimit(boolean limited, long nowNs) {
        if (timer.onAmplificationLimit(limited)) {
            timer.set();
        }
    }

    /** Keys of the space are gone: its packets are neither acknowledged nor lost (RFC 9002 6.4). */
    void onSpaceDiscarded(int space, long nowNs) {
        if (discarded[space]) {
            return;
        }
        discarded[space] = true;
        SentPackets packets = spaces[space];
        for (long n = packets.base(); n < packets.next(); n++) {
            if (packets.isOutstanding(n)) {
                unfly(space, packets, n);
                sink.onDiscarded(space, n, packets.handle(n), packets.flags(n));
            }
        }
        packets.clear();
        spaces[space] = SentPackets.OVER;
        timer.onDiscarded(space, nowNs);
        timer.set();
    }

    /**
     * Everything outstanding in the space with the flags {@code flags} is to be sent again, though nothing was lost to congestion: after a Retry (Initial), or when 0-RTT was
     * refused ({@link SentPackets#EARLY_DATA}). Told as lost.
     */
    void requeue(int space, int flags, long nowNs) {
        SentPackets packets = spaces[space];
        for (long n = packets.base(); n < packets.next(); n++) {
            if (packets.isOutstanding(n) && packets.has(n, flags)) {
                unfly(space, packets, n);
                int packetFlags = packets.flags(n);
                long handle = packets.handle(n);
                packets.settle(n);
                sink.onLost(space, n, handle, packetFlags);
            }
        }
        timer.restartAntiDeadlock(nowNs);
        timer.set();
    }

    /** The path has changed (RFC 9000 9.4): its window, round trips, ECN and MTU are learnt anew; what was sent before says nothing of them. */
    void onPathChanged(long nowNs) {
        for (int space = 0; space < PacketSpace.COUNT; space++) {
            SentPackets packets = spaces[space];
            for (long n = packets.base(); n < packets.next(); n++) {
                if (packets.isOutstanding(n)) {
                    grounded(space, packets, n);
                }
            }
        }
        pathStart = spaces[PacketSpace.APPLICATION].next();
        congestion.reset(nowNs);
        mtu.reset();
        congestion.onDatagramBytes(mtu.currentBytes());
        rtt.reset(rtt.initialNs());
        ecn.reset();
        budget.reset(nowNs);
        reordering.reset();
        timer.resetBackoff();
        timer.set();
    }

    private void grounded(int space, SentPackets packets, long number) {
        if (packets.has(number, SentPackets.IN_FLIGHT)) {
            inFlightBytes -= packets.bytes(number);
            // It stays ack-eliciting, so the probe timeout still covers what it holds.
            packets.ground(number);
        }
        congested.end(space);
    }

    /** Gives back the memory of what was sent: acknowledgments, which nobody acknowledges, and losses that may have been none. @return false while something is on its way */
    boolean rest() {
        if (inFlightBytes > 0 || timer.elicitingTotal() > 0) {
            return false;
        }
        for (int space = 0; space < PacketSpace.COUNT; space++) {
            SentPackets packets = spaces[space];
            while (packets.base() < packets.next()) {
                long n = packets.base();
                if (packets.isOutstanding(n)) {
                    sink.onDiscarded(space, n, packets.handle(n), packets.flags(n));
                }
                packets.forgetFirst();
            }
            judged[space] = Math.max(judged[space], packets.base());
            packets.trim();
        }
        return true;
    }

    // ---- sending

    /** The number for the next packet of the space; may pass over one that is then never sent (RFC 9000 21.4). Sending follows at once. */
    long nextNumber(int space) {
        SentPackets packets = spaces[space];
        // Never where that would make the ring grow: it stays what the packets in flight need.
        if (space == PacketSpace.APPLICATION && !packets.isFull() && skipping.isDue(packets.next())) {
            packets.skip();
        }
        return packets.next();
    }

    /**
     * A packet leaves.
     *
     * @param number what {@link #nextNumber} gave
     * @param bytes  of the whole packet with header and tag
     * @param flags  of {@link SentPackets}; ack-eliciting ones are in flight too
     * @param handle what {@link AckedSink} gets back
     */
    void onPacketSent(int space, long number, int bytes, int flags, long handle, long nowNs) {
        SentPackets packets = spaces[space];
        if (number != packets.next()) {
            throw new IllegalArgumentException("packet number " + number + " instead of " + packets.next());
        }
        int all = (flags & SentPackets.ACK_ELICITING) != 0 ? flags | SentPackets.IN_FLIGHT : flags;
        makeRoom(space, packets, nowNs);
        packets.record(all, bytes, handle, nowNs);
        if ((all & SentPackets.ECT0) != 0) {
            ecn.onMarkedSent();
        }
        if ((all & SentPackets.IN_FLIGHT) == 0) {
            return;
        }
        inFlightBytes += bytes;
        if (congestion.wantsRateSamples()) {
            rate.onSent(packets, number, nowNs, inFlightBytes, bytes);
        }
        congestion.onSent(nowNs, bytes, inFlightBytes);
        budget.onSent(bytes);
        if ((all & SentPackets.MTU_PROBE) != 0) {
            mtu.onProbeSent();
        }
        if ((all & SentPackets.ACK_ELICITING) != 0) {
            timer.onElicitingSent(space, nowNs);
        }
        timer.set();
    }

    /** Before the ring grows, what holds nothing in flight goes: a receiver of much sends acknowledgments that nobody acknowledges. */
    private void makeRoom(int space, SentPackets packets, long nowNs) {
        if (!packets.isFull()) {
            return;
        }
        packets.forget(Long.MAX_VALUE);
        boolean exhausted = packets.isExhausted();
        while (packets.base() < packets.next() && packets.isFull()) {
            long n = packets.base();
            if (packets.isOutstanding(n)) {
                if (packets.has(n, SentPackets.IN_FLIGHT) || packets.has(n, SentPackets.ACK_ELICITING)) {
                    if (!exhausted) {
                        return;
                    }
                    lose(space, packets, n, nowNs);
                } else {
                    sink.onDiscarded(space, n, packets.handle(n), packets.flags(n));
                }
            }
            packets.forgetFirst();
        }
        judged[space] = Math.max(judged[space], packets.base());
    }

    /** Bytes of ack-eliciting packets that the window and the pacer allow now; probes of a timeout ({@link #probes}) are allowed beside. */
    long budgetBytes(long nowNs) {
        return budget.bytes(inFlightBytes, nowNs);
    }

    /** When the pacer lets the next datagram go, {@link #NO_DEADLINE} while the window is what holds it. */
    long pacingDeadlineNs(long nowNs) {
        return budget.deadlineNs(inFlightBytes, nowNs);
    }

    /** Everything there was to send has left, and more could have. */
    void onAppLimited() {
        if (congestion.wantsRateSamples() && inFlightBytes < congestion.windowBytes()) {
            rate.onAppLimited(inFlightBytes);
        }
        congestion.onAppLimited(rate == null ? 0 : rate.deliveredBytes(), inFlightBytes);
    }

    /** Ack-eliciting packets that a timeout demands of the space, beyond window and pacer (RFC 9002 6.2.4). A client's Initial is padded as always. */
    int probes(int space) {
        return timer.probes(space);
    }

    /** The oldest packet of the space whose fate is open, or {@link SentPackets#NONE}: what a probe best repeats. */
    long firstOutstanding(int space) {
        return spaces[space].outstandingFrom(judged[space]);
    }

    /** The next such packet after {@code number}. */
    long nextOutstanding(int space, long number) {
        return spaces[space].outstandingFrom(number + 1);
    }

    long handle(int space, long number) {
        return spaces[space].handle(number);
    }

    /** Whether packets are to be marked ECT(0) and told with {@link SentPackets#ECT0}. */
    boolean isMarkingEcn() {
        return ecn.isMarking();
    }

    // ---- acknowledgments

    /** An ACK frame begins; {@code delayNs} is its decoded delay. */
    int onAckBegin(int space, long largest, long delayNs, long nowNs) {
        SentPackets packets = spaces[space];
        // RFC 9000 13.1: an acknowledgment of a packet that was not sent is an error.
        if (largest >= packets.next() && !discarded[space]) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        ack.begin(largest, delayNs, largest > largestAcked[space]);
        ecn.onAckBegin();
        sample.clear(nowNs, inFlightBytes);
        if (rate != null) {
            rate.onAckBegin();
        }
        return 0;
    }

    /** One range, both ends included; ranges come from the highest down. */
    int onAckRange(int space, long low, long high) {
        SentPackets packets = spaces[space];
        boolean isOver = discarded[space]; // by what came before, in the same packet
        if (!isOver && packets.holdsUnsent(low, high)) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        long n = isOver ? NONE : packets.unsettledAtOrBelow(high, low);
        while (n != NONE) {
            if (packets.isSkipped(n)) {
                return QuicError.PROTOCOL_VIOLATION;
            }
            acked(space, packets, n);
            n = packets.unsettledAtOrBelow(n - 1, low);
        }
        return 0;
    }

    private void acked(int space, SentPackets packets, long n) {
        long nowNs = sample.nowNs;
        int flags = packets.flags(n);
        ack.covers(n, flags);
        if (packets.isLost(n)) {
            spurious(space, packets, n, nowNs);
            packets.settle(n);
            return;
        }
        if ((flags & SentPackets.IN_FLIGHT) != 0) {
            ackedInFlight(packets, n, flags, nowNs);
        }
        unfly(space, packets, n);
        long handle = packets.handle(n);
        packets.settle(n);
        sink.onAcked(space, n, handle, flags);
    }

    private void ackedInFlight(SentPackets packets, long n, int flags, long nowNs) {
        int bytes = packets.bytes(n);
        sample.ackedBytes += bytes;
        sample.latestSentNs = Math.max(sample.latestSentNs, packets.sentNs(n));
        if (congestion.wantsRateSamples()) {
            rate.onAcked(packets, n, nowNs);
        }
        congestion.onAcked(packets, n, nowNs);
        if ((flags & SentPackets.MTU_PROBE) == 0) {
            mtu.onAcked(bytes, packets.sentNs(n));
        } else if (mtu.onProbeAcked(bytes)) {
            congestion.onDatagramBytes(mtu.currentBytes());
        }
    }

    /** RFC 9002 6.1: a sender may adapt to the reordering that it sees. */
    private void spurious(int space, SentPackets packets, long n, long nowNs) {
        spuriousLosses++;
        congested.onSpurious(space, n);
        if (reordering.onSpurious(packets.sentNs(n), Math.max(largestAcked[space], ack.largest()) - n + 1)) {
            congestion.onSpuriousCongestion(nowNs);
        }
    }

    /** The frame's ECN counts (RFC 9000 19.3.2); before {@link #onAckEnd}, left out where the frame has none. */
    void onAckEcn(long ect0, long ect1, long ce) {
        ecn.counts(ect0, ect1, ce);
    }

    /** The frame is complete: round-trip time, ECN, losses and the timer follow from it (RFC 9002 A.7). */
    void onAckEnd(int space) {
        long nowNs = sample.nowNs;
        long largest = ack.largest();
        largestAcked[space] = Math.max(largestAcked[space], largest);
        if (!ack.isNews()) {
            return;
        }
        if (client && space == PacketSpace.HANDSHAKE) {
            timer.onAddressValidated();
        }
        SentPackets packets = spaces[space];
        if (ack.measuresRoundTrip() && (space != PacketSpace.APPLICATION || largest >= pathStart)) {
            roundTrip(space, nowNs - packets.sentNs(largest), nowNs);
        }
        if (ack.raisesLargest()) {
            long more = ecn.onAckEnd(space, ack.marked());
            if (more > 0) {
                congestion.onEcnCe(more, packets.sentNs(largest), nowNs);
            }
        }
        detectLost(space, nowNs);
        finishSample();
        congestion.onAckEnd(sample);
        if (sample.markAppLimited) {
            rate.onAppLimited(inFlightBytes);
        }
        timer.onAcked(space, nowNs);
        packets.forget(nowNs - keepLostNs());
        judged[space] = Math.max(judged[space], packets.base());
        timer.set();
    }

    private void finishSample() {
        sample.inFlightBytes = inFlightBytes;
        sample.smoothedRttNs = rtt.smoothedNs();
        sample.minRttNs = rtt.minNs();
        if (congestion.wantsRateSamples()) {
            rate.onAckEnd(sample);
        }
    }

    /** How long a loss may still turn out to have been none: three probe timeouts, as RFC 9000 13.3 and 10.2 keep other state. */
    private long keepLostNs() {
        return 3 * timer.ptoNs(PacketSpace.APPLICATION);
    }

    private void roundTrip(int space, long rttNs, long nowNs) {
        long delayNs = ack.delayNs(space, timer.isHandshakeConfirmed() ? timer.maxAckDelayNs() : Long.MAX_VALUE);
        rtt.sample(rttNs, delayNs, nowNs);
        sample.rttNs = rttNs;
    }

    // ---- losses

    private void detectLost(int space, long nowNs) {
        SentPackets packets = spaces[space];
        timer.lossTimeNs(space, NO_DEADLINE);
        long lossDelayNs = rtt.lossDelayNs(reordering.timeThresholdEighths());
        long sentBeforeNs = nowNs - lossDelayNs;
        long lostUpTo = largestAcked[space] - reordering.packetThreshold();
        if (packets.holdsUnsent(lostUpTo, largestAcked[space])) {
            // A number passed over is no packet that overtook.
            lostUpTo--;
        }
        boolean persistent = false;
        long lostBefore = lostPackets;
        long n = Math.max(judged[space], packets.base());
        for (; n <= largestAcked[space]; n++) {
            if (packets.isOutstanding(n)) {
                if (n > lostUpTo && packets.sentNs(n) > sentBeforeNs) {
                    timer.lossTimeNs(space, packets.sentNs(n) + lossDelayNs);
                    break;
                }
                persistent |= congested.onLost(space, packets, n, timer.maxAckDelayNs());
                lose(space, packets, n, nowNs);
            } else if (!packets.isLost(n) && !packets.isSkipped(n)) {
                congested.end(space);
            }
        }
        judged[space] = n;
        if (persistent) {
            persistentCongestions++;
            rtt.forgetMinimum();
            congested.end(space);
            congestion.onPersistentCongestion(nowNs);
        }
        sink.onJudged((int) (lostPackets - lostBefore), persistent);
    }

    /** RFC 9002 7.6.1: the peer's delay counts in whichever space. */
    long persistentCongestionNs() {
        return congested.durationNs(timer.maxAckDelayNs());
    }

    private void lose(int space, SentPackets packets, long n, long nowNs) {
        int flags = packets.flags(n);
        long handle = packets.handle(n);
        int bytes = packets.bytes(n);
        if ((flags & SentPackets.ECT0) != 0) {
            ecn.onMarkedLost();
        }
        unfly(space, packets, n);
        if ((flags & SentPackets.MTU_PROBE) != 0) {
            // RFC 9000 14.4: no sign of congestion.
            mtu.onProbeLost(bytes);
            packets.settle(n);
        } else {
            if ((flags & SentPackets.IN_FLIGHT) != 0) {
                lostInFlight(packets, n, bytes, nowNs);
            }
            packets.lose(n);
        }
        sink.onLost(space, n, handle, flags);
    }

    private void lostInFlight(SentPackets packets, long n, int bytes, long nowNs) {
        lostPackets++;
        sample.lostBytes += bytes;
        reordering.onLost(packets.sentNs(n), nowNs);
        if (rate != null) {
            rate.onLost(bytes);
        }
        congestion.onLost(packets, n, nowNs);
        if (mtu.onLost(bytes, packets.sentNs(n), rtt.lossDelayNs(reordering.timeThresholdEighths()))) {
            congestion.onDatagramBytes(mtu.currentBytes());
        }
    }

    private void unfly(int space, SentPackets packets, long n) {
        if (packets.has(n, SentPackets.IN_FLIGHT)) {
            inFlightBytes -= packets.bytes(n);
        }
        if (packets.has(n, SentPackets.ACK_ELICITING)) {
            timer.onElicitingSettled(space);
        }
    }

    /** When {@link #onTimeout} is due; {@link #NO_DEADLINE} = never. */
    long deadlineNs() {
        return timer.deadlineNs();
    }

    /** RFC 9002 A.9. Early calls do nothing. */
    void onTimeout(long nowNs) {
        if (nowNs < timer.deadlineNs()) {
            return;
        }
        int space = timer.lossSpace();
        if (space >= 0) {
            sample.clear(nowNs, inFlightBytes);
            detectLost(space, nowNs);
        } else {
            probeTimeouts++;
            timer.onExpired(nowNs);
            if (mtu.onProbeTimeout(timer.ptoCount())) {
                congestion.onDatagramBytes(mtu.currentBytes());
            }
        }
        timer.set();
    }

    /** One probe timeout of the space without backoff (RFC 9002 6.2.1), which other timers are multiples of. */
    long ptoNs(int space) {
        return timer.ptoNs(space);
    }

    int ptoCount() {
        return timer.ptoCount();
    }

    RttEstimator rtt() {
        return rtt;
    }

    CongestionControl congestion() {
        return congestion;
    }

    PathMtu mtu() {
        return mtu;
    }

    long inFlightBytes() {
        return inFlightBytes;
    }

    /** The largest number that the peer acknowledged in the space, or {@link SentPackets#NONE}. */
    long largestAcked(int space) {
        return largestAcked[space];
    }

    long lostPackets() {
        return lostPackets;
    }

    long spuriousLosses() {
        return spuriousLosses;
    }

    long persistentCongestions() {
        return persistentCongestions;
    }

    long probeTimeouts() {
        return probeTimeouts;
    }

    int packetThreshold() {
        return reordering.packetThreshold();
    }
}
