package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of the network that nobody tells of: a connection to a host leaves from another address than the last one did. */
@Timeout(60)
class NetworkDetectionTest {
    private static final InetAddress OTHER = InetAddress.ofLiteral("127.0.0.77");

    @TempDir
    Path folder;

    /** @param alone whether the client speaks HTTP/3 alone; else it asks over TCP first */
    private void run(boolean alone, InetAddress host, InetAddress from, int remembered) throws IOException {
        Tls identity = Tls.selfSigned("localhost", "127.0.0.1");
        Path file = Files.writeString(folder.resolve("certificate.pem"), identity.certificatePem());
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity)
                .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).shutdownGrace(Duration.ZERO).handler((_, response) -> {
                    response.headers().set(HeaderName.ALT_SVC, "h3=\":1\"; ma=1000");
                    response.send();
                }).start();
                PooledClient client = (PooledClient) ShockwaveClient.builder().tls(Tls.trusting(file)).protocols(alone ? new HttpVersion[] {HttpVersion.HTTP_3} : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_3}).build()) {
            try (ClientResponse response = client.request(Method.GET, "https://127.0.0.1:" + server.address().getPort() + "/").send()) {
                assertEquals(200, response.status());
            }
            assertEquals(1, client.alternatives.size());
            client.departs(host, from);
            assertEquals(remembered, client.alternatives.size());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextConnectionThatLeavesFromElsewhereEndsWhatWasLearnt(boolean alone) throws IOException {
        run(alone, InetAddress.ofLiteral("127.0.0.1"), OTHER, 0);
    }

    @Test
    void aConnectionToAnotherHostSaysNothing() throws IOException {
        run(false, InetAddress.ofLiteral("127.0.0.2"), OTHER, 1);
    }

    @Test
    void norDoesOneThatLeavesFromWhereTheLastDid() throws IOException {
        run(false, InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.1"), 1);
    }
}
