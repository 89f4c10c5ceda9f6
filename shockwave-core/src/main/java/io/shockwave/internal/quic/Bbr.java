package io.shockwave.internal.quic;

/**
 * BBR version 3 (draft-ietf-ccwg-bbr): paces at the bandwidth that the path was seen to deliver and keeps about its bandwidth-delay product in flight. Owned by {@link LossRecovery}.
 * Here are the states, and when one follows another. What is known of the path stands in {@link BbrMaxBw}, {@link BbrMinRtt}, {@link BbrExtraAcked} and {@link BbrFullPipe}, what loss
 * allows in {@link BbrBounds}, when to probe in {@link BbrCycle}, what comes of it in {@link BbrWindow} and {@link BbrPacing}.
 *
 * <pre>
 *   STARTUP ──pipe full──▶ DRAIN ──queue gone──▶ DOWN ──▶ CRUISE ──▶ REFILL ──▶ UP ──▶ DOWN …
 *                                                  any ──5 s without a lower delay──▶ PROBE_RTT ──▶ CRUISE, or STARTUP
 * </pre>
 */
final class Bbr implements CongestionControl {
    enum State { STARTUP, DRAIN, DOWN, CRUISE, REFILL, UP, PROBE_RTT }

    private enum AckPhase { INIT, REFILLING, PROBE_STARTING, PROBE_FEEDBACK, PROBE_STOPPING }

    static final double STARTUP_PACING_GAIN = 2.77;
    static final double DRAIN_PACING_GAIN = 0.5;
    static final double CWND_GAIN = 2;
    static final double UP_CWND_GAIN = 2.25;
    static final double PROBE_RTT_CWND_GAIN = 0.5;
    static final int MIN_PIPE_DATAGRAMS = 4;
    static final int STARTUP_FULL_LOSSES = 6;
    /** Rounds with marks that end Startup; the draft leaves ECN open and asks only that marks count as congestion. */
    static final int STARTUP_FULL_MARKED_ROUNDS = 2;
    static final long PROBE_RTT_NS = 200_000_000L;
    private static final long INFINITE = BbrBounds.INFINITE;
    private static final long NONE = SentPackets.NONE;

    private final BbrMaxBw maxBw = new BbrMaxBw();
    private final BbrMinRtt minRtt = new BbrMinRtt();
    private final BbrExtraAcked extraAcked = new BbrExtraAcked();
    private final BbrFullPipe fullPipe = new BbrFullPipe();
    private final BbrBounds bounds = new BbrBounds();
    private final BbrCycle cycle = new BbrCycle();
    private final BbrWindow window = new BbrWindow();
    private final BbrPacing pacing = new BbrPacing();
    private int datagramBytes;
    private double bw;

    private State state;
    private AckPhase ackPhase;
    private double pacingGain;
    private double cwndGain;

    private long deliveredBytes;
    private long lostBytes;
    private long appLimitedBytes;
    private long roundDelivered;
    private long rounds;
    private boolean roundStart;
    private long drainStartRound;

    private int markedRounds;
    private long recoveryStartNs;

    private long probeRttDoneNs;
    private boolean probeRttRoundDone;
    private boolean idleRestart;

    private boolean probeSample;
    private boolean probeTooHigh;
    private boolean probePrecautionary;

    private State undoState;

    Bbr(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        reset(0);
    }

    @Override
    public String name() {
        return "bbr";
    }

    @Override
    public boolean wantsRateSamples() {
        return true;
    }

    @Override
    public void reset(long nowNs) {
        window.reset(datagramBytes);
        pacing.reset(datagramBytes);
        appLimitedBytes = 0;
        roundDelivered = deliveredBytes;
        rounds = 0;
        roundStart = false;
        maxBw.reset();
        bw = 0;
        minRtt.reset(nowNs);
        extraAcked.reset(nowNs);
        fullPipe.reset();
        bounds.reset(deliveredBytes);
        cycle.reset(nowNs);
        probeRttDoneNs = NONE;
        idleRestart = false;
        probeSample = false;
        probeTooHigh = false;
        probePrecautionary = false;
        ackPhase = AckPhase.INIT;
        recoveryStartNs = NONE;
        undoState = null;
        markedRounds = 0;
        enterStartup();
    }

