package io.shockwave.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A closed loop of requests from one thread, where wrk is not installed: {@code PORT WORK CONNECTIONS SECONDS}, prints the number of answers. It reads the length of the first answer and
 * expects every other to be as long. Cleartext only.
 */
public final class Load {
    private static final class Connection {
        final SocketChannel socket;
        long pending;

        Connection(SocketChannel socket) {
            this.socket = socket;
        }
    }

    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);
    private final ByteBuffer request;
    private final long answerBytes;
    private final int depth;
    private long answers;

    private Load(Work work, int port) throws IOException {
        byte[] bytes = work.request(port);
        request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        depth = work.depth();
        answerBytes = firstAnswer(work, port) * depth;
    }

    private static long firstAnswer(Work work, int port) throws IOException {
        try (SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            Work single = work == Work.PIPELINED ? Work.PLAIN : work;
            socket.write(ByteBuffer.wrap(single.request(port)));
            ByteBuffer head = ByteBuffer.allocate(1 << 12);
            for (;;) {
                if (socket.read(head) < 0) {
                    throw new IOException("the server closed the connection");
                }
                String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
                int end = text.indexOf("\r\n\r\n");
                if (end >= 0) {
                    return end + 4L + work.body().length;
                }
            }
        }
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        Load load = new Load(Work.valueOf(args[1]), port);
        System.out.println(load.run(port, Integer.parseInt(args[2]), Double.parseDouble(args[3])));
    }

    private long run(int port, int connections, double seconds) throws IOException {
        List<Connection> all = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                socket.configureBlocking(false);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Connection connection = new Connection(socket);
                all.add(connection);
                socket.register(selector, SelectionKey.OP_READ, connection);
                ask(connection);
            }
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                selector.select(this::ready, 100);
            }
        } finally {
            for (Connection connection : all) {
                connection.socket.close();
            }
        }
        return answers;
    }

    private void ask(Connection connection) throws IOException {
        request.rewind();
        while (request.hasRemaining()) {
            connection.socket.write(request);
        }
        connection.pending = answerBytes;
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            int n = connection.socket.read(in.clear());
            if (n < 0) {
                throw new IOException("the server closed a connection");
            }
            connection.pending -= n;
            if (connection.pending < 0) {
                throw new IOException("an answer was longer than the first");
            }
            if (connection.pending == 0) {
                answers += depth;
                ask(connection);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
