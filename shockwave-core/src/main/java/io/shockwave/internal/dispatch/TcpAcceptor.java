package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;

/** Accepts the connections of one listening socket and hands them to the reactors in turn. Confined to its reactor. */
final class TcpAcceptor implements Reactor.Ready {
    /** Connections accepted in one turn, so that a flood of them leaves time for those that are open. */
    private static final int BATCH = 64;
    /** How long to wait when accepting failed, which is for want of descriptors: trying again at once would only spin. */
    private static final long RETRY_NS = 100_000_000L;

    private final ServerDriver server;
    private final Reactor reactor;
    private final ServerSocketChannel socket;
    private final SocketAddress address;
    private SelectionKey key;
    private volatile boolean paused;

    TcpAcceptor(ServerDriver server, Reactor reactor, ServerSocketChannel socket) throws IOException {
        this.server = server;
        this.reactor = reactor;
        this.socket = socket;
        this.address = socket.getLocalAddress();
        socket.configureBlocking(false);
    }

    SocketAddress address() {
        return address;
    }

    /** Begins to accept. Called on any thread. */
    void start() {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                try {
                    key = reactor.register(socket, SelectionKey.OP_ACCEPT, TcpAcceptor.this);
                } catch (IOException e) {
                    if (socket.isOpen()) { // else it was shut down meanwhile
                        Log.LOG.log(Level.ERROR, "cannot accept on " + address, e);
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
            SocketChannel accepted;
            try {
                accepted = socket.accept();
            } catch (IOException e) {
                if (!socket.isOpen()) {
                    return; // closed by a shutdown meanwhile
                }
                Log.LOG.log(Level.WARNING, "accepting on " + address + " failed; trying again in 100 ms", e);
                interest(0);
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
        interest(0);
        paused = true;
        if (server.admits()) { // the last one to close may not have seen that we wait
            resume();
        }
    }

    private void resume() {
        paused = false;
        interest(SelectionKey.OP_ACCEPT);
    }

    private void interest(int ops) {
        try {
            key.interestOps(ops);
        } catch (CancelledKeyException e) {
            Log.LOG.log(Level.DEBUG, "the listener was closed by a shutdown", e);
        }
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
            socket.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            Log.LOG.log(Level.WARNING, "closing the listener on " + address, e);
        }
    }
}
