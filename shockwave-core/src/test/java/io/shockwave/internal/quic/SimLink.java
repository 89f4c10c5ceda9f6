package io.shockwave.internal.quic;

/** One direction of a path. Fluent; everything is off until asked for, and may be changed while the simulation runs. Probabilities are 0 to 1. */
final class SimLink {
    private long latencyNs;
    private long jitterNs;
    private double loss;
    private double burstEnter;
    private double burstMeanNs;
    private long burstUntilNs;
    private double burstLoss;
    private double reorder;
    private long reorderNs;
    private double duplicate;
    private double corrupt;
    private int mtuBytes = Integer.MAX_VALUE;
    private double bitsPerSecond;
    private long queueBytes = Long.MAX_VALUE;
    private long ecnBytes = Long.MAX_VALUE;
    private boolean ecnBleached;
    private double earlyFromBytes = Double.MAX_VALUE;
    private double earlyMost;
    private double averageBytes;
    private long partitionFromNs = Long.MAX_VALUE;
    private long partitionToNs = Long.MAX_VALUE;

    private double busyUntilNs;
    private long lastArrivalNs;

    long carried;
    long carriedBytes;
    long lost;
    long overflowed;
    long tooLarge;
    long marked;
    long corrupted;
    long duplicated;
    long reordered;
    long mostQueuedBytes;

    /** Of that rate and round-trip time, with every fault at the worst that a connection is to survive. */
    static SimLink worst(double megabits, double rttMs) {
        long queue = (long) Math.max(30_000, megabits * 1e6 / 8 * rttMs / 1000);
        return new SimLink().latencyMs(rttMs / 2).jitterMs(rttMs / 5).rate(megabits, queue).loss(0.3).reorder(0.5, rttMs / 2).duplicate(0.1).corrupt(0.1);
    }

    /** One way. */
    SimLink latencyNs(long ns) {
        latencyNs = ns;
        return this;
    }

    SimLink latencyMs(double ms) {
        return latencyNs((long) (ms * 1e6));
    }

    /** Up to this much more, in order. */
    SimLink jitterMs(double ms) {
        jitterNs = (long) (ms * 1e6);
        return this;
    }

    SimLink loss(double probability) {
        loss = probability;
        return this;
    }

    /** Gilbert's model: a good link becomes bad with probability {@code enter} at each datagram, loses {@code lossInBurst} while bad, and recovers after {@code meanMs} on average. */
    SimLink bursts(double enter, double meanMs, double lossInBurst) {
        burstEnter = enter;
        burstMeanNs = meanMs * 1e6;
        burstLoss = lossInBurst;
        return this;
    }

    /** So many datagrams come up to {@code ms} later than those behind them. */
    SimLink reorder(double probability, double ms) {
        reorder = probability;
        reorderNs = (long) (ms * 1e6);
        return this;
    }

    SimLink duplicate(double probability) {
        duplicate = probability;
        return this;
    }

    /** So many datagrams have one to eight bytes changed. */
    SimLink corrupt(double probability) {
        corrupt = probability;
        return this;
    }

    /** UDP payloads above vanish without a word. */
    SimLink mtu(int bytes) {
        mtuBytes = bytes;
        return this;
    }

    /** A rate with a queue before it that drops what does not fit. */
    SimLink rate(double megabitsPerSecond, long queueLimitBytes) {
        bitsPerSecond = megabitsPerSecond * 1e6;
        queueBytes = queueLimitBytes;
        return this;
    }

    /** Marks CE what finds more than this in the queue, if it can be marked. */
    SimLink ecnAbove(long bytes) {
        ecnBytes = bytes;
        return this;
    }

    /** Drops early and at random, the more the longer the queue is on average above {@code fromBytes}, up to {@code most} of all where it is full: nobody's timing decides whom that meets. */
    SimLink earlyDrops(double fromBytes, double most) {
        earlyFromBytes = fromBytes;
        earlyMost = most;
        return this;
    }

    /** Clears all ECN bits, as some routers do. */
    SimLink bleachEcn() {
        ecnBleached = true;
        return this;
    }

