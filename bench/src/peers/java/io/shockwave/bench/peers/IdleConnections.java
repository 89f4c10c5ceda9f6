package io.shockwave.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Connections that did a request each and then stay. Confined to one thread. */
final class IdleConnections implements AutoCloseable {
    private final List<SocketChannel> sockets = new ArrayList<>();

    /** Opens them one after another from 127.0.0.{@code address}, whose ports suffice for some 28,000. */
    void open(int port, int count, int address) throws IOException {
        byte[] request = Work.PLAIN.request(port);
        byte[] body = Work.PLAIN.body();
        byte[] tail = new byte[body.length];
        ByteBuffer in = ByteBuffer.allocateDirect(1 << 12);
        for (int i = 0; i < count; i++) {
            SocketChannel socket = SocketChannel.open();
            sockets.add(socket);
            socket.bind(new InetSocketAddress("127.0.0." + address, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.write(ByteBuffer.wrap(request));
            in.clear();
            do {
                if (socket.read(in) < 0) {
                    throw new IOException("the server closed connection " + i);
                }
                if (in.position() >= tail.length) {
                    in.get(in.position() - tail.length, tail);
                }
            } while (in.position() < tail.length || !Arrays.equals(tail, body));
        }
    }

    /** How many the server has not closed. */
    int stillOpen() throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1);
        int open = 0;
        for (SocketChannel socket : sockets) {
            socket.configureBlocking(false);
            if (socket.read(in) == 0) {
                open++;
            }
            socket.configureBlocking(true);
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }
}
