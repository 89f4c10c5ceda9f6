package io.shockwave.internal.quic;

/**
 * What one packet-number space has sent and not yet settled, by packet number, in a ring of parallel arrays. Owned by {@link LossRecovery}.
 *
 * <pre>
 *   record() ──▶ OUTSTANDING ──acknowledge()──▶ SETTLED ──▶ forgotten, when all before it are
 *                   │  lose()                      ▲
 *                   └─────────▶ LOST ──acknowledge()  (a spurious loss)
 *   skip()   ──▶ SKIPPED: never sent, so whoever acknowledges it guesses (RFC 9000 21.4)
 * </pre>
 *
 * <p>Settled entries link to what lies below them, with the paths halved at each walk (a union-find), so that an acknowledged range costs what it newly acknowledges and a
 * logarithm, however often a peer repeats it and however many ranges it cuts it into.
 */
final class SentPackets {
    static final int ACK_ELICITING = 1;
    /** Counts against the congestion window: ack-eliciting, or padded (RFC 9002 2). */
    static final int IN_FLIGHT = 1 << 1;
    /** A probe of the path's MTU: its loss is no sign of congestion (RFC 9000 14.4). */
    static final int MTU_PROBE = 1 << 2;
    /** Sent with ECT(0). */
    static final int ECT0 = 1 << 3;
    /** Sent under 0-RTT keys. */
    static final int EARLY_DATA = 1 << 4;
    /** The sender had nothing more to send, so a delivery rate measured with this packet is a lower bound. */
    static final int APP_LIMITED = 1 << 5;

    /** The bits that a sender may give. */
    static final int GIVEN = ACK_ELICITING | IN_FLIGHT | MTU_PROBE | ECT0 | EARLY_DATA;

    private static final int OUTSTANDING = 1 << 8;
    private static final int LOST = 1 << 9;
    private static final int SKIPPED = 1 << 10;
    private static final int STATE = OUTSTANDING | LOST | SKIPPED;

    static final long NONE = -1L;
    /** Of a space that is over: nothing is sent any more. */
    static final SentPackets OVER = new SentPackets(new LongStore(), false);

    private static final int INITIAL_CAPACITY = LongStore.LEAST_LONGS;
    /** 1 Gbit/s over 600 ms is 62,500 packets of 1,200 bytes; four times that bounds the memory that a peer which acknowledges nothing can hold. */
    static final int MAX_SPAN = 1 << 18;
    /** Numbers skipped lately, remembered beyond their place in the ring. */
    private static final int REMEMBERED_SKIPS = 8;

    /** What a packet is and how large: flags below, bytes above. */
    private static final int BYTES_SHIFT = 16;

    private final LongStore store;
    private final boolean sampled;
    /** Made with the first skip: only application packets are skipped. */
    private long[] skips = LongStore.NOTHING;
    private int skipCount;
    private int mask;
    private long base;
    private long next;

    private long[] metas;
    private long[] sentNs;
    /** The owner's handle while outstanding; once settled, a lower number with nothing unsettled between. */
    private long[] handles;
    private long[] delivered;
    private long[] deliveredNs;
    private long[] firstSentNs;
    private long[] lostBefore;
    private long[] txInFlight;

    /**
     * @param store lends the arrays; they are given back when {@link #trim} finds nothing in them
     * @param sampled keeps what delivery-rate samples need, 40 bytes a packet more
     */
    SentPackets(LongStore store, boolean sampled) {
        this.store = store;
        this.sampled = sampled;
        allocate(0);
    }

    private void allocate(int capacity) {
        mask = capacity - 1;
        metas = longs(capacity);
        sentNs = longs(capacity);
        handles = longs(capacity);
        int rates = sampled ? capacity : 0;
        delivered = longs(rates);
        deliveredNs = longs(rates);
        firstSentNs = longs(rates);
        lostBefore = longs(rates);
        txInFlight = longs(rates);
    }

    private long[] longs(int length) {
        return length == 0 ? LongStore.NOTHING : store.lend(length);
    }

