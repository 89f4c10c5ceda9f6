package io.shockwave.internal.dispatch;

import io.shockwave.HttpDatagrams;
import io.shockwave.HttpVersion;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.server.Tunnel;
import java.io.IOException;

/** The bare connection after an upgrade or CONNECT. One thread reads while another may write; each waits on its own ring. */
final class ServerTunnel implements Tunnel {
    private final ServerExchange sx;
    private final Exchange x;
    private final int generation;
    private volatile boolean closed;
    private volatile boolean outputEnded;
    private volatile StreamDatagrams datagrams; // once it carries nothing else

    ServerTunnel(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
        this.generation = x.life.generation();
    }

    @Override
    public int read(byte[] dst, int off, int len) throws IOException {
        checkRaw(dst, off, len);
        while (len > 0) {
            int n = take(dst, off, len);
            if (n != 0) {
                return n;
            }
            sx.awaitContent();
        }
        return 0;
    }

    /** Takes what is there. @return 0 for nothing, -1 at the end */
    private int take(byte[] dst, int off, int len) throws IOException {
        boolean over = sx.content != ServerExchange.Content.OPEN || sx.gone; // before the ring: what is in it then is all
        int n = x.inbound.read(dst, off, len);
        if (n > 0) {
            sx.tookContent();
            return n;
        }
        if (over && sx.content != ServerExchange.Content.ENDED && !closed) {
            throw sx.lost(); // what was cut must not pass for what ended
        }
        return over ? -1 : 0;
    }

    @Override
    public void write(byte[] src, int off, int len) throws IOException {
        checkRaw(src, off, len);
        put(src, off, len);
    }

    private void put(byte[] src, int off, int len) throws IOException {
        checkOutput();
        sx.write(src, off, len);
    }

    private void checkOutput() {
        if (outputEnded) {
            throw new IllegalStateException("the output was ended");
        }
    }

    @Override
    public HttpDatagrams datagrams() {
        x.life.check(generation);
        if (datagrams == null) {
            datagrams = new StreamDatagrams(new Capsules(), sx.datagrams);
        }
        return datagrams;
    }

    @Override
    public void flush() throws IOException {
        x.life.check(generation);
        if (sx.gone) {
            throw sx.lost();
        }
        sx.post(ServerExchange.FLUSH);
    }

    @Override
    public void endOutput() {
        x.life.check(generation);
        if (x.version != HttpVersion.HTTP_3) {
            throw new UnsupportedOperationException("a tunnel over " + x.version + " ends as a whole (RFC 9110 9.3.6)");
        }
        outputEnded = true;
        x.sendEnded = true;
        sx.post(ServerExchange.FLUSH);
    }

    @Override
    public void reset() {
        x.life.check(generation);
        closed = true;
        sx.post(ServerExchange.RESET);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            x.life.check(generation);
            x.sendEnded = true;
            sx.post(ServerExchange.FLUSH);
        }
    }

    private void checkOpen() {
        x.life.check(generation);
        if (closed) {
            throw new IllegalStateException("the tunnel was closed");
        }
    }

    private void checkRaw(byte[] array, int off, int len) {
        checkOpen();
        if (datagrams != null) {
            throw new IllegalStateException("the tunnel carries datagrams");
        }
        if ((off | len | array.length - off - len) < 0) {
            throw new IndexOutOfBoundsException(off + " + " + len + " of " + array.length);
        }
    }

    /** The stream as what carries datagrams. */
    private final class Capsules implements StreamDatagrams.Carrier {
        @Override
        public int read(byte[] dst, int off, int len) throws IOException {
            checkOpen();
            return take(dst, off, len);
        }

        @Override
        public void await() throws IOException {
            sx.awaitDatagram();
        }

        @Override
        public void write(byte[] src, int off, int len) throws IOException {
            checkOpen();
            put(src, off, len);
            flush();
        }

        @Override
        public void awaitMaxBytes() throws IOException {
            sx.awaitMaxDatagramBytes();
        }

        @Override
        public void checkOutput() throws IOException {
            checkOpen();
            ServerTunnel.this.checkOutput();
            if (sx.gone) {
                throw sx.lost();
            }
        }

        @Override
        public void datagramsWait() {
            sx.post(ServerExchange.DATAGRAMS);
        }

        @Override
        public void malformed() {
            closed = true;
            sx.post(ServerExchange.MALFORMED);
        }
    }
}
