package io.shockwave.bench.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * How much memory one message in progress touches, ours beside the straightforward layout. Prints the report. Ours counts everything that can be reached, asked for or not; the
 * straightforward layout is made anew for each message, so that all of it is touched.
 */
class LocalityTest {
    private static final byte[] REQUEST = ("GET /api/v1/items/4711?page=2 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101\r\n"
            + "Accept: application/json\r\nAccept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nReferer: https://shop.example.com/\r\n"
            + "Connection: keep-alive\r\nCookie: session=0123456789\r\nCache-Control: no-cache\r\nX-Trace: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final String[][] ANSWER = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}, {"ETag", "\"0123456789abcdef\""}, {"Vary", "Accept-Encoding"}};
    private static final byte[] CONTENT = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
    private static final String[][] ASKED = {{"Accept", "application/json"}, {"Accept-Language", "en-US,en;q=0.5"}, {"Cookie", "session=0123456789"}, {"X-Trace", "1"}};

    private record Layout(int objects, int lines) {
        static Layout of(Object... roots) throws ReflectiveOperationException {
            System.gc(); // objects of one age lie together, as they do after some time
            Touched touched = Touched.by(roots);
            return new Layout(touched.objects(), touched.lines());
        }

        static Layout of(PlainMessages.Connection plain, PlainMessages.Call call) {
            System.gc();
            Touched touched = new Touched().addUsed(plain, 64).addGraph(plain.request).addGraph(plain.response);
            touched.addUsed(plain.in, 64).addUsed(plain.in.array(), plain.in.position()).addUsed(plain.out, 64).addUsed(plain.out.array(), plain.out.position());
            if (call != null) {
                touched.addGraph(call);
            }
            return new Layout(touched.objects(), touched.lines());
        }
    }

    /** @param mostLines of a hundred of the straightforward layout's: its strings lie close together, as they were made one after the other */
    private static void compare(String path, Layout plain, Layout ours, int mostLines) {
        System.out.printf("%-7s straightforward: %4d objects, %4d cache lines; ours: %3d objects (%.0f %% fewer), %3d cache lines (%.0f %% fewer)%n", path, plain.objects, plain.lines, ours.objects,
                100.0 * (plain.objects - ours.objects) / plain.objects, ours.lines, 100.0 * (plain.lines - ours.lines) / plain.lines);
        assertTrue(ours.objects * 2 <= plain.objects, path + ": " + ours + " of " + plain);
        assertTrue(ours.lines * 100 <= plain.lines * mostLines, path + ": " + ours + " of " + plain);
    }

    @Test
    void theBaselineReadsAndWritesTheSameMessages() {
        PlainMessages.Connection server = new PlainMessages.Connection();
        PlainMessages.Request request = server.receiveRequest(REQUEST);
        assertEquals("GET /api/v1/items/4711 page=2 HTTP/1.1", request.method + ' ' + request.path + ' ' + request.query + ' ' + request.version);
        assertEquals(10, request.fields.size());
        assertEquals("1", request.fields.first("x-trace"));
        assertNull(request.fields.first("content-length"));
        byte[] answer = server.send(plainResponse());
        PlainMessages.Response response = new PlainMessages.Connection().receiveResponse(answer);
        assertEquals(200, response.status);
        assertEquals("13", response.fields.first("content-length"));
        assertEquals("\"0123456789abcdef\"", response.fields.first("etag"));
        assertArrayEquals(CONTENT, java.util.Arrays.copyOfRange(answer, answer.length - CONTENT.length, answer.length));
    }

    private static PlainMessages.Response plainResponse() {
        PlainMessages.Response response = new PlainMessages.Response();
        for (String[] field : ANSWER) {
            response.fields.add(field[0], field[1]);
        }
        response.fields.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        response.fields.add("Content-Length", "13");
        response.content = CONTENT;
        return response;
    }

    @Test
    void aRequestOnTheServerTouchesHalfTheObjects() throws Exception {
        PlainMessages.Connection plain = new PlainMessages.Connection();
        plain.receiveRequest(REQUEST);
        plain.send(plainResponse());
        AtomicReference<Layout> ours = new AtomicReference<>();
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).inlineHandler((request, response) -> {
            for (String[] field : ANSWER) {
                response.headers().add(HeaderName.of(field[0]), field[1]);
            }
            assertTrue(request.path().is("/api/v1/items/4711") && request.headers().size() == 10);
            try {
                ours.set(Layout.of(request, response));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            response.send(CONTENT);
        }).start(); Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            for (int i = 0; i < 3; i++) { // the last on objects that were used before
                socket.getOutputStream().write(REQUEST);
                socket.getInputStream().readNBytes(60);
                while (socket.getInputStream().available() > 0) {
                    socket.getInputStream().skip(socket.getInputStream().available());
                }
            }
        }
        compare("server", Layout.of(plain, null), ours.get(), 60);
    }

    @Test
    void aRequestOfTheClientTouchesHalfTheObjects() throws Exception {
        PlainMessages.Connection plain = new PlainMessages.Connection();
        PlainMessages.Fields fields = new PlainMessages.Fields();
        fields.add("Host", "127.0.0.1:8080");
        fields.add("User-Agent", "plain");
        for (String[] field : ASKED) {
            fields.add(field[0], field[1]);
        }
        PlainMessages.Call call = new PlainMessages.Call("http://127.0.0.1:8080/api/v1/items/4711?page=2", System.nanoTime());
        plain.send("GET", call, fields);
        plain.receiveResponse(new PlainMessages.Connection().send(plainResponse()));
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).inlineHandler((request, response) -> {
            for (String[] field : ANSWER) {
                response.headers().add(HeaderName.of(field[0]), field[1]);
            }
            response.send(CONTENT);
        }).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.request(Method.GET, "http://127.0.0.1:" + server.address().getPort() + "/api/v1/items/4711?page=2");
            for (String[] field : ASKED) {
                request.headers().add(HeaderName.of(field[0]), field[1]);
            }
            for (int i = 0; i < 3; i++) {
                try (ClientResponse response = request.send()) {
                    assertEquals(200, response.status());
                    assertTrue(response.headers().indexOf(HeaderName.ETAG, 0) >= 0);
                    if (i == 2) {
                        compare("client", Layout.of(plain, call), Layout.of(request, response), 95);
                    }
                    assertArrayEquals(CONTENT, response.body().readAll(100));
                }
            }
        }
    }
}
