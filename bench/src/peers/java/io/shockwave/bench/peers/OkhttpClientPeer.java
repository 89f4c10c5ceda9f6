package io.shockwave.bench.peers;

import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** OkHttp's blocking call. */
final class OkhttpClientPeer implements ClientPeer {
    private OkHttpClient client;
    private Request request;

    @Override
    public void open(String url, int connections) {
        client = new OkHttpClient.Builder().protocols(List.of(Protocol.HTTP_1_1)).connectionPool(new ConnectionPool(connections, 5, TimeUnit.MINUTES)).build();
        request = new Request.Builder().url(url).build();
    }

    @Override
    public Session session() {
        return () -> {
            try (Response response = client.newCall(request).execute()) {
                int length = response.body().bytes().length;
                return response.code() == 200 ? length : -response.code();
            }
        };
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
