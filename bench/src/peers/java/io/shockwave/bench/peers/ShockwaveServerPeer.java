package io.shockwave.bench.peers;

import io.shockwave.HeaderName;
import io.shockwave.Tls;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * Ours, with the handler on the reactor's thread or on virtual threads. Content of some size is sent from a direct buffer made once, as the others that take one are given it, or from an array, as small content is.
 */
final class ShockwaveServerPeer implements ServerPeer {
    static final int SMALL_BYTES = 4_096;
    private static final Map<Work, ByteBuffer> BODIES = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            if (work.body().length > SMALL_BYTES) {
                BODIES.put(work, ByteBuffer.allocateDirect(work.body().length).put(work.body()).flip());
            }
        }
    }

    private final boolean inline;
    private final boolean arrays;
    private ShockwaveServer server;

    ShockwaveServerPeer(boolean inline, boolean arrays) {
        this.inline = inline;
        this.arrays = arrays;
    }

    @Override
    public void start(int port, SSLContext tls) throws Exception {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().serverName(SERVER)
            .listen(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port)).reactors(1).idleTimeout(Duration.ofMinutes(5));
        if (tls != null) {
            builder.tls(Tls.pkcs12(BenchIdentity.store(), BenchIdentity.PASSWORD));
        }
        server = (inline ? builder.inlineHandler(this::answer) : builder.handler(this::answer)).start();
    }

    private void answer(ServerRequest request, ServerResponse response) throws IOException {
        Work work = Work.ofPath(request.path());
        response.headers().add(HeaderName.CONTENT_TYPE, work.type());
        ByteBuffer body = arrays ? null : BODIES.get(work);
        if (body == null) {
            response.send(work.body());
        } else {
            response.send(body);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
