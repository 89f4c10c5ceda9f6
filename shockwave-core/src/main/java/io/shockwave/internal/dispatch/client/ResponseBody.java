package io.shockwave.internal.dispatch.client;

import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.internal.dispatch.BodyInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;

/** The content of a response, read by whoever holds it straight from the connection: that is its backpressure. Owned by a response, which reuses it; used by one thread at a time. */
final class ResponseBody implements BodyReader {
    private enum Style { NONE, READ, PUBLISH, PUSH }

    /** What {@link #readAll} begins with when the length is not known. */
    private static final int INITIAL_BYTES = 8 * 1024;
    private static final int PIECE_BYTES = 16 * 1024;

    private final PooledResponse response;
    private Style style = Style.NONE;
    private boolean closed;

    ResponseBody(PooledResponse response) {
        this.response = response;
    }

    void reopen() {
        style = Style.NONE;
        closed = false;
    }

    private ClientExchange choose(Style wanted) {
        ClientExchange exchange = response.exchange();
        if (style != wanted && style != Style.NONE) {
            throw new IllegalStateException("the content is already being read in another way: " + style);
        }
        style = wanted;
        return exchange;
    }

    @Override
    public long length() {
        return response.exchange().x.receivedLength;
    }

    @Override
    public int read(byte[] dst, int off, int len) throws IOException {
        return readPiece(choose(Style.READ), dst, off, len);
    }

    private int readPiece(ClientExchange exchange, byte[] dst, int off, int len) throws IOException {
        if (closed) {
            throw new IllegalStateException("the content was closed");
        }
        if (off < 0 || len < 0 || len > dst.length - off) {
            throw new IndexOutOfBoundsException("off " + off + ", len " + len + ", array " + dst.length);
        }
        return exchange.read(dst, off, len);
    }

    /** Reads a piece for the publisher, whose thread is not the one that chose it. */
    int readPublished(byte[] dst) throws IOException {
        return readPiece(response.exchange(), dst, 0, dst.length);
    }

    @Override
    public byte[] readAll(int limitBytes) throws IOException {
        ClientExchange exchange = choose(Style.READ);
        long length = exchange.x.receivedLength;
        if (length > limitBytes) {
            throw tooLarge(limitBytes);
        }
        // One byte more than the limit, so that the end is told from too much; a length that is only announced takes no memory yet.
        int most = limitBytes == Integer.MAX_VALUE ? limitBytes : limitBytes + 1;
        byte[] all = new byte[(int) Math.min(most, Math.max(Math.min(length, 1 << 20), INITIAL_BYTES))];
        int count = 0;
        while (true) {
            int n = readPiece(exchange, all, count, all.length - count);
            if (n < 0) {
                return count == all.length ? all : Arrays.copyOf(all, count);
            }
            count += n;
            if (count > limitBytes) {
                throw tooLarge(limitBytes);
            }
            if (length == count) {
                if (exchange.x.version == HttpVersion.HTTP_3) {
                    readPiece(exchange, new byte[1], 0, 1); // the end, and the trailers in front of it, come behind content of any length
                }
                return count == all.length ? all : Arrays.copyOf(all, count);
            }
            if (count == all.length) {
                all = Arrays.copyOf(all, (int) Math.min(most, all.length * 2L));
            }
        }
    }

    private static HttpException tooLarge(int limitBytes) {
        return new HttpException(HttpException.Kind.TOO_LARGE, "the content is longer than " + limitBytes + " bytes");
    }

    @Override
    public InputStream asInputStream() {
        choose(Style.READ);
        return new BodyInput(this);
    }

    @Override
    public Flow.Publisher<ByteBuffer> asPublisher() {
        choose(Style.PUBLISH);
        return new BodyPublisher(this, PIECE_BYTES);
    }

    /** On a client, everything is delivered on the calling thread before this returns. */
    @Override
    public void onData(DataListener listener) {
        ClientExchange exchange = choose(Style.PUSH);
        byte[] piece = new byte[PIECE_BYTES];
        try {
            for (int n = readPiece(exchange, piece, 0, piece.length); n >= 0; n = readPiece(exchange, piece, 0, piece.length)) {
                listener.onData(piece, 0, n);
            }
        } catch (IOException e) {
            listener.onError(e instanceof HttpException failure ? failure : exchange.explain(e));
            return;
        }
        listener.onEnd();
    }

    @Override
    public Headers trailers() {
        return response.trailers();
    }

    @Override
    public void close() {
        if (response.isOpen() && !closed) {
            closed = true;
            response.exchange().discardRest();
        }
    }
}
