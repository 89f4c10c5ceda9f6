package io.shockwave.internal.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * The sockets of all channels of one reactor as NIO has them; a handle is a place in its table. An object for each would weigh
 * five times as much as a place. Owned by its reactor.
 */
final class NioWire extends Wire {
    private static final int FIRST_SOCKETS = 16;

    private final Reactor reactor;
    /** A socket until it is registered, its key from then on; null where a handle is free. */
    private Object[] sockets = new Object[FIRST_SOCKETS];
    private int used;
    /** Handles to be used again. */
    private int[] free = new int[FIRST_SOCKETS];
    private int freed;
    private BufferViews<ByteBuffer> views; // null until it is needed
    private final ByteBuffer[] gathered = new ByteBuffer[2];

    NioWire(Reactor reactor) {
        this.reactor = reactor;
    }

    /** @return the handle of a socket that is this wire's from now on */
    int adopt(SocketChannel socket) {
        int handle = freed > 0 ? free[--freed] : used++;
        if (handle == sockets.length) {
            sockets = Arrays.copyOf(sockets, handle + (handle >> 2));
        }
        sockets[handle] = socket;
        return handle;
    }

    private SelectionKey key(int handle) {
        return (SelectionKey) sockets[handle];
    }

    private SocketChannel socket(int handle) {
        return (SocketChannel) key(handle).channel();
    }

    @Override
    void register(int handle, Reactor.Ready owner, int ops) throws IOException {
        sockets[handle] = reactor.register((SocketChannel) sockets[handle], ops, owner);
    }

    @Override
    void interest(int handle, int ops) {
        SelectionKey key = key(handle);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    @Override
    int read(int handle, byte[] dst, int len) throws IOException {
        ByteBuffer buffer = reactor.readBuffer;
        int n = socket(handle).read(buffer.clear().limit(len));
        if (n > 0) {
            buffer.get(0, dst, 0, n);
        }
        return n;
    }

    @Override
    int write(int handle, byte[] src, int off, int len) throws IOException {
        SocketChannel socket = socket(handle);
        ByteBuffer buffer = reactor.writeBuffer;
        int at = 0;
        while (at < len) {
            int slice = Math.min(len - at, buffer.capacity());
            int n = socket.write(buffer.clear().put(src, off + at, slice).flip());
            at += n;
            if (n < slice) {
                break;
            }
        }
        return at;
    }

    @Override
    int writeBehind(int handle, byte[] head, int headLen, byte[] src, int off, int len) throws IOException {
        SocketChannel socket = socket(handle);
        int at = 0;
        while (at < headLen + len) {
            ByteBuffer staged = stage(reactor.bulkBuffer(), head, headLen, src, off, len, at);
            int slice = staged.limit();
            int n = socket.write(staged);
            at += n;
            if (n < slice) {
                break;
            }
        }
        return at;
    }

    @Override
    int writeBehind(int handle, byte[] head, int headLen, ByteBuffer src, int off, int len) throws IOException {
        if (views == null) {
            views = new BufferViews<>(ByteBuffer::duplicate);
        }
        ByteBuffer view = views.of(src).clear().limit(off + len).position(off);
        if (headLen == 0) {
            return socket(handle).write(view);
        }
        gathered[0] = reactor.writeBuffer.clear().put(head, 0, headLen).flip();
        gathered[1] = view;
        try {
            return (int) socket(handle).write(gathered);
        } finally {
            gathered[1] = null;
        }
    }

    @Override
    long transfer(int handle, FileChannel file, long position, long length) throws IOException {
        return file.transferTo(position, length, socket(handle));
    }

    @Override
    void shutdownOutput(int handle) throws IOException {
        socket(handle).shutdownOutput();
    }

    @Override
    void resetOnClose(int handle) throws IOException {
        socket(handle).setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    @Override
    void close(int handle) throws IOException {
        Object socket = sockets[handle];
        sockets[handle] = null;
        if (freed == free.length) {
            free = Arrays.copyOf(free, 2 * freed);
        }
        free[freed++] = handle;
        (socket instanceof SelectionKey key ? key.channel() : (SocketChannel) socket).close();
    }
}
