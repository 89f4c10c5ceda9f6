package io.shockwave.internal.quic;

/**
 * BBR version 3 (draft-ietf-ccwg-bbr): paces at the bandwidth that the path was seen to deliver and keeps about its bandwidth-delay product in flight. Owned by {@link LossRecovery}.
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
    static final double PACING_MARGIN = 0.99;
    static final double LOSS_THRESHOLD = 0.02;
    /**
     * Lost in a flight beyond the threshold before it counts, where the draft allows none: in a flight of 50 packets two losses already are 4 %, and on a path that loses 2 % at random
     * every fourth flight has them, so that each probe would lower the long-term bound. A queue that overflows loses a fifth of what a probe sends.
     */
    static final int LOSS_SLACK_DATAGRAMS = 2;
    static final double BETA = 0.7;
    static final double HEADROOM = 0.15;
    static final int MIN_PIPE_DATAGRAMS = 4;
    static final int STARTUP_FULL_LOSSES = 6;
    /** Rounds with marks that end Startup; the draft leaves ECN open and asks only that marks count as congestion. */
    static final int STARTUP_FULL_MARKED_ROUNDS = 2;
    static final double FULL_GROWTH = 1.25;
    static final int FULL_ROUNDS = 3;
    static final long MIN_RTT_FILTER_NS = 10_000_000_000L;
    static final long PROBE_RTT_INTERVAL_NS = 5_000_000_000L;
    static final long PROBE_RTT_NS = 200_000_000L;
    /** Half of the ten rounds that extra_acked is remembered: two such slots are kept. */
    private static final int EXTRA_ACKED_ROUNDS = 5;
    private static final int MAX_RENO_ROUNDS = 63;
    private static final long MAX_QUANTUM_BYTES = 65_536;
    private static final long INFINITE = Long.MAX_VALUE;
    private static final long NONE = SentPackets.NONE;

    private int datagramBytes;
    private long random = 0x9e3779b97f4a7c15L;

    private State state;
    private AckPhase ackPhase;
    private double pacingGain;
    private double cwndGain;
    private long window;
    private long priorWindow;
    private double pacingRate;
    private boolean paced;
    private long quantumBytes;

    private long deliveredBytes;
    private long lostBytes;
    private long appLimitedBytes;
    private long roundDelivered;
    private long rounds;
    private boolean roundStart;
    private long drainStartRound;
    private boolean windowLimited;
    private boolean windowLimitedInRound;

    private double previousMaxBw;
    private double currentMaxBw;
    private double shortTermBw;
    private double bw;
    private double latestBw;
    private long latestInFlight;
    private long longTermInFlight;
    private long shortTermInFlight;
    private boolean lossInRound;
    private long lossRoundDelivered;
    private boolean lossRoundStart;
    private int lossesInRound;
    private long lastLost;
    private boolean markedInRound;
    private int markedRounds;
    private long recoveryStartNs;

    private boolean fullBwReached;
    private boolean fullBwNow;
    private double fullBw;
    private int fullBwCount;

    private long minRttNs;
    private long minRttAtNs;
    private long probeRttMinNs;
    private long probeRttMinAtNs;
    private boolean probeRttExpired;
    private long probeRttDoneNs;
    private boolean probeRttRoundDone;
    private boolean idleRestart;

    private long extraSinceNs;
    private long extraDelivered;
    private long previousExtra;
    private long currentExtra;
    private long extraSlotRound;

    private long cycleStartNs;
    private long probeWaitNs;
    private long roundsSinceUp;
    private int upRounds;
    private long upAcked;
    private long upAckedPerIncrease;
    private boolean probeSample;
    private boolean probeTooHigh;
    private boolean probePrecautionary;

    private State undoState;
    private double undoBw;
    private long undoShortTerm;
    private long undoLongTerm;

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
        window = CongestionControl.initialWindowBytes(datagramBytes);
        priorWindow = 0;
        paced = false;
        quantumBytes = 2L * datagramBytes;
        appLimitedBytes = 0;
        roundDelivered = deliveredBytes;
        rounds = 0;
        roundStart = false;
        previousMaxBw = 0;
        currentMaxBw = 0;
        bw = 0;
        minRttNs = INFINITE;
        minRttAtNs = nowNs;
        probeRttMinNs = INFINITE;
        probeRttMinAtNs = nowNs;
        probeRttExpired = false;
        probeRttDoneNs = NONE;
        idleRestart = false;
        extraSinceNs = nowNs;
        extraDelivered = 0;
        previousExtra = 0;
        currentExtra = 0;
        extraSlotRound = 0;
        fullBwReached = false;
        longTermInFlight = INFINITE;
        upAckedPerIncrease = INFINITE;
        upAcked = 0;
        upRounds = 0;
        roundsSinceUp = 0;
        probeSample = false;
        probeTooHigh = false;
        probePrecautionary = false;
        ackPhase = AckPhase.INIT;
        cycleStartNs = nowNs;
        probeWaitNs = 0;
        recoveryStartNs = NONE;
        undoState = null;
        lossRoundDelivered = deliveredBytes;
        markedRounds = 0;
        resetCongestionSignals();
        resetShortTerm();
        resetFullBw();
        enterStartup();
    }

    // ---- events

    @Override
    public void onSent(long nowNs, int bytes, long inFlightBytes) {
        if (inFlightBytes == bytes && appLimitedBytes != 0) {
            idleRestart = true;
            extraSinceNs = nowNs;
            if (isProbeBw()) {
                pace(1);
            } else if (state == State.PROBE_RTT) {
                checkProbeRttDone(nowNs);
            }
        }
        if (inFlightBytes + datagramBytes > window) {
            windowLimitedInRound = true;
        }
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
        noteLoss();
        if (number != lastLost + 1) {
            lossesInRound++;
        }
        lastLost = number;
        if (!probeSample) {
            return;
        }
        long tx = packets.txInFlightBytes(number);
        long lost = lostBytes - packets.lostBefore(number);
        if (isTooHigh(lost, tx)) {
            double before = tx - bytes;
            double prefix = (LOSS_THRESHOLD * before - (lost - bytes)) / (1 - LOSS_THRESHOLD);
            tooHigh((long) Math.max(0, before + prefix), packets.has(number, SentPackets.APP_LIMITED), nowNs);
        }
    }

    private void noteLoss() {
        if (!lossInRound) {
            lossRoundDelivered = deliveredBytes;
            saveWindow();
            undoState = null;
            undoBw = shortTermBw;
            undoShortTerm = shortTermInFlight;
            undoLongTerm = longTermInFlight;
        }
        lossInRound = true;
    }

    /** A mark counts as a loss of the round: the short-term model gives way, and a probe for bandwidth ends. */
    @Override
    public void onEcnCe(long packets, long sentNs, long nowNs) {
        noteLoss();
        markedInRound = true;
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
            window = Math.max(window, priorWindow);
            boundWindow();
        }
        if (appLimitedBytes != 0 && deliveredBytes > appLimitedBytes) {
            appLimitedBytes = 0;
        }
        sample.markAppLimited = state == State.PROBE_RTT;
    }

    private void updateModel(AckSample sample) {
        // UpdateLatestDeliverySignals
        lossRoundStart = false;
        latestBw = Math.max(latestBw, sample.deliveryRateBytesPerSecond);
        latestInFlight = Math.max(latestInFlight, sample.deliveredBytes);
        if (sample.priorDeliveredBytes >= lossRoundDelivered) {
            lossRoundDelivered = deliveredBytes;
            lossRoundStart = true;
        }
        updateMaxBw(sample);
        if (lossRoundStart) {
            adaptLowerBounds();
        }
        updateExtraAcked(sample);
        checkFullBw(sample);
        checkStartupDone(sample);
        if (state == State.DRAIN && (sample.inFlightBytes <= inFlight(1) || rounds > drainStartRound + FULL_ROUNDS)) {
            cwndGain = CWND_GAIN;
            startDown(sample.nowNs);
        }
        updateProbeBw(sample);
        updateMinRtt(sample);
        checkProbeRtt(sample);
        if (lossRoundStart) {
            lossInRound = false;
            lossesInRound = 0;
            markedInRound = false;
            latestBw = sample.deliveryRateBytesPerSecond;
            latestInFlight = sample.deliveredBytes;
        }
        bw = Math.min(maxBw(), shortTermBw);
    }

    private void updateMaxBw(AckSample sample) {
        roundStart = sample.priorDeliveredBytes >= roundDelivered;
        if (roundStart) {
            startRound();
            rounds++;
            roundsSinceUp++;
            windowLimited = windowLimitedInRound;
            windowLimitedInRound = false;
        }
        windowLimited |= windowLimitedInRound;
        double rate = sample.deliveryRateBytesPerSecond;
        if (rate > 0 && (rate >= maxBw() || !sample.appLimited)) {
            currentMaxBw = Math.max(currentMaxBw, rate);
        }
    }

    private void startRound() {
        roundDelivered = deliveredBytes;
    }

    private double maxBw() {
        return Math.max(previousMaxBw, currentMaxBw);
    }

    private void advanceMaxBw() {
        if (currentMaxBw > 0) {
            previousMaxBw = currentMaxBw;
            currentMaxBw = 0;
        }
    }

    /** AdaptLowerBoundsFromCongestion: once a round, towards what the path delivered in it. */
    private void adaptLowerBounds() {
        if (!lossInRound || state == State.STARTUP || state == State.REFILL || state == State.UP) {
            return;
        }
        if (shortTermBw == Double.MAX_VALUE) {
            shortTermBw = maxBw();
        }
        if (shortTermInFlight == INFINITE) {
            shortTermInFlight = window;
        }
        shortTermBw = Math.max(latestBw, BETA * shortTermBw);
        shortTermInFlight = Math.max(latestInFlight, (long) (BETA * shortTermInFlight));
    }

    private void resetCongestionSignals() {
        lossInRound = false;
        lossesInRound = 0;
        markedInRound = false;
        latestBw = 0;
        latestInFlight = 0;
    }

    private void resetShortTerm() {
        shortTermBw = Double.MAX_VALUE;
        shortTermInFlight = INFINITE;
    }

    private void updateExtraAcked(AckSample sample) {
        double expected = bw * (sample.nowNs - extraSinceNs) / 1e9;
        if (extraDelivered <= expected) {
            extraDelivered = 0;
            extraSinceNs = sample.nowNs;
            expected = 0;
        }
        extraDelivered += sample.ackedBytes;
        long extra = Math.min((long) (extraDelivered - expected), window);
        if (rounds - extraSlotRound >= (fullBwReached ? EXTRA_ACKED_ROUNDS : 1)) {
            extraSlotRound = rounds;
            previousExtra = fullBwReached ? currentExtra : 0;
            currentExtra = 0;
        }
        currentExtra = Math.max(currentExtra, extra);
    }

    // ---- Startup and Drain

    private void enterStartup() {
        state = State.STARTUP;
        pacingGain = STARTUP_PACING_GAIN;
        cwndGain = CWND_GAIN;
    }

    private void resetFullBw() {
        fullBw = 0;
        fullBwCount = 0;
        fullBwNow = false;
    }

    private void checkFullBw(AckSample sample) {
        if (fullBwNow || !roundStart || sample.appLimited || sample.deliveryRateBytesPerSecond == 0) {
            return;
        }
        if (sample.deliveryRateBytesPerSecond >= fullBw * FULL_GROWTH) {
            resetFullBw();
            fullBw = sample.deliveryRateBytesPerSecond;
            return;
        }
        fullBwNow = ++fullBwCount >= FULL_ROUNDS;
        fullBwReached |= fullBwNow;
    }

    private void checkStartupDone(AckSample sample) {
        if (state != State.STARTUP) {
            return;
        }
        if (!fullBwReached && lossRoundStart) {
            markedRounds = markedInRound ? markedRounds + 1 : 0;
            boolean lossy = recoveryStartNs != NONE && lossesInRound >= STARTUP_FULL_LOSSES && isTooHigh(sample.lostSinceBytes, sample.txInFlightBytes);
            if (lossy || markedRounds >= STARTUP_FULL_MARKED_ROUNDS) {
                undoState = State.STARTUP;
                fullBwReached = true;
                fullBwNow = true;
                longTermInFlight = Math.max(bdp(1), latestInFlight);
            }
        }
        if (fullBwReached) {
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
        resetCongestionSignals();
        upAckedPerIncrease = INFINITE;
        // PickProbeWait
        roundsSinceUp = nextRandom(nowNs) & 1;
        probeWaitNs = 2_000_000_000L + Math.floorMod(nextRandom(nowNs), 1_000_000_000L);
        cycleStartNs = nowNs;
        ackPhase = AckPhase.PROBE_STOPPING;
        startRound();
        state = State.DOWN;
        pacingGain = 0.9;
        cwndGain = CWND_GAIN;
    }

    private long nextRandom(long nowNs) {
        random ^= nowNs;
        random = (random ^ random >>> 30) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
        return random >>> 17;
    }

    private void startCruise() {
        state = State.CRUISE;
        pacingGain = 1;
        cwndGain = CWND_GAIN;
    }

    private void startRefill() {
        resetShortTerm();
        upRounds = 0;
        upAcked = 0;
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
        resetFullBw();
        fullBw = sample.deliveryRateBytesPerSecond;
        state = State.UP;
        pacingGain = 1.25;
        cwndGain = UP_CWND_GAIN;
        raiseSlope();
    }

    private void updateProbeBw(AckSample sample) {
        if (!fullBwReached || adaptLongTerm(sample) || !isProbeBw()) {
            return;
        }
        switch (state) {
            case DOWN -> {
                if (!probeIfTime(sample.nowNs) && sample.inFlightBytes <= withHeadroom() && sample.inFlightBytes <= inFlightAt(maxBw(), 1)) {
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
        // The wall clock, or as many rounds as Reno would need to recover: so that flows of Reno and CUBIC get their share.
        long renoRounds = Math.min(targetInFlight() / datagramBytes, MAX_RENO_ROUNDS);
        if (nowNs > cycleStartNs + probeWaitNs || roundsSinceUp >= renoRounds) {
            startRefill();
            return true;
        }
        return false;
    }

    private long targetInFlight() {
        return Math.min(bdp(1), window);
    }

    private boolean isTimeToGoDown(AckSample sample) {
        if (probeTooHigh && sample.inFlightBytes >= longTermInFlight) {
            probePrecautionary = true;
            return true;
        }
        if (windowLimited && window >= longTermInFlight) {
            resetFullBw();
            fullBw = sample.deliveryRateBytesPerSecond;
            return false;
        }
        return fullBwNow;
    }

    private long withHeadroom() {
        if (longTermInFlight == INFINITE) {
            return INFINITE;
        }
        long headroom = Math.max(datagramBytes, (long) (HEADROOM * longTermInFlight));
        return Math.max(longTermInFlight - headroom, minPipeBytes());
    }

    private void raiseSlope() {
        upAckedPerIncrease = Math.max(window >> Math.min(upRounds, 30), datagramBytes);
        upRounds = Math.min(upRounds + 1, 30);
    }

    private void raiseLongTerm(AckSample sample) {
        if (!windowLimited || window < longTermInFlight) {
            return;
        }
        upAcked += sample.ackedBytes;
        if (upAcked >= upAckedPerIncrease) {
            long increases = upAcked / upAckedPerIncrease;
            upAcked -= increases * upAckedPerIncrease;
            longTermInFlight += increases * datagramBytes;
        }
        if (roundStart) {
            raiseSlope();
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
                advanceMaxBw();
            }
            if (isProbeBw() && probePrecautionary && !probeTooHigh) {
                startRefill();
                return true;
            }
        }
        if (markedInRound && probeSample) {
            tooHigh(sample.txInFlightBytes, sample.appLimited, sample.nowNs);
            return true;
        }
        if (!isTooHigh(sample.lostSinceBytes, sample.txInFlightBytes) && longTermInFlight != INFINITE) {
            longTermInFlight = Math.max(longTermInFlight, sample.txInFlightBytes);
            if (state == State.UP) {
                raiseLongTerm(sample);
            }
        }
        return false;
    }

    private boolean isTooHigh(long lost, long txInFlight) {
        return lost > txInFlight * LOSS_THRESHOLD + LOSS_SLACK_DATAGRAMS * datagramBytes;
    }

    private void tooHigh(long txInFlight, boolean appLimited, long nowNs) {
        probeTooHigh = true;
        probeSample = false;
        if (!appLimited) {
            longTermInFlight = Math.max(txInFlight, (long) (targetInFlight() * BETA));
        }
        if (state == State.UP) {
            undoState = State.UP;
            startDown(nowNs);
        }
    }

    // ---- round-trip time

    private void updateMinRtt(AckSample sample) {
        probeRttExpired = sample.nowNs > probeRttMinAtNs + PROBE_RTT_INTERVAL_NS;
        if (sample.rttNs != NONE && (sample.rttNs < probeRttMinNs || probeRttExpired)) {
            probeRttMinNs = sample.rttNs;
            probeRttMinAtNs = sample.nowNs;
        }
        if (probeRttMinNs < minRttNs || sample.nowNs > minRttAtNs + MIN_RTT_FILTER_NS) {
            minRttNs = probeRttMinNs;
            minRttAtNs = probeRttMinAtNs;
        }
    }

    private void checkProbeRtt(AckSample sample) {
        if (state != State.PROBE_RTT && probeRttExpired && !idleRestart) {
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
        probeRttMinAtNs = nowNs;
        window = Math.max(window, priorWindow);
        resetShortTerm();
        if (fullBwReached) {
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
        return minRttNs == INFINITE ? CongestionControl.initialWindowBytes(datagramBytes) : (long) (gain * rate * minRttNs / 1e9);
    }

    private long inFlight(double gain) {
        return quantized(bdp(gain));
    }

    private long inFlightAt(double rate, double gain) {
        return quantized(bdpAt(rate, gain));
    }

    private long quantized(long bytes) {
        return Math.max(Math.max(bytes, quantumBytes), minPipeBytes()) + (state == State.UP ? 2L * datagramBytes : 0);
    }

    private void pace(double gain) {
        double rate = gain * bw * PACING_MARGIN;
        if (fullBwReached || rate > pacingRate) {
            pacingRate = rate;
        }
    }

    private void setPacing(AckSample sample) {
        if (!paced && sample.rttNs != NONE) {
            // The first round-trip time replaces the assumed one.
            paced = true;
            pacingRate = STARTUP_PACING_GAIN * CongestionControl.initialWindowBytes(datagramBytes) * 1e9 / Math.max(1, sample.smoothedRttNs);
        }
        if (bw > 0) {
            pace(pacingGain);
        }
        quantumBytes = Math.max(Math.min((long) (pacingRate / 1000), MAX_QUANTUM_BYTES), 2L * datagramBytes);
    }

    private void setWindow(AckSample sample) {
        long most = quantized(bdp(cwndGain) + Math.max(previousExtra, currentExtra));
        if (fullBwReached) {
            window = Math.min(window + sample.ackedBytes, most);
        } else if (window < most || deliveredBytes < CongestionControl.initialWindowBytes(datagramBytes)) {
            window += sample.ackedBytes;
        }
        boundWindow();
    }

    private void boundWindow() {
        window = Math.max(window, minPipeBytes());
        if (state == State.PROBE_RTT) {
            window = Math.min(window, probeRttWindow());
        }
        long cap = INFINITE;
        if (state == State.CRUISE || state == State.PROBE_RTT) {
            cap = withHeadroom();
        } else if (isProbeBw()) {
            cap = longTermInFlight;
        }
        window = Math.min(window, Math.max(Math.min(cap, shortTermInFlight), minPipeBytes()));
    }

    private long probeRttWindow() {
        return Math.max(bdp(PROBE_RTT_CWND_GAIN), minPipeBytes());
    }

    private void saveWindow() {
        boolean modulated = recoveryStartNs != NONE || state == State.PROBE_RTT;
        priorWindow = modulated ? Math.max(priorWindow, window) : window;
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        saveWindow();
        window = (long) MIN_WINDOW_DATAGRAMS * datagramBytes;
    }

    @Override
    public void onSpuriousCongestion(long nowNs) {
        window = Math.max(window, priorWindow);
        lossInRound = false;
        resetFullBw();
        shortTermBw = Math.max(shortTermBw, undoBw);
        shortTermInFlight = Math.max(shortTermInFlight, undoShortTerm);
        longTermInFlight = Math.max(longTermInFlight, undoLongTerm);
        if (undoState == State.STARTUP && state != State.STARTUP) {
            fullBwReached = false;
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
        if (inFlightBytes < window) {
            appLimitedBytes = Math.max(1, delivered + inFlightBytes);
        }
    }

    @Override
    public void onDatagramBytes(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        window = Math.max(window, minPipeBytes());
    }

    @Override
    public long windowBytes() {
        return window;
    }

    @Override
    public long pacingRateBytesPerSecond(long smoothedRttNs) {
        return paced ? Math.max(1, (long) pacingRate) : UNPACED;
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
        return (long) maxBw();
    }

    /** {@code Long.MAX_VALUE} before the first sample. */
    long minRttNs() {
        return minRttNs;
    }

    long longTermInFlightBytes() {
        return longTermInFlight;
    }

    boolean isPipeFilled() {
        return fullBwReached;
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
