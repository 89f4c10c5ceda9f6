package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a request and its response are, over cleartext. */
@Timeout(20)
class ClientTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Way: home\r\n\r\nhello";

    private static ShockwaveClient client() {
        return ShockwaveClient.builder().build();
    }

    @Test
    void givesStatusFieldsAndContent() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client(); ClientResponse response = client.get(server.url("/a?b=c")).send()) {
            assertEquals(200, response.status());
            assertEquals("OK", response.reason().toString());
            assertEquals(HttpVersion.HTTP_1_1, response.version());
            assertEquals(server.url("/a?b=c"), response.url());
            assertEquals(5, response.body().length());
            assertEquals("home", response.headers().first("x-way").orElseThrow());
            assertEquals("hello", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void sendsTheRequestAsItWasAskedFor() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(1);
        try (RawServer server = new RawServer(peer -> {
            seen.add(peer.readRequest());
            peer.send(HELLO);
        });
                ShockwaveClient client = ShockwaveClient.builder().userAgent("tester/1").build()) {
            ClientRequest request = client.request(Method.POST, server.url("/p%61th/../x?q=%20|^#frag")).body("grün");
            request.headers().add(HeaderName.ACCEPT, "text/plain").add("X-Own", "1");
            request.send().close();
            assertEquals("POST /p%61th/../x?q=%20|^ HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nAccept: text/plain\r\nX-Own: 1\r\nUser-Agent: tester/1\r\n"
                    + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\ngr\u00C3\u00BCn", seen.poll(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void reusesTheConnectionOnceTheContentWasRead() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client()) {
            for (int i = 0; i < 5; i++) {
                try (ClientResponse response = client.get(server.url("/")).send()) {
                    response.body().readAll(100);
                    assertEquals(1, client.poolStats().idle(), "given back before the response was closed");
                    assertEquals("home", response.headers().first("X-Way").orElseThrow(), "and the head is still there");
                }
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void discardsLittleContentThatNobodyReadsAndKeepsTheConnection() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client()) {
            client.get(server.url("/")).send().close();
            client.get(server.url("/")).send().close();
            assertEquals(1, server.connections());
        }
    }

    @Test
    void refusesStaleUse() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client()) {
            ClientResponse response = client.get(server.url("/")).send();
            Headers headers = response.headers();
            Ascii value = headers.value(headers.indexOf(HeaderName.of("X-Way"), 0));
            assertTrue(value.is("home"));
            var body = response.body();
            response.close();
            response.close();
            assertThrows(IllegalStateException.class, response::status);
            assertThrows(IllegalStateException.class, headers::size);
            assertThrows(IllegalStateException.class, value::toString);
            assertThrows(IllegalStateException.class, () -> body.read(new byte[1], 0, 1));
            try (ClientResponse other = client.get(server.url("/")).send()) {
                assertEquals(200, other.status());
                assertThrows(IllegalStateException.class, response::status, "not even when its exchange serves another");
                assertThrows(IllegalStateException.class, value::toString);
                assertThrows(IllegalStateException.class, () -> headers.value(0));
            }
        }
    }

    @Test
    void sendsARequestAgainAfterItsResponseWasClosed() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client()) {
            ClientRequest request = client.get(server.url("/"));
            request.headers().add("X-Kept", "yes");
            byte[] read = new byte[5];
            for (int i = 0; i < 3; i++) {
                try (ClientResponse response = request.send()) {
                    assertThrows(IllegalStateException.class, request::send);
                    assertEquals(5, response.body().read(read, 0, 5));
                    assertEquals(-1, response.body().read(read, 0, 5));
                    assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), read);
                }
            }
            assertEquals("yes", request.headers().first("X-Kept").orElseThrow());
        }
    }

    @Test
    void readsAtAnOffsetAndThenSendsAgain() throws Exception {
        try (RawServer server = RawServer.answering(HELLO); ShockwaveClient client = client()) {
            for (int i = 0; i < 2; i++) {
                try (ClientResponse response = client.get(server.url("/")).send()) {
                    byte[] read = new byte[100];
                    assertEquals(5, response.body().read(read, 95, 5));
                    assertEquals('o', read[99]);
                }
            }
        }
    }

    @Test
    void refusesRequestsOnceClosed() throws Exception {
        try (RawServer server = RawServer.answering(HELLO)) {
            ShockwaveClient client = client();
            client.get(server.url("/")).send().close();
            client.close();
            client.close();
            HttpException refused = assertThrows(HttpException.class, () -> client.get(server.url("/")).send());
            assertEquals(HttpException.Kind.CLOSED, refused.kind());
        }
    }

    @Test
    void namesTheAddressThatRefused() throws Exception {
        int port;
        try (RawServer server = RawServer.answering(HELLO)) {
            port = server.port();
        }
        try (ShockwaveClient client = client()) {
            HttpException refused = assertThrows(HttpException.class, () -> client.get("http://127.0.0.1:" + port + "/").send());
            assertEquals(HttpException.Kind.CONNECT, refused.kind());
            assertEquals(HttpException.Phase.CONNECT, refused.phase());
            assertTrue(refused.getMessage().contains("http://127.0.0.1:" + port), refused.getMessage());
            assertFalse(refused.getMessage().contains("null"), refused.getMessage());
        }
    }
}
