package io.shockwave.bench.peers;

import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Apache HttpClient 5, the classic one. */
final class ApacheClientPeer implements ClientPeer {
    private CloseableHttpClient client;
    private String url;

    @Override
    public void open(String target, int connections) {
        url = target;
        client = HttpClients.custom().setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create().setMaxConnTotal(connections)
            .setMaxConnPerRoute(connections).setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build()).build()).build();
    }

    @Override
    public Session session() {
        return () -> client.execute(new HttpGet(url), response -> {
            int length = EntityUtils.toByteArray(response.getEntity()).length;
            return response.getCode() == 200 ? length : -response.getCode();
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
