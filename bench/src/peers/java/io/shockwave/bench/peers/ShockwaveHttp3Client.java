package io.shockwave.bench.peers;

import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.LongConsumer;

/** Ours: a virtual thread for each stream, with a request object of its own. */
final class ShockwaveHttp3Client implements Http3ClientPeer {
    private static final int BUFFER_BYTES = 1 << 16;

    private ShockwaveClient client;
    private volatile boolean stopped;

    @Override
    public void start(int port, String path, int connections, int streams, LongConsumer received) throws Exception {
        client = ShockwaveClient.builder().tls(Tls.trusting(BenchIdentity.pem())).protocols(HttpVersion.HTTP_3)
            .resolver(host -> new InetAddress[] {InetAddress.getLoopbackAddress()}).build();
        for (int i = 0; i < connections; i++) {
            String url = "https://c" + i + Http3Answer.HOSTS + ":" + port + path;
            for (int j = 0; j < streams; j++) {
                Thread.ofVirtual().start(() -> ask(url, received));
            }
        }
    }

    private void ask(String url, LongConsumer received) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long length = Http3Answer.lengthOf(url.substring(url.lastIndexOf('/')));
        try {
            ClientRequest request = client.get(url);
            while (!stopped) {
                try (ClientResponse response = request.send()) {
                    long bytes = 0;
                    for (int n; (n = response.body().read(buffer, 0, buffer.length)) >= 0;) {
                        bytes += n;
                        received.accept(n);
                    }
                    if (response.status() != 200 || bytes != length) {
                        throw new IOException("status " + response.status() + " with " + bytes + " bytes");
                    }
                }
                received.accept(0);
            }
        } catch (IOException e) {
            if (!stopped) {
                e.printStackTrace();
                System.exit(3);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        client.close();
    }
}
