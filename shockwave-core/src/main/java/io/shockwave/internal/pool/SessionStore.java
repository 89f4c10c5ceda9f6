package io.shockwave.internal.pool;

import io.shockwave.internal.tls13.SessionTicket;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What servers gave a client for its next connection: sessions to resume (RFC 8446 4.6.1) and tokens that prove its address (RFC 9000 8.1.3). Thread-safe; guarded by lock. Whatever is taken is gone: a ticket
 * or token that was used twice would tell who watches that both connections are one client's (RFC 8446 C.4, RFC 9000 8.1.3). Bounded in places, in tickets and tokens of each, and in bytes: the place that was
 * not asked for longest is forgotten first.
 *
 * <p>All of a place ends with the TLS material it was made under, and all there is ends when the way to a place begins at another address than before: the network has changed.
 */
public final class SessionStore {
    public static final int MAX_PLACES = 256;
    /** A server gives one or two at once; more would only grow old. */
    public static final int MAX_TICKETS = 4;
    public static final int MAX_TOKENS = 4;
    /** All together; most of it is servers' certificates, which sessions are resumed without seeing again. */
    public static final int MAX_BYTES = 1 << 20;
    /** A ticket and what belongs to it: larger ones leave no room in the first packets that they are sent in. */
    public static final int MAX_TICKET_BYTES = 1 << 14;

    private static final byte[] NO_TOKEN = {};

    private static final class Kept {
        final Object generation;
        final InetAddress local;
        final ArrayDeque<SessionTicket> tickets = new ArrayDeque<>(2);
        final ArrayDeque<byte[]> tokens = new ArrayDeque<>(2);
        int bytes;

        Kept(Object generation, InetAddress local) {
            this.generation = generation;
            this.local = local;
        }

        boolean isEmpty() {
            return tickets.isEmpty() && tokens.isEmpty();
        }

        void wipe() {
            for (SessionTicket ticket : tickets) {
                ticket.wipe();
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<AltPlace, Kept> places = new LinkedHashMap<>(16, 0.75f, true);
    private int bytes;

    /**
     * Keeps a session, the newest first.
     *
     * @param generation of the TLS material that the connection was made under
     * @param local the address that the connection goes out from
     */
    public void addTicket(AltPlace place, Object generation, InetAddress local, SessionTicket ticket) {
        int size = ticket.keptBytes();
        if (size > MAX_TICKET_BYTES) {
            ticket.wipe();
            return;
        }
        lock.lock();
        try {
            Kept kept = at(place, generation, local);
            if (kept.tickets.size() == MAX_TICKETS) {
                dropTicket(kept, kept.tickets.removeLast());
            }
            kept.tickets.addFirst(ticket);
            count(kept, size);
            trim();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a token, the newest first. Parameters as {@link #addTicket}. */
    public void addToken(AltPlace place, Object generation, InetAddress local, byte[] token) {
        lock.lock();
        try {
            Kept kept = at(place, generation, local);
            if (kept.tokens.size() == MAX_TOKENS) {
                count(kept, -kept.tokens.removeLast().length);
            }
            kept.tokens.addFirst(token);
            count(kept, token.length);
            trim();
        } finally {
            lock.unlock();
        }
    }

    /** What is kept for the place under these conditions; what is there under others is forgotten. */
    private Kept at(AltPlace place, Object generation, InetAddress local) {
        Kept kept = places.get(place);
        if (kept != null && (kept.generation != generation || !kept.local.equals(local))) {
            forget(place, kept);
            kept = null;
        }
        if (kept == null) {
            kept = new Kept(generation, local);
            places.put(place, kept);
        }
        return kept;
    }

    private void count(Kept kept, int change) {
        kept.bytes += change;
        bytes += change;
    }

    private void dropTicket(Kept kept, SessionTicket ticket) {
        count(kept, -ticket.keptBytes());
        ticket.wipe();
    }

    private void trim() {
        Iterator<Kept> eldest = places.values().iterator();
        while (places.size() > MAX_PLACES || bytes > MAX_BYTES) {
            Kept kept = eldest.next();
            bytes -= kept.bytes;
            kept.wipe();
            eldest.remove();
        }
    }

    private void forget(AltPlace place, Kept kept) {
        bytes -= kept.bytes;
        kept.wipe();
        places.remove(place);
    }

    /**
     * Takes the newest session of a place that can still be resumed.
     *
     * @return null if there is none
     */
    public SessionTicket takeTicket(AltPlace place, Object generation, InetAddress local, long nowMs) {
        lock.lock();
        try {
            Kept kept = usable(place, generation, local);
            SessionTicket found = null;
            while (kept != null && found == null && !kept.tickets.isEmpty()) {
                SessionTicket next = kept.tickets.removeFirst();
                count(kept, -next.keptBytes());
                if (next.isUsable(nowMs)) {
                    found = next;
                } else {
                    next.wipe();
                }
            }
            removeIfEmpty(place, kept);
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the newest token of a place. @return empty if there is none */
    public byte[] takeToken(AltPlace place, Object generation, InetAddress local) {
        lock.lock();
        try {
            Kept kept = usable(place, generation, local);
            if (kept == null || kept.tokens.isEmpty()) {
                return NO_TOKEN;
            }
            byte[] token = kept.tokens.removeFirst();
            count(kept, -token.length);
            removeIfEmpty(place, kept);
            return token;
        } finally {
            lock.unlock();
        }
    }

    private Kept usable(AltPlace place, Object generation, InetAddress local) {
        Kept kept = places.get(place);
        if (kept == null) {
            return null;
        }
        if (kept.generation != generation) {
            forget(place, kept);
            return null;
        }
        if (kept.local.equals(local)) {
            return kept;
        }
        if (kept.local.getClass() == local.getClass()) {
            clearAll();
        }
        return null; // by the other family there is another way, and its tokens are others
    }

    private void removeIfEmpty(AltPlace place, Kept kept) {
        if (kept != null && kept.isEmpty()) {
            places.remove(place);
        }
    }

    /** Forgets everything: another network would see who comes from the one before. */
    public void clear() {
        lock.lock();
        try {
            clearAll();
        } finally {
            lock.unlock();
        }
    }

    private void clearAll() {
        for (Kept kept : places.values()) {
            kept.wipe();
        }
        places.clear();
        bytes = 0;
    }

    public int places() {
        lock.lock();
        try {
            return places.size();
        } finally {
            lock.unlock();
        }
    }

    /** Sessions of all places. */
    public int tickets() {
        lock.lock();
        try {
            int count = 0;
            for (Kept kept : places.values()) {
                count += kept.tickets.size();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Tokens of all places. */
    public int tokens() {
        lock.lock();
        try {
            int count = 0;
            for (Kept kept : places.values()) {
                count += kept.tokens.size();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of what is kept. */
    public int bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
