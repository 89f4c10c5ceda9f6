package io.shockwave.bench.peers;

import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;

/** Jetty's client, blocking. */
final class JettyClientPeer implements ClientPeer {
    private final HttpClient client = new HttpClient();
    private String url;

    @Override
    public void open(String target, int connections) throws Exception {
        url = target;
        client.setMaxConnectionsPerDestination(connections);
        client.start();
    }

    @Override
    public Session session() {
        return () -> {
            ContentResponse response = client.GET(url);
            return response.getStatus() == 200 ? response.getContent().length : -response.getStatus();
        };
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
