package io.shockwave.bench.peers;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Vert.x's client on one event loop, waited for by the caller's thread. */
final class VertxClientPeer implements ClientPeer {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private HttpClient client;
    private URI url;

    @Override
    public void open(String target, int connections) {
        url = URI.create(target);
        client = vertx.createHttpClient(new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(connections));
    }

    @Override
    public Session session() {
        // On its event loop, as Vert.x asks: followed up from another thread, the content may have passed by before it is asked for.
        Context loop = vertx.getOrCreateContext();
        return () -> {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            loop.runOnContext(ignored -> client.request(HttpMethod.GET, url.getPort(), url.getHost(), url.getPath())
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> response.statusCode() == 200 ? body.length() : -response.statusCode()))
                .onComplete(answer::complete, answer::completeExceptionally));
            return answer.get(20, TimeUnit.SECONDS);
        };
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
