package io.shockwave.internal.dispatch.client;

import io.shockwave.BodyWriter;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.MutableHeaders;
import io.shockwave.client.ClientRequest.ContentSource;
import io.shockwave.internal.dispatch.BodyOutput;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http1.Http1ClientEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;

/**
 * Sends a request that does not fit one buffer, or whose content waits for 100. Watches for an answer meanwhile: one of 300 or more ends the upload, since a
 * server that refuses the content may not read it (RFC 9112 9.3); after a 2xx the content goes on. Used by the sending thread, for one exchange.
 */
final class Upload implements BodyWriter {
    /** An answer is looked for after this many bytes, when the peer takes them without a pause. */
    private static final int LISTEN_EVERY_BYTES = 64 * 1024;
    /** RFC 9110 10.1.1: a client does not wait for 100 for ever. */
    static final long DEFAULT_EXPECT_NS = 1_000_000_000L;

    /** The content could not be had: its exception is the application's own and goes out as it is. */
    static final class ContentFailure extends IOException {
        private static final long serialVersionUID = 1L;

        ContentFailure(IOException cause) {
            super(cause);
        }
    }

    private final ClientExchange exchange;
    private final Http1ClientEngine engine;
    private final ClientConnection connection;
    private final ClientSettings settings;
    private ByteBuffer staging;
    private boolean watching = true;
    private boolean stopped;
    private boolean closed;
    private long quietBytes;
    private IOException connectionFailure;

    Upload(ClientExchange exchange, ClientSettings settings) {
        this.exchange = exchange;
        this.engine = exchange.engine;
        this.connection = exchange.connection;
        this.settings = settings;
    }

    /**
     * @param content {@code null} when the engine has all of it, else a {@code FileChannel}, {@code InputStream} or {@code ContentSource}
     * @param expectNs how long to wait for 100; 0 not at all
     */
    void run(Object content, long expectNs) throws IOException {
        connection.duplex(true);
        try {
            if (drain() && (expectNs == 0 || awaitContinue(expectNs)) && flushEngine()) {
                send(content);
            }
        } catch (IOException e) {
            if (!stopped && connectionFailure == null) {
                throw new ContentFailure(e);
            }
            endEarly();
        } catch (RuntimeException e) {
            if (!stopped && connectionFailure == null) {
                throw e;
            }
            endEarly(); // what the application wrapped its exception in
        } finally {
            if (staging != null) {
                exchange.client.buffers.giveBack(staging);
                staging = null;
            }
            closed = true;
        }
        if (stopped) {
            engine.abandonContent();
        }
        connection.duplex(false);
    }

    private void endEarly() throws IOException {
        if (!stopped && (connectionFailure instanceof HttpException || !salvage())) {
            throw connectionFailure;
        }
    }

    private void send(Object content) throws IOException {
        switch (content) {
            case null -> {
            }
            case FileChannel file when connection.isTls() -> stream(Channels.newInputStream(file), exchange.x.sendLength);
            case FileChannel file -> transfer(file, exchange.x.sendLength);
            case InputStream in -> stream(in, exchange.x.sendLength);
            case ContentSource source -> {
                source.writeTo(this);
                close();
            }
            default -> throw new IllegalStateException(content.getClass().getName());
        }
    }

    private void transfer(FileChannel file, long length) throws IOException {
        long at = 0;
        while (at < length) {
            long n;
            try {
                n = file.transferTo(at, length - at, connection.channel);
            } catch (IOException e) {
                connectionFailure = e;
                throw e;
            }
            if (n == 0 && file.size() <= at) {
                throw new IllegalStateException("the file became shorter than the announced Content-Length of " + length + " bytes");
            }
            engine.sent(n);
            at += n;
            if (n > 0) {
                exchange.arm(settings.betweenBytesNs(), Phase.REQUEST);
            }
            if (n == 0 ? !await() : !listenNowAndThen(n)) {
                return;
            }
        }
        exchange.armTotal();
    }

    private void stream(InputStream in, long length) throws IOException {
        byte[] buf = staging().array();
        long left = length == Exchange.UNKNOWN ? Long.MAX_VALUE : length;
        while (true) {
            int n = in.read(buf, 0, buf.length);
            if (n < 0) {
                break;
            }
            if (n > left) {
                throw new IllegalStateException("the stream is longer than the announced Content-Length of " + length + " bytes");
            }
            left -= n;
            offer(buf, 0, n);
            if (!flushEngine()) {
                return;
            }
        }
        if (length == Exchange.UNKNOWN) {
            finish();
        } else if (left > 0) {
            throw new IllegalStateException("the stream is " + left + " bytes shorter than the announced Content-Length of " + length + " bytes");
        }
    }

    private void finish() throws IOException {
        engine.endContent();
        flushEngine();
    }

