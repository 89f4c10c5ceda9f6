package io.shockwave.internal.net;

import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.StreamEngine;
import io.shockwave.internal.tls.TlsSession;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;

/**
 * A non-blocking stream socket on a reactor: reads into the reactor's buffers, keeps what could not be used or written yet, and ends in good order. Confined to its reactor.
 * Owns no buffer while nothing is in flight.
 *
 * <pre>
 *   OPEN ──finish()──▶ FLUSHING ──all written──▶ LINGERING ──peer's end, bound or time──▶ CLOSED
 *     └───────────────────── failure, close() ──────────────────────────────────────────────▲
 * </pre>
 */
public abstract class TcpChannel implements Reactor.Ready {
    /** What a peer may still send after we ended our side: RFC 9112 9.6 asks to read on, since closing at once may destroy the last response on its way. */
    private static final int MAX_LINGER_BYTES = 1 << 20;
    private static final long LINGER_NS = 2_000_000_000L;
    private static final long SLICE_BYTES = 1L << 20;
    private static final byte[] NOTHING = new byte[0];

    private enum State { OPEN, FLUSHING, LINGERING, CLOSED }

    protected final Reactor reactor;
    private final Wire wire;
    private final int handle; // of the socket on the wire
    private State state = State.OPEN;
    private byte[] kept = NOTHING;
    private int keptOff;
    private int keptLen;
    private byte[] unsent = NOTHING;
    private int unsentOff;
    private int unsentLen;
    private boolean stalled;
    private TlsPipe tls; // null over cleartext
    private boolean peerEnded; // no more plain bytes
    private boolean socketEnded;
    private boolean lost; // the socket failed, which it does when the peer resets the connection
    private int lingered;
    private int timer = -1;
    private long timerNs;
    private long writeDeadlineNs = StreamEngine.NONE; // once all is written, how long to linger

    protected TcpChannel(Reactor reactor, Accepted accepted) {
        this.reactor = reactor;
        this.wire = accepted.wire();
        this.handle = accepted.handle();
    }

    /** Registers it with its reactor; called on the reactor's thread. */
    public final void open() throws IOException {
        wire.register(handle, this, SelectionKey.OP_READ);
        update();
    }

    // ---- to be defined by the protocol

    /** Bytes came; returns how many were used. What is not used is offered again, with what comes later behind it. */
    protected abstract int onBytes(byte[] buf, int off, int len);

    /** Bytes came that may precede the protocol and its TLS; returns how many did. */
    protected abstract int onPreamble(byte[] buf, int off, int len);

    /** The peer will send nothing more. */
    protected abstract void onPeerEnd();

    /** What could not be written before was written. */
    protected abstract void onWritable();

    /** How many bytes may be read now; 0 or less for none. {@code held} bytes wait already. */
    protected abstract int readLimit(int held);

    /** How long the peer may take nothing of what is to be written. */
    protected abstract long writeTimeoutNs();

    /** When {@link #onDeadline} is to be called; {@link StreamEngine#NONE} for never. */
    protected abstract long deadline();

    protected abstract void onDeadline(long nowNs);

    /** Whether the end of the connection tells the peer that what came before it is whole. One that comes too early is a reset then. */
    protected boolean isEndMeant() {
        return false;
    }

    /** It was closed, by either side; {@code clean} if everything was written and the peer did not fail. */
    protected abstract void onClosed(boolean clean);

    // ---- events

