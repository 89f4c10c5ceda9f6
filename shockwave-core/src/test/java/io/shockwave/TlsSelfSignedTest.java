package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate made for trying things out, from both sides. */
class TlsSelfSignedTest {
    @Test
    void aClientThatIsGivenTheCertificateTrustsItAndNoOtherDoes(@TempDir Path folder) throws Exception {
        Tls tls = Tls.selfSigned();
        Path certificate = Files.writeString(folder.resolve("site.pem"), tls.certificatePem());
        try (ShockwaveServer server = ShockwaveServer.builder()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(tls).handler((request, response) -> response.send(request.scheme())).start()) {
            String url = "https://localhost:" + server.address().getPort() + "/";
            try (ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(certificate)).build(); ClientResponse response = client.get(url).send()) {
                assertEquals("https", new String(response.body().readAll(100)));
            }
            try (ShockwaveClient stranger = ShockwaveClient.builder().build()) {
                HttpException refused = assertThrows(HttpException.class, () -> stranger.get(url).send());
                assertEquals(HttpException.Kind.TLS, refused.kind());
            }
        }
    }
}