    /** Gives all arrays back. */
    private void giveBack() {
        store.giveBack(metas);
        store.giveBack(sentNs);
        store.giveBack(handles);
        store.giveBack(delivered);
        store.giveBack(deliveredNs);
        store.giveBack(firstSentNs);
        store.giveBack(lostBefore);
        store.giveBack(txInFlight);
        allocate(0);
    }

    /** The lowest number still remembered. */
    long base() {
        return base;
    }

    /** The number of the packet to be sent next. */
    long next() {
        return next;
    }

    /** Whether {@link #record} has no room without forgetting something. */
    boolean isFull() {
        return next - base == metas.length;
    }

    /** Whether the ring is at its largest, so that the oldest packet has to go before another is sent. */
    boolean isExhausted() {
        return next - base == MAX_SPAN;
    }

    /** Notes that the next number is sent; the ring doubles when it is full. */
    long record(int packetFlags, int packetBytes, long handle, long nowNs) {
        int i = claim();
        metas[i] = (long) packetBytes << BYTES_SHIFT | packetFlags & GIVEN | OUTSTANDING;
        sentNs[i] = nowNs;
        handles[i] = handle;
        return next++;
    }

    /** What delivery-rate samples need of the packet just recorded. */
    void sample(long number, long deliveredBytes, long deliveredAtNs, long firstSentAtNs, long lostBytes, long inFlightBytes, boolean appLimited) {
        int i = (int) number & mask;
        delivered[i] = deliveredBytes;
        deliveredNs[i] = deliveredAtNs;
        firstSentNs[i] = firstSentAtNs;
        lostBefore[i] = lostBytes;
        txInFlight[i] = inFlightBytes;
        if (appLimited) {
            metas[i] |= APP_LIMITED;
        }
    }

    /** Passes over the next number: it will never be sent. */
    void skip() {
        int i = claim();
        metas[i] = SKIPPED;
        if (skips.length == 0) {
            skips = new long[REMEMBERED_SKIPS];
        }
        skips[skipCount++ & REMEMBERED_SKIPS - 1] = next++;
    }

    private int claim() {
        if (isFull()) {
            grow();
        }
        return (int) next & mask;
    }

    private void grow() {
        int capacity = Math.max(INITIAL_CAPACITY, metas.length * 2);
        if (capacity > MAX_SPAN) {
            throw new IllegalStateException("more than " + MAX_SPAN + " packets unsettled");
        }
        resize(capacity);
    }

    private void resize(int capacity) {
        int oldMask = mask;
        long[] oldMetas = metas;
        long[] oldSent = sentNs;
        long[] oldHandles = handles;
        long[] oldDelivered = delivered;
        long[] oldDeliveredNs = deliveredNs;
        long[] oldFirst = firstSentNs;
        long[] oldLost = lostBefore;
        long[] oldTx = txInFlight;
        allocate(capacity);
        for (long n = base; n < next; n++) {
            int from = (int) n & oldMask;
            int to = (int) n & mask;
            metas[to] = oldMetas[from];
            sentNs[to] = oldSent[from];
            handles[to] = oldHandles[from];
            if (sampled) {
                delivered[to] = oldDelivered[from];
                deliveredNs[to] = oldDeliveredNs[from];
                firstSentNs[to] = oldFirst[from];
                lostBefore[to] = oldLost[from];
                txInFlight[to] = oldTx[from];
            }
        }
        store.giveBack(oldMetas);
        store.giveBack(oldSent);
        store.giveBack(oldHandles);
        store.giveBack(oldDelivered);
        store.giveBack(oldDeliveredNs);
        store.giveBack(oldFirst);
        store.giveBack(oldLost);
        store.giveBack(oldTx);
    }

    /** Gives back memory that a past burst needed. Cheap when there is nothing to give. */
    void trim() {
        if (next == base && metas.length > 0) {
            giveBack();
        } else if (metas.length > INITIAL_CAPACITY && next - base <= metas.length >> 3) {
            resize(Math.max(INITIAL_CAPACITY, metas.length >> 2));
        }
    }

