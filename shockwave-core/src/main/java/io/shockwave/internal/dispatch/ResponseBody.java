package io.shockwave.internal.dispatch;

import io.shockwave.BodyWriter;
import io.shockwave.MutableHeaders;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeadersView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The content of a response as its handler writes it. Confined to the handler's thread; waits there until the reactor has made room in the ring. */
final class ResponseBody implements BodyWriter {
    private final ServerExchange sx;
    private final Exchange x;
    private HeadersView trailers;
    private int generation;
    private long left;
    private boolean discards;
    private boolean closed;

    ResponseBody(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
    }

    /** @param announced the length that must be written; {@link Exchange#UNKNOWN} for any */
    void renew(long announced, boolean discardsAll) {
        generation = x.life.generation();
        left = announced;
        discards = discardsAll;
        closed = false;
        if (trailers != null) {
            trailers.renew();
        }
    }

    boolean isClosed() {
        return closed;
    }

    private void take(int len) {
        x.life.check(generation);
        if (closed) {
            throw new IllegalStateException("the content was closed");
        }
        if (left == Exchange.UNKNOWN) {
            return;
        }
        if (len > left && !discards) {
            throw new IllegalStateException(len + " bytes written where " + left + " are left of the announced Content-Length");
        }
        left = Math.max(0, left - len);
    }

    @Override
    public BodyWriter write(byte[] src, int off, int len) throws IOException {
        if ((off | len | src.length - off - len) < 0) {
            throw new IndexOutOfBoundsException(off + " + " + len + " of " + src.length);
        }
        return write(src, null, off, len);
    }

    @Override
    public BodyWriter write(ByteBuffer src) throws IOException {
        int len = src.remaining();
        if (src.hasArray()) {
            write(src.array(), src.arrayOffset() + src.position(), len);
        } else {
            write(null, src, src.position(), len);
        }
        src.position(src.limit());
        return this;
    }

    private BodyWriter write(byte[] src, ByteBuffer memory, int off, int len) throws IOException {
        take(len);
        if (discards) {
            return this;
        }
        if (sx.inline && x.outbound.room() < len) {
            throw new IllegalStateException("writing " + len + " bytes would block a reactor thread: " + x.outbound.room() + " fit now");
        }
        sx.write(src, memory, off, len);
        return this;
    }

    @Override
    public BodyWriter flush() throws IOException {
        take(0);
        if (sx.gone) {
            throw sx.lost();
        }
        sx.post(ServerExchange.FLUSH);
        return this;
    }

    @Override
    public MutableHeaders trailers() {
        take(0);
        if (trailers == null) {
            trailers = new HeadersView(x.sentTrailers(), x.life, true);
        }
        return trailers;
    }

    @Override
    public OutputStream asOutputStream() {
        take(0);
        return new BodyOutput(this);
    }

    @Override
    public void close() throws IOException {
        x.life.check(generation);
        if (closed) {
            return;
        }
        closed = true;
        if (trailers != null) {
            trailers.seal();
        }
        if (left > 0 && !discards) {
            sx.post(ServerExchange.ABORT);
            throw new IllegalStateException("the content was closed " + left + " bytes short of the announced Content-Length");
        }
        x.sendEnded = true;
        sx.post(ServerExchange.FLUSH);
    }
}
