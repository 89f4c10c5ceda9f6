package io.shockwave.bench.peers;

import io.helidon.common.tls.Tls;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Helidon's web server, on virtual threads. */
final class HelidonServerPeer implements ServerPeer {
    private static final Header NAME = HeaderValues.createCached(HeaderNames.SERVER, SERVER);
    private static final Map<Work, Header> TYPES = new EnumMap<>(Work.class);
    private static final Map<Work, Header> LENGTHS = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            TYPES.put(work, HeaderValues.createCached(HeaderNames.CONTENT_TYPE, work.type()));
            LENGTHS.put(work, HeaderValues.createCached(HeaderNames.CONTENT_LENGTH, work.body().length));
        }
    }

    private WebServer server;

    @Override
    public void start(int port, SSLContext tls) {
        WebServerConfig.Builder builder = WebServer.builder().host("0.0.0.0").port(port).shutdownHook(false).backlog(1024)
            .connectionOptions(options -> options.tcpNoDelay(true)).routing(routing -> routing.any(HelidonServerPeer::answer));
        if (tls != null) {
            builder.tls(Tls.builder().sslContext(tls).build());
        }
        server = builder.build().start();
    }

    private static void answer(ServerRequest request, ServerResponse response) {
        Work work = Work.ofPath(request.path().rawPath());
        response.header(NAME).header(TYPES.get(work)).header(LENGTHS.get(work));
        response.send(work.body());
    }

    @Override
    public void close() {
        server.stop();
    }
}
