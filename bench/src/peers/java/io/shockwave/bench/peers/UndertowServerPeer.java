package io.shockwave.bench.peers;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/** Undertow with its handler on the I/O thread. */
final class UndertowServerPeer implements ServerPeer {
    private static final Map<Work, ByteBuffer> BODIES = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            BODIES.put(work, ByteBuffer.allocateDirect(work.body().length).put(work.body()).flip());
        }
    }

    private Undertow server;

    @Override
    public void start(int port, SSLContext tls) {
        Undertow.Builder builder = Undertow.builder().setIoThreads(1).setWorkerThreads(2).setSocketOption(Options.TCP_NODELAY, true)
            .setSocketOption(Options.BACKLOG, 1024).setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false).setHandler(UndertowServerPeer::answer);
        server = (tls == null ? builder.addHttpListener(port, "0.0.0.0") : builder.addHttpsListener(port, "0.0.0.0", tls)).build();
        server.start();
    }

    private static void answer(HttpServerExchange exchange) {
        Work work = Work.ofPath(exchange.getRequestPath());
        exchange.getResponseHeaders().put(Headers.SERVER, SERVER).put(Headers.CONTENT_TYPE, work.type());
        exchange.getResponseSender().send(BODIES.get(work).duplicate());
    }

    @Override
    public void close() {
        server.stop();
    }
}
