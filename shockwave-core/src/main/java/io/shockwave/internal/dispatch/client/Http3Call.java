package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One exchange between the thread that sends a request and the reactor whose connection carries it over HTTP/3. Owned by a {@link ClientExchange}, which reuses it after {@link #awaitFree}.
 *
 * <p>The two sides share the byte rings of the exchange and the volatile fields below. The caller's side tells the reactor's by {@link #post}; the reactor's side wakes the thread that said it waits.
 */
final class Http3Call extends Handoff.Task {
    /** What the caller's side tells. */
    static final int START = 1;
    static final int PROGRESS = 1 << 1;
    static final int RESUME = 1 << 2;
    static final int RELEASE = 1 << 3;
    static final int ABANDON = 1 << 4;
    static final int CANCEL = 1 << 5;
    /** What was told before is being done, or is about to be. */
    private static final int BUSY = 1 << 31;

    /** How it ended, as the reactor's side tells. */
    enum End { OPEN, COMPLETE, FAILED, REFUSED }

    /** An interim response, copied, as its fields are gone when the next head comes. */
    record Interim(int status, HeaderBlock fields) {
    }

    private static final Slab UNPOOLED = new Slab(0);
    private static final VarHandle SIGNALS;

    static {
        try {
            SIGNALS = MethodHandles.lookup().findVarHandle(Http3Call.class, "signals", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Exchange x;
    private volatile int signals;
    private volatile Thread waiter;

    // ---- set by the caller's side before START
    Http3ClientConnection connection;
    byte[] host;
    boolean holdContent;
    boolean wantsInterims;
    int bufferBytes;

    // ---- told by the reactor's side
    volatile boolean headDone;
    volatile boolean contentEnded;
    volatile boolean continued;
    volatile boolean unwanted; // what is left of the request's content
    volatile boolean full; // the ring had no room for content that is there
    volatile boolean received; // any byte of the response
    volatile End end = End.OPEN;
    Violation violation; // before end; null when the connection was lost
    String reason = ""; // before end
    private final Queue<Interim> interims = new ConcurrentLinkedQueue<>();
    private volatile boolean free = true; // the reactor's side has let go of the exchange

    /** What is waited for; made once. */
    final Condition headOrInterim = () -> headDone || end != End.OPEN || !interims.isEmpty();
    final Condition contentOrEnd;
    final Condition roomOrAnswer;
    final Condition continueOrAnswer = () -> continued || headDone || end != End.OPEN;

    Http3Call(Exchange x) {
        this.x = x;
        contentOrEnd = () -> contentEnded || x.inbound.isOpen() && x.inbound.available() > 0 || end != End.OPEN;
        roomOrAnswer = () -> x.outbound.room() > 0 || unwanted || headDone && x.status >= 300 || end != End.OPEN;
    }

    /** Begins: the fields above it and the exchange's sent half are set. */
    void start(Http3ClientConnection on) {
        connection = on;
        headDone = false;
        contentEnded = false;
        continued = false;
        unwanted = false;
        full = false;
        received = false;
        end = End.OPEN;
        violation = null;
        reason = "";
        interims.clear();
        free = false;
        x.owner = this;
        post(START);
    }

    void post(int bits) {
        Reactor reactor = connection.reactor();
        if ((int) SIGNALS.getAndBitwiseOr(this, bits) == 0) {
            reactor.hand(this);
        }
        if (reactor.isOver()) { // and may have ended before it saw this: its connections are closed, and nobody else says so
            signals = 0;
            ended(End.REFUSED, null, "the client is closed");
        }
    }

    @Override
    protected void run(Reactor onReactor) {
        int bits = (int) SIGNALS.getAndSet(this, BUSY);
        try {
            connection.apply(this, bits & ~BUSY);
        } finally {
            // Only now may the exchange be used again: what was meant for this one must not reach the next.
            if (SIGNALS.compareAndSet(this, BUSY, 0)) {
                wake();
            } else {
                onReactor.hand(this);
            }
        }
    }

    @Override
    protected void failed(Reactor onReactor, Throwable cause) {
        connection.fault(cause);
    }

    // ---- the reactor's side

    /** Copies an interim head for the caller. */
    void addInterim() {
        if (wantsInterims) {
            HeaderBlock fields = new HeaderBlock(UNPOOLED, new Lifetime());
            fields.copyFrom(x.received);
            interims.add(new Interim(x.status, fields));
        }
    }

    /** Puts content into the ring. @return how much found room */
    int offerContent(byte[] buf, int off, int len) {
        int n = x.inbound.write(buf, off, len);
        while (n < len) {
            full = true;
            VarHandle.fullFence();
            int more = x.inbound.write(buf, off + n, len - n);
            if (more == 0) {
                break;
            }
            n += more;
        }
        if (n == len) {
            full = false;
        }
        wake();
        return n;
    }

    /** The engine has let go of the exchange: the last that this side does with it. */
    void ended(End how, Violation why, String text) {
        violation = why;
        reason = text;
        end = how;
        free = true;
        wake();
    }

    void wake() {
        VarHandle.fullFence();
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    // ---- the caller's side

    /** What the caller's side can wait for; checked again after each wake-up. */
    interface Condition {
        boolean holds();
    }

    /** Waits. @return false when {@code deadlineNs} of {@link System#nanoTime} passed before */
    boolean await(Condition condition, long deadlineNs) throws InterruptedIOException {
        if (condition.holds()) {
            return true;
        }
        waiter = Thread.currentThread();
        try {
            VarHandle.fullFence();
            while (!condition.holds()) {
                long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, leftNs);
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while the exchange was in progress");
                }
            }
            return true;
        } finally {
            waiter = null;
        }
    }

    /** Content was read from the ring: lets the reactor go on if it waits for room, once there is enough to be worth a turn. */
    void tookContent() {
        VarHandle.fullFence();
        if (full && x.inbound.room() >= x.inbound.capacity() / 2) {
            full = false;
            post(RESUME);
        }
    }

    /** An interim response that came; null for none. */
    Interim nextInterim() {
        return interims.poll();
    }

    boolean isFree() {
        return free;
    }

    /** Gives the exchange up, if it is still in progress, and waits until the reactor's side has let go of it and has done everything that it was told. */
    void awaitFree() {
        if (isAtRest()) {
            return;
        }
        if (!free) {
            post(CANCEL);
        }
        boolean interrupted = false;
        waiter = Thread.currentThread();
        VarHandle.fullFence();
        while (!isAtRest()) {
            LockSupport.park(this); // until its reactor's next turn
            interrupted |= Thread.interrupted();
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAtRest() {
        return free && signals == 0;
    }
}