    // ---- events

    @Override
    public void onSent(long nowNs, int bytes, long inFlightBytes) {
        if (inFlightBytes == bytes && appLimitedBytes != 0) {
            idleRestart = true;
            extraAcked.restart(nowNs);
            if (isProbeBw()) {
                pacing.follow(1, bw, fullPipe.isReached());
            } else if (state == State.PROBE_RTT) {
                checkProbeRttDone(nowNs);
            }
        }
        window.sent(inFlightBytes, datagramBytes);
    }

    @Override
    public void onAcked(SentPackets packets, long number, long nowNs) {
        deliveredBytes += packets.bytes(number);
    }

    /** HandleLostPacket of the draft, 5.5.10.2. */
    @Override
    public void onLost(SentPackets packets, long number, long nowNs) {
        int bytes = packets.bytes(number);
        lostBytes += bytes;
        if (recoveryStartNs == NONE) {
            saveWindow();
            recoveryStartNs = nowNs;
        }
        noteCongestion();
        bounds.countLoss(number);
        if (!probeSample) {
            return;
        }
        long tx = packets.txInFlightBytes(number);
        long lost = lostBytes - packets.lostBefore(number);
        if (BbrBounds.isTooHigh(lost, tx, datagramBytes)) {
            tooHigh(BbrBounds.inFlightAtLoss(tx, bytes, lost), packets.has(number, SentPackets.APP_LIMITED), nowNs);
        }
    }

    private void noteCongestion() {
        if (bounds.congestion(deliveredBytes)) {
            saveWindow();
            undoState = null;
        }
    }

    /** A mark counts as a loss of the round: the short-term model gives way, and a probe for bandwidth ends. */
    @Override
    public void onEcnCe(long packets, long sentNs, long nowNs) {
        noteCongestion();
        bounds.marked = true;
    }

    @Override
    public void onAckEnd(AckSample sample) {
        if (sample.latestSentNs == NONE) {
            return;
        }
        updateModel(sample);
        setPacing(sample);
        setWindow(sample);
        if (recoveryStartNs != NONE && sample.latestSentNs > recoveryStartNs && sample.lostBytes == 0) {
            recoveryStartNs = NONE;
            window.restore();
            boundWindow();
        }
        if (appLimitedBytes != 0 && deliveredBytes > appLimitedBytes) {
            appLimitedBytes = 0;
        }
        sample.markAppLimited = state == State.PROBE_RTT;
    }

    private void updateModel(AckSample sample) {
        bounds.delivered(sample, deliveredBytes);
        updateRound(sample);
        maxBw.update(sample.deliveryRateBytesPerSecond, sample.appLimited);
        if (bounds.roundStart && state != State.STARTUP && state != State.REFILL && state != State.UP) {
            bounds.lower(maxBw.bytesPerSecond(), window.bytes());
        }
        extraAcked.update(sample, bw, window.bytes(), rounds, fullPipe.isReached());
        fullPipe.update(sample, roundStart);
        checkStartupDone(sample);
        if (state == State.DRAIN && (sample.inFlightBytes <= inFlight(1) || rounds > drainStartRound + BbrFullPipe.ROUNDS)) {
            cwndGain = CWND_GAIN;
            startDown(sample.nowNs);
        }
        updateProbeBw(sample);
        minRtt.update(sample);
        checkProbeRtt(sample);
        bounds.advance(sample);
        bw = Math.min(maxBw.bytesPerSecond(), bounds.shortTermBw);
    }

    private void updateRound(AckSample sample) {
        roundStart = sample.priorDeliveredBytes >= roundDelivered;
        if (roundStart) {
            startRound();
            rounds++;
            cycle.countRound();
        }
        window.acked(roundStart);
    }

