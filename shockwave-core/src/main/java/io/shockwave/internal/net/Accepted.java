package io.shockwave.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** A connection that a {@link TcpListener} accepted, on its way to the reactor that will have it. Passed between threads, used by one at a time. */
public final class Accepted {
    private final SocketChannel socket;
    private SocketAddress local;
    private SocketAddress remote;

    Accepted(SocketChannel socket) {
        this.socket = socket;
    }

    /** Makes it ready for its reactor, on whose thread this is called; before a {@link TcpChannel} is made of it. */
    public void prepare() throws IOException {
        socket.configureBlocking(false);
        local = socket.getLocalAddress();
        remote = socket.getRemoteAddress();
        if (local instanceof InetSocketAddress) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    Wire wire(Reactor reactor) {
        return new NioWire(reactor, socket);
    }

    int handle() {
        return 0;
    }

    /** Our end; after {@link #prepare}. */
    public SocketAddress local() {
        return local;
    }

    /** The peer's end; after {@link #prepare}. */
    public SocketAddress remote() {
        return remote;
    }

    /** Closes it, if no {@link TcpChannel} was made of it. */
    public void close() throws IOException {
        socket.close();
    }
}
