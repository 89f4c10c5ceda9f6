package io.shockwave.bench.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.microhttp.EventLoop;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.OptionsBuilder;
import org.microhttp.Response;

/** microhttp, which answers from its event loop and leaves TCP_NODELAY off. */
final class MicrohttpServerPeer implements ServerPeer {
    private static final Header NAME = new Header("Server", SERVER);
    private EventLoop loop;

    @Override
    public boolean isSecurable() {
        return false;
    }

    @Override
    public void start(int port, SSLContext tls) throws IOException {
        loop = new EventLoop(OptionsBuilder.newBuilder().withHost("0.0.0.0").withPort(port).withConcurrency(1).withAcceptLength(1024)
            .withRequestTimeout(Duration.ofMinutes(5)).build(), NoopLogger.instance(), (request, callback) -> {
                Work work = Work.ofPath(request.uri());
                callback.accept(new Response(200, "OK",
                    List.of(NAME, new Header("Date", DateField.now()), new Header("Content-Type", work.type())), work.body()));
            });
        loop.start();
    }

    @Override
    public void close() throws InterruptedException {
        loop.stop();
        loop.join();
    }
}
