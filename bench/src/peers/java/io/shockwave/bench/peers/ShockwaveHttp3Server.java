package io.shockwave.bench.peers;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Ours over HTTP/3, with the handler on the reactor's thread. */
final class ShockwaveHttp3Server implements ServerPeer {
    private static final byte[] SMALL = Http3Answer.small();

    private ShockwaveServer server;

    @Override
    public void start(int port, SSLContext unused) throws Exception {
        server = ShockwaveServer.builder().serverName(SERVER).listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).reactors(1).idleTimeout(Duration.ofMinutes(5))
            .tls(Tls.pkcs12(BenchIdentity.store(), BenchIdentity.PASSWORD)).protocols(HttpVersion.HTTP_3).inlineHandler(ShockwaveHttp3Server::answer).start();
    }

    private static void answer(ServerRequest request, ServerResponse response) throws IOException {
        response.headers().add(HeaderName.CONTENT_TYPE, Http3Answer.TYPE);
        response.send(Http3Answer.isBulk(request.path()) ? Http3Answer.bulk() : SMALL);
    }

    @Override
    public void close() {
        server.close();
    }
}
