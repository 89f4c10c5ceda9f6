package io.shockwave.internal.dispatch;

import io.shockwave.ArenaSlice;
import io.shockwave.Ascii;
import io.shockwave.internal.memory.ArenaViews;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Scratch;
import io.shockwave.server.Connection;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** What handlers left with a connection; made when one asks. Owned by its connection, which ends it. Thread-safe; guarded by lock. */
final class ConnectionState implements Connection {
    private static final int MOST_BYTES = 1 << 16;
    /** In place of one, for a connection that ended. */
    static final ConnectionState ENDED = new ConnectionState();

    /** Guards whether a connection has one, as several handlers may ask at once while it ends. */
    static final ReentrantLock MAKING = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Lifetime life = new Lifetime();
    private final Scratch scratch;
    private final ArenaViews views;
    private Object attachment = this; // stands for none
    private boolean ended;

    private ConnectionState() {
        scratch = null;
        views = null;
        ended = true;
    }

    ConnectionState(ChunkStore store, int maxArenaBytes) {
        scratch = new Scratch(store, Math.min(MOST_BYTES, maxArenaBytes), "a connection may keep");
        views = new ArenaViews(scratch, life, false);
    }

    /** Its memory is left to the collector rather than lent to the next: a handler on another thread may be reading it at this moment. */
    void end() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                attachment = this;
                life.advance();
                scratch.forget();
            }
        } finally {
            lock.unlock();
        }
    }

    private void enter() {
        lock.lock();
        if (ended) {
            lock.unlock();
            throw new IllegalStateException("the connection was closed");
        }
    }

    @Override
    public <T> T attachment(Class<T> type, T absent) {
        enter();
        try {
            return attachment != this && type.isInstance(attachment) ? type.cast(attachment) : absent;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void attach(Object value) {
        Objects.requireNonNull(value, "value");
        enter();
        attachment = value;
        lock.unlock();
    }

    @Override
    public ArenaSlice keep(byte[] src, int off, int len) {
        enter();
        try {
            return views.copy(src, off, len);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ArenaSlice keep(CharSequence text) {
        enter();
        try {
            return text instanceof Ascii ? views.out(text.length()).ascii(text).slice() : views.out(text.length()).utf8(text).slice();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int heldBytes() {
        enter();
        int held = scratch.heldBytes();
        lock.unlock();
        return held;
    }

    @Override
    public int limitBytes() {
        enter();
        int limit = scratch.limitBytes();
        lock.unlock();
        return limit;
    }
}
