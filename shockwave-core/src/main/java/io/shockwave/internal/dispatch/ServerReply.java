package io.shockwave.internal.dispatch;

import io.shockwave.ArenaSlice;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import io.shockwave.HttpVersion;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.files.MediaTypes;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.HeadersView;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.memory.ArenaView;
import io.shockwave.internal.memory.Slab;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.Tunnel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The response of one exchange as its handler sees it. Confined to the handler's thread, or to whoever completes an inline exchange later. */
final class ServerReply implements ServerResponse {
    private static final byte[] TEXT_PLAIN = "text/plain; charset=utf-8".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private final ServerExchange sx;
    private final Exchange x;
    private final HeadersView headers;
    private HeadersView interim;
    private HeaderBlock pushFields; // few handlers push
    private HeadersView push;
    private ResponseBody body;
    private int generation;
    private boolean streaming;
    private boolean tunnelled;
    private boolean cut;

    ServerReply(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
        this.headers = new HeadersView(x.sent, x.life, true);
    }

    void renew() {
        generation = x.life.generation();
        headers.renew();
        streaming = false;
        tunnelled = false;
        cut = false;
        if (interim != null) {
            interim.renew();
        }
        push = null;
        pushFields = null;
    }

    private Exchange live() {
        x.life.check(generation);
        return x;
    }

    // ---- the head

    @Override
    public int status() {
        return live().status;
    }

