package consumer;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Serves and fetches the same things whatever it is linked with, and prints every byte of the answers. */
final class Consumer {

    /** Three times the fields that the largest tier preallocates. */
    private static final int MANY = 96;
    /** Twenty times what the largest tier counts for a name or a value. */
    private static final int LONG = 2_560;
    private static final int BODY_LIMIT = 4 << 20;

    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.ISO_8859_1);

    private Consumer() {
    }

    public static void main(String[] args) throws IOException {
        exercise("virtual threads", false);
        exercise("inline", true);
        OUT.flush();
    }

    private static void exercise(String title, boolean inline) throws IOException {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxHeaderBytes(1 << 16).maxHeaderCount(4 * MANY).sendDate(false);
        Handler handler = Consumer::answer;
        try (ShockwaveServer server = (inline ? builder.inlineHandler(handler) : builder.handler(handler)).start();
                ShockwaveClient client = ShockwaveClient.builder().maxHeaderBytes(1 << 16).maxHeaderCount(4 * MANY).build()) {
            OUT.println("== " + title);
            String base = "http://127.0.0.1:" + server.address().getPort();
            few(client, base);
            many(client, base);
            longOnes(client, base);
            if (!inline) {
                bodies(client, base);
            }
            raw(server.address().getPort());
        }
    }

    /** Sends the fields that came back, in their order, and names the rest in the body. */
    private static void answer(ServerRequest request, ServerResponse response) throws IOException {
        if (request.path().is("/missing")) {
            response.status(404).send("nothing here\n");
            return;
        }
        if (request.path().is("/stream")) {
            try (BodyWriter body = response.stream()) {
                byte[] line = "0123456789abcdef\n".getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < 10_000; i++) {
                    body.write(line, 0, line.length);
                }
            }
            return;
        }
        StringBuilder text = new StringBuilder();
        text.append(request.method()).append(' ').append(request.path()).append('?').append(request.query()).append('\n');
        for (Map.Entry<String, String> field : request.headers()) {
            if (!field.getKey().equalsIgnoreCase("host")) {
                text.append(field.getKey()).append(": ").append(field.getValue()).append('\n');
            }
            if (field.getKey().regionMatches(true, 0, "x-", 0, 2)) {
                response.headers().add(field.getKey(), field.getValue());
            }
        }
        if (request.method().equals(Method.POST)) {
            byte[] body = request.body().readAll(BODY_LIMIT);
            text.append(body.length).append(" bytes, ").append(sum(body)).append('\n');
        }
        response.headers().set(HeaderName.of("content-type"), "text/plain; charset=utf-8");
        response.send(text);
    }

    private static void few(ShockwaveClient client, String base) throws IOException {
        print("GET", client.get(base + "/few?a=1&b=%20").send());
        print("HEAD", client.request(Method.HEAD, base + "/few").send());
        print("missing", client.get(base + "/missing").send());
        ClientRequest reused = client.get(base + "/again");
        for (int i = 0; i < 3; i++) {
            reused.headers().set(HeaderName.of("x-turn"), i);
            print("again " + i, reused.send());
        }
    }

    private static void many(ShockwaveClient client, String base) throws IOException {
        ClientRequest request = client.get(base + "/many");
        for (int i = 0; i < MANY; i++) {
            request.headers().add("X-Field-" + i % 60, "value " + i);
        }
        print("many", request.send());
    }

    private static void longOnes(ShockwaveClient client, String base) throws IOException {
        for (int length : new int[] {8, 32, 33, 48, 49, 64, 65, 128, 129, LONG}) {
            ClientRequest request = client.get(base + "/long/" + "p".repeat(length));
            request.headers().add("x-" + "n".repeat(length), "short").add("x-short", "v".repeat(length));
            request.headers().add("x-" + "m".repeat(length), "w".repeat(length));
            print("long " + length, request.send());
        }
    }

    private static void bodies(ShockwaveClient client, String base) throws IOException {
        for (int bytes : new int[] {0, 1, 1_024, 70_000, 1 << 20}) {
            byte[] body = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                body[i] = (byte) (i * 31);
            }
            print("POST " + bytes, client.request(Method.POST, base + "/upload").body(body).send());
        }
        try (ClientResponse response = client.get(base + "/stream").send(); InputStream in = response.body().asInputStream()) {
            byte[] all = in.readAllBytes();
            OUT.println("stream: " + response.status() + ", " + all.length + " bytes, " + sum(all));
        }
    }

    /** What is on the wire, to the byte. */
    private static void raw(int port) throws IOException {
        StringBuilder request = new StringBuilder("GET /raw HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n");
        for (int i = 0; i < MANY; i++) {
            request.append("X-").append("abcdefgh".repeat(i % 20)).append(i).append(": ").append("v".repeat(i * 5)).append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            OUT.println("raw:");
            OUT.write(socket.getInputStream().readAllBytes());
        }
    }

    private static void print(String what, ClientResponse response) throws IOException {
        try (response) {
            OUT.println(what + ": " + response.version() + " " + response.status());
            for (Map.Entry<String, String> field : response.headers()) {
                OUT.println("  " + field.getKey() + ": " + field.getValue());
            }
            OUT.write(response.body().readAll(BODY_LIMIT));
        }
    }

    private static int sum(byte[] bytes) {
        int sum = 1;
        for (byte b : bytes) {
            sum = sum * 31 + b;
        }
        return sum;
    }
}
