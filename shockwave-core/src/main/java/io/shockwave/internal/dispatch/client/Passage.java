package io.shockwave.internal.dispatch.client;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection's place in a {@link Convoy}. Its buffer belongs to the thread that has the connection leased in IDLE and DONE, and to the convoy in BUSY.
 *
 * <pre>
 *   IDLE ──send──▶ POSTED ──▶ BUSY ──all sent──▶ WAITING ──readable──▶ BUSY ──▶ DONE ──read──▶ IDLE
 *     └──────────────read──────────────────────────▲           not sent ─┘
 * </pre>
 */
final class Passage {
    /** Before anything was sent, the connection was found closed, or with bytes that nobody had asked for. */
    static final class Stale extends IOException {
        private static final long serialVersionUID = 1L;

        Stale() {
            super("the connection was closed, or bytes came unasked, while it was idle");
        }
    }

    private static final int IDLE = 0;
    private static final int POSTED = 1;
    private static final int WAITING = 2;
    private static final int BUSY = 3;
    private static final int DONE = 4;
    /** So often it is found readable in vain before it is no longer listened to: at first its thread may just be about to wait. */
    private static final int MAX_UNREAD = 3;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Passage.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Convoy convoy;
    private final SocketChannel channel;
    private final SelectionKey key;
    /** The one that was handed over before. */
    Passage next;
    private volatile int state = IDLE;
    private volatile boolean aborted;
    private volatile boolean deaf;
    /** How often it was found readable in vain since it was last read. */
    private volatile int unread;
    private volatile Thread thread;
    private ByteBuffer buffer;
    private int n;
    private boolean unsent;
    private IOException failure;

    Passage(Convoy convoy, SocketChannel channel) throws IOException {
        this.convoy = convoy;
        this.channel = channel;
        channel.configureBlocking(false);
        this.key = convoy.register(channel, this);
    }

    // ---- the thread that has the connection leased

    /** Whether nothing came since it was last read, as far as the convoy saw. */
    boolean isQuiet() {
        return unread == 0;
    }

    /** Whether the convoy no longer listens to it: what came was not read. */
    boolean isDeaf() {
        return deaf;
    }

    /** Hands a request over, whose buffer is the convoy's until {@link #read}, which tells of failures too. */
    void post(ByteBuffer request) {
        buffer = request;
        unsent = false;
        thread = Thread.currentThread();
        state = POSTED;
        convoy.begun();
        convoy.push(this);
    }

    /** Sends a request at once. @return false if not all of it could be sent */
    boolean send(ByteBuffer request) throws IOException {
        if (!write(request)) {
            return false;
        }
        buffer = request;
        convoy.begun();
        return true;
    }

    private boolean write(ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            if (channel.write(request) == 0) {
                return false;
            }
        }
        request.clear();
        return true;
    }

    /** Whether a request was handed over or sent, and its answer has not been awaited. */
    boolean isUnderWay() {
        return buffer != null;
    }

    /** Whether a request was handed over and failed before anything of it was sent. */
    boolean isUnsent() {
        return unsent;
    }

    /** Whether it is better to hand a request over than to send it. */
    boolean isAwaited() {
        return convoy.isWorthWhile();
    }

    boolean isOver() {
        return convoy.isOver();
    }

    /** Waits for bytes, after a request in its buffer and else in {@code dst}: their number, -1 at the end, 0 if not all of the request could be sent. */
    int read(ByteBuffer dst) throws IOException {
        if (buffer != null) {
            try {
                return await();
            } finally {
                convoy.ended();
            }
        }
        int now = channel.read(dst);
        unread = 0;
        if (now != 0) {
            return now;
        }
        buffer = dst;
        return await();
    }

    private int await() throws IOException {
        thread = Thread.currentThread();
        if (state == IDLE) {
            state = WAITING;
            listen();
        }
        if (convoy.isOver()) {
            end();
        }
        boolean withdrawn = false;
        while (state != DONE && !withdrawn) {
            if (!aborted && !Thread.currentThread().isInterrupted()) {
                LockSupport.park(this);
            } else {
                withdrawn = withdraw();
            }
        }
        state = IDLE;
        thread = null;
        buffer = null;
        if (withdrawn) {
            throw aborted ? new AsynchronousCloseException() : new ClosedByInterruptException();
        }
        IOException failed = failure;
        if (failed != null) {
            failure = null;
            throw failed;
        }
        return n;
    }

    /** Takes the buffer back. @return false if the convoy has it now, which is for a moment only, or is done with it */
    private boolean withdraw() {
        int seen = state;
        if ((seen == POSTED || seen == WAITING) && STATE.compareAndSet(this, seen, IDLE)) {
            return true;
        }
        Thread.yield(); // the convoy may be about to run on the same carrier
        return false;
    }

    private void listen() {
        if (deaf) {
            hear();
        }
    }

    private void hear() {
        deaf = false;
        try {
            key.interestOps(SelectionKey.OP_READ);
            convoy.rouse();
        } catch (CancelledKeyException e) {
            // The channel was closed, of which abort tells.
        }
    }

    /** Ends it: the channel blocks again. */
    void leave() throws IOException {
        key.cancel();
        channel.configureBlocking(true);
        convoy.wakeup();
    }

    /** Its channel was closed; from any thread. */
    void abort() {
        aborted = true;
        convoy.wakeup(); // a registered channel is closed there
        Thread waiting = thread;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    // ---- the convoy

    /** Its channel can be read. */
    void readable() {
        if (STATE.compareAndSet(this, WAITING, BUSY)) {
            receive();
            return;
        }
        int seen = unread + 1;
        unread = seen;
        if (seen > MAX_UNREAD) {
            deaf = true;
            key.interestOps(0);
            if (state == WAITING) {
                hear(); // its thread may have said that it waits before the line above, and looked at deaf before or after its line
            }
        }
    }

    private void receive() {
        try {
            n = channel.read(buffer);
            if (n == 0) {
                state = WAITING;
                return;
            }
        } catch (IOException | RuntimeException e) {
            failure = e instanceof IOException io ? io : new IOException(e);
        }
        unread = 0;
        done();
    }

    /** Sends what was handed over. @param reported whether a select since then told of all channels that are listened to and can be read */
    void depart(ByteBuffer peek, boolean reported) {
        if (!STATE.compareAndSet(this, POSTED, BUSY)) {
            return; // withdrawn
        }
        int start = buffer.position();
        try {
            // RFC 9112 9.2: what came while nothing was asked is not the answer to this request.
            if ((unread > 0 || deaf || !reported) && channel.read(peek.clear()) != 0) {
                failure = new Stale();
            } else if (write(buffer)) {
                unread = 0;
                listen();
                state = WAITING;
                return;
            } else {
                n = 0;
            }
        } catch (IOException | RuntimeException e) {
            failure = e instanceof IOException io ? io : new IOException(e);
            unsent = buffer.position() == start;
        }
        done();
    }

    /** There will be no more turns. */
    void end() {
        if (STATE.compareAndSet(this, WAITING, BUSY) || STATE.compareAndSet(this, POSTED, BUSY)) {
            failure = new ClosedChannelException();
            done();
        }
    }

    private void done() {
        Thread waiting = thread;
        state = DONE;
        LockSupport.unpark(waiting);
    }
}
