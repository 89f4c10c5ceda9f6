package io.shockwave.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A server on loopback with one reactor, and what its handlers threw. */
final class TestServer implements AutoCloseable {
    /** Where the handler runs. */
    enum Mode { INLINE, VIRTUAL }

    final ShockwaveServer server;
    final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

    private TestServer(ShockwaveServer.Builder builder) throws IOException {
        server = builder.onHandlerError(errors::add).start();
    }

    static TestServer start(Mode mode, Handler handler) throws IOException {
        return start(mode, handler, UnaryOperator.identity());
    }

    static TestServer start(Mode mode, Handler handler, UnaryOperator<ShockwaveServer.Builder> more) throws IOException {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(loopback()).reactors(1).shutdownGrace(Duration.ZERO);
        return new TestServer(more.apply(mode == Mode.INLINE ? builder.inlineHandler(handler) : builder.handler(handler)));
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Answers 200 with the path. */
    static void path(ServerRequest request, ServerResponse response) throws IOException {
        response.send(request.path());
    }

    Raw connect() throws IOException {
        return new Raw(server.address());
    }

    ServerStats stats() {
        return server.stats();
    }

    @Override
    public void close() {
        server.close();
    }
}
