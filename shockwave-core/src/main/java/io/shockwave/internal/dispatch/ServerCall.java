package io.shockwave.internal.dispatch;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.RequestArena;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.HeadersView;
import io.shockwave.internal.header.Span;
import io.shockwave.server.Connection;
import io.shockwave.server.ServerRequest;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The request of one exchange as its handler sees it, and on a virtual thread the task that runs the handler. Confined to the handler's thread. A virtual thread
 * gets a new one each time, so that whoever keeps it is told; inline it is reused, as nothing is allocated there.
 */
final class ServerCall implements ServerRequest, Runnable {
    private static final byte[] ROOT = {'/'};
    private static final byte[] ASTERISK = {'*'};

    private final ServerExchange sx;
    private final Exchange x;
    private final ServerReply reply;
    private final HeadersView headers;
    // Made when first asked for: a handler on a virtual thread has a new one of these each time, and few look at all four.
    private Span target;
    private Span path;
    private Span query;
    private Span authority;
    private RequestBody body;
    private ExchangeOwner connection;
    private int generation;
    private ServerCall next; // to be started by this one
    private ServerCall following; // of the same connection, to be run after this one
    private ServerCall last; // the end of that chain, while it is being made

    ServerCall(ServerExchange sx) {
        this.sx = sx;
        this.x = sx.x;
        this.reply = new ServerReply(sx);
        this.headers = new HeadersView(x.received, x.life, false);
    }

    /** Makes it valid for the exchange in progress. */
    ServerCall renew() {
        generation = x.life.generation();
        connection = sx.connection;
        headers.renew();
        reply.renew();
        if (body != null) {
            body.renew();
        }
        return this;
    }

    ServerReply reply() {
        return reply;
    }

    // ---- running the handler

    /** Lets this one start another when it runs. */
    void startAfterwards(ServerCall call) {
        next = call;
    }

    /** Lets the thread of this one, before it is started, run another of the same connection when it has run those that it has. */
    void answerBefore(ServerCall call) {
        if (last == null) {
            following = call;
        } else {
            last.following = call;
        }
        last = call;
    }

    boolean isOf(ServerExchange exchange) {
        return sx == exchange;
    }

    private ServerCall takeFollowing() {
        ServerCall call = following;
        following = null;
        last = null;
        return call;
    }

    /** Begins a virtual thread for it. */
    void start() {
        try {
            Thread.startVirtualThread(this);
        } catch (Throwable t) { // no memory for a thread: the others of its batch may find some
            startNext();
            for (ServerCall call = this; call != null;) {
                ServerCall behind = call.takeFollowing();
                try {
                    call.failed(t);
                } finally {
                    call.sx.post(ServerExchange.DONE);
                }
                call = behind;
            }
        }
    }

    private void startNext() {
        ServerCall call = next;
        next = null;
        while (call != null) {
            ServerCall following = call.next;
            call.next = null;
            call.start();
            call = following;
        }
    }

    /** On a virtual thread: its exchange, and those that came together with it on the same connection, are over for the handler when this returns. */
    @Override
    public void run() {
        startNext();
        ServerCall call = this;
        while (call != null) {
            ServerCall behind = call.takeFollowing();
            boolean goesOn = false;
            try {
                goesOn = call.answer(behind != null) && behind.sx.begin();
                call = behind;
            } finally {
                if (!goesOn && behind != null) {
                    behind.giveUp();
                    call = null;
                }
            }
        }
    }

    /** @return whether the connection goes on after it, as far as can be told; false when nobody asks */
    private boolean answer(boolean asked) {
        boolean goesOn = false;
        try {
            handle();
            reply.complete();
        } catch (Throwable t) {
            failed(t);
        } finally {
            goesOn = asked && !sx.gone && !reply.endsConnection(); // looked at before the exchange is given back
            sx.post(ServerExchange.DONE);
        }
        if (goesOn) {
            Thread.interrupted(); // whoever interrupted meant the handler that has returned
        }
        return goesOn;
    }

