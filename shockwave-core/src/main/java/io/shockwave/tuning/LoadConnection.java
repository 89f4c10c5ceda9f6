package io.shockwave.tuning;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1ClientEngine;
import io.shockwave.internal.http1.Http1Encoder;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.http1.ResponseSink;
import io.shockwave.internal.tls.TlsConfig;
import io.shockwave.internal.tls.TlsSession;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One connection of a load: sends what it is told, tells its loop when it was answered. Confined to its loop's thread.
 *
 * <pre>
 *   CONNECTING ──[TLS]──▶ READY ◀──────▶ BUSY          the peer closes, or an exchange fails: CONNECTING again
 * </pre>
 */
final class LoadConnection implements ResponseSink {
    private static final byte[] NOTHING = {};
    private static final int MAX_INTERIM = 16;

    private final LoadLoop loop;
    private final LoadPlan plan;
    private final Exchange x;
    private SocketChannel channel;
    private SelectionKey key;
    private Http1ClientEngine engine;
    private TlsSession tls;
    private byte[] unsent = NOTHING;
    private int unsentOff;
    private int unsentLen;
    private int next;
    private boolean filled;
    private boolean done;
    private String fault;

    /** Connected, and through with the handshake. */
    boolean ready;
    /** Has a request to send, or sent one that was not answered yet. */
    boolean busy;
    /** When the request should have been sent. */
    long intendedNs;

    LoadConnection(LoadLoop loop, LoadPlan plan, int first) {
        this.loop = loop;
        this.plan = plan;
        this.x = new Exchange(loop.slab);
        this.next = first % plan.requests().size();
    }

    // ---- its beginning and end

    void open() throws IOException {
        ready = false;
        tls = null;
        unsentLen = 0;
        engine = new Http1ClientEngine(this, Http1Limits.CLIENT, MAX_INTERIM);
        if (plan.address() instanceof UnixDomainSocketAddress) {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } else {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        channel.configureBlocking(false);
        boolean connected = channel.connect(plan.address());
        key = channel.register(loop.selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            connected();
        }
    }

    private void connected() throws IOException {
        if (plan.url().isSecure()) {
            tls = TlsConfig.of(plan.tls()).clientSession(loop.slab, loop.views, plan.url().host(), plan.url().port(), "http/1.1");
            driveTls(NOTHING, 0);
        } else {
            becomeReady();
        }
    }

    private void becomeReady() throws IOException {
        ready = true;
        loop.becameReady(this);
        if (busy) {
            begin();
        }
    }

    void close() {
        ready = false;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is gone all the same.
        }
        if (tls != null) {
            tls.release();
        }
    }

    // ---- the way out

    /** Sends the next request, now or as soon as it is connected. */
    void send(long intended) throws IOException {
        busy = true;
        intendedNs = intended;
        if (ready) {
            begin();
        }
    }

    private void begin() throws IOException {
        done = false;
        fault = null;
        Replay request = plan.requests().get(next);
        next = next + 1 == plan.requests().size() ? 0 : next + 1;
        if (!filled || plan.requests().size() > 1) {
            fill(request);
        }
        engine.start(x, announced(request), plan.url().hostField(), false, false, false);
        flush();
    }

    private void fill(Replay request) {
        x.sent.clear();
        byte[] target = request.target().getBytes(StandardCharsets.UTF_8);
        x.sent.line(target, 0, target.length);
        List<Map.Entry<String, String>> fields = request.requestFields();
        for (int i = 0; i < fields.size(); i++) {
            x.sent.add(HeaderName.of(fields.get(i).getKey()), fields.get(i).getValue());
        }
        x.method = Method.of(request.method());
        x.source = request.requestBytes().length == 0 ? Exchange.Source.NONE : Exchange.Source.BYTES;
        x.sendBytes = request.requestBytes();
        x.sendOff = 0;
        x.sendLength = request.requestBytes().length;
        filled = true;
    }

    private static long announced(Replay request) {
        boolean usual = request.method().equals("POST") || request.method().equals("PUT") || request.method().equals("PATCH"); // RFC 9110 8.6
        return request.requestBytes().length > 0 || usual ? request.requestBytes().length : Http1Encoder.NONE;
    }

