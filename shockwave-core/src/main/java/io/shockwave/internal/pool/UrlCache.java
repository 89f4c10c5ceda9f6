package io.shockwave.internal.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Parsed URLs by their text: a fixed number of them, the least recently used leaving first.
 * Thread-safe; hits take no lock, {@code lock} guards every change of the table.
 *
 * <p><b>The hash finds, the key decides.</b> A URL's hash gives the start of a window of {@link #PROBES} places in the table,
 * and its node lies in one of them or nowhere. A lookup reads the whole window, past empty places too, so removing a node
 * needs no marker and no node ever moves; a hit is a node whose text equals, character by character. Colliding URLs
 * therefore cost a scan of one window and never answer for each other. When more of them come than a window holds, the oldest
 * in the window leaves although older ones may live elsewhere: the one case where eviction is not by age over all, and
 * with a hash that spreads, a table an eighth full (a quarter with every interned place taken) all but never gets there.
 *
 * <p><b>Recency without a lock.</b> Each node carries the stamp of its last use, and eviction takes the smallest. Stamps come
 * from clocks, one per stripe of threads, because a single clock that each hit moves would be one cache line for all cores to
 * fight over. They are Lamport clocks with the misses as messages:
 * <ul>
 *   <li>a hit takes the larger of its stripe's clock and {@link #epoch}. A node stamped at or after that moment is
 *       already the newest as far as this stripe can know: the stripe's clock catches up and nothing shared is written, so
 *       threads that keep asking for one URL only read. Otherwise clock and node both get the next number;
 *   <li>a miss, under the lock, sets {@code epoch} above every clock, so all uses after it count as later than all before.
 * </ul>
 * For one thread the order is exact. For several it is exact across misses and for each thread's own hits; only two hits by
 * different threads between the same two misses may be taken in either order, which changes which of two entries used a
 * moment ago goes first. Clocks and stamps are written racily (opaque): two threads of one stripe that hit at the same instant may
 * lose an update, with the same effect.
 *
 * <p>Eviction looks at every node. That is a few hundred nanoseconds at 256 nodes, about the price of the parse that caused it, and
 * the reason for {@link #MAX_CAPACITY}.
 */
public final class UrlCache {
    /** What a client keeps unless told otherwise. */
    public static final int DEFAULT_CAPACITY = 256;

    /** Eviction scans all nodes: this many take about ten microseconds. */
    public static final int MAX_CAPACITY = 4_096;

    /** Longer URLs are parsed each time: with this bound a cache of default size holds at most 8 MiB. */
    public static final int MAX_CACHED_LENGTH = 8_192;

    /** Places in which a URL may lie, and so the length of the longest scan. */
    static final int PROBES = 16;

    /** Places per node, interned ones included, so that windows are mostly empty. */
    private static final int SPREAD = 4;

    /** A stripe has two cache lines to itself, since lines are fetched in pairs: its clock, then its hit count. */
    private static final int STRIPE_LONGS = 16;

    private static final int MAX_STRIPES = 64;

    private static final VarHandle NODES = MethodHandles.arrayElementVarHandle(Node[].class);
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle STAMP;
    private static final VarHandle EPOCH;

    static {
        try {
            STAMP = MethodHandles.lookup().findVarHandle(Node.class, "stamp", long.class);
            EPOCH = MethodHandles.lookup().findVarHandle(UrlCache.class, "epoch", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Where an entry lies in the table; the entry itself knows nothing of caches. */
    private static final class Node {
        final long hash;
        final UrlEntry entry;
        /** Guarded by lock. */
        boolean interned;
        /** Racy by design; see the class comment. */
        long stamp;

        Node(long hash, UrlEntry entry, long stamp) {
            this.hash = hash;
            this.entry = entry;
            this.stamp = stamp;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final UrlHash hasher;
    private final int capacity;
    private final Node[] table;
    private final int tableMask;
    private final long[] stripes;
    private final int stripeMask;
    private long epoch;

    private int size;
    private int interned;
    private long misses;
    private long evictions;

    public UrlCache() {
        this(DEFAULT_CAPACITY);
    }

    /** @param capacity how many URLs are kept beside the interned ones, of which there may be as many again */
    public UrlCache(int capacity) {
        this(capacity, new UrlHash(new SplittableRandom(new SecureRandom().nextLong())));
    }

    UrlCache(int capacity, UrlHash hasher) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity is " + capacity + ", not in 1.." + MAX_CAPACITY);
        }
        this.hasher = Objects.requireNonNull(hasher, "hasher");
        this.capacity = capacity;
        table = new Node[ceilingPowerOfTwo(Math.max(PROBES, capacity * 2 * SPREAD))];
        tableMask = table.length - 1;
        int stripeCount = Math.min(MAX_STRIPES, ceilingPowerOfTwo(Runtime.getRuntime().availableProcessors() * 4));
        stripes = new long[(stripeCount + 1) * STRIPE_LONGS];
        stripeMask = stripeCount - 1;
    }

    /**
     * The entry of a URL, parsed when it is not here.
     *
     * @throws IllegalArgumentException as {@link UrlEntry#parse}; what cannot be parsed is not remembered
     */
    public UrlEntry get(CharSequence url) {
        if (url instanceof String text) {
            long hash = hasher.of(text);
            Node node = find(hash, text);
            return node != null ? hit(node) : miss(hash, text);
        }
        long hash = hasher.of(url);
        Node node = find(hash, url);
        return node != null ? hit(node) : miss(url);
    }

    /**
     * The entry of a URL given as ASCII bytes, parsed when it is not here. The bytes are not kept.
     *
     * @throws IllegalArgumentException as {@link UrlEntry#parse}
     */
    public UrlEntry get(byte[] buf, int off, int len) {
        Objects.checkFromIndexSize(off, len, buf.length);
        long hash = hasher.of(buf, off, len);
        Node node = find(hash, buf, off, len);
        return node != null ? hit(node) : miss(new String(buf, off, len, StandardCharsets.ISO_8859_1));
    }

    /**
     * Keeps a URL for good: it no longer counts against the capacity and is never evicted.
     *
     * @throws IllegalArgumentException as {@link UrlEntry#parse}, and for one longer than {@link #MAX_CACHED_LENGTH}
     * @throws IllegalStateException when as many are interned as the capacity
     */
    public UrlEntry intern(CharSequence url) {
        String text = url.toString();
        if (text.length() > MAX_CACHED_LENGTH) {
            throw new IllegalArgumentException(
                    "a URL of " + text.length() + " characters cannot be interned; the bound is " + MAX_CACHED_LENGTH);
        }
        UrlEntry parsed = UrlParser.parse(text);
        long hash = hasher.of(text);
        lock.lock();
        try {
            Node node = find(hash, text);
            if (node != null && node.interned) {
                return node.entry;
            }
            if (interned == capacity) {
                throw new IllegalStateException("all " + capacity + " places for interned URLs are taken");
            }
            if (node != null) {
                size--;
            } else {
                node = new Node(hash, parsed, nextEpoch());
                int place = placeFor(hash);
                if (place < 0) {
                    throw new IllegalStateException(PROBES + " interned URLs share one hash");
                }
                NODES.setRelease(table, place, node);
            }
            node.interned = true;
            interned++;
            return node.entry;
        } finally {
            lock.unlock();
        }
    }

    /** How many URLs are kept, the interned ones not counted. */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    public int interned() {
        lock.lock();
        try {
            return interned;
        } finally {
            lock.unlock();
        }
    }

    /** Lookups answered from the table. Exact for one thread; threads that count at the same instant may lose one. */
    public long hits() {
        long sum = 0;
        for (int stripe = 1; stripe <= stripeMask + 1; stripe++) {
            sum += (long) LONGS.getOpaque(stripes, stripe * STRIPE_LONGS + 1);
        }
        return sum;
    }

    /** Lookups that had to parse, and did. */
    public long misses() {
        lock.lock();
        try {
            return misses;
        } finally {
            lock.unlock();
        }
    }

    public long evictions() {
        lock.lock();
        try {
            return evictions;
        } finally {
            lock.unlock();
        }
    }

    private Node find(long hash, String text) {
        for (int i = 0; i < PROBES; i++) {
            Node node = (Node) NODES.getAcquire(table, (int) hash + i & tableMask);
            if (node != null && node.hash == hash && node.entry.text().equals(text)) {
                return node;
            }
        }
        return null;
    }

    private Node find(long hash, CharSequence text) {
        for (int i = 0; i < PROBES; i++) {
            Node node = (Node) NODES.getAcquire(table, (int) hash + i & tableMask);
            if (node != null && node.hash == hash && node.entry.text().contentEquals(text)) {
                return node;
            }
        }
        return null;
    }

    private Node find(long hash, byte[] buf, int off, int len) {
        for (int i = 0; i < PROBES; i++) {
            Node node = (Node) NODES.getAcquire(table, (int) hash + i & tableMask);
            if (node != null && node.hash == hash) {
                byte[] text = node.entry.textBytes();
                if (Arrays.equals(text, 0, text.length, buf, off, off + len)) {
                    return node;
                }
            }
        }
        return null;
    }

    private UrlEntry hit(Node node) {
        int clock = (1 + ((int) Thread.currentThread().threadId() & stripeMask)) * STRIPE_LONGS;
        long now = Math.max((long) LONGS.getOpaque(stripes, clock), (long) EPOCH.getOpaque(this));
        long used = (long) STAMP.getOpaque(node);
        if (used < now) {
            used = now + 1;
            STAMP.setOpaque(node, used);
        }
        LONGS.setOpaque(stripes, clock, used);
        LONGS.setOpaque(stripes, clock + 1, (long) LONGS.getOpaque(stripes, clock + 1) + 1);
        return node.entry;
    }

    private UrlEntry miss(CharSequence url) {
        // Read once more as a whole: from here on a text that its owner changes meanwhile does no harm.
        String text = url.toString();
        return miss(hasher.of(text), text);
    }

    private UrlEntry miss(long hash, String text) {
        UrlEntry parsed = UrlParser.parse(text);
        lock.lock();
        try {
            misses++;
            if (text.length() > MAX_CACHED_LENGTH) {
                return parsed;
            }
            Node other = find(hash, text);
            if (other != null) {
                STAMP.setOpaque(other, nextEpoch());
                return other.entry; // another thread has parsed it meanwhile
            }
            int place = placeFor(hash);
            if (place < 0) {
                return parsed; // a window full of interned nodes: this one goes without a place
            }
            if (size == capacity) {
                evict(oldest(0, table.length));
            }
            size++;
            NODES.setRelease(table, place, new Node(hash, parsed, nextEpoch()));
            return parsed;
        } finally {
            lock.unlock();
        }
    }

    /** An empty place in the window, made by evicting its oldest when there is none; -1 when all are interned. */
    private int placeFor(long hash) {
        for (int i = 0; i < PROBES; i++) {
            int place = (int) hash + i & tableMask;
            if (table[place] == null) {
                return place;
            }
        }
        int place = oldest((int) hash, PROBES);
        if (place >= 0) {
            evict(place);
        }
        return place;
    }

    private void evict(int place) {
        NODES.setRelease(table, place, null);
        size--;
        evictions++;
    }

    private int oldest(int from, int count) {
        int oldest = -1;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int place = from + i & tableMask;
            Node node = table[place];
            if (node != null && !node.interned) {
                long stamp = (long) STAMP.getOpaque(node);
                if (stamp < least) {
                    least = stamp;
                    oldest = place;
                }
            }
        }
        return oldest;
    }

    /** Moves {@link #epoch} above all clocks; the new value is the stamp of the node being added. */
    private long nextEpoch() {
        long latest = epoch;
        for (int stripe = 1; stripe <= stripeMask + 1; stripe++) {
            latest = Math.max(latest, (long) LONGS.getOpaque(stripes, stripe * STRIPE_LONGS));
        }
        EPOCH.setOpaque(this, latest + 1);
        return latest + 1;
    }

    private static int ceilingPowerOfTwo(int n) {
        return 1 << 32 - Integer.numberOfLeadingZeros(n - 1);
    }
}
