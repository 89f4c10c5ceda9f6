package io.shockwave.internal.pool;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What origins said of their alternatives (RFC 7838), and which of those did not work. Thread-safe; guarded by lock. Bounded: the origin that was not asked for longest is forgotten first.
 * An origin's word counts for that origin alone.
 */
public final class AltSvcCache {
    /** How many origins are remembered. */
    public static final int DEFAULT_ORIGINS = 1_024;
    /** An alternative that failed is tried again after this, and after twice as long each time it fails again. */
    public static final long FIRST_BREAK_MS = 300_000;
    public static final long LONGEST_BREAK_MS = 172_800_000;

    private static final String H3 = "h3";

    private static final class Known {
        AltService service;
        long brokenUntilMs;
        int failures;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final AltSvcDecoder decoder = new AltSvcDecoder();
    private final Map<Origin, Known> entries;

    public AltSvcCache(int maxOrigins) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Origin, Known> eldest) {
                return size() > maxOrigins;
            }
        };
    }

    /**
     * Reads the Alt-Svc fields of a response that the origin itself gave over a secured connection. A response without any changes nothing.
     *
     * @param ageS the value of its Age field; 0 for none
     */
    public void learn(Origin origin, HeaderBlock received, long ageS, long nowMs) {
        int index = received.indexOf(HeaderName.ALT_SVC, 0);
        if (index < 0 || !origin.isSecure()) {
            return;
        }
        lock.lock();
        try {
            AltService found = null;
            for (; index >= 0; index = received.indexOf(HeaderName.ALT_SVC, index + 1)) {
                byte[] page = received.bytes();
                int off = received.valueOff(index);
                int len = received.valueLen(index);
                if (AltSvcDecoder.isClear(page, off, len)) {
                    entries.remove(origin);
                    return;
                }
                AltService first = firstUsable(origin, page, off, len, ageS, nowMs);
                if (!decoder.isValid()) {
                    return;
                }
                found = found == null ? first : found;
            }
            replace(origin, found);
        } finally {
            lock.unlock();
        }
    }

    private AltService firstUsable(Origin origin, byte[] page, int off, int len, long ageS, long nowMs) {
        AltService first = null;
        decoder.start(page, off, len);
        while (decoder.next()) {
            long leftS = decoder.maxAgeS() - ageS;
            if (first == null && leftS > 0 && decoder.protocol().equals(H3)) {
                String host = decoder.host().isEmpty() ? origin.host() : decoder.host();
                first = new AltService(origin, host, decoder.port(), nowMs + leftS * 1_000, decoder.isPersistent());
            }
        }
        return first;
    }

    /** RFC 7838 3: what a response names replaces all that was known. What failed at the same place stays remembered as failed. */
    private void replace(Origin origin, AltService found) {
        Known entry = entries.get(origin);
        if (found == null) {
            if (entry != null) {
                entries.remove(origin);
            }
            return;
        }
        if (entry == null) {
            entry = new Known();
            entries.put(origin, entry);
        } else if (entry.service.port() != found.port() || !entry.service.host().equals(found.host())) {
            entry.brokenUntilMs = 0;
            entry.failures = 0;
        }
        entry.service = found;
    }

    /** The alternative to try for an origin now; null if none is known, or it failed lately. */
    public AltService find(Origin origin, long nowMs) {
        if (!origin.isSecure()) {
            return null;
        }
        lock.lock();
        try {
            Known entry = entries.get(origin);
            if (entry == null) {
                return null;
            }
            if (entry.service.untilMs() <= nowMs) {
                entries.remove(origin);
                return null;
            }
            return entry.brokenUntilMs > nowMs ? null : entry.service;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #find}, for an origin that has not said where: at its own host and port. */
    public AltService assume(Origin origin, long nowMs) {
        lock.lock();
        try {
            Known known = entries.get(origin);
            if (known == null || known.service.untilMs() <= nowMs) {
                known = new Known();
                known.service = new AltService(origin, origin.host(), origin.port(), Long.MAX_VALUE, false);
                entries.put(origin, known);
            }
            return known.brokenUntilMs > nowMs ? null : known.service;
        } finally {
            lock.unlock();
        }
    }

    /** The alternative could not be used: it is left alone for a while. */
    public void failed(AltService service, long nowMs) {
        lock.lock();
        try {
            Known entry = entries.get(service.origin());
            if (entry != null && isAt(entry, service)) {
                entry.brokenUntilMs = nowMs + Math.min(LONGEST_BREAK_MS, FIRST_BREAK_MS << Math.min(entry.failures, 20));
                entry.failures++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The alternative was used. */
    public void worked(AltService service) {
        lock.lock();
        try {
            Known entry = entries.get(service.origin());
            if (entry != null && isAt(entry, service)) {
                entry.failures = 0;
                entry.brokenUntilMs = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isAt(Known entry, AltService service) {
        return entry.service.port() == service.port() && entry.service.host().equals(service.host());
    }

    /** RFC 7838 2.2: what is not marked as persistent is forgotten, and what failed may work now. */
    public void networkChanged() {
        lock.lock();
        try {
            entries.values().removeIf(entry -> !entry.service.persistent());
            for (Known entry : entries.values()) {
                entry.brokenUntilMs = 0;
                entry.failures = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The origin's alternative did not know the origin (421): it is forgotten (RFC 7838 6). */
    public void forget(Origin origin) {
        lock.lock();
        try {
            entries.remove(origin);
        } finally {
            lock.unlock();
        }
    }

    /** How many origins have one. */
    public int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
