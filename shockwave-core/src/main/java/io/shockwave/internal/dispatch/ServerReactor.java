package io.shockwave.internal.dispatch;

import io.shockwave.internal.events.Events;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.net.Accepted;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One reactor's share of a server: its connections and the exchanges it reuses. Confined to its reactor, but for what says otherwise. */
final class ServerReactor implements Reactor.Batch {
    /** Exchanges kept for reuse; those above it are dropped, so that a burst does not stay for good. */
    private static final int MAX_FREE_EXCHANGES = 1024;

    /** Unused memory for arenas that one reactor keeps. */
    private static final long MAX_FREE_ARENA_BYTES = 1L << 20;

    private final Reactor reactor;
    private final ServerSettings settings;
    private final ServerDriver server;
    private final ChunkStore chunks;
    private final AtomicInteger open = new AtomicInteger();
    private final ServerTally tally;
    private final Dispatcher dispatcher;
    private ServerExchange[] free = new ServerExchange[8];
    private int freeCount;
    private final List<QuicListener> listeners = new ArrayList<>();
    private byte[] altSvc = {};
    private boolean draining;
    private ServerCall firstToStart;
    private ServerCall lastToStart;
    // Of the connection that pumps, of which there is one at a time: on each of the many that rest they would weigh something.
    int outLen; // bytes in the reactor's out, not yet sent
    boolean turning; // what was posted ahead is applied, within a transmission

    private ServerConnection[] toGoOn = new ServerConnection[8];
    private int goOnCount;

    ServerReactor(ServerDriver server, Reactor reactor, ServerSettings settings) {
        this.server = server;
        this.reactor = reactor;
        this.settings = settings;
        this.chunks = new ChunkStore(settings.arenaBacking(), MAX_FREE_ARENA_BYTES);
        this.tally = new ServerTally(this);
        this.dispatcher = new Dispatcher(this);
        reactor.afterBatch(this);
    }

    Reactor reactor() {
        return reactor;
    }

    ServerSettings settings() {
        return settings;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    ChunkStore chunks() {
        return chunks;
    }

    /** Has it take part in shutdowns; before the reactor starts. */
    void quic(QuicListener listener) {
        listeners.add(listener);
    }

    /** What responses over TLS say of HTTP/3; before the reactor starts. */
    void altSvc(byte[] value) {
        altSvc = value;
    }

    byte[] altSvc() {
        return altSvc;
    }

    ServerTally tally() {
        return tally;
    }

    // ---- connections

    /** Takes a connection over from the acceptor. Called on any thread. */
    void adopt(Accepted accepted) {
        open.incrementAndGet();
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                begin(accepted);
            }
        });
    }

    private void begin(Accepted accepted) {
        ServerConnection connection = null;
        try {
            accepted.prepare(reactor);
            reactor.counters().increment(Counters.ACCEPTED);
            connection = new ServerConnection(this, accepted);
            if (!connection.isWelcome()) {
                Log.LOG.log(Level.INFO, "a connection from {0} was refused: it is no trusted proxy", connection.remote());
                reactor.counters().increment(Counters.REJECTED);
                connection.close();
                return;
            }
            connection.open();
            if (draining) {
                connection.drain();
            }
        } catch (IOException | RuntimeException e) {
            Log.LOG.log(Level.DEBUG, "a connection was lost before it was opened", e);
            if (connection != null) {
                connection.close();
                return;
            }
            try {
                accepted.close();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            closed();
        }
    }

    /** A connection came that no acceptor knows of. */
    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
        server.connectionClosed();
    }

    /** Connections that are open or on their way here. Called on any thread. */
    int open() {
        return open.get();
    }

    /** Closes idle connections, and the others after their exchange. Called on any thread. */
    void drain() {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                draining = true;
                listeners.forEach(QuicListener::drain);
                for (Object attached : reactor.attachments()) {
                    if (attached instanceof ServerConnection connection) {
                        connection.drain();
                    }
                }
            }
        });
    }

    /** Closes every connection at once and ends the reactor. Called on any thread. */
    void cutAndStop() {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                for (Object attached : reactor.attachments()) {
                    if (attached instanceof ServerConnection connection) {
                        connection.cut();
                    }
                }
                listeners.forEach(QuicListener::cut);
                reactor.stop();
            }
        });
    }

    // ---- handlers

    /** Runs a handler on a virtual thread once the events at hand are dealt with. */
    void startSoon(ServerCall call) {
        if (lastToStart == null) {
            firstToStart = call;
        } else {
            lastToStart.startAfterwards(call);
        }
        lastToStart = call;
    }

    /** Has the thread that is started last answer this one too, after what it has. */
    void startAfterLast(ServerCall call) {
        lastToStart.answerBefore(call);
    }

    /** Whether the handler of this exchange, or of one that its thread answers before, is the last that was to be started soon. */
    boolean isToBeStarted(ServerExchange sx) {
        return lastToStart != null && lastToStart.isOf(sx);
    }

    /** Lets a connection go on once the events at hand are dealt with. */
    void goOnSoon(ServerConnection connection) {
        if (goOnCount == toGoOn.length) {
            toGoOn = Arrays.copyOf(toGoOn, goOnCount * 2);
        }
        toGoOn[goOnCount++] = connection;
    }

    private void goOn() {
        for (int i = 0; i < goOnCount; i++) { // which may add some
            ServerConnection connection = toGoOn[i];
            toGoOn[i] = null;
            connection.endBatch();
        }
        goOnCount = 0;
    }

    /**
     * One hand-over to the scheduler for all handlers of a batch: the first starts the others, from a carrier's thread. Started one by one from here, each would wake
     * a carrier that has gone to sleep since the one before.
     */
    @Override
    public boolean end() {
        goOn();
        ServerCall first = firstToStart;
        if (first == null) {
            return false;
        }
        firstToStart = null;
        lastToStart = null;
        first.start();
        return true;
    }

    // ---- exchanges

    ServerExchange lend() {
        ServerExchange sx;
        if (freeCount > 0) {
            sx = free[--freeCount];
            free[freeCount] = null;
        } else {
            sx = new ServerExchange(this);
        }
        sx.lent = true;
        return sx;
    }

    void giveBack(ServerExchange sx) {
        if (!sx.lent) {
            throw new IllegalStateException("an exchange was given back twice");
        }
        sx.lent = false;
        long spills = sx.newSpills();
        if (spills > 0) {
            reactor.counters().add(Counters.SPILLS, spills);
            Events.headerSpill(Events.SERVER, sx.x, spills);
        }
        sx.x.reset();
        if (freeCount == MAX_FREE_EXCHANGES) {
            return;
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = sx;
    }

    /** Whether no handler should begin any more that need not. Called on any thread. */
    boolean isStopping() {
        return server.isStopping();
    }

    /** Called on any thread. */
    void handlerFailed(Throwable cause) {
        server.handlerFailed(cause);
    }
}
