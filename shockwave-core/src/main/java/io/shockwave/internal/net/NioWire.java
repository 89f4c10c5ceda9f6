package io.shockwave.internal.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A socket of NIO, of one channel. Confined to its reactor. */
final class NioWire extends Wire {
    private final Reactor reactor;
    private final SocketChannel socket;
    private SelectionKey key;

    NioWire(Reactor reactor, SocketChannel socket) {
        this.reactor = reactor;
        this.socket = socket;
    }

    @Override
    void register(int handle, Reactor.Ready owner, int ops) throws IOException {
        key = reactor.register(socket, ops, owner);
    }

    @Override
    void interest(int handle, int ops) {
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    @Override
    int read(int handle, byte[] dst, int len) throws IOException {
        ByteBuffer buffer = reactor.readBuffer;
        int n = socket.read(buffer.clear().limit(len));
        if (n > 0) {
            buffer.get(0, dst, 0, n);
        }
        return n;
    }

    @Override
    int write(int handle, byte[] src, int off, int len) throws IOException {
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
    long transfer(int handle, FileChannel file, long position, long length) throws IOException {
        return file.transferTo(position, length, socket);
    }

    @Override
    void shutdownOutput(int handle) throws IOException {
        socket.shutdownOutput();
    }

    @Override
    void resetOnClose(int handle) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    @Override
    void close(int handle) throws IOException {
        socket.close();
    }
}
