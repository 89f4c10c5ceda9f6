package io.shockwave.bench.peers;

import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import java.io.IOException;

/** Ours: with one request object for all of a session's requests, or a fresh one each time. */
final class ShockwaveClientPeer implements ClientPeer {
    private final boolean reused;
    private ShockwaveClient client;
    private String url;

    ShockwaveClientPeer(boolean reused) {
        this.reused = reused;
    }

    @Override
    public void open(String target, int connections) {
        url = target;
        client = ShockwaveClient.builder().maxConnectionsPerOrigin(connections).build();
    }

    @Override
    public Session session() {
        ClientRequest kept = client.get(url);
        byte[] buffer = new byte[1 << 13];
        return () -> read(reused ? kept : client.get(url), buffer);
    }

    private static int read(ClientRequest request, byte[] buffer) throws IOException {
        try (ClientResponse response = request.send()) {
            int length = 0;
            for (int n; (n = response.body().read(buffer, 0, buffer.length)) >= 0;) {
                length += n;
            }
            return response.status() == 200 ? length : -response.status();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
