package io.shockwave.internal.dispatch;

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

    ServerTunnel(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
        this.generation = x.life.generation();
    }

    @Override
    public int read(byte[] dst, int off, int len) throws IOException {
        check(dst, off, len);
        if (len == 0) {
            return 0;
        }
        for (;;) {
            boolean over = sx.content != ServerExchange.Content.OPEN || sx.gone; // before the ring: what is in it then is all
            int n = x.inbound.read(dst, off, len);
            if (n > 0) {
                sx.tookContent();
                return n;
            }
            if (over) {
                if (sx.content != ServerExchange.Content.ENDED && !closed) {
                    throw sx.lost(); // what was cut must not pass for what ended
                }
                return -1;
            }
            sx.awaitContent();
        }
    }

    @Override
    public void write(byte[] src, int off, int len) throws IOException {
        check(src, off, len);
        if (outputEnded) {
            throw new IllegalStateException("the output was ended");
        }
        sx.write(src, off, len);
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

    private void check(byte[] array, int off, int len) {
        x.life.check(generation);
        if (closed) {
            throw new IllegalStateException("the tunnel was closed");
        }
        if ((off | len | array.length - off - len) < 0) {
            throw new IndexOutOfBoundsException(off + " + " + len + " of " + array.length);
        }
    }
}
