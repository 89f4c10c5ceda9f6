package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Accepted;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.TcpListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;

/** Accepts the connections of one listening socket and hands them to the reactors in turn. Confined to its reactor. */
final class TcpAcceptor implements Reactor.Ready {
    /** Connections accepted in one turn, so that a flood of them leaves time for those that are open. */
    private static final int BATCH = 64;
    /** How long to wait when accepting failed, which is for want of descriptors: trying again at once would only spin. */
    private static final long RETRY_NS = 100_000_000L;

    private final ServerDriver server;
    private final Reactor reactor;
    private final TcpListener listener;
    private volatile boolean paused;

    TcpAcceptor(ServerDriver server, Reactor reactor, TcpListener listener) {
        this.server = server;
        this.reactor = reactor;
        this.listener = listener;
    }

    SocketAddress address() {
        return listener.address();
    }

    /** Whether connections can be accepted as bare descriptors; before {@link #start}. */
    boolean findDescriptor() {
        return listener.findDescriptor();
    }

    /** Begins to accept. Called on any thread. */
    void start() {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                try {
                    listener.register(TcpAcceptor.this);
                } catch (IOException e) {
                    if (listener.isOpen()) { // else it was shut down meanwhile
                        Log.LOG.log(Level.ERROR, "cannot accept on " + address(), e);
                    }
                }
            }
        });
    }

    @Override
    public void onReady(int readyOps) {
        for (int i = 0; i < BATCH; i++) {
            if (!server.admits()) {
                pause();
                return;
            }
            Accepted accepted;
            try {
                accepted = listener.accept();
            } catch (IOException e) {
                if (!listener.isOpen()) {
                    return; // closed by a shutdown meanwhile
                }
                Log.LOG.log(Level.WARNING, "accepting on " + address() + " failed; trying again in 100 ms", e);
                listener.accepting(false);
                reactor.timers().schedule(reactor.nowNs() + RETRY_NS, this);
                return;
            }
            if (accepted == null) {
                return;
            }
            server.accepted(accepted);
        }
    }

    /** The server is full: nothing is accepted until a connection closes. */
    private void pause() {
        listener.accepting(false);
        paused = true;
        if (server.admits()) { // the last one to close may not have seen that we wait
            resume();
        }
    }

    private void resume() {
        paused = false;
        listener.accepting(true);
    }

    /** A connection closed. Called on any thread. */
    void roomAgain() {
        if (paused) {
            reactor.hand(new Handoff.Task() {
                @Override
                protected void run(Reactor onReactor) {
                    resume();
                }
            });
        }
    }

    @Override
    public void onTimer(long nowNs) {
        if (!paused) {
            resume();
        }
    }

    @Override
    public void onFault(Throwable cause) {
        // The next connection may be accepted without fault.
    }

    /** Stops listening. Called on any thread. */
    void close() {
        try {
            listener.close();
            if (listener.address() instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            Log.LOG.log(Level.WARNING, "closing the listener on " + address(), e);
        }
    }
}
