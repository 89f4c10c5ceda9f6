package io.shockwave.internal.events;

import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program of its own: one exchange, then whether jdk.jfr is there. */
final class RequestLoop {
    private RequestLoop() {
    }

    public static void main(String[] args) throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).inlineHandler((request, response) -> response.send("hello")).start();
                ShockwaveClient client = ShockwaveClient.builder().build();
                ClientResponse response = client.get("http://127.0.0.1:" + server.address().getPort() + "/").send()) {
            System.out.println(new String(response.body().readAll(100)) + ' ' + ModuleLayer.boot().findModule("jdk.jfr").isPresent());
        }
    }
}
