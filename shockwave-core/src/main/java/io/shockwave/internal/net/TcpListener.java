package io.shockwave.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening socket on a reactor. Confined to its reactor, but for what says otherwise. */
public final class TcpListener {
    private final Reactor reactor;
    private final ServerSocketChannel socket;
    private final SocketAddress address;
    private SelectionKey key;

    private TcpListener(Reactor reactor, ServerSocketChannel socket) throws IOException {
        this.reactor = reactor;
        this.socket = socket;
        this.address = socket.getLocalAddress();
        socket.configureBlocking(false);
    }

    /**
     * Listens; on any thread.
     *
     * @param backlog connections that the system may hold for us; 0 for its own bound
     */
    public static TcpListener open(Reactor reactor, SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel socket = address instanceof UnixDomainSocketAddress ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            socket.bind(address, backlog);
            return new TcpListener(reactor, socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Where it is bound. */
    public SocketAddress address() {
        return address;
    }

    /** Whether it was not closed. On any thread. */
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Begins to tell {@code owner} when there is something to accept. */
    public void register(Reactor.Ready owner) throws IOException {
        key = reactor.register(socket, SelectionKey.OP_ACCEPT, owner);
    }

    /** Whether it is to tell of connections from now on. */
    public void accepting(boolean on) {
        try {
            key.interestOps(on ? SelectionKey.OP_ACCEPT : 0);
        } catch (CancelledKeyException e) {
            // Closed meanwhile, by another thread: there is nothing to tell of.
        }
    }

    /** @return null if there is none now */
    public Accepted accept() throws IOException {
        SocketChannel accepted = socket.accept();
        return accepted == null ? null : new Accepted(accepted);
    }

    /** Stops listening. On any thread. */
    public void close() throws IOException {
        socket.close();
    }
}
