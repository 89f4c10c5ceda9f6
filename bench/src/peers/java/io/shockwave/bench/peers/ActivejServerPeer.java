package io.shockwave.bench.peers;

import io.activej.bytebuf.ByteBuf;
import io.activej.eventloop.Eventloop;
import io.activej.http.HttpHeaderValue;
import io.activej.http.HttpHeaders;
import io.activej.http.HttpRequest;
import io.activej.http.HttpResponse;
import io.activej.http.HttpServer;
import io.activej.promise.Promise;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** ActiveJ's HTTP server on one event loop. */
final class ActivejServerPeer implements ServerPeer {
    private static final byte[] NAME = SERVER.getBytes(StandardCharsets.US_ASCII);
    private static final Map<Work, byte[]> TYPES = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            TYPES.put(work, work.type().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private final Eventloop loop = Eventloop.builder().withThreadName("activej").build();
    private HttpServer server;
    private Thread thread;
    private String dateText;
    private byte[] date;

    @Override
    public void start(int port, SSLContext tls) throws Exception {
        var builder = HttpServer.builder(loop, this::answer).withKeepAliveTimeout(Duration.ofMinutes(5));
        InetSocketAddress address = new InetSocketAddress("0.0.0.0", port);
        server = (tls == null ? builder.withListenAddress(address) : builder.withSslListenAddress(tls, Runnable::run, address)).build();
        server.listen();
        thread = new Thread(loop, "activej");
        thread.start();
    }

    private Promise<HttpResponse> answer(HttpRequest request) {
        String now = DateField.now();
        if (!now.equals(dateText)) { // one event loop
            dateText = now;
            date = now.getBytes(StandardCharsets.US_ASCII);
        }
        Work work = Work.ofPath(request.getPath());
        return HttpResponse.ok200().withHeader(HttpHeaders.SERVER, HttpHeaderValue.ofBytes(NAME)).withHeader(HttpHeaders.DATE, HttpHeaderValue.ofBytes(date))
            .withHeader(HttpHeaders.CONTENT_TYPE, HttpHeaderValue.ofBytes(TYPES.get(work))).withBody(ByteBuf.wrapForReading(work.body())).toPromise();
    }

    @Override
    public void close() throws Exception {
        loop.submit(server::close).get(20, java.util.concurrent.TimeUnit.SECONDS);
        thread.join(20_000);
    }
}
