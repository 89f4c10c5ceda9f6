package io.shockwave.bench.peers;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty with a non-blocking handler. */
final class JettyServerPeer implements ServerPeer {
    private static final HttpField NAME = new PreEncodedHttpField(HttpHeader.SERVER, SERVER);
    private static final Map<Work, HttpField> TYPES = new EnumMap<>(Work.class);
    private static final Map<Work, ByteBuffer> BODIES = new EnumMap<>(Work.class);

    static {
        for (Work work : Work.values()) {
            TYPES.put(work, new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, work.type()));
            BODIES.put(work, ByteBuffer.allocateDirect(work.body().length).put(work.body()).flip());
        }
    }

    private final Server server = new Server();

    @Override
    public void start(int port, SSLContext tls) throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        SecureRequestCustomizer anyName = new SecureRequestCustomizer();
        anyName.setSniHostCheck(false);
        configuration.addCustomizer(anyName);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ServerConnector connector;
        if (tls == null) {
            connector = new ServerConnector(server, 1, 1, http);
        } else {
            SslContextFactory.Server secured = new SslContextFactory.Server();
            secured.setSslContext(tls);
            connector = new ServerConnector(server, 1, 1, new org.eclipse.jetty.server.SslConnectionFactory(secured, "http/1.1"), http);
        }
        connector.setHost("0.0.0.0");
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        connector.setAcceptedTcpNoDelay(true);
        connector.setIdleTimeout(120_000);
        server.addConnector(connector);
        server.setHandler(new Answer());
        server.start();
    }

    private static final class Answer extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Work work = Work.ofPath(request.getHttpURI().getPath());
            response.getHeaders().put(NAME).put(TYPES.get(work)).put(HttpHeader.CONTENT_LENGTH, work.body().length);
            response.write(true, BODIES.get(work).duplicate(), callback);
            return true;
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
