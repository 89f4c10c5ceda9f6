package io.shockwave.internal.dispatch;

import io.shockwave.BodyReader;
import io.shockwave.HttpException;
import io.shockwave.internal.events.ServerRequestEvent;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.net.Reactor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** One exchange between a connection on its reactor and a handler that may run on another thread. Reused by its reactor once both have ended with it. */
final class ServerExchange extends SharedExchange {
    /** What the handler's side tells. */
    static final int WANT_CONTENT = 1 << 1;
    static final int INTERIM = 1 << 2;
    static final int RESPOND = 1 << 3;
    static final int TUNNEL = 1 << 4;
    static final int FLUSH = 1 << 5;
    static final int ABANDON = 1 << 6;
    static final int ABORT = 1 << 7;
    static final int DONE = 1 << 8;
    static final int PUSH = 1 << 9;
    static final int RESET = 1 << 10; // of a tunnel
    static final int MALFORMED = 1 << 11; // of a tunnel
    static final int DATAGRAMS = 1 << 12;

    private static final Waiter.Condition<ServerExchange> CONTENT = sx -> sx.x.inbound.available() > 0 || sx.content != Content.OPEN || sx.gone;
    private static final Waiter.Condition<ServerExchange> ROOM = sx -> sx.x.outbound.room() > 0 || sx.gone || sx.unwanted;
    private static final Waiter.Condition<ServerExchange> CONTENT_OR_DATAGRAM = sx -> CONTENT.holds(sx) || sx.datagrams != null && !sx.datagrams.isReceivedEmpty();
    private static final Waiter.Condition<ServerExchange> DATAGRAMS_KNOWN = sx -> sx.datagrams.maxBytes != DatagramBox.UNTOLD || sx.gone;
    private static final Waiter.Condition<ServerExchange> TAKEN = sx -> sx.taken || sx.gone;
    private static final Waiter.Condition<ServerExchange> DECIDED = sx -> sx.promise.decided || sx.gone;

    private static final int FREE = 0;
    private static final int BEGUN = 1;
    private static final int REVOKED = 2;
    private static final VarHandle CLAIM;