    private void startRound() {
        roundDelivered = deliveredBytes;
    }

    // ---- Startup and Drain

    private void enterStartup() {
        state = State.STARTUP;
        pacingGain = STARTUP_PACING_GAIN;
        cwndGain = CWND_GAIN;
    }

    private void checkStartupDone(AckSample sample) {
        if (state != State.STARTUP) {
            return;
        }
        if (!fullPipe.isReached() && bounds.roundStart) {
            markedRounds = bounds.marked ? markedRounds + 1 : 0;
            boolean lossy = recoveryStartNs != NONE && bounds.losses >= STARTUP_FULL_LOSSES && isTooHigh(sample);
            if (lossy || markedRounds >= STARTUP_FULL_MARKED_ROUNDS) {
                undoState = State.STARTUP;
                fullPipe.declare();
                bounds.longTermInFlight = Math.max(bdp(1), bounds.latestInFlight);
            }
        }
        if (fullPipe.isReached()) {
            state = State.DRAIN;
            pacingGain = DRAIN_PACING_GAIN;
            cwndGain = CWND_GAIN;
            drainStartRound = rounds;
        }
    }

    // ---- ProbeBW

    private boolean isProbeBw() {
        return state == State.DOWN || state == State.CRUISE || state == State.REFILL || state == State.UP;
    }

    private void startDown(long nowNs) {
        bounds.resetSignals();
        cycle.start(nowNs);
        ackPhase = AckPhase.PROBE_STOPPING;
        startRound();
        state = State.DOWN;
        pacingGain = 0.9;
        cwndGain = CWND_GAIN;
    }

    private void startCruise() {
        state = State.CRUISE;
        pacingGain = 1;
        cwndGain = CWND_GAIN;
    }

    private void startRefill() {
        bounds.resetShortTerm();
        cycle.resetSlope();
        probePrecautionary = false;
        ackPhase = AckPhase.REFILLING;
        startRound();
        state = State.REFILL;
        pacingGain = 1;
        cwndGain = CWND_GAIN;
    }

    private void startUp(AckSample sample) {
        ackPhase = AckPhase.PROBE_STARTING;
        startRound();
        fullPipe.lookAgain(sample.deliveryRateBytesPerSecond);
        state = State.UP;
        pacingGain = 1.25;
        cwndGain = UP_CWND_GAIN;
        cycle.raiseSlope(window.bytes(), datagramBytes);
    }

    private void updateProbeBw(AckSample sample) {
        if (!fullPipe.isReached() || adaptLongTerm(sample) || !isProbeBw()) {
            return;
        }
        switch (state) {
            case DOWN -> {
                if (!probeIfTime(sample.nowNs) && sample.inFlightBytes <= withHeadroom() && sample.inFlightBytes <= inFlightAt(maxBw.bytesPerSecond(), 1)) {
                    startCruise();
                }
            }
            case CRUISE -> probeIfTime(sample.nowNs);
            case REFILL -> {
                if (roundStart) {
                    probeSample = true;
                    startUp(sample);
                }
            }
            default -> {
                if (isTimeToGoDown(sample)) {
                    probeTooHigh = false;
                    startDown(sample.nowNs);
                }
            }
        }
    }

    private boolean probeIfTime(long nowNs) {
        if (cycle.isProbeDue(nowNs, targetInFlight() / datagramBytes)) {
            startRefill();
            return true;
        }
        return false;
    }

    private long targetInFlight() {
        return Math.min(bdp(1), window.bytes());
    }

    private boolean isTimeToGoDown(AckSample sample) {
        if (probeTooHigh && sample.inFlightBytes >= bounds.longTermInFlight) {
            probePrecautionary = true;
            return true;
        }
        if (window.isLimiting() && window.bytes() >= bounds.longTermInFlight) {
            fullPipe.lookAgain(sample.deliveryRateBytesPerSecond);
            return false;
        }
        return fullPipe.isFullNow();
    }

