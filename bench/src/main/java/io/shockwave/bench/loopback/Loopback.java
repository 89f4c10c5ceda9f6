package io.shockwave.bench.loopback;

import io.shockwave.HeaderName;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server and a client of the same tier on the loopback interface, and a request that is sent again and again. */
final class Loopback implements AutoCloseable {
    static final byte[] CONTENT = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    private final ShockwaveServer server;
    private final ShockwaveClient client;
    private final ClientRequest request;
    private final byte[] buf = new byte[1_024];

    /** @param style {@code inline} or {@code virtual}: which thread runs the handler */
    Loopback(String style) throws IOException {
        Handler handler = (asked, answer) -> {
            answer.headers().add(HeaderName.CONTENT_TYPE, "text/plain");
            answer.send(CONTENT);
        };
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1);
        server = (style.equals("inline") ? builder.inlineHandler(handler) : builder.handler(handler)).start();
        client = ShockwaveClient.builder().build();
        request = client.get("http://127.0.0.1:" + server.address().getPort() + "/hello");
    }

    /** @return the sum of the content's bytes */
    int exchange() throws IOException {
        int sum = 0;
        try (ClientResponse response = request.send()) {
            for (int n = response.body().read(buf, 0, buf.length); n >= 0; n = response.body().read(buf, 0, buf.length)) {
                for (int i = 0; i < n; i++) {
                    sum += buf[i];
                }
            }
            return response.status() == 200 ? sum : -1;
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
