package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ways to read content, codings, interim responses, upgrades, and what must never get out. */
@Timeout(30)
class ContentTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n";

    private static String gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String coded(String coding, String content) {
        return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    private static String read(ClientResponse response) throws IOException {
        return new String(response.body().readAll(1 << 24), StandardCharsets.ISO_8859_1);
    }

    // ---- codings

    @Test
    void gzipIsDecodedWhenAskedFor() throws Exception {
        String text = "hello, hello, hello. ".repeat(5_000);
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        String answer = coded("gzip", gzip(text));
        try (RawServer server = new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                seen.add(request);
                peer.send(answer);
            }
        });
                ShockwaveClient client = ShockwaveClient.builder().decompress(1000, 1 << 20).build()) {
            for (int i = 0; i < 2; i++) {
                try (ClientResponse response = client.get(server.url("/")).send()) {
                    assertEquals(-1, response.body().length());
                    assertFalse(response.headers().contains(HeaderName.CONTENT_ENCODING));
                    assertFalse(response.headers().contains(HeaderName.CONTENT_LENGTH));
                    assertEquals(text, read(response));
                }
            }
            assertTrue(seen.take().contains("Accept-Encoding: gzip, deflate\r\n"));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void codingsAreLeftAloneOtherwise() throws Exception {
        String content = gzip("hello");
        try (RawServer server = RawServer.answering(coded("gzip", content)); ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.get(server.url("/")).send()) {
            assertEquals("gzip", response.headers().first(HeaderName.CONTENT_ENCODING).orElseThrow());
            assertEquals(content, read(response));
        }
        for (String coding : List.of("br", "zstd", "gzip, gzip", "identity", "gzip2")) {
            try (RawServer server = RawServer.answering(coded(coding, content)); ShockwaveClient client = ShockwaveClient.builder().decompress(1000, 1 << 20).build();
                    ClientResponse response = client.get(server.url("/")).send()) {
                assertEquals(coding, response.headers().first(HeaderName.CONTENT_ENCODING).orElseThrow());
                assertEquals(content, read(response));
            }
        }
    }

    @Test
    void bombsAndCutsAndGarbageFail() throws Exception {
        String bomb = gzip("\u0000".repeat(10 << 20));
        String[][] table = {{coded("gzip", bomb), "TOO_LARGE"}, {coded("gzip", gzip("x".repeat(2_000_001)).toString()), "TOO_LARGE"}, {coded("gzip", gzip("hello").substring(0, 15)), "PROTOCOL"},
            {coded("gzip", "not gzip at all"), "PROTOCOL"}, {coded("deflate", "\u0001\u0002\u0003\u0004"), "PROTOCOL"}};
        for (String[] row : table) {
            try (RawServer server = RawServer.answering(row[0]); ShockwaveClient client = ShockwaveClient.builder().decompress(100, 2_000_000).build();
                    ClientResponse response = client.get(server.url("/")).send()) {
                HttpException failed = assertThrows(HttpException.class, () -> read(response));
                assertEquals(row[1], failed.kind().name(), failed.toString());
            }
        }
    }

    @Test
    void answersWithoutContentAreNotDecoded() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n"); ShockwaveClient client = ShockwaveClient.builder().decompress(100, 1_000).build();
                ClientResponse response = client.get(server.url("/")).send()) {
            assertEquals("", read(response));
            assertTrue(response.headers().contains(HeaderName.CONTENT_ENCODING));
        }
    }

    // ---- ways to read

    @Test
    void streamsAndTrailers() throws Exception {
        try (RawServer server = RawServer.answering(CHUNKED); ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.get(server.url("/")).send()) {
                assertEquals(0, response.body().trailers().size());
                assertEquals("hello world", new String(response.body().asInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                assertEquals("42", response.body().trailers().first("X-Sum").orElseThrow());
                assertEquals(-1, response.body().asInputStream().read());
            }
            try (ClientResponse response = client.get(server.url("/")).send()) {
                assertEquals('h', response.body().asInputStream().read());
                assertThrows(IllegalStateException.class, () -> response.body().asPublisher());
                assertThrows(IllegalStateException.class, () -> response.body().onData(null));
                assertEquals(0, response.body().read(new byte[0], 0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> response.body().read(new byte[3], 2, 2));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void pushDeliversEverythingBeforeItReturns() throws Exception {
        try (RawServer server = RawServer.answering(CHUNKED); ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.get(server.url("/")).send()) {
            StringBuilder told = new StringBuilder();
            response.body().onData(new BodyReader.DataListener() {
                @Override
                public void onData(byte[] buf, int off, int len) {
                    told.append(new String(buf, off, len, StandardCharsets.US_ASCII));
                }

                @Override
                public void onEnd() {
                    told.append("|end");
                }

                @Override
                public void onError(HttpException cause) {
                    told.append(cause);
                }
            });
            assertEquals("hello world|end", told.toString());
        }
    }

    /** Collects, asking for as much as it is told to. */
    private static final class Collector implements Flow.Subscriber<ByteBuffer> {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        volatile Flow.Subscription subscription;
        volatile long bytes;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(ByteBuffer item) {
            bytes += item.remaining();
            events.add("next");
        }

        @Override
        public void onError(Throwable cause) {
            events.add(cause instanceof HttpException failure ? failure.kind().name() : cause.toString());
        }

        @Override
        public void onComplete() {
            events.add("complete");
        }
    }

    @Test
    void aPublisherReadsNoMoreThanWasAskedFor() throws Exception {
        String large = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000);
        try (RawServer server = RawServer.answering(large); ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.get(server.url("/")).send()) {
            Collector collector = new Collector();
            Flow.Publisher<ByteBuffer> publisher = response.body().asPublisher();
            publisher.subscribe(collector);
            assertEquals(null, collector.events.poll(100, TimeUnit.MILLISECONDS));
            collector.subscription.request(2);
            assertEquals("next", collector.events.poll(5, TimeUnit.SECONDS));
            assertEquals("next", collector.events.poll(5, TimeUnit.SECONDS));
            assertEquals(null, collector.events.poll(100, TimeUnit.MILLISECONDS));
            assertTrue(collector.bytes <= 2 * 16 * 1024);
            Collector second = new Collector();
            publisher.subscribe(second);
            assertTrue(second.events.take().contains("IllegalStateException"));
            collector.subscription.request(Long.MAX_VALUE);
            String last;
            do {
                last = collector.events.poll(5, TimeUnit.SECONDS);
            } while ("next".equals(last));
            assertEquals("complete", last);
            assertEquals(1_000_000, collector.bytes);
        }
    }

    @Test
    void aPublisherTellsFailuresAndWrongDemand() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.get(server.url("/")).send()) {
                Collector collector = new Collector();
                response.body().asPublisher().subscribe(collector);
                collector.subscription.request(10);
                assertEquals("next", collector.events.poll(5, TimeUnit.SECONDS));
                assertEquals("RESET", collector.events.poll(5, TimeUnit.SECONDS));
            }
            try (ClientResponse response = client.get(server.url("/")).send()) {
                Collector collector = new Collector();
                response.body().asPublisher().subscribe(collector);
                collector.subscription.request(0);
                assertTrue(collector.events.poll(5, TimeUnit.SECONDS).contains("IllegalArgumentException"));
            }
        }
    }

    @Test
    void cancellingASubscriptionClosesTheConnection() throws Exception {
        BlockingQueue<String> gone = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
            gone.add("[" + peer.readAll() + "]");
        });
                ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.get(server.url("/")).send()) {
            Collector collector = new Collector();
            response.body().asPublisher().subscribe(collector);
            collector.subscription.request(5);
            assertEquals("next", collector.events.poll(5, TimeUnit.SECONDS));
            collector.subscription.cancel();
            assertEquals("[]", gone.poll(5, TimeUnit.SECONDS));
            assertEquals(null, collector.events.poll(100, TimeUnit.MILLISECONDS));
        }
    }

    // ---- interim responses, upgrades, tunnels

    @Test
    void interimResponsesAreTold() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            List<String> told = new ArrayList<>();
            ClientRequest request = client.get(server.url("/")).onInterim((status, fields) -> told.add(status + " " + fields.first(HeaderName.LINK).orElse("")));
            try (ClientResponse response = request.send()) {
                assertEquals(200, response.status());
                assertEquals(0, response.headers().indexOf(HeaderName.CONTENT_LENGTH, 0));
            }
            assertEquals(List.of("103 </a.css>"), told);
        }
    }

    @Test
    void anUpgradeGivesTheBareConnection() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            assertTrue(peer.readHead().contains("Connection: upgrade\r\n"));
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhello");
            for (int b = peer.readByte(); b >= 0; b = peer.readByte()) {
                peer.send(new byte[] {(byte) Character.toUpperCase(b)});
            }
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.get(server.url("/"));
            request.headers().add(HeaderName.UPGRADE, "echo");
            try (ClientResponse response = request.send()) {
                assertEquals(101, response.status());
                ClientResponse.Upgraded upgraded = response.upgraded();
                assertEquals("hello", new String(upgraded.in().readNBytes(5), StandardCharsets.US_ASCII));
                upgraded.out().write("world".getBytes(StandardCharsets.US_ASCII));
                assertEquals("WORLD", new String(upgraded.in().readNBytes(5), StandardCharsets.US_ASCII));
            }
            assertEquals(List.of(), server.failures());
            assertEquals(0, client.poolStats().idle() + client.poolStats().leased());
        }
    }

    @Test
    void connectGivesATunnelAndOtherAnswersDoNot() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            assertTrue(peer.readHead().matches("(?s)CONNECT 127\\.0\\.0\\.1:\\d+ HTTP/1\\.1\r\nHost: .*"));
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nraw");
            peer.readAll();
        });
                ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.request(Method.CONNECT, server.url("/")).send()) {
            assertEquals("raw", new String(response.upgraded().in().readNBytes(3), StandardCharsets.US_ASCII));
            assertEquals(List.of(), server.failures());
        }
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); ShockwaveClient client = ShockwaveClient.builder().build();
                ClientResponse response = client.get(server.url("/")).send()) {
            assertThrows(IllegalStateException.class, response::upgraded);
        }
    }

    @Test
    void aServerThatSpeaksTlsIsTold() throws Exception {
        try (RawServer server = RawServer.answering("\u0015\u0003\u0003\0\2\2\n"); ShockwaveClient client = ShockwaveClient.builder().build()) { // an alert: unexpected_message
            HttpException told = assertThrows(HttpException.class, () -> client.get(server.url("/")).send());
            assertEquals(HttpException.Kind.PROTOCOL, told.kind());
            String at = server.url("").substring("http://".length());
            assertEquals("http://" + at + " speaks TLS, not plain HTTP: ask for https://" + at, told.getMessage());
        }
    }

    // ---- what must never get out

    @Test
    void nothingCanBeInjected() throws Exception {
        try (ShockwaveClient client = ShockwaveClient.builder().build()) {
            for (String bad : List.of("\r", "\n", "\0", "\r\nX: y", " ", "\t", "\u0001", "\u007F", "\u0100")) {
                for (String url : List.of("http://a/" + bad, "http://a/?" + bad, "http://a" + bad + "/", "http://" + bad + "a/", "ht" + bad + "tp://a/", "http://a:8" + bad + "0/")) {
                    assertThrows(IllegalArgumentException.class, () -> client.get(url), url);
                    assertThrows(IllegalArgumentException.class, () -> client.get("http://a/").url(url), url);
                }
                assertThrows(IllegalArgumentException.class, () -> Method.of("GE" + bad + "T"));
                assertThrows(IllegalArgumentException.class, () -> HeaderName.of("X" + bad));
                assertThrows(IllegalArgumentException.class, () -> client.get("http://a/").headers().add("X-A", "a" + bad + (bad.isBlank() && bad.length() == 1 && bad.charAt(0) != '\r' && bad.charAt(0) != '\n' ? "" : "b")));
                if (!bad.equals(" ") && !bad.equals("\t")) {
                    assertThrows(IllegalArgumentException.class, () -> ShockwaveClient.builder().userAgent("a" + bad + "b"));
                }
            }
            assertThrows(IllegalArgumentException.class, () -> client.get("http://user:password@a/"));
            assertThrows(IllegalArgumentException.class, () -> client.get("ftp://a/"));
            assertThrows(IllegalArgumentException.class, () -> client.get("/relative"));
        }
    }

    @Test
    void fieldsThatFrameTheMessageAreTheLibrarysOwn() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (RawServer server = new RawServer(peer -> {
            seen.add(peer.readRequest());
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.request(Method.POST, server.url("/")).body("abc");
            request.headers().add(HeaderName.CONTENT_LENGTH, 100).add(HeaderName.TRANSFER_ENCODING, "chunked").add(HeaderName.EXPECT, "100-continue").add(HeaderName.CONNECTION, "close");
            request.send().close();
            String sent = seen.take();
            assertTrue(sent.contains("\r\nContent-Length: 3\r\n") && !sent.contains("100") && !sent.contains("chunked") && sent.contains("\r\nConnection: close\r\n"), sent);
            assertEquals(0, client.poolStats().idle());
        }
    }
}
