package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.Tier;
import io.shockwave.internal.testing.RawServer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one request over cleartext costs in bytes, on the thread that sends it. */
@Tag("tier")
@Timeout(120)
class ClientAllocTest {
    /** Four rounds of it make the 100,000 that the promise is about. */
    private static final int OPERATIONS = 25_000;
    private static final int FEWER = 5_000;
    private static final HeaderName REQUEST_ID = HeaderName.of("X-Correlation-Id");

    /** Ten fields as servers send them. */
    private static final String RESPONSE = """
            HTTP/1.1 200 OK
            Date: Mon, 01 Jan 2024 00:00:00 GMT
            Content-Type: application/json; charset=utf-8
            Content-Length: 27
            Connection: keep-alive
            Cache-Control: no-cache
            ETag: W/"1b-abc"
            Vary: Accept-Encoding
            X-Request-ID: 0123456789
            Strict-Transport-Security: max-age=31536000
            Server: nginx

            {"message":"Hello, World!"}""".replace("\n", "\r\n");

    /** Answers whatever has the length of the first request, and so allocates nothing that grows. */
    private static RawServer server() throws Exception {
        return new RawServer(peer -> {
            byte[] response = RESPONSE.getBytes(StandardCharsets.US_ASCII);
            String first = peer.readRequest();
            byte[] again = new byte[first.length()];
            peer.send(response);
            while (peer.socket.getInputStream().readNBytes(again, 0, again.length) == again.length) {
                peer.send(response);
            }
        });
    }

    @Test
    void aReusedGetAllocatesNothing() throws Exception {
        try (RawServer server = server(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.get(server.url("/api/hello"));
            request.headers().add(HeaderName.ACCEPT, "application/json").add(REQUEST_ID, "0123456789");
            byte[] content = new byte[64];
            assertEquals(0.0, AllocationGate.bytesPerOp(OPERATIONS, () -> exchange(request, content)));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aReusedPostOf1KiBAllocatesNothing() throws Exception {
        try (RawServer server = server(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.request(Method.POST, server.url("/api/hello")).body(new byte[1024]);
            request.headers().add(HeaderName.CONTENT_TYPE, "application/octet-stream");
            byte[] content = new byte[64];
            assertEquals(0.0, AllocationGate.bytesPerOp(FEWER, () -> exchange(request, content)));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void freshObjectsStayWithinTheTiersBudget() throws Exception {
        double budget = switch (Tier.current().name()) {
            case "lowmem" -> 1_400;
            case "highperf" -> 2_800;
            case "ultraperf" -> 4_143;
            case "maxperf" -> 9_500;
            default -> 1_400;
        };
        try (RawServer server = server(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            byte[] content = new byte[64];
            String url = server.url("/api/hello");
            double bytes = AllocationGate.bytesPerOp(FEWER, () -> {
                ClientRequest request = client.get(url);
                request.headers().add(HeaderName.ACCEPT, "application/json").add(HeaderName.AUTHORIZATION, "Bearer 0123456789abcdef").add(REQUEST_ID, "0123456789");
                exchange(request, content);
            });
            System.out.printf("client, fresh objects, %s: %.1f bytes a request of %.0f%n", Tier.current().name(), bytes, budget);
            assertTrue(bytes <= budget, bytes + " bytes a request, more than " + budget);
            assertEquals(1, server.connections());
        }
    }

    private static void exchange(ClientRequest request, byte[] content) throws Exception {
        try (ClientResponse response = request.send()) {
            int n = response.body().read(content, 0, content.length);
            if (response.status() != 200 || n != 27 || response.headers().indexOf(HeaderName.ETAG, 0) < 0 || response.body().read(content, 0, 1) != -1) {
                throw new AssertionError("not the response");
            }
        }
    }
}
