package io.shockwave.internal.dispatch.client;

import io.shockwave.BodyWriter;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.MutableHeaders;
import io.shockwave.client.ClientRequest.ContentSource;
import io.shockwave.internal.dispatch.BodyOutput;
import io.shockwave.internal.exchange.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/**
 * Content of a request on its way into the ring from which its HTTP/3 stream is fed. Stops when an answer comes that does not need the rest (RFC 9114 4.1), or when the whole answer is here and nobody takes the rest. Used by the sending thread, for one exchange.
 */
final class Http3Upload implements BodyWriter {
    /** How long a server that has answered in full may take nothing more: some never read what their answer did not need, and do not say so either. */
    private static final long ANSWERED_NS = 1_000_000_000L;

    private final ClientExchange exchange;
    private final Http3Call call;
    private final ClientSettings settings;
    private final Exchange x;
    private long left;
    private boolean stopped;
    private boolean closed;
    private HttpException lost; // the exchange's own failure, rather than the application's

    Http3Upload(ClientExchange exchange, Http3Call call, ClientSettings settings) {
        this.exchange = exchange;
        this.call = call;
        this.settings = settings;
        this.x = exchange.x;
        this.left = x.sendLength == Exchange.UNKNOWN ? Long.MAX_VALUE : x.sendLength;
    }

    /** @param content a {@code FileChannel}, {@code InputStream} or {@code ContentSource} */
    void run(Object content) throws IOException {
        try {
            switch (content) {
                case FileChannel file -> copy(Channels.newInputStream(file.position(0)));
                case InputStream in -> copy(in);
                case ContentSource source -> {
                    source.writeTo(this);
                    close();
                }
                default -> throw new IllegalStateException(content.getClass().getName());
            }
        } catch (IOException e) {
            if (lost != null) {
                throw lost;
            }
            if (!stopped) {
                throw new Upload.ContentFailure(e);
            }
        } catch (RuntimeException e) {
            if (lost != null) {
                throw lost;
            }
            if (!stopped) {
                throw e; // else what the application wrapped its exception in
            }
        }
        if (stopped) {
            call.post(Http3Call.ABANDON);
        }
    }

    private void copy(InputStream in) throws IOException {
        byte[] buf = new byte[Http3Exchange.BUFFER_BYTES / 4];
        while (true) {
            int n = in.read(buf, 0, buf.length);
            if (n < 0) {
                close();
                return;
            }
            put(buf, 0, n);
            if (stopped) {
                return;
            }
        }
    }

    /** Moves bytes into the ring, waiting for room. */
    private void put(byte[] src, int off, int len) throws IOException {
        if (len > left) {
            throw new IllegalStateException("the content is longer than the announced Content-Length of " + x.sendLength + " bytes");
        }
        left -= len;
        int at = off;
        int end = off + len;
        while (at < end) {
            look();
            if (stopped) {
                return;
            }
            int n = x.outbound.write(src, at, end - at);
            at += n;
            if (n > 0) {
                call.post(Http3Call.PROGRESS);
            }
            if (at < end) {
                awaitRoom();
            }
        }
    }

    private void awaitRoom() throws IOException {
        boolean answered = call.contentEnded;
        exchange.arm(answered ? Math.min(ANSWERED_NS, settings.betweenBytesNs()) : settings.betweenBytesNs(), Phase.REQUEST);
        try {
            exchange.http3().await(answered ? Http3Call.ROOM_OR_ANSWER : Http3Call.ROOM_OR_WHOLE_ANSWER);
        } catch (HttpException e) {
            fails(e);
        }
    }

    /** RFC 9114 4.1: a client must not discard a complete response for what becomes of its request. */
    private void fails(HttpException e) throws HttpException {
        if (!call.contentEnded) {
            lost = e;
            throw e;
        }
        stopped = true;
    }

    /** Whether the exchange still wants content. */
    private void look() throws HttpException {
        if (call.unwanted || call.headDone && x.status >= 300) {
            stopped = true;
            return;
        }
        try {
            exchange.http3().check();
        } catch (HttpException e) {
            fails(e);
        }
    }

    private void checkOpen() throws HttpException {
        if (stopped) {
            throw new HttpException(Kind.CLOSED, "the server " + (call.headDone ? "answered " + x.status + " before the content was complete, and " : "") + "does not want the rest of the content");
        }
        if (closed) {
            throw new IllegalStateException("the content was closed");
        }
    }

    @Override
    public BodyWriter write(byte[] src, int off, int len) throws IOException {
        checkOpen();
        put(src, off, len);
        checkOpen();
        return this;
    }

    @Override
    public BodyWriter write(ByteBuffer src) throws IOException {
        byte[] copy = new byte[Math.min(src.remaining(), Http3Exchange.BUFFER_BYTES / 4)];
        while (src.hasRemaining()) {
            int n = Math.min(copy.length, src.remaining());
            src.get(copy, 0, n);
            write(copy, 0, n);
        }
        return this;
    }

    @Override
    public BodyWriter flush() throws IOException {
        checkOpen();
        call.post(Http3Call.PROGRESS);
        return this;
    }

    @Override
    public MutableHeaders trailers() {
        return x.sentTrailers();
    }

    @Override
    public OutputStream asOutputStream() {
        return new BodyOutput(this);
    }

    @Override
    public void close() throws IOException {
        if (closed || stopped) {
            return;
        }
        closed = true;
        if (x.sendLength != Exchange.UNKNOWN && left > 0) {
            throw new IllegalStateException("the content is " + left + " bytes shorter than the announced Content-Length");
        }
        x.sendEnded = true;
        call.post(Http3Call.PROGRESS);
    }
}
