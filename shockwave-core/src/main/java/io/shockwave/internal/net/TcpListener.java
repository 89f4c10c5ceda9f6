package io.shockwave.internal.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening socket on a reactor: NIO binds it; where its reactor waits with epoll, connections are accepted from its descriptor. Confined to its reactor, but for what says otherwise. */
public final class TcpListener {
    /** Addresses of ours that are kept: of a listener on all of them, each connection says which it came to, and a machine has few. */
    private static final int LOCALS = 8;

    private final Reactor reactor;
    private final ServerSocketChannel socket;
    private final SocketAddress address;
    private SelectionKey key;
    private int fd = -1; // -1 while unknown
    private int line = -1; // of the reactor's table; guarded by this
    private boolean closing; // guarded by this
    private SocketNames names; // for those of accepted descriptors
    private ByteBuffer on; // keeps what the address is of
    private long onAddress;
    private final InetSocketAddress[] locals = new InetSocketAddress[LOCALS];
    private final long[] packedLocals = new long[LOCALS];
    private int nextLocal;

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

    /** Finds out the descriptor, on any thread before {@link #register}. @return whether it is known */
    public boolean findDescriptor() {
        try {
            fd = SocketNames.find(new Syscalls(), address, true);
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "finding a descriptor", e);
        }
        return fd >= 0;
    }

    /** Where it is bound. */
    public SocketAddress address() {
        return address;
    }

    /** Whether it was not closed. On any thread. */
    public synchronized boolean isOpen() {
        return !closing && socket.isOpen();
    }

    /** Begins to tell {@code owner} when there is something to accept. */
    public synchronized void register(Reactor.Ready owner) throws IOException {
        EpollPoller epoll = reactor.epoll();
        if (epoll == null) {
            key = reactor.register(socket, SelectionKey.OP_ACCEPT, owner);
            return;
        }
        if (closing) {
            throw new IOException("closed meanwhile");
        }
        names = new SocketNames();
        on = Syscalls.memory(4).putInt(0, 1);
        onAddress = Syscalls.address(on);
        line = epoll.adopt(fd);
        epoll.register(line, owner, SelectionKey.OP_READ);
    }

    /** Whether it is to tell of connections from now on. */
    public void accepting(boolean wanted) {
        if (key == null) {
            if (line >= 0) {
                reactor.epoll().interest(line, wanted ? SelectionKey.OP_READ : 0);
            }
            return;
        }
        try {
            key.interestOps(wanted ? SelectionKey.OP_ACCEPT : 0);
        } catch (CancelledKeyException e) {
            Log.LOG.log(Level.DEBUG, "the listener was closed by a shutdown", e);
        }
    }

    /** @return null if there is none now */
    public Accepted accept() throws IOException {
        if (key == null) {
            return acceptDescriptor();
        }
        SocketChannel accepted = socket.accept();
        return accepted == null ? null : new Accepted(accepted);
    }

    private Accepted acceptDescriptor() throws IOException {
        if (line < 0) {
            return null;
        }
        Syscalls calls = reactor.epoll().calls();
        int accepted;
        do {
            accepted = calls.accept(fd, names.name(), names.nameLen());
        } while (accepted == -Syscalls.EINTR || accepted == -Syscalls.ECONNABORTED || accepted == -Syscalls.EPROTO); // accept(2): those of a connection that is gone already
        if (accepted < 0) {
            if (accepted == -Syscalls.EAGAIN) {
                return null;
            }
            throw Syscalls.failed("accept4", accepted);
        }
        if (!(address instanceof InetSocketAddress inet)) {
            return new Accepted(accepted, 0, names.address(), address);
        }
        calls.setOption(accepted, Syscalls.IPPROTO_TCP, Syscalls.TCP_NODELAY, onAddress, 4);
        long packed = names.packed();
        SocketAddress remote = packed == 0 ? names.address() : null;
        return new Accepted(accepted, packed, remote, inet.getAddress().isAnyLocalAddress() ? local(calls, accepted) : address);
    }

    private SocketAddress local(Syscalls calls, int accepted) {
        if (!names.own(calls, accepted)) {
            return address;
        }
        long packed = names.packed();
        if (packed == 0) {
            return names.address();
        }
        for (int i = 0; i < LOCALS; i++) {
            if (packedLocals[i] == packed) {
                return locals[i];
            }
        }
        InetSocketAddress fresh = SocketNames.address(packed);
        packedLocals[nextLocal] = packed;
        locals[nextLocal] = fresh;
        nextLocal = (nextLocal + 1) % LOCALS;
        return fresh;
    }

    /** Stops listening. On any thread. */
    public void close() throws IOException {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (line >= 0) {
                // Its reactor may be about to use the descriptor: it stops listening now, and is closed over there.
                new Syscalls().shutdown(fd, Syscalls.SHUT_RDWR);
                reactor.hand(new Handoff.Task() {
                    @Override
                    protected void run(Reactor onReactor) {
                        release();
                    }
                });
                return;
            }
        }
        socket.close();
    }

    private void release() {
        reactor.epoll().release(line);
        line = -1;
        try {
            socket.close();
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "closing a listener", e);
        }
    }
}
