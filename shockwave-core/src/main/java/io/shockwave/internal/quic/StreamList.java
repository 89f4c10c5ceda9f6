package io.shockwave.internal.quic;

/** A doubly linked list through the streams themselves: adding and removing cost no memory and no search. Owned by what uses it; a stream is in one list of each slot at most. */
final class StreamList {
    /** Streams with new bytes to send: one list for each urgency and kind. */
    static final int READY = 0;
    /** Streams with frames of control to send. */
    static final int CONTROL = 1;
    /** Streams with bytes to send again. */
    static final int LOST = 2;
    /** Streams whose last write was not taken whole. */
    static final int WAITING = 3;
    /** Streams that are closed, to be reused once no caller can be working on them. */
    static final int DEAD = 4;
    static final int SLOTS = 5;

    private final int slot;
    private QuicStream head;
    private QuicStream tail;

    StreamList(int slot) {
        this.slot = slot;
    }

    QuicStream first() {
        return head;
    }

    QuicStream after(QuicStream s) {
        return s.next[slot];
    }

    boolean isEmpty() {
        return head == null;
    }

    boolean contains(QuicStream s) {
        return s.memberOf[slot] == this;
    }

    /** Adds a stream at the end; it may be in the list already. */
    void addLast(QuicStream s) {
        if (s.memberOf[slot] == null) {
            link(s, tail);
        }
    }

    /** Adds a stream behind all that have lower ids. New streams have the highest, so the search is from the end. */
    void addById(QuicStream s) {
        if (s.memberOf[slot] != null) {
            return;
        }
        QuicStream prior = tail;
        while (prior != null && prior.id > s.id) {
            prior = prior.previous[slot];
        }
        link(s, prior);
    }

    /** Takes a stream out, if it is in. */
    void remove(QuicStream s) {
        if (s.memberOf[slot] != this) {
            return;
        }
        QuicStream prior = s.previous[slot];
        QuicStream following = s.next[slot];
        if (prior == null) {
            head = following;
        } else {
            prior.next[slot] = following;
        }
        if (following == null) {
            tail = prior;
        } else {
            following.previous[slot] = prior;
        }
        s.previous[slot] = null;
        s.next[slot] = null;
        s.memberOf[slot] = null;
    }

    /** Takes a stream out of whichever lists it is in. */
    static void removeFromAll(QuicStream s) {
        for (int i = 0; i < SLOTS; i++) {
            if (s.memberOf[i] != null) {
                s.memberOf[i].remove(s);
            }
        }
    }

    private void link(QuicStream s, QuicStream prior) {
        QuicStream following = prior == null ? head : prior.next[slot];
        s.previous[slot] = prior;
        s.next[slot] = following;
        s.memberOf[slot] = this;
        if (prior == null) {
            head = s;
        } else {
            prior.next[slot] = s;
        }
        if (following == null) {
            tail = s;
        } else {
            following.previous[slot] = s;
        }
    }
}