    /** Whether a number between {@code low} and {@code high}, inclusive, was never sent: skipped, or not yet reached. */
    boolean holdsUnsent(long low, long high) {
        if (high >= next) {
            return true;
        }
        for (int i = Math.max(0, skipCount - REMEMBERED_SKIPS); i < skipCount; i++) {
            long skipped = skips[i & REMEMBERED_SKIPS - 1];
            if (skipped >= low && skipped <= high) {
                return true;
            }
        }
        return false;
    }

    /** The highest number from {@code number} down to {@code low} that an acknowledgment would settle, or {@link #NONE}. */
    long unsettledAtOrBelow(long number, long low) {
        long lowest = Math.max(low, base);
        long n = number;
        while (n >= lowest) {
            int i = (int) n & mask;
            if ((metas[i] & STATE) != 0) {
                return n;
            }
            long below = handles[i];
            if (below >= base) {
                int j = (int) below & mask;
                if ((metas[j] & STATE) == 0) {
                    handles[i] = handles[j];
                }
            }
            n = below;
        }
        return NONE;
    }

    boolean isTracked(long number) {
        return number >= base && number < next;
    }

    boolean isOutstanding(long number) {
        return isTracked(number) && (metas[(int) number & mask] & OUTSTANDING) != 0;
    }

    /** The first ack-eliciting packet from {@code number} on whose fate is open, or {@link #NONE}. */
    long outstandingFrom(long number) {
        for (long n = Math.max(number, base); n < next; n++) {
            if (has(n, OUTSTANDING | ACK_ELICITING)) {
                return n;
            }
        }
        return NONE;
    }

    boolean isLost(long number) {
        return isTracked(number) && (metas[(int) number & mask] & LOST) != 0;
    }

    boolean isSkipped(long number) {
        return isTracked(number) && (metas[(int) number & mask] & SKIPPED) != 0;
    }

    /** Acknowledged, outstanding or lost before: it needs no further attention. What else is known of it stays readable until it is forgotten. */
    void settle(long number) {
        int i = (int) number & mask;
        metas[i] &= ~STATE;
        handles[i] = number - 1;
    }

    /** Deemed lost; it stays to recognise a late acknowledgment. Takes the packet out of flight. */
    void lose(long number) {
        int i = (int) number & mask;
        metas[i] = metas[i] & ~(STATE | IN_FLIGHT) | LOST;
    }

    /** No longer counted against the window: what was sent on a path that was left says nothing of the new one. */
    void ground(long number) {
        metas[(int) number & mask] &= ~IN_FLIGHT;
    }

    /**
     * Forgets from the lowest number on what is settled, skipped, or was sent before {@code beforeNs} and lost.
     */
    void forget(long beforeNs) {
        while (base < next) {
            int i = (int) base & mask;
            long state = metas[i] & STATE;
            if ((state & OUTSTANDING) != 0 || (state & LOST) != 0 && sentNs[i] >= beforeNs) {
                return;
            }
            base++;
        }
    }

    /** Forgets the lowest number, whatever its state. */
    void forgetFirst() {
        base++;
    }

    /** Forgets everything; numbers go on. */
    void clear() {
        base = next;
        giveBack();
        skips = LongStore.NOTHING;
        skipCount = 0;
    }

    int flags(long number) {
        return (int) metas[(int) number & mask] & (GIVEN | APP_LIMITED);
    }

    boolean has(long number, int flag) {
        return (metas[(int) number & mask] & flag) == flag;
    }

    int bytes(long number) {
        return (int) (metas[(int) number & mask] >>> BYTES_SHIFT);
    }

    long sentNs(long number) {
        return sentNs[(int) number & mask];
    }

    long handle(long number) {
        return handles[(int) number & mask];
    }

    /** Bytes delivered on the connection when the packet was sent. */
    long delivered(long number) {
        return delivered[(int) number & mask];
    }

    long deliveredNs(long number) {
        return deliveredNs[(int) number & mask];
    }

    long firstSentNs(long number) {
        return firstSentNs[(int) number & mask];
    }

    /** Bytes lost on the connection when the packet was sent. */
    long lostBefore(long number) {
        return lostBefore[(int) number & mask];
    }

    /** Bytes in flight right after the packet was sent, itself included. */
    long txInFlightBytes(long number) {
        return txInFlight[(int) number & mask];
    }
}
