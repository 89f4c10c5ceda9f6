package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that answer wrongly, in part, too much, too slowly or not at all. */
@Timeout(30)
class MisbehavingServerTest {
    private static final int LIMIT = 1 << 20;

    /** What a GET of it ends with, on a client that is left with no open connection. */
    private static HttpException failure(RawServer.Script script) throws Exception {
        try (RawServer server = new RawServer(script);
                ShockwaveClient client = ShockwaveClient.builder().firstByteTimeout(Duration.ofSeconds(2)).betweenBytesTimeout(Duration.ofSeconds(2)).build()) {
            HttpException failure = assertThrows(HttpException.class, () -> get(client, server.url("/")));
            assertTrue(failure.getMessage().contains("http://127.0.0.1:" + server.port()), failure.getMessage());
            assertEquals(0, client.poolStats().idle() + client.poolStats().leased(), "the connection is closed");
            assertEquals(List.of(), server.failures());
            return failure;
        }
    }

    private static String get(ShockwaveClient client, String url) throws IOException {
        try (ClientResponse response = client.get(url).send()) {
            return new String(response.body().readAll(LIMIT), StandardCharsets.ISO_8859_1);
        }
    }

    private static RawServer.Script answer(String... pieces) {
        return peer -> {
            peer.readRequest();
            for (String piece : pieces) {
                peer.send(piece);
            }
        };
    }

    private static HttpException failed(Kind kind, String words, RawServer.Script script) throws Exception {
        HttpException failure = failure(script);
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertTrue(failure.getMessage().contains(words), failure.getMessage());
        return failure;
    }

