package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Content of requests in all its forms, and what happens when it is not wanted. */
@Timeout(30)
class UploadTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    Path folder;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private RawServer recording() throws IOException {
        return new RawServer(peer -> {
            for (String request = read(peer); request != null; request = read(peer)) {
                seen.add(request);
                peer.send(OK);
            }
        });
    }

    /** A request with its content, chunked content decoded into "size:data" pieces and trailers. */
    private static String read(RawServer.Peer peer) throws IOException {
        String head = peer.readHead();
        if (head == null || !head.contains("Transfer-Encoding: chunked")) {
            int at = head == null ? -1 : head.indexOf("Content-Length: ");
            return at < 0 ? head : head + peer.read(Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at))));
        }
        StringBuilder content = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(peer.readUntil("\r\n").trim(), 16);
            if (size == 0) {
                StringBuilder trailers = new StringBuilder();
                for (String line = peer.readUntil("\r\n"); !line.equals("\r\n"); line = peer.readUntil("\r\n")) {
                    trailers.append(line);
                }
                return head + content + (trailers.isEmpty() ? "" : "|" + trailers);
            }
            content.append(peer.read(size));
            assertEquals("\r\n", peer.read(2));
        }
    }

    private String sent() throws InterruptedException {
        String request = seen.poll(5, TimeUnit.SECONDS);
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    private static String text(int length) {
        Random random = new Random(length);
        StringBuilder out = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            out.append((char) ('a' + random.nextInt(26)));
        }
        return out.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void everyFormOfContentArrivesAtEverySize() throws Exception {
        try (RawServer server = recording(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            for (int size : new int[] {0, 1, 18_000, 18_944, 100_000, 3_000_000}) {
                String text = text(size);
                Path file = Files.write(folder.resolve("f"), bytes(text));
                List<ClientRequest> requests = new ArrayList<>();
                for (int i = 0; i < 7; i++) {
                    requests.add(client.request(Method.PUT, server.url("/" + i)));
                }
                requests.get(0).body(bytes(text));
                requests.get(1).body(file);
                requests.get(2).body(size, new ByteArrayInputStream(bytes(text)));
                requests.get(3).body(-1, new ByteArrayInputStream(bytes(text)));
                requests.get(4).body(size, body -> body.write(bytes(text), 0, size));
                requests.get(5).body(-1, body -> {
                    for (int at = 0; at < size; at += 5_000) {
                        body.write(ByteBuffer.wrap(bytes(text), at, Math.min(5_000, size - at)));
                    }
                });
                requests.get(6).body(-1, body -> {
                    body.asOutputStream().write(bytes(text));
                    body.flush();
                    body.trailers().add("X-Sum", "7");
                    body.close();
                });
                for (int i = 0; i < requests.size(); i++) {
                    try (ClientResponse response = requests.get(i).send()) {
                        assertEquals(200, response.status());
                    }
                    assertTrue((i == 6 ? text + "|X-Sum: 7\r\n" : text).equals(sent()), "form " + i + " of size " + size);
                }
            }
            assertEquals(1, server.connections());
            assertEquals(List.of(), server.failures());
        }
    }

    @Test
    void methodsThatUsuallyHaveContentSayThatTheyHaveNone() throws Exception {
        try (RawServer server = recording(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            client.request(Method.POST, server.url("/")).send().close();
            assertTrue(seen.take().contains("\r\nContent-Length: 0\r\n"));
            client.request(Method.GET, server.url("/")).send().close();
            assertFalse(seen.take().contains("Content-Length"));
        }
    }

    @Test
    void contentThatIsNotAsLongAsAnnouncedIsNeverCompletedByPadding() throws Exception {
        BlockingQueue<String> cut = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            cut.add(peer.readAll());
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.request(Method.PUT, server.url("/"));
            assertThrows(IllegalStateException.class, () -> request.body(5, new ByteArrayInputStream(bytes("abc"))).send());
            assertEquals("abc", cut.take());
            assertThrows(IllegalStateException.class, () -> request.body(5, body -> body.write(bytes("abcd"), 0, 4)).send());
            assertEquals("abcd", cut.take());
            assertThrows(IllegalStateException.class, () -> request.body(2, body -> body.write(bytes("abc"), 0, 3)).send());
            assertEquals("", cut.take());
            assertThrows(IllegalStateException.class, () -> request.body(2, new ByteArrayInputStream(bytes("abc"))).send());
            assertEquals("", cut.take());
            assertEquals(0, client.poolStats().idle() + client.poolStats().leased());
        }
    }

    @Test
    void failuresOfTheSourceComeOutAsTheyAre() throws Exception {
        try (RawServer server = recording(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.request(Method.PUT, server.url("/"));
            IOException own = new IOException("disk on fire");
            assertSame(own, assertThrows(IOException.class, () -> request.body(-1, body -> {
                body.write(new byte[100], 0, 100);
                throw own;
            }).send()));
            boolean[] closed = {false};
            assertSame(own, assertThrows(IOException.class, () -> request.body(-1, new InputStream() {
                @Override
                public int read() throws IOException {
                    throw own;
                }

                @Override
                public void close() {
                    closed[0] = true;
                }
            }).send()));
            assertTrue(closed[0]);
            assertThrows(ArithmeticException.class, () -> request.body(-1, body -> {
                throw new ArithmeticException();
            }).send());
            assertThrows(NoSuchFileException.class, () -> request.body(folder.resolve("none")).send());
            assertEquals(0, client.poolStats().idle() + client.poolStats().leased());
        }
    }

    // ---- Expect: 100-continue (RFC 9110 10.1.1)

    @Test
    void contentWaitsFor100() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            String head = peer.readHead();
            assertTrue(head.contains("\r\nExpect: 100-continue\r\n"));
            peer.socket.setSoTimeout(200);
            assertThrows(IOException.class, peer::readByte);
            peer.socket.setSoTimeout(0);
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            assertEquals("hello", peer.read(5));
            peer.send(OK);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.request(Method.PUT, server.url("/")).body(bytes("hello")).expectContinue(Duration.ofSeconds(10)).send()) {
                assertEquals(200, response.status());
            }
            assertEquals(List.of(), server.failures());
            assertEquals(1, client.poolStats().idle());
        }
    }

    @Test
    void contentGoesOutAfterTheWaitWithout100() throws Exception {
        try (RawServer server = recording(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            long startNs = System.nanoTime();
            client.request(Method.PUT, server.url("/")).body(bytes("hello")).expectContinue(Duration.ofMillis(150)).send().close();
            assertTrue(System.nanoTime() - startNs >= 150_000_000L);
            assertEquals("hello", sent());
        }
    }

    @Test
    void aFinalAnswerInsteadOf100KeepsTheContentBack() throws Exception {
        BlockingQueue<String> after = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            after.add(peer.readAll());
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.request(Method.PUT, server.url("/")).body(bytes("hello")).expectContinue(Duration.ofSeconds(10)).send()) {
                assertEquals(403, response.status());
                assertEquals("no", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
            }
            assertEquals("", after.take());
            assertEquals(0, client.poolStats().idle());
        }
    }

    @Test
    void a417RepeatsWithoutTheExpectation() throws Exception {
        BlockingQueue<String> heads = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(peer -> {
            heads.add(peer.readHead());
            peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
            peer.readAll();
        }, peer -> {
            heads.add(peer.readRequest());
            peer.send(OK);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.request(Method.PUT, server.url("/")).body(bytes("hello")).expectContinue(Duration.ofSeconds(10)).send()) {
                assertEquals(200, response.status());
            }
            assertTrue(heads.take().contains("Expect"));
            String second = heads.take();
            assertFalse(second.contains("Expect"));
            assertTrue(second.endsWith("hello"));
        }
    }

    // ---- answers that come early (RFC 9112 9.3)

    private static final String REFUSED = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig";

    @Test
    void anEarlyRefusalEndsAnEndlessUploadAlthoughNothingIsReadAnyMore() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send(REFUSED);
            TimeUnit.SECONDS.sleep(10);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest.ContentSource endless = body -> {
                byte[] piece = new byte[10_000];
                while (true) {
                    body.write(piece, 0, piece.length);
                }
            };
            long startNs = System.nanoTime();
            for (long length : new long[] {-1, Long.MAX_VALUE}) {
                try (ClientResponse response = client.request(Method.PUT, server.url("/")).body(length, endless).send()) {
                    assertEquals(413, response.status());
                    assertEquals("big", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
                }
            }
            assertTrue(System.nanoTime() - startNs < 5_000_000_000L, "and does not wait for the server's end");
            assertEquals(0, client.poolStats().idle());
        }
    }

    @Test
    void anEarlyRefusalWithACloseIsFoundBehindTheBrokenPipe() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send(REFUSED);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            for (int i = 0; i < 20; i++) {
                try (ClientResponse response = client.request(Method.PUT, server.url("/")).body(new byte[5_000_000]).send()) {
                    assertEquals(413, response.status());
                }
            }
        }
    }

    @Test
    void anEarlySuccessLetsTheUploadGoOn() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
            int bytes = peer.read(4_000_000).length();
            peer.send(String.valueOf(bytes));
        });
                ShockwaveClient client = ShockwaveClient.builder().build();
                ClientResponse response = client.request(Method.PUT, server.url("/")).body(new byte[4_000_000]).send()) {
            assertEquals("4000000", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void aServerThatTakesNothingRunsIntoATimeout() throws Exception {
        try (RawServer server = new RawServer(peer -> TimeUnit.SECONDS.sleep(10)); ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(Duration.ofMillis(300)).build()) {
            HttpException timeout = assertThrows(HttpException.class, () -> client.request(Method.PUT, server.url("/")).body(new byte[20_000_000]).send());
            assertEquals(HttpException.Kind.TIMEOUT, timeout.kind());
            assertEquals(HttpException.Phase.REQUEST, timeout.phase());
            assertTrue(timeout.getMessage().contains("300 ms"), timeout.getMessage());
        }
    }

    @Test
    void aSlowSourceIsNotASlowServer() throws Exception {
        try (RawServer server = recording(); ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(Duration.ofMillis(500)).build()) {
            client.request(Method.PUT, server.url("/")).body(-1, body -> {
                for (int i = 0; i < 3; i++) {
                    body.write(bytes("ab"), 0, 2).flush();
                    try {
                        TimeUnit.MILLISECONDS.sleep(800);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
            }).send().close();
            assertEquals("ababab", sent());
        }
    }
}
