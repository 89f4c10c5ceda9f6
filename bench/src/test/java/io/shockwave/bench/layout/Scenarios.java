package io.shockwave.bench.layout;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** The exchanges that are traced: the same messages in both layouts. Loaded by the {@link TracingLoader}, and run there with a new connection each time. */
final class Scenarios {
    private static final byte[] REQUEST = ("GET /api/v1/items/4711?page=2 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101\r\n"
            + "Accept: application/json\r\nAccept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nReferer: https://shop.example.com/\r\n"
            + "Connection: keep-alive\r\nCookie: session=0123456789\r\nCache-Control: no-cache\r\nX-Trace: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final String[][] ANSWER = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}, {"ETag", "\"0123456789abcdef\""}, {"Vary", "Accept-Encoding"}};
    private static final HeaderName[] ANSWER_NAMES = names(ANSWER);
    private static final byte[] CONTENT = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
    private static final String[][] ASKED = {{"Accept", "application/json"}, {"Accept-Language", "en-US,en;q=0.5"}, {"Cookie", "session=0123456789"}, {"X-Trace", "1"}};
    /** Before what is traced, so that everything that is made once was made. */
    private static final int WARM = 3;
    /** While traced: of the last one the server's end may come after {@link Trace#end}. */
    private static final int TRACED = 2;

    static byte[] request() {
        return REQUEST.clone();
    }

    /** The straightforward server. */
    static final class PlainServer implements Callable<byte[]> {
        private final PlainMessages.Connection connection = new PlainMessages.Connection();

        @Override
        public byte[] call() {
            answer();
            Trace.begin(true);
            byte[] answer = answer();
            Trace.pause();
            return Arrays.copyOfRange(answer, answer.length - CONTENT.length, answer.length);
        }

        private byte[] answer() {
            PlainMessages.Request request = connection.receiveRequest(REQUEST);
            if (!request.path.equals("/api/v1/items/4711") || request.fields.size() != 10) {
                throw new IllegalStateException("another request: " + request.path);
            }
            return connection.send(plainResponse());
        }
    }

    static PlainMessages.Response plainResponse() {
        PlainMessages.Response response = new PlainMessages.Response();
        for (String[] field : ANSWER) {
            response.fields.add(field[0], field[1]);
        }
        response.fields.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        response.fields.add("Content-Length", "13");
        response.content = CONTENT;
        return response;
    }

    /** The straightforward client. */
    static final class PlainClient implements Callable<byte[]> {
        private final PlainMessages.Connection connection = new PlainMessages.Connection();
        private final byte[] answer = new PlainMessages.Connection().send(plainResponse());

        @Override
        public byte[] call() {
            ask();
            Trace.begin(true);
            byte[] content = ask();
            Trace.pause();
            return content;
        }

        private byte[] ask() {
            PlainMessages.Fields fields = new PlainMessages.Fields();
            fields.add("Host", "127.0.0.1:8080");
            fields.add("User-Agent", "plain");
            for (String[] field : ASKED) {
                fields.add(field[0], field[1]);
            }
            connection.send("GET", new PlainMessages.Call("http://127.0.0.1:8080/api/v1/items/4711?page=2", System.nanoTime()), fields);
            PlainMessages.Response response = connection.receiveResponse(answer);
            if (response.status != 200 || response.fields.first("etag") == null) {
                throw new IllegalStateException("another response: " + response.status);
            }
            return response.content;
        }
    }

    private static HeaderName[] names(String[][] fields) {
        return Arrays.stream(fields).map(field -> HeaderName.of(field[0])).toArray(HeaderName[]::new);
    }

    private static ShockwaveServer server() throws IOException {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).inlineHandler((request, response) -> {
            for (int i = 0; i < ANSWER.length; i++) {
                response.headers().add(ANSWER_NAMES[i], ANSWER[i][1]);
            }
            if (!request.path().is("/api/v1/items/4711") || request.headers().size() == 0) {
                throw new IllegalStateException("another request: " + request.path());
            }
            response.send(CONTENT);
        }).start();
    }

    /** Our server. */
    static final class Server implements Callable<byte[]> {
        @Override
        public byte[] call() throws Exception {
            try (ShockwaveServer server = server(); Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
                byte[] answer = {};
                for (int i = 0; i < WARM + TRACED; i++) {
                    if (i == WARM) {
                        Trace.begin(false);
                    }
                    socket.getOutputStream().write(REQUEST);
                    answer = answer(socket);
                }
                Trace.pause();
                return answer;
            }
        }

        private static byte[] answer(Socket socket) throws IOException {
            byte[] all = new byte[1_024];
            for (int n = 0; ; n++) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    throw new IOException("the server closed");
                }
                all[n] = (byte) b;
                if (b == '!') {
                    return Arrays.copyOfRange(all, n + 1 - CONTENT.length, n + 1);
                }
            }
        }
    }

    /** Our client; its server runs in the same JVM, on other threads. */
    static final class Client implements Callable<byte[]> {
        @Override
        public byte[] call() throws Exception {
            try (ShockwaveServer server = server(); ShockwaveClient client = ShockwaveClient.builder().build()) {
                ClientRequest request = client.request(Method.GET, "http://127.0.0.1:" + server.address().getPort() + "/api/v1/items/4711?page=2");
                for (String[] field : ASKED) {
                    request.headers().add(HeaderName.of(field[0]), field[1]);
                }
                byte[] content = new byte[CONTENT.length];
                for (int i = 0; i < WARM + TRACED; i++) {
                    if (i == WARM) {
                        Trace.begin(true);
                    }
                    try (ClientResponse response = request.send()) {
                        if (response.status() != 200 || response.headers().indexOf(HeaderName.ETAG, 0) < 0) {
                            throw new IllegalStateException("another response: " + response.status());
                        }
                        response.body().read(content, 0, content.length);
                    }
                }
                Trace.pause();
                return content;
            }
        }
    }

    private Scenarios() {
    }
}