    private void flush() throws IOException {
        if (!writeUnsent()) {
            return;
        }
        for (;;) {
            int n = engine.transmit(loop.plainOut, 0, loop.plainOut.length, 0);
            if (n == 0) {
                break;
            }
            if (tls == null) {
                write(loop.plainOut, n);
            } else {
                encrypt(loop.plainOut, n);
            }
            if (unsentLen > 0) {
                return; // goes on when the socket takes more
            }
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    private void encrypt(byte[] buf, int len) throws IOException {
        int at = 0;
        do {
            int n = tls.transmit(buf, at, len - at, loop.cipherOut, 0, loop.cipherOut.length);
            at += tls.consumed();
            if (n == 0) {
                break;
            }
            write(loop.cipherOut, n);
        } while (at < len || tls.wantsTransmit());
    }

    /** Gives bytes to the socket, and keeps what it does not take. */
    private void write(byte[] buf, int len) throws IOException {
        int at = 0;
        while (unsentLen == 0 && at < len) {
            int part = Math.min(len - at, loop.out.capacity());
            loop.out.clear().put(buf, at, part).flip();
            int n = channel.write(loop.out);
            at += n;
            if (n < part) {
                break;
            }
        }
        if (at < len) {
            byte[] all = new byte[unsentLen + len - at];
            System.arraycopy(unsent, unsentOff, all, 0, unsentLen);
            System.arraycopy(buf, at, all, unsentLen, len - at);
            unsent = all;
            unsentOff = 0;
            unsentLen = all.length;
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private boolean writeUnsent() throws IOException {
        while (unsentLen > 0) {
            int part = Math.min(unsentLen, loop.out.capacity());
            loop.out.clear().put(unsent, unsentOff, part).flip();
            int n = channel.write(loop.out);
            unsentOff += n;
            unsentLen -= n;
            if (n < part) {
                return false;
            }
        }
        unsent = NOTHING;
        unsentOff = 0;
        return true;
    }

    // ---- the way in

    /** The selector has something for it. */
    void selected() throws IOException {
        int ops = key.readyOps();
        if ((ops & SelectionKey.OP_CONNECT) != 0) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            connected();
            return;
        }
        if ((ops & SelectionKey.OP_WRITE) != 0) {
            flush();
        }
        if ((ops & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void read() throws IOException {
        int n = channel.read(loop.in.clear());
        if (n < 0) {
            ended();
            return;
        }
        loop.in.flip().get(loop.received, 0, n);
        loop.bytesReceived += n;
        if (tls == null) {
            feed(loop.received, n);
        } else {
            driveTls(loop.received, n);
        }
    }

    /** As {@link TlsSession} asks to be driven; what it computes is computed here, for this thread has nothing more urgent. */
    private void driveTls(byte[] buf, int len) throws IOException {
        TlsSession session = tls;
        int left = len;
        do {
            int plain = session.receive(left == 0 ? NOTHING : buf, 0, left, loop.plainIn, 0, loop.plainIn.length);
            left = 0;
            if (plain > 0) {
                feed(loop.plainIn, plain);
                if (!ready) {
                    return; // it was closed, and another takes its place
                }
            }
            while (session.needsTask()) {
                session.delegatedTask().run();
                session.taskDone();
                session.receive(NOTHING, 0, 0, loop.plainIn, 0, 0);
            }
            if (session.wantsTransmit()) {
                encrypt(NOTHING, 0);
            }
            if (session.isFailed()) {
                throw session.failure();
            }
        } while (session.hasMore());
        if (!ready && session.isOpen()) {
            becomeReady();
        } else if (session.isInputClosed()) {
            ended();
        }
    }

    private void feed(byte[] buf, int len) throws IOException {
        if (!busy || !ready) {
            throw new IOException("the server sent bytes that nobody had asked for");
        }
        int taken = engine.receive(buf, 0, len, 0);
        if (fault != null) {
            throw new IOException("the answer breaks the protocol: " + fault);
        }
        if (done) {
            if (taken < len) {
                throw new IOException("the answer was followed by more bytes than it announced");
            }
            answered();
        }
    }

    private void ended() throws IOException {
        if (tls != null) {
            tls.receiveEnd();
        }
        if (busy && ready) {
            if (tls != null && tls.isTruncated()) {
                engine.receiveCut(0);
            } else {
                engine.receiveEnd(0);
            }
            if (!done) {
                throw new IOException("the server closed the connection before it had answered");
            }
            answered();
        } else if (!ready) {
            throw new IOException("the server closed the connection at once");
        } else {
            loop.reopen(this);
        }
    }

    private void answered() throws IOException {
        busy = false;
        done = false;
        boolean reusable = engine.isReusable();
        if (!reusable) {
            loop.reopen(this);
        }
        loop.answered(this, x.status);
    }

    // ---- what the engine tells

    @Override
    public void onInterim(Exchange exchange) {
        // The final answer counts.
    }

    @Override
    public void onHead(Exchange exchange) {
        // Told with its end.
    }

    @Override
    public int onContent(Exchange exchange, byte[] buf, int off, int len) {
        return len;
    }

    @Override
    public void onContentEnd(Exchange exchange) {
        done = true;
    }

    @Override
    public void onFailed(Exchange exchange, Violation why) {
        fault = why.toString();
    }
}
