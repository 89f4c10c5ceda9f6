package io.shockwave.bench.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** The JDK's HttpServer and what replaces it through its service interface, on virtual threads. */
final class JdkServerPeer implements ServerPeer {
    private final boolean robaho;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    JdkServerPeer(boolean robaho) {
        this.robaho = robaho;
    }

    @Override
    public void start(int port, SSLContext tls) throws IOException {
        // Must be set before the first server is made; the other provider is found by ServiceLoader otherwise.
        System.setProperty("com.sun.net.httpserver.HttpServerProvider",
            robaho ? "robaho.net.httpserver.DefaultHttpServerProvider" : "sun.net.httpserver.DefaultHttpServerProvider");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("robaho.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
        System.setProperty("jdk.httpserver.maxConnections", "100000");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port);
        HttpServerProvider provider = HttpServerProvider.provider();
        if (tls == null) {
            server = provider.createHttpServer(address, 1024);
        } else {
            HttpsServer secured = provider.createHttpsServer(address, 1024);
            secured.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secured;
        }
        server.createContext("/", JdkServerPeer::answer);
        server.setExecutor(threads);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        Work work = Work.ofPath(exchange.getRequestURI().getPath());
        exchange.getResponseHeaders().set("Server", SERVER);
        exchange.getResponseHeaders().set("Content-Type", work.type());
        exchange.sendResponseHeaders(200, work.body().length);
        try (var out = exchange.getResponseBody()) {
            out.write(work.body());
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