    // ---- to the connection

    private void offer(byte[] src, int off, int len) {
        engine.offer(src, off, len);
    }

    /** Sends what the engine has to send. @return false when the answer is there and the rest is not wanted */
    private boolean flushEngine() throws IOException {
        ByteBuffer out = exchange.out;
        while (true) {
            out.clear();
            int n = engine.transmit(out.array(), 0, out.capacity(), 0);
            out.limit(n).position(0);
            if (n == 0) {
                return true;
            }
            if (!drain()) {
                return false;
            }
        }
    }

    private boolean drain() throws IOException {
        ByteBuffer out = exchange.out;
        int bytes = out.remaining();
        exchange.arm(settings.betweenBytesNs(), Phase.REQUEST);
        while (!push(out)) {
            if (!await()) {
                return false;
            }
            exchange.arm(settings.betweenBytesNs(), Phase.REQUEST);
        }
        exchange.armTotal(); // the application may take its time to make the next bytes
        return listenNowAndThen(bytes);
    }

    private boolean push(ByteBuffer out) throws IOException {
        try {
            return connection.push(out);
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    private boolean await() throws IOException {
        try {
            int ops = connection.await(SelectionKey.OP_WRITE | (watching ? SelectionKey.OP_READ : 0), Long.MAX_VALUE);
            return (ops & SelectionKey.OP_READ) == 0 || listen();
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    private boolean listenNowAndThen(long bytes) throws IOException {
        quietBytes += bytes;
        if (!watching || quietBytes < LISTEN_EVERY_BYTES) {
            return true;
        }
        quietBytes = 0;
        try {
            return listen();
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    /** Takes what the peer has sent so far. @return false when it is an answer that ends the upload */
    private boolean listen() throws IOException {
        if (!exchange.fill()) {
            return true;
        }
        exchange.consume();
        exchange.checkViolation();
        return !exchange.isHeadDone() || accept();
    }

    private boolean accept() {
        watching = false;
        stopped = exchange.x.status >= 300 || engine.isTunnel();
        return !stopped;
    }

    private boolean awaitContinue(long expectNs) throws IOException {
        long startNs = System.nanoTime();
        try {
            while (!engine.isContinued()) {
                long leftNs = expectNs - (System.nanoTime() - startNs);
                if (leftNs <= 0 || connection.await(SelectionKey.OP_READ, leftNs) == 0) {
                    break;
                }
                listen();
                if (exchange.isHeadDone()) {
                    stopped = true; // RFC 9110 10.1.1: a final answer instead of 100
                    return false;
                }
            }
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
        engine.releaseContent();
        return true;
    }

    /** The connection broke while sending: the peer may have answered before it closed (RFC 9112 9.6). */
    private boolean salvage() {
        if (connection.isAborted() || Thread.currentThread().isInterrupted() || !connection.channel.isOpen()) {
            return false;
        }
        try {
            if (!exchange.isHeadDone()) {
                connection.duplex(false);
                exchange.readHead();
            }
            stopped = true;
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    // ---- for the application

    private ByteBuffer staging() {
        if (staging == null) {
            staging = exchange.client.buffers.take();
        }
        return staging;
    }

    @Override
    public BodyWriter write(byte[] src, int off, int len) throws IOException {
        checkOpen();
        if (len > staging().remaining()) {
            flushStaging();
        }
        if (len > staging.remaining()) {
            offer(src, off, len);
            goOn(flushEngine());
        } else {
            staging.put(src, off, len);
        }
        return this;
    }

    @Override
    public BodyWriter write(ByteBuffer src) throws IOException {
        checkOpen();
        while (src.hasRemaining()) {
            if (!staging().hasRemaining()) {
                flushStaging();
            }
            int n = Math.min(src.remaining(), staging.remaining());
            staging.put(staging.position(), src, src.position(), n);
            staging.position(staging.position() + n);
            src.position(src.position() + n);
        }
        return this;
    }

    private void flushStaging() throws IOException {
        int len = staging == null ? 0 : staging.position();
        if (len > 0) {
            offer(staging.array(), 0, len);
            staging.clear();
            goOn(flushEngine());
        }
    }

    private void goOn(boolean wanted) throws HttpException {
        if (!wanted) {
            throw new HttpException(Kind.CLOSED, "the server answered " + exchange.x.status + " before the content was complete, and does not want the rest");
        }
    }

    private void checkOpen() throws HttpException {
        goOn(!stopped);
        if (closed) {
            throw new IllegalStateException("the content was closed");
        }
    }

    @Override
    public BodyWriter flush() throws IOException {
        checkOpen();
        flushStaging();
        return this;
    }

    @Override
    public MutableHeaders trailers() {
        return exchange.x.sentTrailers();
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
        flushStaging();
        closed = true;
        finish();
    }
}
