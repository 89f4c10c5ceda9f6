package io.shockwave.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * The floor: a selector loop that knows no HTTP. It counts the blank lines that came and writes constant bytes for each; requests must not be torn between reads.
 * Its answers have ten fields, so that it also serves the clients' measurements.
 */
final class FloorServerPeer implements ServerPeer, Runnable {
    private static final int MAX_PIPELINED = 64;
    private static final Map<Work, byte[]> ANSWERS = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            byte[] head = ("HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Type: " + work.type() + "\r\nContent-Length: " + work.body().length
                + "\r\nCache-Control: no-cache\r\nETag: \"0123456789abcdef\"\r\nVary: Accept-Encoding\r\nX-Request-Id: 0123456789abcdef0123456789abcdef"
                + "\r\nX-Frame-Options: DENY\r\nStrict-Transport-Security: max-age=31536000\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] whole = java.util.Arrays.copyOf(head, head.length + work.body().length);
            System.arraycopy(work.body(), 0, whole, head.length, work.body().length);
            ANSWERS.put(work, whole);
        }
    }

    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
    private final Map<Work, ByteBuffer> answers = new EnumMap<>(Work.class);
    private Selector selector;
    private ServerSocketChannel acceptor;
    private Thread thread;

    @Override
    public boolean isSecurable() {
        return false;
    }

    @Override
    public void start(int port, SSLContext tls) throws IOException {
        for (Work work : Work.values()) {
            byte[] one = ANSWERS.get(work);
            int copies = one.length > 1 << 12 ? 1 : MAX_PIPELINED;
            ByteBuffer buffer = ByteBuffer.allocateDirect(one.length * copies);
            for (int i = 0; i < copies; i++) {
                buffer.put(one);
            }
            answers.put(work, buffer.flip());
        }
        selector = Selector.open();
        acceptor = ServerSocketChannel.open().bind(new InetSocketAddress("0.0.0.0", port), 1024);
        acceptor.configureBlocking(false);
        acceptor.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this, "floor");
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (acceptor.isOpen()) {
                selector.select(this::ready);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isValid() && key.isAcceptable()) {
                SocketChannel accepted = acceptor.accept();
                accepted.configureBlocking(false);
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                accepted.register(selector, SelectionKey.OP_READ);
            } else if (key.isValid()) {
                serve(key, (SocketChannel) key.channel());
            }
        } catch (IOException e) {
            key.cancel();
            try {
                key.channel().close();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
        }
    }

    private void serve(SelectionKey key, SocketChannel socket) throws IOException {
        ByteBuffer rest = (ByteBuffer) key.attachment();
        if (rest != null) {
            socket.write(rest);
            if (!rest.hasRemaining()) {
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
            return;
        }
        in.clear();
        int n = socket.read(in);
        if (n <= 0) {
            if (n < 0) {
                socket.close();
            }
            return;
        }
        int requests = 0;
        for (int i = 3; i < n; i++) {
            if (in.get(i) == '\n' && in.get(i - 2) == '\n') {
                requests++;
            }
        }
        Work work = in.get(5) == 'p' ? Work.PLAIN : in.get(5) == 'j' ? Work.JSON : in.get(6) == '6' ? Work.BODY_16K : Work.BODY_10M;
        ByteBuffer out = answers.get(work).clear();
        out.limit(ANSWERS.get(work).length * requests);
        socket.write(out);
        if (out.hasRemaining()) {
            key.attach(out.duplicate());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    @Override
    public void close() throws Exception {
        acceptor.close();
        selector.wakeup();
        thread.join(20_000);
    }
}