    @Override
    public final void onReady(int readyOps) {
        if (state == State.CLOSED) {
            return;
        }
        if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            writable();
        }
        if ((readyOps & SelectionKey.OP_READ) != 0 && state != State.CLOSED) {
            readable();
        }
        update();
    }

    private void readable() {
        int limit = state == State.OPEN ? Math.min(readLimit(keptLen), Reactor.IO_BYTES) : Reactor.IO_BYTES;
        if (limit <= 0) {
            return;
        }
        int n;
        try {
            n = wire.read(handle, reactor.in, limit);
        } catch (IOException e) {
            fail(e);
            return;
        }
        if (n < 0) {
            ended();
        } else if (n > 0) {
            reactor.counters().add(Counters.BYTES_IN, n);
            if (state == State.OPEN) {
                int used = onPreamble(reactor.in, 0, n);
                if (used < n && state == State.OPEN) {
                    if (tls == null) {
                        arrived(reactor.in, used, n - used);
                    } else {
                        tls.decrypt(reactor.in, used, n - used);
                    }
                }
            } else {
                lingered += n;
                if (lingered > MAX_LINGER_BYTES) {
                    shut(false);
                }
            }
        }
    }

    private void ended() {
        if (tls != null && state == State.OPEN && !peerEnded) {
            tls.receiveEnd();
        }
        boolean known = peerEnded;
        peerEnded = true;
        socketEnded = true;
        if (state == State.OPEN) {
            if (!known) {
                onPeerEnd();
            }
        } else if (state == State.LINGERING) {
            shut(true);
        }
    }

    /** Plain bytes from the peer. */
    final void arrived(byte[] buf, int off, int len) {
        if (keptLen == 0) {
            int used = onBytes(buf, off, len);
            if (used < len && state == State.OPEN) {
                keep(buf, off + used, len - used);
            }
        } else {
            keep(buf, off, len);
            offerKept();
        }
    }

    // ---- TLS

    /** Encrypts and decrypts from here on; before {@link #open}. */
    protected final void secure(TlsSession session) {
        tls = new TlsPipe(this, reactor, session);
    }

    /** Whether TLS is on. */
    protected final boolean isSecured() {
        return tls != null;
    }

    /** The session. @throws NullPointerException without TLS */
    protected final TlsSession tlsSession() {
        return tls.session();
    }

    /** How many plain bytes the protocol has room for. */
    final int plainRoom() {
        return Math.max(0, Math.min(readLimit(keptLen), Reactor.IO_BYTES));
    }

    /** The peer ended its side within TLS. */
    final void plainEnded() {
        if (!peerEnded) {
            peerEnded = true;
            onPeerEnd();
        }
    }

    /** The session failed: what it has to say goes out, and nothing else. */
    final void finishUnsent() {
        dropKept();
        state = State.FLUSHING;
        if (unsentLen == 0) {
            startLingering();
        }
    }

    /** Offers again what could not be used, after the protocol stopped being paused. */
    protected final void offerAgain() {
        offerKept();
        if (tls != null) {
            tls.goOn();
        }
    }

    private void offerKept() {
        while (keptLen > 0 && state == State.OPEN) {
            int used = onBytes(kept, keptOff, keptLen);
            if (keptLen == 0) {
                return; // closed meanwhile
            }
            keptOff += used;
            keptLen -= used;
            if (used == 0) {
                return;
            }
        }
        dropKept();
    }

    private void keep(byte[] buf, int off, int len) {
        if (keptOff + keptLen + len > kept.length) {
            byte[] larger = keptLen + len <= kept.length ? kept : reactor.slab().lend(keptLen + len);
            System.arraycopy(kept, keptOff, larger, 0, keptLen);
            if (larger != kept) {
                byte[] old = kept;
                kept = larger;
                if (old.length > 0) {
                    reactor.slab().giveBack(old);
                }
            }
            keptOff = 0;
        }
        System.arraycopy(buf, off, kept, keptOff + keptLen, len);
        keptLen += len;
    }

    private void dropKept() {
        keptOff = 0;
        keptLen = 0;
        if (kept.length > 0) {
            byte[] old = kept;
            kept = NOTHING;
            reactor.slab().giveBack(old);
        }
    }

    private void writable() {
        if (unsentLen > 0) {
            int n = write(unsent, unsentOff, Math.min(unsentLen, Reactor.IO_BYTES));
            if (n < 0) {
                return;
            }
            unsentOff += n;
            unsentLen -= n;
            if (unsentLen > 0) {
                return;
            }
            dropUnsent();
        }
        stalled = false;
        writeDeadlineNs = StreamEngine.NONE;
        if (state == State.FLUSHING) {
            startLingering();
        } else if (state == State.OPEN) {
            onWritable();
        }
    }

    // ---- commands of the protocol

    /** Whether what was written last has not left yet; nothing more may be written before {@link #onWritable}. */
    protected final boolean isBlocked() {
        return unsentLen > 0 || stalled || state != State.OPEN;
    }

    /** Writes these bytes; what the socket does not take is kept. @return false if the connection was lost */
    protected final boolean send(byte[] buf, int off, int len) {
        return tls == null ? sendRaw(buf, off, len) : tls.encrypt(buf, off, len);
    }

    final boolean sendRaw(byte[] buf, int off, int len) {
        if (unsentLen > 0) {
            keepUnsent(buf, off, len);
            return true;
        }
        int n = write(buf, off, len);
        if (n < 0) {
            return false;
        }
        if (n < len) {
            keepUnsent(buf, off + n, len - n);
        }
        return true;
    }

    private void keepUnsent(byte[] buf, int off, int len) {
        if (unsentOff + unsentLen + len > unsent.length) {
            byte[] larger = reactor.slab().lend(unsentLen + len);
            System.arraycopy(unsent, unsentOff, larger, 0, unsentLen);
            if (unsent.length > 0) {
                reactor.slab().giveBack(unsent);
            }
            unsent = larger;
            unsentOff = 0;
        }
        if (unsentLen == 0) {
            writeDeadlineNs = reactor.nowNs() + writeTimeoutNs();
        }
        System.arraycopy(buf, off, unsent, unsentOff + unsentLen, len);
        unsentLen += len;
    }

    private void dropUnsent() {
        unsentOff = 0;
        unsentLen = 0;
        if (unsent.length > 0) {
            byte[] old = unsent;
            unsent = NOTHING;
            reactor.slab().giveBack(old);
        }
    }

    /** Moves bytes from a file to the socket without a copy on the heap. @return the bytes moved; 0 if the socket takes none now, -1 if the file has no more, -2 if the connection was lost */
    protected final long sendFile(FileChannel file, long position, long length) {
        if (tls != null) {
            return sendFileEncrypted(file, position, length);
        }
        try {
            long n = wire.transfer(handle, file, position, Math.min(length, SLICE_BYTES));
            if (n > 0) {
                reactor.counters().add(Counters.BYTES_OUT, n);
                writeDeadlineNs = reactor.nowNs() + writeTimeoutNs();
            }
            if (n < Math.min(length, SLICE_BYTES)) {
                if (n <= 0 && position >= file.size()) {
                    return -1;
                }
                if (writeDeadlineNs == StreamEngine.NONE) {
                    writeDeadlineNs = reactor.nowNs() + writeTimeoutNs();
                }
                stalled = true;
            }
            return n;
        } catch (IOException e) {
            fail(e);
            return -2;
        }
    }

    /**
     * Writes {@code headLen} bytes, of which what the socket does not take is kept, and content behind them, of which nothing is: it stays the caller's, to be offered again once this is no longer
     * {@linkplain #isBlocked blocked}. It lies in {@code memory}, outside the heap, or if that is null in {@code src}. Over cleartext only, and not while blocked. @return the bytes of content that were written; -2 if the connection was lost
     */
    protected final int sendBehind(byte[] head, int headLen, byte[] src, ByteBuffer memory, int off, int len) {
        int slice = (int) Math.min(len, SLICE_BYTES);
        int n;
        try {
            n = memory == null ? wire.writeBehind(handle, head, headLen, src, off, slice) : wire.writeBehind(handle, head, headLen, memory, off, slice);
        } catch (IOException e) {
            fail(e);
            return -2;
        }
        reactor.counters().add(Counters.BYTES_OUT, n);
        if (n > 0 || writeDeadlineNs == StreamEngine.NONE) {
            writeDeadlineNs = reactor.nowNs() + writeTimeoutNs();
        }
        stalled = n < headLen + slice;
        if (n < headLen) {
            keepUnsent(head, n, headLen - n);
            return 0;
        }
        return n - headLen;
    }

    private long sendFileEncrypted(FileChannel file, long position, long length) {
        ByteBuffer view = reactor.outView;
        int n;
        try {
            n = file.read(view.clear().limit((int) Math.min(length, view.capacity())), position);
        } catch (IOException e) {
            fail(e);
            return -2;
        }
        if (n <= 0) {
            return -1;
        }
        return tls.encrypt(reactor.out, 0, n) ? n : -2;
    }

    /** Lets other channels have their turn before this one goes on writing. */
    protected final void yieldWriting() {
        stalled = true;
    }

    private int write(byte[] buf, int off, int len) {
        try {
            int n = wire.write(handle, buf, off, len);
            if (n > 0) {
                reactor.counters().add(Counters.BYTES_OUT, n);
                writeDeadlineNs = reactor.nowNs() + writeTimeoutNs();
            }
            return n;
        } catch (IOException e) {
            fail(e);
            return -1;
        }
    }

    /** Ends this side once all is written, then waits a while for the peer to end its side. */
    protected final void finish() {
        if (state != State.OPEN) {
            return;
        }
        dropKept();
        if (tls != null && !tls.close()) {
            return;
        }
        state = State.FLUSHING;
        if (unsentLen == 0) {
            startLingering();
        }
    }

    private void startLingering() {
        writeDeadlineNs = StreamEngine.NONE;
        if (socketEnded) {
            shut(true);
            return;
        }
        try {
            wire.shutdownOutput(handle);
        } catch (IOException e) {
            fail(e);
            return;
        }
        state = State.LINGERING;
        writeDeadlineNs = reactor.nowNs() + LINGER_NS;
    }

    /** Closes at once; what was not written is lost. */
    public final void close() {
        shut(false);
    }

    private void fail(IOException cause) {
        Log.LOG.log(Level.DEBUG, "a connection was lost", cause);
        lost = true;
        shut(false);
    }

    private void shut(boolean clean) {
        if (state == State.CLOSED) {
            return;
        }
        if (!clean && state != State.LINGERING && isEndMeant()) {
            resetOnClose();
        }
        state = State.CLOSED;
        dropKept();
        dropUnsent();
        if (tls != null) {
            tls.release();
        }
        if (timer >= 0) {
            reactor.timers().cancel(timer);
            timer = -1;
        }
        try {
            wire.close(handle);
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "closing a socket", e);
        }
        onClosed(clean);
    }

    private void resetOnClose() {
        try {
            wire.resetOnClose(handle);
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "resetting a connection", e);
        }
    }

    public final boolean isClosed() {
        return state == State.CLOSED;
    }

    protected final boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether it closed because the socket failed. */
    protected final boolean isLost() {
        return lost;
    }

    /** Whether bytes of the peer wait to be offered again. */
    protected final boolean holdsInput() {
        return keptLen > 0 || holdsEncrypted();
    }

    /** Whether bytes of the peer wait to be decrypted. */
    protected final boolean holdsEncrypted() {
        return tls != null && tls.holdsInput();
    }

    /** Bytes of buffers that it holds now. */
    public final int heldBytes() {
        return kept.length + unsent.length;
    }

    // ---- interest and time

    /** Brings the reactor's interest and the timer in line with the state; to be called at the end of every event. */
    protected final void update() {
        if (state == State.CLOSED) {
            return;
        }
        int ops = 0;
        if (!socketEnded && (tls == null || !tls.isTasking()) && (state != State.OPEN || !peerEnded && readLimit(keptLen) > 0)) {
            ops |= SelectionKey.OP_READ;
        }
        if (unsentLen > 0 || stalled) {
            ops |= SelectionKey.OP_WRITE;
        }
        wire.interest(handle, ops);
        schedule(nextDeadline());
    }

    private long nextDeadline() {
        long own = Math.min(writeDeadline(), lingerDeadline());
        return state == State.OPEN ? Math.min(own, deadline()) : own;
    }

    private long lingerDeadline() {
        return state == State.LINGERING ? writeDeadlineNs : StreamEngine.NONE;
    }

    private long writeDeadline() {
        return unsentLen > 0 || stalled ? writeDeadlineNs : StreamEngine.NONE;
    }

    /** A deadline that moved later leaves the timer alone: when it fires too early, it is set again for the rest. */
    private void schedule(long deadlineNs) {
        if (deadlineNs == StreamEngine.NONE || timer >= 0 && deadlineNs >= timerNs) {
            return;
        }
        long at = Math.max(deadlineNs, 0);
        if (timer >= 0) {
            reactor.timers().reschedule(timer, at);
        } else {
            timer = reactor.timers().schedule(at, this);
        }
        timerNs = deadlineNs;
    }

    @Override
    public final void onTimer(long nowNs) {
        timer = -1;
        if (state == State.CLOSED) {
            return;
        }
        if (writeDeadline() <= nowNs) {
            reactor.counters().increment(Counters.TIMEOUTS);
            Events.timeout("WRITE");
            shut(false);
            return;
        }
        if (lingerDeadline() <= nowNs) {
            shut(true);
            return;
        }
        if (state == State.OPEN && deadline() <= nowNs) {
            onDeadline(nowNs);
        }
        update();
    }

    @Override
    public void onFault(Throwable cause) {
        shut(false);
    }
}