    /** Behind an answer that ends the connection nothing is answered any more (RFC 9112 9.6); nor when the server stops, nor by a thread that ends of an error. */
    private void giveUp() {
        for (ServerCall call = this; call != null;) {
            ServerCall behind = call.takeFollowing();
            call.sx.revoke();
            call.sx.post(ServerExchange.DONE);
            call = behind;
        }
    }

    /** On the reactor. */
    void runInline() {
        try {
            handle();
        } catch (Throwable t) {
            failed(t);
        }
    }

    /** RFC 8470 5.1: what came to an intermediary as early data cannot be made safe by waiting here. Methods that do more than read are sent back to be asked again. */
    private void handle() throws Exception {
        if (!x.method.isSafe() && x.received.contains(HeaderName.EARLY_DATA)) {
            reply.status(425).send();
        } else {
            connection.settings().handler().handle(this, reply);
        }
    }

    /** The handler threw: an answer if none was begun, else the message is cut visibly. */
    void failed(Throwable cause) {
        Violation why = sx.contentFailure;
        boolean peersFault = cause instanceof HttpException && (sx.gone || why != null);
        if (!peersFault) {
            sx.home.handlerFailed(cause);
        }
        if (sx.gone) {
            return;
        }
        reply.fail(peersFault && why != null ? why.status() : 500);
        if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError) && !(cause instanceof OutOfMemoryError)) {
            throw (VirtualMachineError) cause;
        }
    }

    // ---- the request

    private Exchange live() {
        x.life.check(generation);
        return x;
    }

    private Span view(Span made) {
        return made == null ? new Span(x.life) : made;
    }

    @Override
    public HttpVersion version() {
        return live().version;
    }

    @Override
    public Method method() {
        return live().method;
    }

    @Override
    public Ascii target() {
        HeaderBlock received = live().received;
        target = view(target);
        return target.set(received.bytes(), 0, received.lineLen());
    }

    @Override
    public Ascii path() {
        byte[] line = live().received.bytes();
        path = view(path);
        if (x.pathLen == 0 && x.method != Method.CONNECT) {
            // RFC 9112 3.2.1 and 3.2.4: what an absolute-form without a path stands for.
            return x.method == Method.OPTIONS ? path.set(ASTERISK, 0, 1) : path.set(ROOT, 0, 1);
        }
        return path.set(line, x.pathOff, x.pathLen);
    }

    @Override
    public Ascii query() {
        query = view(query);
        return query.set(live().received.bytes(), x.queryOff, x.queryLen);
    }

    @Override
    public Ascii authority() {
        HeaderBlock received = live().received;
        authority = view(authority);
        if (x.authorityLen > 0) {
            return authority.set(received.bytes(), x.authorityOff, x.authorityLen);
        }
        if (x.hostIndex >= 0) {
            return authority.set(received.bytes(), received.valueOff(x.hostIndex), received.valueLen(x.hostIndex));
        }
        return authority.set(received.bytes(), 0, 0);
    }

    @Override
    public String scheme() {
        live();
        return connection.isSecure() ? "https" : "http";
    }

    @Override
    public boolean isEarlyData() {
        return live().early || x.received.contains(HeaderName.EARLY_DATA);
    }

    @Override
    public Headers headers() {
        live();
        return headers;
    }

    @Override
    public BodyReader body() {
        live();
        if (body == null) {
            body = new RequestBody(sx);
            body.renew();
        }
        return body;
    }

    @Override
    public RequestArena arena() {
        live();
        return sx.arena();
    }

    @Override
    public Connection connection() {
        live();
        return connection.state();
    }

    @Override
    public String protocol() {
        live();
        return x.protocol;
    }

    @Override
    public SocketAddress remote() {
        live();
        return connection.remote();
    }

    @Override
    public SocketAddress local() {
        live();
        return connection.local();
    }

    @Override
    public Optional<SSLSession> tls() {
        live();
        return Optional.ofNullable(connection.sslSession());
    }
}
