package io.shockwave.internal.dispatch;

import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeadersView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;

/** The content of a request as its handler reads it. Confined to the handler's thread; waits there for what the reactor puts into the ring. */
final class RequestBody implements BodyReader {
    private static final int MIN_ARRAY_BYTES = 512;
    private static final int MAX_FIRST_BYTES = 1 << 16;

    private enum Way { NONE, READ, LISTEN }

    private final ServerExchange sx;
    private final Exchange x;
    private HeadersView trailers;
    private int generation;
    private Way way = Way.NONE;
    private boolean ended;
    private boolean closed;

    RequestBody(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
    }

    void renew() {
        generation = x.life.generation();
        way = Way.NONE;
        ended = false;
        closed = false;
        if (trailers != null) {
            trailers.renew();
        }
    }

    private void choose(Way chosen) {
        x.life.check(generation);
        if (closed) {
            throw new IllegalStateException("the content was closed");
        }
        if (way != Way.NONE && way != chosen) {
            throw new IllegalStateException("the content is read in another way already");
        }
        way = chosen;
    }

    @Override
    public long length() {
        x.life.check(generation);
        return x.receivedLength;
    }

    @Override
    public int read(byte[] dst, int off, int len) throws IOException {
        choose(Way.READ);
        if ((off | len | dst.length - off - len) < 0) {
            throw new IndexOutOfBoundsException(off + " + " + len + " of " + dst.length);
        }
        if (sx.inline) {
            throw new IllegalStateException("a reactor thread must not block: use onData in an inline handler");
        }
        if (len == 0) {
            return 0;
        }
        while (!ended) {
            int n = x.inbound.isOpen() ? x.inbound.read(dst, off, len) : 0;
            if (n > 0) {
                sx.tookContent();
                return n;
            }
            switch (sx.content) {
                case ENDED -> ended = x.inbound.available() == 0;
                case FAILED -> throw sx.contentException();
                case OPEN -> {
                    if (sx.gone) {
                        throw sx.lost();
                    }
                    if (x.expectsContinue && !sx.committed) {
                        sx.post(ServerExchange.WANT_CONTENT);
                    }
                    sx.awaitContent();
                }
            }
        }
        return -1;
    }

    @Override
    public byte[] readAll(int limitBytes) throws IOException {
        long announced = length();
        if (announced > limitBytes) {
            throw tooLarge(limitBytes);
        }
        int most = announced >= 0 ? (int) announced : limitBytes;
        // It grows as the bytes come: an announcement costs the peer nothing.
        byte[] all = new byte[Math.min(most, announced >= 0 ? MAX_FIRST_BYTES : MIN_ARRAY_BYTES)];
        int count = 0;
        for (;;) {
            if (count == all.length) {
                if (count == most) {
                    // At the announced end this only confirms it, and makes the trailers complete.
                    if (read(new byte[1], 0, 1) < 0) {
                        return all;
                    }
                    throw tooLarge(limitBytes);
                }
                all = Arrays.copyOf(all, (int) Math.min(most, Math.max(MIN_ARRAY_BYTES, all.length * 2L)));
            }
            int n = read(all, count, all.length - count);
            if (n < 0) {
                return count == all.length ? all : Arrays.copyOf(all, count);
            }
            count += n;
        }
    }

    private static HttpException tooLarge(int limitBytes) {
        return new HttpException(HttpException.Kind.TOO_LARGE, "the content is longer than the limit of " + limitBytes + " bytes");
    }

    @Override
    public InputStream asInputStream() {
        choose(Way.READ);
        return new BodyInput(this);
    }

    @Override
    public Flow.Publisher<ByteBuffer> asPublisher() {
        choose(Way.READ);
        return new BodyPublication(this);
    }

    @Override
    public void onData(DataListener listener) {
        choose(Way.LISTEN);
        if (sx.inline) {
            sx.listener = listener;
            sx.post(ServerExchange.WANT_CONTENT | ServerExchange.RESUME);
            return;
        }
        way = Way.READ;
        byte[] buf = new byte[Math.max(MIN_ARRAY_BYTES, x.inbound.capacity() / 2)];
        try {
            for (int n = read(buf, 0, buf.length); n >= 0; n = read(buf, 0, buf.length)) {
                listener.onData(buf, 0, n);
            }
        } catch (HttpException e) {
            listener.onError(e);
            return;
        } catch (IOException e) {
            listener.onError(new HttpException(HttpException.Kind.CLOSED, HttpException.Phase.NONE, e.getMessage(), e));
            return;
        }
        listener.onEnd();
    }

    @Override
    public Headers trailers() {
        x.life.check(generation);
        if (trailers == null) {
            trailers = new HeadersView(x.receivedTrailers(), x.life, false);
        }
        return trailers;
    }

    @Override
    public void close() {
        x.life.check(generation);
        if (!closed) {
            closed = true;
            if (sx.content == ServerExchange.Content.OPEN) {
                sx.post(ServerExchange.ABANDON);
            }
        }
    }
}