    static {
        try {
            CLAIM = MethodHandles.lookup().findVarHandle(ServerExchange.class, "claim", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How far the content has come, as the reactor's side tells. */
    enum Content { OPEN, ENDED, FAILED }

    final ServerReactor home;
    private final Reactor reactor;
    private final Waiter writer = new Waiter(); // may be another thread than the reader

    private volatile int claim; // on a request that was read ahead, by whoever comes first: its handler, or what ends the connection

    // ---- told by the reactor's side
    volatile Content content = Content.OPEN; // of the exchange before until this one's handler begins
    Violation contentFailure; // before content = FAILED
    volatile boolean gone; // the connection is lost: nothing that is written will arrive
    volatile boolean unwanted; // what is written to a tunnel
    volatile DatagramBox datagrams; // of a tunnel, before TUNNEL is posted; null where it has none
    volatile boolean taken; // the array to send, or the interim head, is no longer needed

    // ---- the reactor's side alone
    ExchangeOwner connection;
    ExchangeOwner former; // that lost it, and waits for the handler's side; null for none
    BodyReader.DataListener listener;
    FileChannel file;
    long filePosition;
    boolean inline;
    boolean returned; // the handler returned
    boolean answeredInline; // by a call within the connection's own turn, so that no other thread takes part
    boolean endTold; // the content's end is known before its handler runs
    boolean finished; // the engine let go of it
    boolean lent; // not among the reactor's free ones
    boolean started; // its head was complete, or refused
    boolean isAhead; // read ahead, and not in progress yet
    int heldBits; // what was posted meanwhile
    ServerRequestEvent event; // null while nobody records
    private long countedSpills;

    // ---- the handler's side alone
    ServerSettings settings;
    boolean committed;
    ServerCall reusedCall;
    PushPromise promise; // the latest that the handler wanted; before PUSH is posted
    private HandlerArena arena;

    ServerExchange(ServerReactor home) {
        super(new Exchange(home.reactor().slab()));
        this.home = home;
        this.reactor = home.reactor();
    }

    void start(ExchangeOwner owner, ServerSettings shared) {
        connection = owner;
        former = null;
        settings = shared;
        x.reset();
        renew();
        contentFailure = null;
        settle();
        listener = null;
        file = null;
        filePosition = 0;
        inline = true;
        returned = false;
        answeredInline = false;
        endTold = false;
        finished = false;
        started = false;
        isAhead = false;
        heldBits = 0;
        committed = false;
        promise = null;
        if (arena != null && !arena.isReused()) {
            arena = null;
        }
    }

    /** What other threads look at, who learn of this exchange later. Most is as the one before left it, and a volatile write waits for all writes before it. */
    private void settle() {
        if (gone) {
            gone = false;
        }
        if (unwanted) {
            unwanted = false;
        }
        if (datagrams != null) {
            datagrams = null;
        }
        if (taken) {
            taken = false;
        }
        if (claim != FREE) {
            claim = FREE;
        }
    }

    /** Whether there is content to come, before the handler begins. */
    void begin(Content first) {
        if (content != first) {
            content = first;
        }
    }

    /** The handler's view of the exchange in progress. */
    ServerCall call() {
        if (!reusesViews()) {
            return new ServerCall(this).renew();
        }
        if (reusedCall == null) {
            reusedCall = new ServerCall(this);
        }
        return reusedCall.renew();
    }

    HandlerArena arena() {
        arena = HandlerArena.of(x, x.life, arena, reusesViews(), home.chunks(), settings.maxArenaBytes(), reactor.slab());
        return arena;
    }

    /** Whether objects that a handler saw may serve the next one: inline nothing is allocated; on a virtual thread only where nobody checks for stale use anyhow. */
    boolean reusesViews() {
        return inline || !Lifetime.CHECKED;
    }

    // ---- from the handler's side to the reactor's

    @Override
    public void post(int bits) {
        // At once only from within the connection's own turn: another connection's would find the reactor's buffers in use.
        if (reactor.isCurrent() && connection != null && connection.isPumping()) {
            connection.apply(this, bits);
            return;
        }
        signal(bits, reactor);
    }

    /** The handler's side, of a request that was read ahead. @return false if it must not be answered any more */
    boolean begin() {
        return !home.isStopping() && CLAIM.compareAndSet(this, FREE, BEGUN);
    }

    /** @return false if its handler has begun */
    boolean revoke() {
        return CLAIM.compareAndSet(this, FREE, REVOKED) || claim == REVOKED;
    }

    boolean isRevoked() {
        return claim == REVOKED;
    }

    /** Whether its handler, on a virtual thread, is about to be started. */
    boolean isToBeStarted() {
        return started && !inline && home.isToBeStarted(this);
    }

    boolean isReached(ByteBuffer memory) {
        return reactor.reaches(memory);
    }

    boolean isOnReactor() {
        return reactor.isCurrent();
    }

    @Override
    protected void failed(Reactor onReactor, Throwable cause) {
        ExchangeOwner owner = connection;
        if (owner != null) {
            owner.fault(cause);
        } else {
            super.failed(onReactor, cause);
        }
    }

    @Override
    protected void run(Reactor onReactor) {
        int bits = takeSignals(0);
        if ((bits & DONE) != 0) {
            returned = true;
        }
        ExchangeOwner owner = connection;
        if (owner != null) {
            owner.apply(this, bits);
        } else if ((bits & DONE) != 0) {
            home.dispatcher().ended(this);
        }
    }

    /** Spills since the last call. */
    long newSpills() {
        long all = x.spills();
        long fresh = all - countedSpills;
        countedSpills = all;
        return fresh;
    }

    // ---- waiting, on the handler's side

    /** Waits until there is content to read, or its end. */
    void awaitContent() throws InterruptedIOException {
        reader.await(this, CONTENT, Waiter.FOREVER);
    }

    /** Waits until there is content to read, a datagram, or the end of both. */
    void awaitDatagram() throws InterruptedIOException {
        reader.await(this, CONTENT_OR_DATAGRAM, Waiter.FOREVER);
    }

    /** The same after {@link #ABORT} was posted, also while interrupted: what was handed over is not touched any more when this returns. */
    void awaitCut() {
        writer.awaitUninterruptibly(this, TAKEN);
    }

    /** Waits until it is known how large a datagram may be. */
    void awaitMaxDatagramBytes() throws InterruptedIOException {
        writer.await(this, DATAGRAMS_KNOWN, Waiter.FOREVER);
    }

    /** Waits until the ring has room. */
    void awaitRoom() throws InterruptedIOException {
        writer.await(this, ROOM, Waiter.FOREVER);
    }

    /** Waits until what was handed over is no longer needed. */
    void awaitTaken() throws InterruptedIOException {
        writer.await(this, TAKEN, Waiter.FOREVER);
    }

    void write(byte[] src, int off, int len) throws IOException {
        write(src, null, off, len);
    }

    /** Moves bytes, of {@code memory} if {@code src} is null, into the ring, and waits for room whenever it is full. */
    void write(byte[] src, ByteBuffer memory, int off, int len) throws IOException {
        int end = off + len;
        for (int at = off; at < end;) {
            if (gone) {
                throw lost();
            }
            if (unwanted) {
                throw new HttpException(HttpException.Kind.RESET, "the peer reads no more from the tunnel");
            }
            at += src == null ? x.outbound.write(memory, at, end - at) : x.outbound.write(src, at, end - at);
            if (at < end) {
                post(FLUSH);
                awaitRoom();
            }
        }
    }

    /** Waits until the reactor's side has made the promise, or could not. */
    void awaitDecided() throws InterruptedIOException {
        writer.await(this, DECIDED, Waiter.FOREVER);
    }

    // ---- waking, on the reactor's side

    void wakeReader() {
        reader.wake();
    }

    void wakeWriter() {
        writer.wake();
    }

    void wakeBoth() {
        reader.wake();
        writer.wake();
    }

    // ---- what went wrong, in the words of the API

    HttpException contentException() {
        Violation why = contentFailure;
        if (why == null) {
            return lost();
        }
        HttpException.Kind kind = switch (why) {
            case TRUNCATED -> HttpException.Kind.RESET;
            case BODY_TOO_SLOW -> HttpException.Kind.TIMEOUT;
            case BODY_TOO_LARGE -> HttpException.Kind.TOO_LARGE;
            default -> HttpException.Kind.PROTOCOL;
        };
        return new HttpException(kind, why.text());
    }

    HttpException lost() {
        return new HttpException(HttpException.Kind.RESET, "the connection was lost before the exchange was complete");
    }
}
