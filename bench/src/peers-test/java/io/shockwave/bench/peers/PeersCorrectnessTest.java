package io.shockwave.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Each contestant does each work as the others do. */
@Tag("peers")
class PeersCorrectnessTest {
    @TestFactory
    Stream<DynamicTest> serversAnswerEachWorkAlike() {
        return Arrays.stream(ServerPeers.values()).flatMap(peer -> Stream.of(false, true).filter(secure -> !secure || peer.create().isSecurable())
            .map(secure -> DynamicTest.dynamicTest(peer.label() + (secure ? " with TLS" : ""), () -> checkServer(peer, secure))));
    }

    private static void checkServer(ServerPeers peer, boolean secure) throws Exception {
        int port = Child.freePort();
        try (ServerPeer server = peer.create()) {
            server.start(port, secure ? BenchIdentity.context() : null);
            for (Work work : Work.values()) {
                if (work.secure() == secure) {
                    checkWork(peer, work, port);
                }
            }
        }
    }

    private static void checkWork(ServerPeers peer, Work work, int port) throws Exception {
        try (Socket socket = work.secure() ? trusting().getSocketFactory().createSocket("127.0.0.1", port) : new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            OutputStream out = socket.getOutputStream();
            for (int round = 0; round < 2; round++) { // it keeps the connection
                out.write(work.request(port));
                out.flush();
                for (int i = 0; i < work.depth(); i++) {
                    assertEquals("HTTP/1.1 200 OK", line(in).stripTrailing(), work.toString());
                    Map<String, String> fields = fields(in);
                    if (peer != ServerPeers.FLOOR) {
                        // The floor's answers stand for those of the clients' measurements.
                        assertEquals(ServerPeer.SERVER, fields.get("server"), work.toString());
                        assertEquals(Map.of("server", 1, "date", 1, "content-type", 1, "content-length", 1).keySet(),
                            without(fields, "connection"), work.toString());
                    }
                    assertTrue(fields.get("date").endsWith("GMT"), work.toString());
                    assertEquals(work.type(), fields.get("content-type"), work.toString());
                    assertEquals(Integer.toString(work.body().length), fields.get("content-length"), work.toString());
                    byte[] body = new byte[work.body().length];
                    in.readFully(body);
                    assertArrayEquals(work.body(), body, work.toString());
                }
            }
            socket.setSoTimeout(20);
            org.junit.jupiter.api.Assertions.assertThrows(SocketTimeoutException.class, in::read, "more came than was asked for");
        }
    }

    private static java.util.Set<String> without(Map<String, String> fields, String name) {
        Map<String, String> rest = new TreeMap<>(fields);
        rest.remove(name);
        return rest.keySet();
    }

    private static Map<String, String> fields(DataInputStream in) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return fields;
    }

    private static String line(DataInputStream in) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        }}, null);
        return context;
    }

    @TestFactory
    Stream<DynamicTest> clientsReadTheWholeAnswer() {
        return Arrays.stream(ClientPeers.values()).map(peer -> DynamicTest.dynamicTest(peer.label(), () -> {
            int port = Child.freePort();
            try (ServerPeer server = new FloorServerPeer()) {
                server.start(port, null);
                try (ClientPeer client = peer.create()) {
                    client.open("http://127.0.0.1:" + port + Work.PLAIN.path(), 2);
                    try (ClientPeer.Session session = client.session()) {
                        for (int i = 0; i < 3; i++) {
                            assertEquals(Work.PLAIN.body().length, session.get());
                        }
                    }
                }
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> http3ContestantsUnderstandEachOther() {
        return Arrays.stream(Http3Peers.values()).filter(peer -> peer != Http3Peers.NIO)
            .flatMap(server -> Stream.of(Http3Peers.OURS, Http3Peers.NETTY).flatMap(client -> Stream.of(Http3Answer.SMALL_PATH, Http3Answer.BULK_PATH)
                .map(path -> DynamicTest.dynamicTest(server.label() + " serves " + path + " to " + client.label(), () -> checkHttp3(server, client, path)))));
    }

    /** The client looks at the status and the length of each answer, and ends the process if they are wrong. */
    private static void checkHttp3(Http3Peers serving, Http3Peers asking, String path) throws Exception {
        int answers = Http3Answer.isBulk(path) ? 1 : 20;
        int port = Child.freePort();
        AtomicLong bytes = new AtomicLong();
        CountDownLatch answered = new CountDownLatch(answers);
        try (ServerPeer server = serving.server()) {
            server.start(port, null);
            try (Http3ClientPeer client = asking.client()) {
                client.start(port, path, Http3Answer.isBulk(path) ? 1 : 2, Http3Answer.isBulk(path) ? 1 : 2, n -> {
                    bytes.getAndAdd(n);
                    if (n == 0) {
                        answered.countDown();
                    }
                });
                assertTrue(answered.await(60, TimeUnit.SECONDS));
                assertTrue(bytes.get() >= answers * Http3Answer.lengthOf(path));
            }
        }
    }
}
