package io.shockwave.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** A connection that a {@link TcpListener} accepted, on its way to the reactor that will have it. Passed between threads, used by one at a time. */
public final class Accepted {
    private final SocketChannel socket; // null for a bare descriptor
    private final int fd;
    private final long packedRemote;
    private SocketAddress local;
    private SocketAddress remote;
    private Wire wire; // once it has the socket
    private int handle;

    Accepted(SocketChannel socket) {
        this.socket = socket;
        this.fd = -1;
        this.packedRemote = 0;
    }

    /** @param remote null if {@code packedRemote} tells it */
    Accepted(int fd, long packedRemote, SocketAddress remote, SocketAddress local) {
        this.socket = null;
        this.fd = fd;
        this.packedRemote = packedRemote;
        this.remote = remote;
        this.local = local;
    }

    /** Makes it ready for its reactor, on whose thread this is called; before a {@link TcpChannel} is made of it. */
    public void prepare(Reactor reactor) throws IOException {
        if (socket == null) {
            EpollWire epoll = reactor.epollWire();
            wire = epoll;
            handle = epoll.adopt(fd);
            return;
        }
        socket.configureBlocking(false);
        local = socket.getLocalAddress();
        remote = socket.getRemoteAddress();
        if (local instanceof InetSocketAddress) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        NioWire nio = reactor.nioWire();
        wire = nio;
        handle = nio.adopt(socket);
    }

    Wire wire() {
        return wire;
    }

    int handle() {
        return handle;
    }

    /** Our end; after {@link #prepare}. */
    public SocketAddress local() {
        return local;
    }

    /** The peer's end, after {@link #prepare}; null if {@link #packedRemote} tells it. */
    public SocketAddress remote() {
        return remote;
    }

    /** The peer's end as a number for {@link #address}, or 0: an object for it would weigh ten times as much on a connection that nobody asks. */
    public long packedRemote() {
        return packedRemote;
    }

    /** A new object for a packed address. */
    public static InetSocketAddress address(long packed) {
        return SocketNames.address(packed);
    }

    /** Closes it, if no {@link TcpChannel} was made of it; on any thread before {@link #prepare}. */
    public void close() throws IOException {
        if (wire != null) {
            wire.close(handle);
        } else if (socket != null) {
            socket.close();
        } else {
            new Syscalls().close(fd);
        }
    }
}
