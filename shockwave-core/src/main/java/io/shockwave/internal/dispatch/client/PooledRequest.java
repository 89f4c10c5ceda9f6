package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.events.ClientRequestEvent;
import io.shockwave.internal.events.ConnectEvent;
import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.http1.Http1Encoder;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.ConnectionPool;
import io.shockwave.internal.pool.Lease;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.pool.UrlEntry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A request and all that must happen until its response is there: connection, repetition, redirects. Owned by the application, used by one thread at a time. Its fields are its own
 * and stay; what an exchange needs beside them is lent by the client until the response is closed.
 */
final class PooledRequest implements ClientRequest, ConnectionPool.Connector<ClientConnection> {
    /** What a request's fields take at first, in tiers that would take more: 95 of 100 requests need less than half of it, and a fresh request allocates it. */
    private static final int FIELD_BYTES = 1_024;

    /** HTTP/3 gets this long alone, as RFC 8305 8 gives the better address; then HTTP/1.1 is dialled beside it. */
    private static final long HTTP3_HEAD_START_NS = 300_000_000L;
    /** And this long where it was asked for. */
    private static final long HTTP3_PREFERRED_NS = 2_000_000_000L;
    private static final InetAddress[] NO_ADDRESSES = {};

    private final PooledClient client;
    private final ClientSettings settings;
    private Method method;
    private UrlEntry url;
    private HeaderBlock fields;
    private PooledResponse response;
    private long timeoutNs;
    private InterimListener interims;
    private long expectNs;

    /** {@code null}, a {@code byte[]}, {@code Path}, {@code InputStream} or {@code ContentSource}. */
    private Object content;
    private long contentLength;
    private boolean isText;

    /** Of an extended CONNECT; empty otherwise. */
    private String protocol = "";

    private boolean sending;
    private boolean early; // may be sent before the handshake is complete
    private long totalDeadlineNs;
    /** Of the origin that {@link #keyOrigin} is, so that a reused request looks up its queue without a new key. */
    private PoolKey key;
    /** Where the one before went by HTTP/3; null if none did. */
    private Http3Route route;

    PooledRequest(PooledClient client, Method method, UrlEntry url) {
        this.client = client;
        this.settings = client.settings;
        this.method = method;
        this.url = url;
        this.timeoutNs = settings.totalNs();
    }

    // ---- what is to be sent

    @Override
    public Method method() {
        return method;
    }

    @Override
    public ClientRequest url(CharSequence text) {
        checkIdle();
        url = client.parse(text);
        return this;
    }

    @Override
    public MutableHeaders headers() {
        if (fields == null) {
            fields = new HeaderBlock(client.requestSlab, new Lifetime(), FIELD_BYTES);
        }
        return fields;
    }

