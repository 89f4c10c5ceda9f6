package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.client.PushListener;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.HeadersView;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.UrlEntry;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Between the connections on which servers push and the application's listener: it asks for each promise, and runs a virtual thread for each one that is wanted. Its methods are for the reactor, but
 * for what runs on those threads.
 */
final class Http3Pushes {
    private final PooledClient client;
    private final PushListener listener;
    private final int most;
    private final AtomicInteger inProgress = new AtomicInteger();

    Http3Pushes(PooledClient client) {
        this.client = client;
        this.listener = client.settings.pushes();
        this.most = client.settings.maxPushes();
    }

    Exchange lend(Http3ClientConnection connection) {
        ClientExchange exchange = client.exchanges.take();
        exchange.http3().lendTo(connection);
        return exchange.x;
    }

    void takeBack(Http3Call promised) {
        ClientExchange exchange = promised.of;
        promised.of = null;
        client.exchanges.giveBack(exchange);
    }

    /** Asks the listener, and if it says yes waits for the response on a virtual thread; otherwise the exchange is taken back. */
    boolean isWanted(Origin origin, Http3Call parent, Http3Call promised) {
        Exchange x = promised.x;
        UrlEntry url = inProgress.get() < most ? urlOf(origin, parent.host, x.sent) : null;
        boolean begun = false;
        if (url != null && asks(x.method, url, x)) {
            inProgress.incrementAndGet();
            promised.begin(promised.connection);
            try {
                Thread.startVirtualThread(() -> receive(promised.of, promised.connection, url));
                begun = true;
            } catch (Throwable t) { // no memory for a thread
                inProgress.decrementAndGet();
                promised.ended(Http3Call.End.REFUSED, null, "");
                Log.LOG.log(Level.WARNING, "a push is refused, as there is no thread for it", t);
            }
        }
        if (!begun) {
            takeBack(promised);
        }
        return begun;
    }

    private boolean asks(Method method, UrlEntry url, Exchange x) {
        try {
            return listener.isWanted(method, url.text(), new HeadersView(x.sent, x.life, false));
        } catch (RuntimeException e) {
            Log.LOG.log(Level.WARNING, "a push is refused, as the listener failed", e);
            return false;
        }
    }

    /** RFC 9114 4.6, 10.1: the server must be authoritative for what it pushes; its authority for the request that it answers is known. @return null for another origin, or what is no URL */
    private UrlEntry urlOf(Origin origin, byte[] host, HeaderBlock request) {
        int index = request.indexOf(HeaderName.HOST, 0);
        if (index < 0 || !Arrays.equals(host, 0, host.length, request.bytes(), request.valueOff(index), request.valueOff(index) + request.valueLen(index))) {
            return null;
        }
        String path = new String(request.bytes(), 0, request.lineLen(), StandardCharsets.ISO_8859_1);
        try {
            UrlEntry url = client.parse("https://" + new String(host, StandardCharsets.ISO_8859_1) + path);
            return url.origin().equals(origin) ? url : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    // ---- on a virtual thread

    private void receive(ClientExchange exchange, Http3ClientConnection connection, UrlEntry url) {
        Method method = exchange.x.method;
        PooledResponse response = null;
        try {
            exchange.attachHttp3(connection, url.origin(), TimeLimit.NONE, TimeLimit.NONE, null, null);
            exchange.awaitHead(true);
            response = new PooledResponse(client);
            response.open(exchange, url);
            listener.onResponse(method, url.text(), response);
        } catch (IOException e) {
            failed(method, url, response == null ? exchange.explain(e) : e);
        } catch (RuntimeException e) {
            Log.LOG.log(Level.WARNING, "the listener failed with what was pushed", e);
        } finally {
            if (response == null) {
                exchange.cancel(CloseReason.FAILED);
                client.exchanges.giveBack(exchange);
            } else {
                response.close();
            }
            inProgress.decrementAndGet();
        }
    }

    private void failed(Method method, UrlEntry url, IOException cause) {
        try {
            listener.onFailed(method, url.text(), cause);
        } catch (RuntimeException e) {
            Log.LOG.log(Level.WARNING, "the listener failed with what was not pushed", e);
        }
    }
}