    private long withHeadroom() {
        return bounds.withHeadroom(datagramBytes, minPipeBytes());
    }

    private void raiseLongTerm(AckSample sample) {
        if (!window.isLimiting() || window.bytes() < bounds.longTermInFlight) {
            return;
        }
        bounds.longTermInFlight += cycle.increases(sample.ackedBytes) * datagramBytes;
        if (roundStart) {
            cycle.raiseSlope(window.bytes(), datagramBytes);
        }
    }

    private boolean adaptLongTerm(AckSample sample) {
        if (ackPhase == AckPhase.PROBE_STARTING && roundStart) {
            ackPhase = AckPhase.PROBE_FEEDBACK;
        }
        if (ackPhase == AckPhase.PROBE_STOPPING && roundStart) {
            probeSample = false;
            ackPhase = AckPhase.INIT;
            if (isProbeBw() && !sample.appLimited) {
                maxBw.advance();
            }
            if (isProbeBw() && probePrecautionary && !probeTooHigh) {
                startRefill();
                return true;
            }
        }
        if (bounds.marked && probeSample) {
            tooHigh(sample.txInFlightBytes, sample.appLimited, sample.nowNs);
            return true;
        }
        if (!isTooHigh(sample) && bounds.longTermInFlight != INFINITE) {
            bounds.longTermInFlight = Math.max(bounds.longTermInFlight, sample.txInFlightBytes);
            if (state == State.UP) {
                raiseLongTerm(sample);
            }
        }
        return false;
    }

    private boolean isTooHigh(AckSample sample) {
        return BbrBounds.isTooHigh(sample.lostSinceBytes, sample.txInFlightBytes, datagramBytes);
    }

    private void tooHigh(long txInFlight, boolean appLimited, long nowNs) {
        probeTooHigh = true;
        probeSample = false;
        if (!appLimited) {
            bounds.longTermInFlight = Math.max(txInFlight, (long) (targetInFlight() * BbrBounds.BETA));
        }
        if (state == State.UP) {
            undoState = State.UP;
            startDown(nowNs);
        }
    }

    // ---- round-trip time

    private void checkProbeRtt(AckSample sample) {
        if (state != State.PROBE_RTT && minRtt.isProbeDue() && !idleRestart) {
            saveWindow();
            state = State.PROBE_RTT;
            pacingGain = 1;
            cwndGain = PROBE_RTT_CWND_GAIN;
            probeRttDoneNs = NONE;
            ackPhase = AckPhase.PROBE_STOPPING;
            startRound();
        }
        if (state == State.PROBE_RTT) {
            if (probeRttDoneNs == NONE && sample.inFlightBytes <= probeRttWindow()) {
                probeRttDoneNs = sample.nowNs + PROBE_RTT_NS;
                probeRttRoundDone = false;
                startRound();
            } else if (probeRttDoneNs != NONE) {
                probeRttRoundDone |= roundStart;
                if (probeRttRoundDone) {
                    checkProbeRttDone(sample.nowNs);
                }
            }
        }
        if (sample.deliveredBytes > 0) {
            idleRestart = false;
        }
    }

    private void checkProbeRttDone(long nowNs) {
        if (probeRttDoneNs == NONE || nowNs <= probeRttDoneNs) {
            return;
        }
        minRtt.probed(nowNs);
        window.restore();
        bounds.resetShortTerm();
        if (fullPipe.isReached()) {
            startDown(nowNs);
            startCruise();
        } else {
            enterStartup();
        }
    }

    // ---- what it comes to: rate and window

    private long minPipeBytes() {
        return (long) MIN_PIPE_DATAGRAMS * datagramBytes;
    }

    private long bdp(double gain) {
        return bdpAt(bw, gain);
    }

    private long bdpAt(double rate, double gain) {
        return minRtt.ns() == INFINITE ? CongestionControl.initialWindowBytes(datagramBytes) : (long) (gain * rate * minRtt.ns() / 1e9);
    }

