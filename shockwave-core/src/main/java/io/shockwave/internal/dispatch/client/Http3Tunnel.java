package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpDatagrams;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.client.ClientResponse.Upgraded;
import io.shockwave.internal.dispatch.StreamDatagrams;
import io.shockwave.internal.dispatch.Waiter;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.pool.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Both directions of a stream that CONNECT opened over HTTP/3 (RFC 9114 4.4, RFC 9220). Owned by its exchange, which ends it. One thread reads while another may write, each waiting on its own ring; any may close it.
 */
final class Http3Tunnel implements Upgraded {
    /** What was written before a close has so long to be taken by the connection. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(2);

    private final Http3Exchange of;
    private final Http3Call call;
    private final Exchange x;
    private final Origin origin;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private volatile boolean outputEnded;
    private volatile StreamDatagrams datagrams; // once it carries nothing else
    private volatile boolean over; // the exchange is not its own any more

    Http3Tunnel(Http3Exchange of, Http3Call call, Origin origin) {
        this.of = of;
        this.call = call;
        this.x = call.x;
        this.origin = origin;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    private void checkOpen() throws IOException {
        if (over || call.left) {
            throw new IOException("the tunnel was closed");
        }
    }

    private void checkAlive() throws HttpException {
        if (call.end == Http3Call.End.FAILED && call.violation != null) {
            throw new HttpException(Kind.RESET, Phase.NONE, "the tunnel through " + origin + " was cut: " + call.violation.text(), null);
        }
        of.check();
    }

    private void checkRaw() {
        if (datagrams != null) {
            throw new IllegalStateException("the tunnel carries datagrams");
        }
    }

    /** Takes what is there. @return 0 for nothing, -1 at the end */
    private int take(byte[] dst, int off, int len) throws IOException {
        checkOpen();
        boolean last = call.contentEnded; // before the ring is looked at: what it holds then is all there is
        int n = x.inbound.isOpen() ? x.inbound.read(dst, off, len) : 0;
        if (n > 0) {
            call.tookContent();
            return n;
        }
        if (last) {
            return -1;
        }
        checkAlive();
        return 0;
    }

    private int read(byte[] dst, int off, int len) throws IOException {
        checkRaw();
        while (len > 0) {
            int n = take(dst, off, len);
            if (n != 0) {
                return n;
            }
            call.await(Http3Call.TUNNEL_CONTENT, Waiter.FOREVER);
        }
        return 0;
    }

    private void write(byte[] src, int off, int len) throws IOException {
        int end = off + len;
        for (int at = off; at < end;) {
            checkOutput();
            if (call.unwanted) {
                throw new HttpException(Kind.RESET, Phase.NONE, "the tunnel through " + origin + " is not read any more", null);
            }
            int n = x.outbound.write(src, at, end - at);
            at += n;
            if (n > 0) {
                call.post(Http3Call.PROGRESS);
            }
            if (at < end) {
                call.writer.await(call, Http3Call.TUNNEL_ROOM, Waiter.FOREVER);
            }
        }
    }

    private void checkOutput() throws IOException {
        checkOpen();
        if (outputEnded) {
            throw new IllegalStateException("the output was ended");
        }
        checkAlive();
    }

    @Override
    public HttpDatagrams datagrams() {
        if (datagrams == null) {
            datagrams = new StreamDatagrams(new Capsules(), call.datagrams);
        }
        return datagrams;
    }

    @Override
    public void endOutput() throws IOException {
        checkOpen();
        outputEnded = true;
        x.sendEnded = true;
        call.post(Http3Call.PROGRESS);
    }

    @Override
    public void reset() {
        leave(Http3Call.RESET);
    }

    @Override
    public void close() {
        leave(Http3Call.LEAVE);
    }

    private void leave(int how) {
        if (!over && (!call.left || how != Http3Call.LEAVE)) {
            call.left = true;
            if (how == Http3Call.LEAVE) {
                x.sendEnded = true; // a reset must not pass for an end
            }
            call.post(how);
            call.wake();
        }
    }

    /** The exchange ends, and nobody uses the tunnel any more: what was written before a close may still go out. */
    void end() {
        if (call.left && !Thread.currentThread().isInterrupted()) {
            try {
                call.awaitEnd(System.nanoTime() + LINGER_NS);
            } catch (IOException e) {
                // Interrupted, and still so: what is left is given up.
            }
        }
        over = true;
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            Objects.checkFromIndexSize(off, len, b.length);
            return Http3Tunnel.this.read(b, off, len);
        }

        @Override
        public void close() {
            Http3Tunnel.this.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            checkRaw();
            Objects.checkFromIndexSize(off, len, b.length);
            Http3Tunnel.this.write(b, off, len);
        }

        @Override
        public void close() {
            Http3Tunnel.this.close();
        }
    }

    /** The stream as what carries datagrams. */
    private final class Capsules implements StreamDatagrams.Carrier {
        @Override
        public int read(byte[] dst, int off, int len) throws IOException {
            return take(dst, off, len);
        }

        @Override
        public void await() throws IOException {
            call.await(Http3Call.TUNNEL_DATAGRAM, Waiter.FOREVER);
        }

        @Override
        public void write(byte[] src, int off, int len) throws IOException {
            Http3Tunnel.this.write(src, off, len);
        }

        @Override
        public void awaitMaxBytes() {
        }

        @Override
        public void checkOutput() throws IOException {
            Http3Tunnel.this.checkOutput();
        }

        @Override
        public void datagramsWait() {
            call.post(Http3Call.DATAGRAMS);
        }

        @Override
        public void malformed() {
            leave(Http3Call.MALFORMED);
        }
    }
}
