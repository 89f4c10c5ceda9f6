package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.dispatch.DatagramBox;
import io.shockwave.internal.dispatch.SharedExchange;
import io.shockwave.internal.dispatch.Waiter;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Reactor;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** One exchange between the thread that sends a request and the reactor whose connection carries it over HTTP/3. Owned by a {@link ClientExchange}, which reuses it after {@link #awaitFree}. */
final class Http3Call extends SharedExchange {
    /** What the caller's side tells. */
    static final int START = 1 << 1;
    static final int PROGRESS = 1 << 2;
    static final int RELEASE = 1 << 3;
    static final int ABANDON = 1 << 4;
    static final int CANCEL = 1 << 5;
    static final int LEAVE = 1 << 6; // a tunnel that nobody reads or writes any more
    static final int RESET = 1 << 7; // a tunnel
    static final int MALFORMED = 1 << 8; // a tunnel
    static final int DATAGRAMS = 1 << 9;
    /** What was told before is being done, or is about to be. */
    private static final int BUSY = 1 << 31;

    /** How it ended, as the reactor's side tells. */
    enum End { OPEN, COMPLETE, FAILED, REFUSED, UNSUPPORTED }

    /** An interim response, copied, as its fields are gone when the next head comes. */
    record Interim(int status, HeaderBlock fields) {
    }

    private static final Slab UNPOOLED = new Slab(0);
    /** What the caller's side waits for. */
    static final Waiter.Condition<Http3Call> HEAD_OR_INTERIM = call -> call.headDone || call.end != End.OPEN || !call.interims.isEmpty();
    static final Waiter.Condition<Http3Call> CONTENT_OR_END = call -> call.contentEnded || call.hasContent() || call.end != End.OPEN;
    static final Waiter.Condition<Http3Call> ROOM_OR_ANSWER = call -> call.x.outbound.room() > 0 || call.unwanted || call.headDone && call.x.status >= 300 || call.end != End.OPEN;
    static final Waiter.Condition<Http3Call> ROOM_OR_WHOLE_ANSWER = call -> call.contentEnded || ROOM_OR_ANSWER.holds(call);
    static final Waiter.Condition<Http3Call> CONNECTED_OR_OVER = call -> call.connection.isEstablished() || call.headDone || call.end != End.OPEN;
    static final Waiter.Condition<Http3Call> CONTINUE_OR_ANSWER = call -> call.continued || call.headDone || call.end != End.OPEN;
    static final Waiter.Condition<Http3Call> TUNNEL_CONTENT = call -> call.left || CONTENT_OR_END.holds(call);
    static final Waiter.Condition<Http3Call> TUNNEL_ROOM = call -> call.left || call.x.outbound.room() > 0 || call.unwanted || call.end != End.OPEN;
    static final Waiter.Condition<Http3Call> TUNNEL_DATAGRAM = call -> TUNNEL_CONTENT.holds(call) || call.datagrams != null && !call.datagrams.isReceivedEmpty();
    private static final Waiter.Condition<Http3Call> AT_REST = Http3Call::isAtRest;

    // ---- set by the caller's side before START
    Http3ClientConnection connection;
    byte[] host;
    ClientExchange of; // set for a push alone
    boolean holdContent;
    boolean wantsInterims;
    /** It may go out before the connection's handshake is complete. */
    boolean early;
    int bufferBytes;
    DatagramBox datagrams; // of a tunnel; null where it has none

    // ---- told by the reactor's side
    volatile boolean headDone;
    volatile boolean contentEnded;
    volatile boolean continued;
    volatile boolean unwanted; // what is left of the request's content
    volatile boolean sentEarly; // and not refused since
    volatile boolean received; // any byte of the response
    volatile boolean left; // a tunnel that was closed on this side; told by the caller's
    final Waiter writer = new Waiter(); // to a tunnel: may be another thread than the reader
    private final Waiter closer = new Waiter(); // of a tunnel whose reader may still wait
    volatile End end = End.OPEN;
    Violation violation; // before end; null when the connection was lost
    String reason = ""; // before end
    private final Queue<Interim> interims = new ConcurrentLinkedQueue<>();
    boolean isToWake; // the reactor's: it is in the list of its client
    private volatile boolean free = true; // the reactor's side has let go of the exchange

    Http3Call(Exchange x) {
        super(x);
    }

    /** Begins: the fields above it and the exchange's sent half are set. */
    void start(Http3ClientConnection on) {
        begin(on);
        post(START);
    }

    /** Begins without being told to the reactor's side, which began it: a push. */
    void begin(Http3ClientConnection on) {
        connection = on;
        headDone = false;
        contentEnded = false;
        continued = false;
        unwanted = false;
        received = false;
        left = false;
        sentEarly = false;
        end = End.OPEN;
        violation = null;
        reason = "";
        interims.clear();
        free = false;
        renew();
    }

    @Override
    public void post(int bits) {
        Reactor reactor = connection.reactor();
        signal(bits, reactor);
        if (reactor.isOver()) { // and may have ended before it saw this: its connections are closed, and nobody else says so
            dropSignals();
            ended(End.REFUSED, null, "the client is closed");
        }
    }

    @Override
    protected void run(Reactor onReactor) {
        int bits = takeSignals(BUSY);
        try {
            connection.apply(this, bits);
        } finally {
            // Only now may the exchange be used again: what was meant for this one must not reach the next.
            if (!endSignals(BUSY)) {
                onReactor.hand(this);
            } else if (free) {
                wake(); // it is at rest
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

    /** The engine has let go of the exchange: the last that this side does with it. */
    void ended(End how, Violation why, String text) {
        violation = why;
        reason = text;
        end = how;
        free = true;
        wake();
    }

    /** Something changed that a thread of the caller's may wait for: at the end of the turn it finds all that came with it, and is woken once. */
    void wake() {
        if (connection.reactor().isCurrent()) {
            connection.wakeSoon(this);
        } else {
            wakeNow(); // the reactor has ended
        }
    }

    void wakeNow() {
        reader.wake();
        writer.wake();
        closer.wake();
    }

    /** The thread that waits for an answer or the end, for who will wake it together with others; a second one is woken here. */
    Thread waiting() {
        Thread closing = closer.waiting();
        Thread reading = reader.waiting();
        if (reading == null) {
            return closing;
        }
        LockSupport.unpark(closing);
        return reading;
    }

    @Override
    protected void contentCame() {
        if (x.inbound.available() >= Http3Exchange.BUFFER_BYTES / 2) {
            reader.wake(); // so that there is room again when more of a long content has come
        } else {
            wake();
        }
    }

    // ---- the caller's side

    /** Where the limits of waiting ring. */
    Waiter.Alarm newAlarm() {
        return new Waiter.Alarm(reader);
    }

    /** Waits. @return false if the alarm rang before */
    boolean await(Waiter.Condition<Http3Call> condition, Waiter.Alarm alarm) throws InterruptedIOException {
        return reader.await(this, condition, alarm);
    }

    /** Waits. @return false when {@code deadlineNs} of {@link System#nanoTime} passed before */
    boolean await(Waiter.Condition<Http3Call> condition, long deadlineNs) throws InterruptedIOException {
        return reader.await(this, condition, deadlineNs);
    }

    boolean hasContent() {
        return x.inbound.isOpen() && x.inbound.available() > 0;
    }

    /** An interim response that came; null for none. */
    Interim nextInterim() {
        return interims.poll();
    }

    boolean isFree() {
        return free;
    }

    /** Waits until a tunnel that was left has ended. */
    void awaitEnd(long deadlineNs) throws InterruptedIOException {
        closer.await(this, AT_REST, deadlineNs);
    }

    /** Gives the exchange up, if it is still in progress, and waits until the reactor's side has let go of it and has done everything that it was told. */
    void awaitFree() {
        if (isAtRest()) {
            return;
        }
        if (!free) {
            post(CANCEL);
        }
        closer.awaitUninterruptibly(this, AT_REST); // until its reactor's next turn
    }

    private boolean isAtRest() {
        return free && !hasSignals();
    }
}