    @Test
    void contentShorterThanAnnouncedIsAReset() throws Exception {
        failed(Kind.RESET, "RFC 9112 8", answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
    }

    @Test
    void chunkedContentThatIsCutIsAReset() throws Exception {
        failed(Kind.RESET, "RFC 9112 8", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"));
        failed(Kind.RESET, "RFC 9112 8", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
        failed(Kind.RESET, "RFC 9112 8", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"));
    }

    @Test
    void aHeadThatIsCutIsAReset() throws Exception {
        failed(Kind.RESET, "RFC 9112 8", answer("HTTP/1.1 200 OK\r\nContent-Le"));
    }

    @Test
    void noAnswerAtAllIsAReset() throws Exception {
        failed(Kind.RESET, "without an answer", answer());
    }

    @Test
    void closeDelimitedContentIsCompleteAtTheClose() throws Exception {
        try (RawServer server = new RawServer(answer("HTTP/1.1 200 OK\r\n\r\nabc", "def")); ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals("abcdef", get(client, server.url("/")));
            assertEquals(0, client.poolStats().idle());
        }
    }

    @Test
    void anRstIsAReset() throws Exception {
        assertEquals(Kind.RESET, failure(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            TimeUnit.MILLISECONDS.sleep(100);
            peer.reset();
        }).kind());
        assertEquals(Kind.RESET, failure(peer -> {
            peer.readHead();
            peer.reset();
        }).kind());
    }

    @Test
    void framingThatIsReadInTwoWaysIsRefusedAndNamed() throws Exception {
        failed(Kind.PROTOCOL, "RFC 9112 6.3", answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"));
        failed(Kind.PROTOCOL, "RFC 9112 6.1", answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 6.1", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 6.1", answer("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 6.3", answer("HTTP/1.1 200 OK\r\nContent-Length: 3,3\r\n\r\nabc"));
        failed(Kind.PROTOCOL, "RFC 9112 5", answer("HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc"));
        failed(Kind.PROTOCOL, "RFC 9112 5.2", answer("HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\n\r\n"));
    }

    /** RFC 9112 2.2, 4, 5.1, 6.1, 6.3 and 7.1: a client that reads these as a server may not mean them takes another's response for its own. */
    @Test
    void whatNoServerMaySendIsRefused() throws Exception {
        String ok = "HTTP/1.1 200 OK\r\n";
        String chunked = ok + "Transfer-Encoding: chunked\r\n";
        String[] table = {
            "HTTP/1.1 200 OK\nContent-Length: 3\r\n\r\nabc", ok + "Content-Length: 3\n\r\nabc", ok + "Content-Length: 3\r\n\nabc", ok + "A: b\rContent-Length: 3\r\n\r\nabc", ok + "A: b\u0000\r\n\r\n",
            ok + " Content-Length: 3\r\n\r\nabc", ok + "Content-Length\r\n\r\n", ok + ": 3\r\n\r\n", ok + "Content-Length: +3\r\n\r\nabc", ok + "Content-Length: 0x3\r\n\r\nabc", ok + "Content-Length: \r\n\r\nabc",
            ok + "Content-Length: 9223372036854775808\r\n\r\nabc", ok + "Content-Length: 18446744073709551619\r\n\r\nabc", ok + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            chunked + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", ok + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", ok + "Transfer-Encoding: chunked\u000b\r\n\r\n0\r\n\r\n",
            chunked + "\r\n3 \r\nabc\r\n0\r\n\r\n", chunked + "\r\n3\nabc\r\n0\r\n\r\n", chunked + "\r\n3;a=\"\r\nabc\r\n0\r\n\r\n", chunked + "\r\n3\r\nabc\n0\r\n\r\n", chunked + "\r\n0\r\nContent-Length: 3\r\n\r\n", chunked + "\r\n0\r\nA : b\r\n\r\n",
            "HTTP/1.1 103 Hints\r\nContent-Length: 3\r\n\r\nabc" + ok + "\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 200 O\u0000K\r\n\r\n", "ICY 200 OK\r\n\r\n", "\u0000" + ok + "\r\n",
        };
        for (String response : table) {
            failed(Kind.PROTOCOL, "RFC 911", answer(response));
        }
    }

    @Test
    void wrongChunkSizesAreRefused() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        failed(Kind.PROTOCOL, "RFC 9112 7.1", answer(head + "xyz\r\nabc\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 7.1", answer(head + "2\r\nabc\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 7.1", answer(head + "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112 7.1", answer(head + "-3\r\nabc\r\n0\r\n\r\n"));
    }

    @Test
    void garbageIsRefused() throws Exception {
        failed(Kind.PROTOCOL, "RFC 9112", answer("SSH-2.0-OpenSSH_9.2p1\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112", answer("<html>HTTP/0.9</html>\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112", answer("\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\r\n\r\n"));
        failed(Kind.PROTOCOL, "RFC 9112", answer("HTTP/2 200\r\n\r\n"));
    }

    @Test
    void endlessInterimResponsesEnd() throws Exception {
        failed(Kind.PROTOCOL, "interim", peer -> {
            peer.readRequest();
            while (true) {
                peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            }
        });
    }

    @Test
    void anEndlessHeadIsTooLarge() throws Exception {
        HttpException endless = failure(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n");
            for (int i = 0; ; i++) {
                peer.send("X-Field-" + i + ": value\r\n");
            }
        });
        assertEquals(Kind.TOO_LARGE, endless.kind(), endless.getMessage());
        HttpException oneLine = failure(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nX-Endless: ");
            while (true) {
                peer.send("v".repeat(1000));
            }
        });
        assertEquals(Kind.TOO_LARGE, oneLine.kind(), oneLine.getMessage());
    }

    @Test
    void aLineLongerThanTheBufferIsReadWithinTheLimit() throws Exception {
        String value = "v".repeat(60_000);
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nX-Long: " + value + "\r\nContent-Length: 2\r\n\r\nok"); ShockwaveClient client = ShockwaveClient.builder().build()) {
            for (int i = 0; i < 2; i++) {
                try (ClientResponse response = client.get(server.url("/")).send()) {
                    assertEquals(value, response.headers().first("X-Long").orElseThrow());
                    assertEquals("ok", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
                }
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aSlowDripArrivesWhole() throws Exception {
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            for (char c : response.toCharArray()) {
                peer.send(String.valueOf(c));
                TimeUnit.MILLISECONDS.sleep(2);
            }
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals("abc", get(client, server.url("/")));
        }
    }

    @Test
    void bytesBehindTheResponseEndTheConnection() throws Exception {
        try (RawServer server = new RawServer(answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")); ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals("ok", get(client, server.url("/")));
            assertEquals(0, client.poolStats().idle());
            assertEquals("ok", get(client, server.url("/")), "and not the poison");
        }
    }

    @Test
    void bytesThatComeBehindTheResponseLaterEndTheConnectionToo() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
            peer.readAll();
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals("ok", get(client, server.url("/")));
            TimeUnit.MILLISECONDS.sleep(100);
            assertEquals("ok", get(client, server.url("/")));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void contentInAnswersThatHaveNoneEndsTheConnection() throws Exception {
        try (RawServer server = new RawServer(answer("HTTP/1.1 204 No Content\r\n\r\nsurprise")); ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals("", get(client, server.url("/")));
            assertEquals(0, client.poolStats().idle());
        }
        try (RawServer server = new RawServer(answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsurprise")); ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.request(Method.HEAD, server.url("/")).send()) {
                assertEquals(0, response.body().readAll(10).length);
                assertEquals("8", response.headers().first("Content-Length").orElseThrow());
            }
            assertEquals(0, client.poolStats().idle());
        }
    }

    @Test
    void http10AndConnectionCloseAreHonoured() throws Exception {
        for (String head : List.of("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")) {
            try (RawServer server = new RawServer(peer -> {
                peer.readRequest();
                peer.send(head);
                peer.readAll();
            });
                    ShockwaveClient client = ShockwaveClient.builder().build()) {
                assertEquals("ok", get(client, server.url("/")));
                assertEquals(0, client.poolStats().idle());
                assertEquals(1L, client.poolStats().closes().get("not-kept"));
            }
        }
    }

    @Test
    void aKeepAliveHintIsHonoured() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2, max=10\r\nContent-Length: 2\r\n\r\nok"); ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, server.url("/"));
            get(client, server.url("/"));
            assertEquals(1, server.connections());
            TimeUnit.MILLISECONDS.sleep(1_900);
            get(client, server.url("/"));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aLimitOnTheContentIsToldBeforeItIsRead() throws Exception {
        try (RawServer server = new RawServer(answer("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890")); ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.get(server.url("/")).send()) {
                assertEquals(Kind.TOO_LARGE, assertThrows(HttpException.class, () -> response.body().readAll(10)).kind());
            }
            try (ClientResponse response = client.get(server.url("/")).send()) {
                assertEquals(11, response.body().readAll(11).length);
            }
        }
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"); ShockwaveClient client = ShockwaveClient.builder().build();
                ClientResponse response = client.get(server.url("/")).send()) {
            assertEquals(Kind.TOO_LARGE, assertThrows(HttpException.class, () -> response.body().readAll(10)).kind());
        }
    }

    @Test
    void aFailedReadFailsAgain() throws Exception {
        try (RawServer server = new RawServer(answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")); ShockwaveClient client = ShockwaveClient.builder().build();
                ClientResponse response = client.get(server.url("/")).send()) {
            byte[] some = new byte[10];
            assertEquals(3, response.body().read(some, 0, 10));
            List<String> messages = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                messages.add(assertThrows(HttpException.class, () -> response.body().read(some, 0, 10)).getMessage());
            }
            assertEquals(messages.get(0), messages.get(1));
            assertEquals(200, response.status(), "the head is still there");
        }
    }
}
