package io.shockwave.bench.peers;

import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientResponse;

/** Helidon's HTTP/1 client. */
final class HelidonClientPeer implements ClientPeer {
    private Http1Client client;
    private String url;

    @Override
    public void open(String target, int connections) {
        url = target;
        client = Http1Client.builder().shareConnectionCache(false).connectionCacheSize(connections)
            .socketOptions(options -> options.tcpNoDelay(true)).build();
    }

    @Override
    public Session session() {
        return () -> {
            try (Http1ClientResponse response = client.get(url).request()) {
                int length = response.as(byte[].class).length;
                return response.status().code() == 200 ? length : -response.status().code();
            }
        };
    }

    @Override
    public void close() {
        client.closeResource();
    }
}