    @Override
    public ClientRequest protocol(CharSequence token) {
        checkIdle();
        if (method != Method.CONNECT) {
            throw new IllegalStateException("a protocol is asked for by CONNECT (RFC 9220), not by " + method);
        }
        String text = token.toString();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F || !Tokens.isTokenChar((byte) text.charAt(i))) {
                throw new IllegalArgumentException("no token (RFC 9110 5.6.2): " + text);
            }
        }
        protocol = text;
        return this;
    }

    @Override
    public ClientRequest timeout(Duration limit) {
        timeoutNs = ClientBuilder.nanos(limit, "timeout");
        return this;
    }

    @Override
    public ClientRequest noBody() {
        return content(null, 0, false);
    }

    @Override
    public ClientRequest body(byte[] bytes) {
        return content(bytes, bytes.length, false);
    }

    @Override
    public ClientRequest body(ByteBuffer bytes) {
        ByteBuffer whole = bytes.duplicate();
        return body(whole.remaining(), out -> out.write(whole.duplicate()));
    }

    @Override
    public ClientRequest body(CharSequence utf8) {
        byte[] bytes = utf8.toString().getBytes(StandardCharsets.UTF_8);
        return content(bytes, bytes.length, true);
    }

    @Override
    public ClientRequest body(Path file) {
        return content(Objects.requireNonNull(file, "file"), Exchange.UNKNOWN, false);
    }

    @Override
    public ClientRequest body(long length, InputStream source) {
        return content(Objects.requireNonNull(source, "source"), checkedLength(length), false);
    }

    @Override
    public ClientRequest body(long length, ContentSource source) {
        return content(Objects.requireNonNull(source, "source"), checkedLength(length), false);
    }

    private static long checkedLength(long length) {
        if (length < -1) {
            throw new IllegalArgumentException("the length is " + length + ", neither a length nor -1 for unknown");
        }
        return length;
    }

    private ClientRequest content(Object what, long length, boolean text) {
        checkIdle();
        content = what;
        contentLength = length;
        isText = text;
        return this;
    }

    @Override
    public ClientRequest expectContinue(Duration wait) {
        expectNs = ClientBuilder.nanos(wait, "wait");
        return this;
    }

    @Override
    public ClientRequest onInterim(InterimListener listener) {
        interims = listener;
        return this;
    }

    private void checkIdle() {
        if (sending) {
            throw new IllegalStateException("the request is being sent");
        }
    }

    // ---- sending

    @Override
    public ClientResponse send() throws IOException {
        checkIdle();
        if (response == null) {
            response = new PooledResponse(client);
        } else if (response.isOpen()) {
            throw new IllegalStateException("the response before is still open; close it before the request is sent again");
        }
        client.checkOpen();
        sending = true;
        ClientExchange exchange = client.exchanges.take();
        boolean done = false;
        try {
            long now = client.watchdog.now();
            totalDeadlineNs = timeoutNs == TimeLimit.NONE ? TimeLimit.NONE : now + timeoutNs;
            response.open(exchange, follow(exchange));
            done = true;
            return response;
        } finally {
            sending = false;
            if (!done) {
                client.exchanges.giveBack(exchange);
            }
        }
    }

    @Override
    public CompletableFuture<ClientResponse> sendAsync() {
        return SendFuture.start(this);
    }

    /** Sends it, and whatever redirects ask for. @return the URL that answered */
    private UrlEntry follow(ClientExchange exchange) throws IOException {
        UrlEntry target = url;
        Redirection redirection = null;
        while (true) {
            perform(exchange, target, redirection);
            int status = exchange.x.status;
            if (settings.redirects() == Redirects.NEVER || !Redirection.isRedirect(status)) {
                return target;
            }
            if (redirection == null) {
                redirection = new Redirection(settings.redirects(), settings.maxRedirects(), method, url);
            }
            int index = exchange.x.received.indexOf(HeaderName.LOCATION, 0);
            String location = index < 0 ? null : exchange.x.received.valueText(index);
            UrlEntry next = redirection.next(target, status, location, content != null, isReplayable());
            if (next == null) {
                return target;
            }
            exchange.discardRest();
            exchange.recycle();
            target = next;
        }
    }

    private boolean isReplayable() {
        return !(content instanceof InputStream);
    }

    private void perform(ClientExchange exchange, UrlEntry target, Redirection redirection) throws IOException {
        if (content != null && method == Method.CONNECT) {
            throw new IllegalStateException("a CONNECT has no content (RFC 9110 9.3.6): write to what upgraded() gives");
        }
        boolean withContent = content != null && (redirection == null || !redirection.dropsContent());
        if (withContent && content instanceof Path path) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                attempts(exchange, target, redirection, file, file.size());
            }
        } else if (withContent && content instanceof InputStream in) {
            try (in) {
                attempts(exchange, target, redirection, in, contentLength);
            }
        } else {
            attempts(exchange, target, redirection, withContent ? content : null, withContent ? contentLength : 0);
        }
    }

    /** Sends it once, or again when it was provably not processed or not understood. */
    private void attempts(ClientExchange exchange, UrlEntry target, Redirection redirection, Object body, long length) throws IOException {
        boolean expects = expectNs != 0 && body != null && length != 0;
        boolean repeated = false;
        early = settings.earlyData() && body == null && isHarmless(redirection == null ? method : redirection.method());
        while (true) {
            Http3ClientConnection shared = http3(exchange, target, redirection, repeated);
            if (shared != null) {
                exchange.attachHttp3(shared, target.origin(), totalDeadlineNs, timeoutNs, interims, Events.clientRequest(target.origin()));
            } else {
                attach(exchange, target, redirection);
            }
            try {
                start(exchange, target, redirection, body, length, expects);
                exchange.run(body instanceof byte[] ? null : body, expects ? expectNs : 0);
                if (shared != null && !repeated && isMisdirected(exchange) && (body == null || isReplayable())) {
                    repeated = true;
                } else if (exchange.x.status == 425 && exchange.http3().isEarly()) {
                    early = false; // RFC 8470 5.2: it is repeated, and not in early data
                } else if (exchange.x.status != 417 || !expects || !isReplayable()) {
                    return;
                } else {
                    expects = false; // RFC 9110 10.1.1: a client that gets 417 repeats the request without the expectation
                }
                exchange.discardRest();
                exchange.recycle();
            } catch (Upload.ContentFailure e) {
                throw (IOException) e.getCause();
            } catch (Passage.Stale e) {
                exchange.cancel(CloseReason.STALE); // nothing was sent
                exchange.recycle();
            } catch (IOException e) {
                boolean again = !repeated && exchange.mayRepeat(e, body == null || isReplayable());
                HttpException failure = exchange.explain(e);
                exchange.cancel(CloseReason.FAILED);
                if (!again) {
                    throw failure;
                }
                repeated = true;
                early = false;
                exchange.recycle();
            }
        }
    }

    /** RFC 8470 4: what may be sent in early data, as whoever records it can send it once more. */
    private static boolean isHarmless(Method sent) {
        return sent == Method.GET || sent == Method.HEAD || sent == Method.OPTIONS;
    }

    /** RFC 7838 6: an alternative that answers 421 is not used again, and the origin itself is asked. */
    private boolean isMisdirected(ClientExchange exchange) {
        if (exchange.x.status != 421 || !settings.http1()) {
            return false;
        }
        AltService alternative = exchange.http3().alternative();
        if (settings.http3First()) {
            client.alternatives.failed(alternative, System.currentTimeMillis()); // what is assumed would be assumed again
        } else {
            client.alternatives.forget(alternative.origin());
        }
        return true;
    }

    /** The HTTP/3 connection to send it on; null if it goes by HTTP/1.1. */
    private Http3ClientConnection http3(ClientExchange exchange, UrlEntry target, Redirection redirection, boolean repeated) throws IOException {
        Method sent = redirection == null ? method : redirection.method();
        boolean extended = isExtended(sent);
        boolean only = !settings.http1() || extended;
        if (!settings.http3() || !target.isSecure() || settings.proxy() != null || settings.unixSocket() != null || fields != null && fields.contains(HeaderName.UPGRADE)) {
            if (only) {
                String why = extended ? "an extended CONNECT (RFC 9220) needs HTTP/3, which" : "HTTP/3 alone is allowed, and";
                throw new HttpException(Kind.CONNECT, why + " cannot be used for " + sent + ' ' + target.origin() + (target.isSecure() ? "" : ": it is always encrypted"));
            }
            return null;
        }
        if (repeated && !only) {
            return null;
        }
        Origin origin = target.origin();
        long nowMs = System.currentTimeMillis();
        AltService service = !settings.http1() ? own(origin)
                : settings.http3First() ? client.alternatives.assume(origin, nowMs) : client.alternatives.find(origin, nowMs);
        service = service == null && extended ? own(origin) : service;
        Http3Client http3 = service == null ? null : client.http3();
        if (http3 == null) {
            if (only) {
                throw new HttpException(Kind.CONNECT, "HTTP/3 alone can be used for " + sent + ' ' + origin + ", and there is no datagram socket for it");
            }
            return null;
        }
        return connect(exchange, http3, service, only);
    }

    private boolean isExtended(Method sent) {
        return sent == Method.CONNECT && !protocol.isEmpty();
    }

    /** The origin itself, whatever it says of alternatives. */
    private AltService own(Origin origin) {
        return route != null && route.service.origin().equals(origin) ? route.service : new AltService(origin, origin.host(), origin.port(), Long.MAX_VALUE, false);
    }

    private Http3ClientConnection connect(ClientExchange exchange, Http3Client http3, AltService service, boolean only) throws IOException {
        Http3ClientConnection again = route != null && route.service.equals(service) ? http3.ready(route) : null;
        if (again != null) {
            exchange.http3().tried(service, "");
            return again;
        }
        Http3Failure failure = new Http3Failure();
        try {
            InetAddress[] addresses = http3.isKnown(service) ? NO_ADDRESSES : client.dialer.addresses(service.host(), service.origin(), totalDeadlineNs, timeoutNs);
            long limitNs = only ? settings.connectNs() : Math.min(settings.connectNs(), settings.http3First() ? HTTP3_PREFERRED_NS : HTTP3_HEAD_START_NS);
            if (totalDeadlineNs != TimeLimit.NONE) {
                limitNs = Math.min(limitNs, Math.max(totalDeadlineNs - client.watchdog.now(), 0));
            }
            Http3ClientConnection connection = http3.acquire(service, addresses, limitNs, early, failure);
            if (connection == null && failure.text().equals(Http3Client.GONE)) {
                failure.set("", false);
                addresses = client.dialer.addresses(service.host(), service.origin(), totalDeadlineNs, timeoutNs);
                connection = http3.acquire(service, addresses, limitNs, early, failure);
            }
            exchange.http3().earlyLimit(limitNs);
            if (connection == null && only) {
                throw failure.exception(service.origin());
            }
            exchange.http3().tried(service, failure.text());
            route = connection == null ? null : connection.route();
            return connection;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(service.origin(), e);
        } catch (HttpException e) {
            if (only || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            exchange.http3().tried(service, String.valueOf(e.getMessage()));
            return null; // the other way finds out, and says so
        }
    }

    private void attach(ClientExchange exchange, UrlEntry target, Redirection redirection) throws IOException {
        ClientRequestEvent event = Events.clientRequest(target.origin());
        Lease<ClientConnection> lease;
        try {
            lease = acquire(target);
        } catch (IOException e) {
            if (event != null) {
                exchange.x.method = redirection == null ? method : redirection.method();
                event.finish(exchange.x, false, false);
            }
            throw e;
        }
        exchange.attach(lease, totalDeadlineNs, timeoutNs, interims, event);
    }

    private Lease<ClientConnection> acquire(UrlEntry target) throws IOException {
        if (key == null || !key.origin().equals(target.origin())) {
            key = client.key(target.origin());
        }
        long limitNs = settings.poolNs();
        boolean total = false;
        if (totalDeadlineNs != TimeLimit.NONE) {
            long leftNs = Math.max(totalDeadlineNs - client.watchdog.now(), 0);
            total = leftNs < limitNs;
            limitNs = Math.min(limitNs, leftNs);
        }
        try {
            return client.pool.acquire(key, this, limitNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(target.origin(), e);
        } catch (HttpException e) {
            if (total && e.kind() == Kind.TIMEOUT && e.phase() == HttpException.Phase.POOL) {
                throw new HttpException(Kind.TIMEOUT, HttpException.Phase.TOTAL, e.getMessage(), e);
            }
            throw e;
        }
    }

    @Override
    public ClientConnection connect(PoolKey to) throws IOException {
        ConnectEvent event = Events.connect(to);
        if (event == null) {
            return client.dialer.dial(to, totalDeadlineNs, timeoutNs);
        }
        try {
            ClientConnection dialled = client.dialer.dial(to, totalDeadlineNs, timeoutNs);
            event.succeeded(dialled.channel);
            return dialled;
        } catch (IOException e) {
            event.failed(e);
            throw e;
        }
    }

    // ---- the head

    private void start(ClientExchange exchange, UrlEntry target, Redirection redirection, Object body, long length, boolean expects) {
        Exchange x = exchange.x;
        x.method = redirection == null ? method : redirection.method();
        x.protocol = isExtended(x.method) ? protocol : "";
        x.sent.clear();
        line(x.sent, x.method, target);
        copyFields(x.sent, redirection);
        addFields(x.sent, target, body, expects);
        int options = FramingRules.connectionOptions(x.sent);
        boolean asksUpgrade = x.sent.contains(HeaderName.UPGRADE);
        if (asksUpgrade && (options & FramingRules.UPGRADE) == 0) {
            x.sent.add(HeaderName.CONNECTION, "upgrade"); // RFC 9110 7.8: whoever sends Upgrade names it there
        }
        x.source = Exchange.Source.NONE;
        x.sendLength = length;
        if (body instanceof byte[] bytes) {
            x.source = Exchange.Source.BYTES;
            x.sendBytes = bytes;
            x.sendOff = 0;
        }
        if (exchange.isOverHttp3()) {
            exchange.http3().prepare(target.hostField(), expects, interims != null);
            return;
        }
        exchange.engine.start(x, announced(x.method, body, length), target.hostField(), asksUpgrade, (options & FramingRules.CLOSE) != 0, expects);
    }

    private static long announced(Method method, Object body, long length) {
        if (body != null) {
            return length == Exchange.UNKNOWN ? Http1Encoder.CHUNKED : length;
        }
        // RFC 9110 8.6: methods that usually have content say that they have none.
        return method == Method.POST || method == Method.PUT || method == Method.PATCH ? 0 : Http1Encoder.NONE;
    }

    private void line(HeaderBlock sent, Method method, UrlEntry target) {
        if (method == Method.CONNECT && protocol.isEmpty()) {
            int host = fields == null ? -1 : fields.indexOf(HeaderName.HOST, 0); // RFC 9112 3.2.3: the same as the target
            if (host >= 0) {
                sent.line(fields.bytes(), fields.valueOff(host), fields.valueLen(host));
            } else {
                sent.line(target.authority(), 0, target.authority().length);
            }
        } else if (isThroughHttpProxy(target)) {
            // RFC 9112 3.2.2: the absolute-form, for proxies only.
            byte[] absolute = ("http://" + new String(target.hostField(), StandardCharsets.ISO_8859_1) + new String(target.target(), StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
            sent.line(absolute, 0, absolute.length);
        } else {
            sent.line(target.target(), 0, target.target().length);
        }
    }

    private boolean isThroughHttpProxy(UrlEntry target) {
        return settings.hasHttpProxy() && settings.unixSocket() == null && !target.isSecure();
    }

    private void copyFields(HeaderBlock sent, Redirection redirection) {
        if (fields == null) {
            return;
        }
        byte[] page = fields.bytes();
        for (int i = 0, size = fields.size(); i < size; i++) {
            int id = fields.id(i);
            if (redirection != null && redirection.drops(id) || isForTheProxyOnly(id)) {
                continue;
            }
            if (id >= 0) {
                sent.append(HeaderName.byId(id), page, fields.valueOff(i), fields.valueLen(i));
            } else {
                sent.append(page, fields.nameOff(i), fields.nameLen(i), fields.valueOff(i), fields.valueLen(i));
            }
        }
    }

    /** RFC 9110 11.7.2: credentials for a proxy must not pass through a tunnel to the origin, and this proxy's are the client's to send. */
    private boolean isForTheProxyOnly(int id) {
        return id == HeaderName.PROXY_AUTHORIZATION.id() && settings.hasHttpProxy();
    }

    private void addFields(HeaderBlock sent, UrlEntry target, Object body, boolean expects) {
        if (client.userAgent.length > 0 && !sent.contains(HeaderName.USER_AGENT)) {
            sent.append(HeaderName.USER_AGENT, client.userAgent, 0, client.userAgent.length);
        }
        if (settings.decompressRatio() > 0 && !sent.contains(HeaderName.ACCEPT_ENCODING)) {
            sent.append(HeaderName.ACCEPT_ENCODING, PooledClient.CODINGS, 0, PooledClient.CODINGS.length);
        }
        if (isText && body != null && !sent.contains(HeaderName.CONTENT_TYPE)) {
            sent.append(HeaderName.CONTENT_TYPE, PooledClient.TEXT, 0, PooledClient.TEXT.length);
        }
        sent.remove(HeaderName.EXPECT); // an expectation that nobody waits for would only cost a round trip
        if (expects) {
            sent.append(HeaderName.EXPECT, PooledClient.CONTINUE, 0, PooledClient.CONTINUE.length);
        }
        if (isThroughHttpProxy(target) && settings.hasProxyCredentials()) {
            sent.append(HeaderName.PROXY_AUTHORIZATION, client.proxyAuthorization, 0, client.proxyAuthorization.length);
        }
    }
}