    @Override
    public ServerResponse status(int code) {
        checkOpen();
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("a final status is 200 to 599 (RFC 9110 15): " + code);
        }
        x.status = code;
        return this;
    }

    @Override
    public MutableHeaders headers() {
        live();
        return headers;
    }

    @Override
    public boolean isCommitted() {
        live();
        return sx.committed;
    }

    private void checkOpen() {
        live();
        if (sx.committed) {
            throw new IllegalStateException("the response was sent already");
        }
    }

    /** The length that the application announced; {@link Exchange#UNKNOWN} if it did not. */
    private long announcedLength() {
        int index = x.sent.indexOf(HeaderName.CONTENT_LENGTH, 0);
        if (index < 0) {
            return Exchange.UNKNOWN;
        }
        long length = HeaderBlock.parseLong(x.sent.bytes(), x.sent.valueOff(index), x.sent.valueLen(index), Exchange.UNKNOWN);
        if (length < 0 || x.sent.indexOf(HeaderName.CONTENT_LENGTH, index + 1) >= 0) {
            throw new IllegalArgumentException("Content-Length must be one decimal number (RFC 9110 8.6): " + x.sent.all(HeaderName.CONTENT_LENGTH));
        }
        return length;
    }

    private void commit(Exchange.Source source, long length, int bits) {
        checkOpen();
        if (x.method == Method.CONNECT && x.status < 300 && bits == ServerExchange.RESPOND) {
            x.sendMemory = null;
            throw new IllegalStateException("a 2xx answer to CONNECT opens a tunnel: use upgrade() (RFC 9110 9.3.6)");
        }
        x.source = source;
        x.sendLength = length;
        sx.committed = true;
        headers.seal();
        sx.post(bits);
    }

    private boolean isBodiless() {
        return x.method == Method.HEAD || x.status == 204 || x.status == 304;
    }

    private void checkLength(long length) {
        long announced = announcedLength();
        boolean selected = x.method == Method.HEAD || x.status == 304; // RFC 9110 8.6: may tell what a GET would have
        if (announced >= 0 && announced != length && !selected) {
            throw new IllegalStateException("Content-Length is set to " + announced + " but the content has " + length + " bytes");
        }
    }

    // ---- whole answers

    @Override
    public void send() throws IOException {
        checkOpen();
        checkLength(0);
        long announced = announcedLength();
        commit(Exchange.Source.NONE, Math.max(announced, 0), ServerExchange.RESPOND);
    }

    @Override
    public void send(byte[] content) throws IOException {
        send(content, 0, content.length);
    }

    @Override
    public void send(byte[] content, int off, int len) throws IOException {
        checkOpen();
        if ((off | len | content.length - off - len) < 0) {
            throw new IndexOutOfBoundsException(off + " + " + len + " of " + content.length);
        }
        checkLength(len);
        if (sx.inline || len > sx.settings.bufferBytes()) {
            x.sendBytes = content;
            x.sendOff = off;
            sendInPlace(len);
        } else {
            x.sendBytes = NOTHING;
            x.sendOff = 0;
            if (!isBodiless()) {
                x.sendBytes = x.lend(len);
                System.arraycopy(content, off, x.sendBytes, 0, len);
            }
            commit(Exchange.Source.BYTES, len, ServerExchange.RESPOND);
        }
    }

    @Override
    public void send(ByteBuffer content) throws IOException {
        int len = content.remaining();
        int from = content.position();
        if (content.hasArray()) {
            send(content.array(), content.arrayOffset() + from, len);
            return;
        }
        checkOpen();
        checkLength(len);
        if (content.isDirect() && (sx.inline || len > sx.settings.bufferBytes()) && sx.isReached(content)) {
            x.sendMemory = content;
            x.sendOff = from;
            sendInPlace(len);
            return;
        }
        x.sendBytes = NOTHING;
        x.sendOff = 0;
        if (!isBodiless()) {
            x.sendBytes = x.lend(len);
            content.get(from, x.sendBytes, 0, len);
        }
        commit(Exchange.Source.BYTES, len, ServerExchange.RESPOND);
    }

    /** Content that is read where it is. */
    private void sendInPlace(int len) throws IOException {
        sx.taken = false;
        commit(Exchange.Source.BYTES, len, ServerExchange.RESPOND);
        if (sx.inline || isBodiless()) {
            return;
        }
        try {
            sx.awaitTaken();
        } catch (InterruptedIOException e) {
            cut = true; // what is sent after this returns could be something else
            sx.post(ServerExchange.ABORT);
            sx.awaitCut();
            throw e;
        }
        if (!sx.taken) {
            throw sx.lost();
        }
    }

    @Override
    public void send(ArenaSlice content) throws IOException {
        checkOpen();
        int len = content.length();
        checkLength(len);
        ArenaView own = content instanceof ArenaView view ? view : null;
        byte[] bytes = own == null ? null : own.arrayOf(x.life);
        if (bytes != null) {
            x.sendBytes = bytes; // given back when this exchange ends, and not before
            x.sendOff = own.arrayOff();
        } else {
            x.sendBytes = x.lend(len);
            x.sendOff = 0;
            content.copyTo(x.sendBytes, 0);
        }
        commit(Exchange.Source.BYTES, len, ServerExchange.RESPOND);
    }

    @Override
    public void send(CharSequence utf8) throws IOException {
        checkOpen();
        if (x.sent.indexOf(HeaderName.CONTENT_TYPE, 0) < 0) {
            x.sent.append(HeaderName.CONTENT_TYPE, TEXT_PLAIN, 0, TEXT_PLAIN.length);
        }
        byte[] lent = x.lend(Math.multiplyExact(utf8.length(), 3));
        int len = Utf8.encode(utf8, lent, 0);
        checkLength(len);
        x.sendBytes = lent;
        x.sendOff = 0;
        commit(Exchange.Source.BYTES, len, ServerExchange.RESPOND);
    }

    @Override
    public void send(Path file) throws IOException {
        send(file, 0, -1);
    }

    @Override
    public void send(Path file, long offset, long length) throws IOException {
        checkOpen();
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "not a regular file");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        boolean handedOver = false;
        try {
            long size = channel.size();
            long count = length < 0 ? size - offset : length;
            if (offset < 0 || count < 0 || offset + count > size) {
                throw new IllegalArgumentException("bytes " + offset + " + " + count + " of a file of " + size);
            }
            checkLength(count);
            if (x.sent.indexOf(HeaderName.CONTENT_TYPE, 0) < 0) {
                x.sent.add(HeaderName.CONTENT_TYPE, MediaTypes.ofName(file.getFileName().toString()));
            }
            if (count == 0 || isBodiless()) {
                commit(Exchange.Source.NONE, count, ServerExchange.RESPOND);
            } else {
                sx.file = channel;
                sx.filePosition = offset;
                handedOver = true;
                commit(Exchange.Source.FILE, count, ServerExchange.RESPOND);
            }
        } finally {
            if (!handedOver) {
                channel.close();
            }
        }
    }

    // ---- streams

    @Override
    public BodyWriter stream() throws IOException {
        checkOpen();
        long announced = announcedLength();
        boolean discards = isBodiless();
        if (!discards) {
            x.outbound.open(sx.settings.bufferBytes());
        }
        if (body == null) {
            body = new ResponseBody(sx);
        }
        body.renew(announced, discards);
        streaming = true;
        commit(Exchange.Source.RING, discards ? Math.max(announced, Exchange.UNKNOWN) : announced, ServerExchange.RESPOND);
        return body;
    }

    @Override
    public MutableHeaders interimHeaders() {
        checkOpen();
        if (interim == null) {
            interim = new HeadersView(x.interim(), x.life, true);
        }
        return interim;
    }

    @Override
    public void sendInterim(int code, MutableHeaders fields) throws IOException {
        checkOpen();
        if (code < 102 || code > 199) {
            throw new IllegalArgumentException("an interim status to send is 102 to 199: " + code + " (100 is sent when the content is read, 101 by upgrade())");
        }
        if (fields != interim || interim == null) {
            throw new IllegalArgumentException("the fields must be those of interimHeaders()");
        }
        if (x.version == HttpVersion.HTTP_1_0) {
            interim.clear();
            return; // RFC 9110 15.2: a server MUST NOT send a 1xx response to an HTTP/1.0 client
        }
        x.interimStatus = code;
        sx.taken = false;
        sx.post(ServerExchange.INTERIM);
        if (!sx.isOnReactor()) {
            sx.awaitTaken();
        }
        if (!sx.taken) {
            throw sx.lost();
        }
        interim.clear();
    }

    // ---- pushes

    @Override
    public MutableHeaders pushHeaders() {
        live();
        if (push == null) {
            pushFields = new HeaderBlock(new Slab(0), x.life);
            push = new HeadersView(pushFields, x.life, true);
        }
        return push;
    }

    @Override
    public boolean push(Method method, CharSequence path) throws IOException {
        live();
        boolean off = x.version != HttpVersion.HTTP_3 || sx.settings.http3().maxPushes() == 0 || sx.gone;
        PushPromise promise = off ? null : new PushPromise(x, method, path, pushFields, sx.settings.http1().limits());
        if (pushFields != null) {
            pushFields.clear();
        }
        if (promise == null) {
            return false;
        }
        sx.promise = promise;
        sx.post(ServerExchange.PUSH);
        if (!sx.isOnReactor()) {
            sx.awaitDecided();
        }
        return promise.decided && promise.made;
    }

    // ---- tunnels

    @Override
    public Tunnel upgrade() throws IOException {
        checkOpen();
        boolean connect = x.method == Method.CONNECT;
        if (!connect && !x.asksUpgrade) {
            throw new IllegalStateException("the request asked neither for an upgrade nor for a tunnel");
        }
        if (sx.inline) {
            throw new IllegalStateException("a tunnel blocks its thread: use a handler on virtual threads");
        }
        if (!connect && sx.content != ServerExchange.Content.ENDED) {
            throw new IllegalStateException("the content must be read to its end before the connection changes its protocol (RFC 9110 7.8)");
        }
        if (connect && (x.status < 200 || x.status > 299)) {
            throw new IllegalStateException("a tunnel is opened by a 2xx status (RFC 9110 9.3.6), not by " + x.status);
        }
        if (!connect) {
            x.status = 101;
            if ((FramingRules.connectionOptions(x.sent) & FramingRules.UPGRADE) == 0) {
                x.sent.add(HeaderName.CONNECTION, "upgrade"); // RFC 9110 7.8: whoever sends Upgrade names it there
            }
        }
        x.inbound.open(sx.settings.bufferBytes());
        x.outbound.open(sx.settings.bufferBytes());
        sx.content = ServerExchange.Content.OPEN;
        if (!x.protocol.isEmpty() && sx.settings.http3().datagrams()) {
            sx.datagrams = new DatagramBox();
        }
        tunnelled = true;
        commit(Exchange.Source.RING, Exchange.UNKNOWN, ServerExchange.TUNNEL);
        return new ServerTunnel(sx);
    }

    // ---- the end of the handler

    /** The handler returned on its virtual thread: what it left open is completed. */
    void complete() throws IOException {
        if (!sx.committed) {
            if (sx.gone) {
                return; // there is nobody to answer to
            }
            throw new IllegalStateException("the handler returned without sending a response");
        }
        if (streaming && !body.isClosed()) {
            body.close();
        }
        if (tunnelled) {
            x.sendEnded = true;
            sx.post(ServerExchange.FLUSH);
        }
    }

    /** Whether the connection cannot go on after this answer: it says so, or was cut. */
    boolean endsConnection() {
        return cut || !sx.committed || (FramingRules.connectionOptions(x.sent) & FramingRules.CLOSE) != 0;
    }

    /** Answers with this status if nothing was sent, else cuts what was. */
    void fail(int status) {
        if (sx.committed) {
            boolean complete = !tunnelled && (!streaming || body.isClosed());
            if (!complete || sx.inline && x.source == Exchange.Source.RING && !x.sendEnded) {
                cut = true;
                sx.post(ServerExchange.ABORT);
            }
            return;
        }
        x.sent.clear();
        x.status = status;
        x.sendBytes = NOTHING;
        x.sendOff = 0;
        commit(Exchange.Source.BYTES, 0, status == 500 ? ServerExchange.RESPOND : ServerExchange.RESPOND | ServerExchange.ABANDON);
    }
}