    private long inFlight(double gain) {
        return quantized(bdp(gain));
    }

    private long inFlightAt(double rate, double gain) {
        return quantized(bdpAt(rate, gain));
    }

    private long quantized(long bytes) {
        return Math.max(Math.max(bytes, pacing.quantumBytes()), minPipeBytes()) + (state == State.UP ? 2L * datagramBytes : 0);
    }

    private void setPacing(AckSample sample) {
        pacing.begin(sample, datagramBytes);
        if (bw > 0) {
            pacing.follow(pacingGain, bw, fullPipe.isReached());
        }
        pacing.updateQuantum(datagramBytes);
    }

    private void setWindow(AckSample sample) {
        long most = quantized(bdp(cwndGain) + extraAcked.bytes());
        if (fullPipe.isReached()) {
            window.grow(sample.ackedBytes);
            window.atMost(most);
        } else if (window.bytes() < most || deliveredBytes < CongestionControl.initialWindowBytes(datagramBytes)) {
            window.grow(sample.ackedBytes);
        }
        boundWindow();
    }

    private void boundWindow() {
        window.atLeast(minPipeBytes());
        if (state == State.PROBE_RTT) {
            window.atMost(probeRttWindow());
        }
        long cap = INFINITE;
        if (state == State.CRUISE || state == State.PROBE_RTT) {
            cap = withHeadroom();
        } else if (isProbeBw()) {
            cap = bounds.longTermInFlight;
        }
        window.atMost(Math.max(Math.min(cap, bounds.shortTermInFlight), minPipeBytes()));
    }

    private long probeRttWindow() {
        return Math.max(bdp(PROBE_RTT_CWND_GAIN), minPipeBytes());
    }

    private void saveWindow() {
        window.save(recoveryStartNs != NONE || state == State.PROBE_RTT);
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        saveWindow();
        window.collapse(datagramBytes);
    }

    @Override
    public void onSpuriousCongestion(long nowNs) {
        window.restore();
        bounds.undo();
        fullPipe.lookAgain(0);
        if (undoState == State.STARTUP && state != State.STARTUP) {
            fullPipe.retract();
            if (state != State.PROBE_RTT) {
                enterStartup();
            }
        } else if (undoState == State.UP && state != State.UP && state != State.PROBE_RTT) {
            startRefill();
        }
        undoState = null;
    }

    @Override
    public void onAppLimited(long delivered, long inFlightBytes) {
        if (inFlightBytes < window.bytes()) {
            appLimitedBytes = Math.max(1, delivered + inFlightBytes);
        }
    }

    @Override
    public void onDatagramBytes(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        window.atLeast(minPipeBytes());
    }

    @Override
    public long windowBytes() {
        return window.bytes();
    }

    @Override
    public long pacingRateBytesPerSecond(long smoothedRttNs) {
        // A sample taken behind an outage may say next to nothing; paced by it, the next would say no more. The smallest window a round trip is what a loss-based controller keeps too.
        return Math.max(pacing.bytesPerSecond(), CongestionControl.rate((long) MIN_WINDOW_DATAGRAMS * datagramBytes, smoothedRttNs, 1, 1));
    }

    @Override
    public boolean isSlowStart() {
        return state == State.STARTUP;
    }

    // ---- what tests and stats read

    State state() {
        return state;
    }

    long bandwidthBytesPerSecond() {
        return (long) maxBw.bytesPerSecond();
    }

    /** {@code Long.MAX_VALUE} before the first sample. */
    long minRttNs() {
        return minRtt.ns();
    }

    long longTermInFlightBytes() {
        return bounds.longTermInFlight;
    }

    boolean isPipeFilled() {
        return fullPipe.isReached();
    }

    double pacingGain() {
        return pacingGain;
    }

    double cwndGain() {
        return cwndGain;
    }

    boolean isIdleRestart() {
        return idleRestart;
    }
}
