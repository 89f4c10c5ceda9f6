package io.shockwave.internal.dispatch;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.server.Tunnel;
import java.io.IOException;

/** The bare connection after an upgrade or CONNECT. One thread reads while another may write; each waits on its own ring. */
final class ServerTunnel implements Tunnel {
    private final ServerExchange sx;
    private final Exchange x;
    private final int generation;
    private volatile boolean closed;

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
                return -1;
            }
            sx.awaitContent();
        }
    }

    @Override
    public void write(byte[] src, int off, int len) throws IOException {
        check(src, off, len);
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