    /** Nothing passes between the two times. */
    SimLink partition(double fromMs, double toMs) {
        partitionFromNs = (long) (fromMs * 1e6);
        partitionToNs = (long) (toMs * 1e6);
        return this;
    }

    void carry(SimNetwork network, SimNetwork.Host sender, SimNetwork.Host receiver, byte[] bytes, PeerAddress from, PeerAddress to, int ecn) {
        long nowNs = network.nowNs();
        if (bytes.length > mtuBytes) {
            tooLarge++;
            network.note("too large for the path", sender, bytes.length);
            return;
        }
        if (isLost(network, nowNs)) {
            lost++;
            network.note("lost", sender, bytes.length);
            return;
        }
        double queued = bitsPerSecond == 0 ? 0 : Math.max(0, busyUntilNs - nowNs) * bitsPerSecond / 8e9;
        if (queued + bytes.length > queueBytes) {
            overflowed++;
            network.note("overflows the queue", sender, bytes.length);
            return;
        }
        averageBytes += (queued - averageBytes) / 50;
        if (averageBytes > earlyFromBytes && chance(network, earlyMost * (averageBytes - earlyFromBytes) / (queueBytes - earlyFromBytes))) {
            lost++;
            network.note("dropped early", sender, bytes.length);
            return;
        }
        mostQueuedBytes = Math.max(mostQueuedBytes, (long) queued + bytes.length);
        int mark = ecnBleached ? Outgoing.NOT_ECT : ecn;
        if (queued > ecnBytes && mark != Outgoing.NOT_ECT) {
            mark = Outgoing.CE;
            marked++;
        }
        double leavesNs = nowNs;
        if (bitsPerSecond > 0) {
            busyUntilNs = Math.max(busyUntilNs, nowNs) + bytes.length * 8e9 / bitsPerSecond;
            leavesNs = busyUntilNs;
        }
        carried++;
        carriedBytes += bytes.length;
        network.note("sends", sender, bytes.length);
        damage(network, bytes);
        arrive(network, receiver, bytes, from, to, mark, (long) leavesNs);
        if (chance(network, duplicate)) {
            duplicated++;
            arrive(network, receiver, bytes.clone(), from, to, mark, (long) leavesNs);
        }
    }

    private boolean isLost(SimNetwork network, long nowNs) {
        if (nowNs >= partitionFromNs && nowNs < partitionToNs) {
            return true;
        }
        if (burstEnter > 0) {
            // Time ends a burst, not datagrams: one that lasted for so many of them would outlive any backoff.
            if (nowNs >= burstUntilNs && chance(network, burstEnter)) {
                burstUntilNs = nowNs + (long) (-Math.log(1 - network.random.nextDouble()) * burstMeanNs);
            }
            if (nowNs < burstUntilNs && chance(network, burstLoss)) {
                return true;
            }
        }
        return chance(network, loss);
    }

    private void damage(SimNetwork network, byte[] bytes) {
        if (bytes.length == 0 || !chance(network, corrupt)) {
            return;
        }
        corrupted++;
        for (int i = 1 + network.random.nextInt(8); i > 0; i--) {
            bytes[network.random.nextInt(bytes.length)] ^= (byte) (1 + network.random.nextInt(255));
        }
    }

    private void arrive(SimNetwork network, SimNetwork.Host receiver, byte[] bytes, PeerAddress from, PeerAddress to, int ecn, long leavesNs) {
        long atNs = leavesNs + latencyNs + (jitterNs > 0 ? network.random.nextLong(jitterNs + 1) : 0);
        if (chance(network, reorder)) {
            reordered++;
            atNs += 1 + network.random.nextLong(reorderNs + 1);
        } else {
            atNs = Math.max(atNs, lastArrivalNs);
            lastArrivalNs = atNs;
        }
        network.deliver(atNs, receiver, bytes, from, to, ecn);
    }

    private static boolean chance(SimNetwork network, double probability) {
        return probability > 0 && network.random.nextDouble() < probability;
    }
}
