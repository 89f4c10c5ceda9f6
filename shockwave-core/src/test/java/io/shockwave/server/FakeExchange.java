package io.shockwave.server;

import io.shockwave.ArenaSlice;
import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import io.shockwave.RequestArena;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Span;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** A request without a connection, and the response that a handler gave to it. */
final class FakeExchange {
    private final Lifetime life = new Lifetime();
    private final Slab slab = new Slab(1 << 20);
    private final HeaderBlock received = new HeaderBlock(slab, life);
    private final HeaderBlock sent = new HeaderBlock(slab, life);
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final Method method;
    private final String target;
    private int status = 200;
    private boolean committed;
    private boolean complete;
    /** Run once before the first write of a stream. */
    Runnable beforeWrite = () -> { };

    FakeExchange(Method method, String target, String... fields) {
        this.method = method;
        this.target = target;
        for (int i = 0; i < fields.length; i += 2) {
            received.add(HeaderName.of(fields[i]), fields[i + 1]);
        }
    }

    void handledBy(Handler handler) throws Exception {
        handler.handle(new Request(), new Response());
    }

    static FakeExchange run(Handler handler, Method method, String target, String... fields) throws Exception {
        FakeExchange x = new FakeExchange(method, target, fields);
        x.handledBy(handler);
        if (!x.complete) {
            throw new AssertionError("not complete");
        }
        return x;
    }

    String field(HeaderName name) {
        return sent.first(name).orElse("");
    }

    byte[] content() {
        return content.toByteArray();
    }

    String text() {
        return content.toString(StandardCharsets.UTF_8);
    }

    int status() {
        return status;
    }

    boolean isComplete() {
        return complete;
    }

    private Ascii span(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Span(life).set(bytes, 0, bytes.length);
    }

    private final class Request implements ServerRequest {
        @Override
        public String protocol() {
            return "";
        }

        @Override
        public HttpVersion version() {
            return HttpVersion.HTTP_1_1;
        }

        @Override
        public Method method() {
            return method;
        }

        @Override
        public Ascii target() {
            return span(target);
        }

        @Override
        public Ascii path() {
            int query = target.indexOf('?');
            return span(query < 0 ? target : target.substring(0, query));
        }

        @Override
        public Ascii query() {
            int query = target.indexOf('?');
            return span(query < 0 ? "" : target.substring(query + 1));
        }

        @Override
        public Ascii authority() {
            return span("example.test");
        }

        @Override
        public String scheme() {
            return "http";
        }

        @Override
        public BodyReader body() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RequestArena arena() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connection connection() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress remote() {
            return new InetSocketAddress(1);
        }

        @Override
        public SocketAddress local() {
            return new InetSocketAddress(2);
        }

        @Override
        public Optional<SSLSession> tls() {
            return Optional.empty();
        }

        @Override
        public boolean isEarlyData() {
            return false;
        }

        @Override
        public Headers headers() {
            return received;
        }
    }

    private final class Response implements ServerResponse {
        @Override
        public boolean push(Method method, CharSequence path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MutableHeaders pushHeaders() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public ServerResponse status(int code) {
            status = code;
            return this;
        }

        @Override
        public MutableHeaders headers() {
            return sent;
        }

        @Override
        public boolean isCommitted() {
            return committed;
        }

        @Override
        public void sendInterim(int code, MutableHeaders fields) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MutableHeaders interimHeaders() {
            throw new UnsupportedOperationException();
        }

        private void commit() {
            if (committed) {
                throw new IllegalStateException("sent twice");
            }
            committed = true;
        }

        @Override
        public void send() {
            commit();
            complete = true;
        }

        @Override
        public void send(byte[] body) {
            send(body, 0, body.length);
        }

        @Override
        public void send(byte[] body, int off, int len) {
            commit();
            if (method != Method.HEAD) {
                content.write(body, off, len);
            }
            complete = true;
        }

        @Override
        public void send(ByteBuffer body) {
            byte[] bytes = new byte[body.remaining()];
            body.get(body.position(), bytes);
            send(bytes);
        }

        @Override
        public void send(ArenaSlice body) {
            send(body.toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void send(CharSequence utf8) {
            send(utf8.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void send(Path file) throws IOException {
            send(file, 0, Files.size(file));
        }

        @Override
        public void send(Path file, long offset, long length) throws IOException {
            byte[] all = Files.readAllBytes(file);
            send(Arrays.copyOfRange(all, (int) offset, (int) (offset + length)));
        }

        @Override
        public BodyWriter stream() {
            commit();
            return new Writer();
        }

        @Override
        public Tunnel upgrade() {
            throw new IllegalStateException();
        }
    }

    private final class Writer implements BodyWriter {
        @Override
        public BodyWriter write(byte[] src, int off, int len) {
            beforeWrite.run();
            if (method != Method.HEAD) {
                content.write(src, off, len);
            }
            return this;
        }

        @Override
        public BodyWriter write(ByteBuffer src) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BodyWriter flush() {
            return this;
        }

        @Override
        public MutableHeaders trailers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public OutputStream asOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            complete = true;
        }
    }
}
