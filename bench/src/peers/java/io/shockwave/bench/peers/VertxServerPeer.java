package io.shockwave.bench.peers;

import io.netty.util.AsciiString;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** Vert.x on its native transport, one event loop. */
final class VertxServerPeer implements ServerPeer {
    private static final CharSequence NAME = HttpHeaders.createOptimized(SERVER);
    private static final Map<Work, Buffer> BODIES = new EnumMap<>(Work.class);
    private static final Map<Work, CharSequence> TYPES = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            BODIES.put(work, Buffer.buffer(work.body()));
            TYPES.put(work, HttpHeaders.createOptimized(work.type()));
        }
    }

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private String dateText;
    private CharSequence date;

    @Override
    public void start(int port, SSLContext tls) throws Exception {
        HttpServerOptions options = new HttpServerOptions().setHost("0.0.0.0").setPort(port).setTcpNoDelay(true).setAcceptBacklog(1024);
        if (tls != null) {
            options.setSsl(true).setKeyCertOptions(new PfxOptions().setPath(BenchIdentity.store().toString()).setPassword(new String(BenchIdentity.PASSWORD)));
        }
        vertx.createHttpServer(options).requestHandler(this::answer).listen().await(20, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        String now = DateField.now();
        if (!now.equals(dateText)) { // one event loop
            dateText = now;
            date = new AsciiString(now);
        }
        Work work = Work.ofPath(request.path());
        var response = request.response();
        response.headers().add(HttpHeaders.SERVER, NAME).add(HttpHeaders.DATE, date).add(HttpHeaders.CONTENT_TYPE, TYPES.get(work));
        response.end(BODIES.get(work));
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
