package io.shockwave.bench.peers;

import io.shockwave.HeaderName;
import io.shockwave.Tls;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Ours, with the handler on the reactor's thread or on virtual threads. */
final class ShockwaveServerPeer implements ServerPeer {
    private final boolean inline;
    private ShockwaveServer server;

    ShockwaveServerPeer(boolean inline) {
        this.inline = inline;
    }

    @Override
    public void start(int port, SSLContext tls) throws Exception {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().serverName(SERVER)
            .listen(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port)).reactors(1).idleTimeout(Duration.ofMinutes(5));
        if (tls != null) {
            builder.tls(Tls.pkcs12(BenchIdentity.store(), BenchIdentity.PASSWORD));
        }
        server = (inline ? builder.inlineHandler(ShockwaveServerPeer::answer) : builder.handler(ShockwaveServerPeer::answer)).start();
    }

    private static void answer(ServerRequest request, ServerResponse response) throws IOException {
        Work work = Work.ofPath(request.path());
        response.headers().add(HeaderName.CONTENT_TYPE, work.type());
        response.send(work.body());
    }

    @Override
    public void close() {
        server.close();
    }
}
