package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.Origin;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import io.shockwave.server.Tunnel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CONNECT over HTTP/3, plain and extended (RFC 9114 4.4, RFC 9220), as a server's handlers see it. The client is one exchange of its driver. */
@Timeout(60)
class Http3TunnelTest {
    @TempDir
    private static Path folder;

    private static Tls identity;
    private static Tls trust;

    private ShockwaveServer server;
    private PooledClient client;
    private Http3Call call;

    @BeforeAll
    static void certificate() throws IOException {
        identity = Tls.selfSigned("127.0.0.1");
        trust = Tls.trusting(Files.writeString(folder.resolve("certificate.pem"), identity.certificatePem()));
    }

    private void serve(Handler handler) throws IOException {
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_3).shutdownGrace(Duration.ZERO)
                .handler(handler).start();
        client = (PooledClient) ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
    }

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    }

    /** Sends the head, and waits for that of the response. */
    private int connect(String protocol) throws Exception {
        int port = server.address().getPort();
        Origin origin = Origin.of(true, "127.0.0.1", port);
        AltService service = new AltService(origin, "127.0.0.1", port, Long.MAX_VALUE, false);
        Http3Failure failure = new Http3Failure();
        Http3ClientConnection connection = client.http3().acquire(service, new InetAddress[] {InetAddress.getLoopbackAddress()}, TimeUnit.SECONDS.toNanos(40), false, failure);
        assertNotNull(connection, failure::text);
        Exchange x = new Exchange(client.slab);
        x.method = Method.CONNECT;
        x.protocol = protocol;
        byte[] host = ("127.0.0.1:" + port).getBytes(StandardCharsets.US_ASCII);
        byte[] line = protocol.isEmpty() ? host : "/chat".getBytes(StandardCharsets.US_ASCII);
        x.sent.line(line, 0, line.length);
        x.source = Exchange.Source.RING;
        x.sendLength = Exchange.UNKNOWN;
        x.outbound.open(4_096);
        call = new Http3Call(x);
        call.host = host;
        call.bufferBytes = 4_096;
        call.start(connection);
        assertTrue(call.await(Http3Call.HEAD_OR_INTERIM, soon()), "no answer");
        assertTrue(call.headDone, call.reason);
        return x.status;
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; ) {
            at += call.x.outbound.write(bytes, at, bytes.length - at);
            call.post(Http3Call.PROGRESS);
            assertTrue(call.await(Http3Call.ROOM_OR_ANSWER, soon()), "no room");
        }
    }

    private void endOutput() {
        call.x.sendEnded = true;
        call.post(Http3Call.PROGRESS);
    }

    /** Reads so many bytes, or fewer if the other side ends. */
    private String read(int count) throws IOException {
        byte[] bytes = new byte[count];
        int n = 0;
        while (n < count) {
            boolean last = call.contentEnded || call.end != Http3Call.End.OPEN;
            int more = call.x.inbound.isOpen() ? call.x.inbound.read(bytes, n, count - n) : 0;
            n += more;
            call.tookContent();
            if (more == 0 && last) {
                break;
            }
            assertTrue(more > 0 || call.await(Http3Call.CONTENT_OR_END, soon()), "nothing came");
        }
        return new String(bytes, 0, n, StandardCharsets.US_ASCII);
    }

    private static void echo(ServerRequest request, ServerResponse response) throws IOException {
        String asked = request.method() + " " + request.protocol() + " " + request.path() + " " + request.authority().length() + "\n";
        try (Tunnel tunnel = response.upgrade()) {
            byte[] buf = new byte[1_000];
            tunnel.write(asked.getBytes(StandardCharsets.US_ASCII), 0, asked.length());
            tunnel.flush();
            for (int n = tunnel.read(buf, 0, buf.length); n >= 0; n = tunnel.read(buf, 0, buf.length)) {
                tunnel.write(buf, 0, n);
                tunnel.flush();
            }
            tunnel.write("end".getBytes(StandardCharsets.US_ASCII), 0, 3); // the other half is still open
        }
    }

    @Test
    void anExtendedConnectCarriesBothDirections() throws Exception {
        serve(Http3TunnelTest::echo);
        assertEquals(200, connect("websocket"));
        String asked = "CONNECT websocket /chat " + ("127.0.0.1:" + server.address().getPort()).length() + "\n";
        assertEquals(asked, read(asked.length()));
        for (int i = 0; i < 50; i++) {
            write("ping " + (i % 10));
            assertEquals("ping " + i % 10, read(6)); // before this side ends
        }
        String large = "0123456789".repeat(1_000); // more than the buffers on the way hold
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 20; i++) {
                byte[] bytes = large.getBytes(StandardCharsets.US_ASCII);
                for (int at = 0; at < bytes.length; Thread.onSpinWait()) {
                    at += call.x.outbound.write(bytes, at, bytes.length - at);
                    call.post(Http3Call.PROGRESS);
                    Thread.yield();
                }
            }
            endOutput();
        });
        assertEquals(large.repeat(20) + "end", read(large.length() * 20 + 100));
        writer.join();
        assertTrue(call.await(c -> c.end != Http3Call.End.OPEN, soon()));
        assertEquals(Http3Call.End.COMPLETE, call.end);
    }

    @Test
    void aPlainConnectDoesToo() throws Exception {
        serve(Http3TunnelTest::echo);
        assertEquals(200, connect(""));
        String asked = "CONNECT   " + ("127.0.0.1:" + server.address().getPort()).length() + "\n";
        assertEquals(asked, read(asked.length()));
        write("hello");
        assertEquals("hello", read(5));
        endOutput();
        assertEquals("end", read(100));
    }

    @Test
    void aTunnelEndsWithItsHandlerThoughTheClientGoesOn() throws Exception {
        serve((_, response) -> response.upgrade().write("bye".getBytes(StandardCharsets.US_ASCII), 0, 3));
        for (int i = 0; i < 300; i++) { // more than may be in progress at a time
            assertEquals(200, connect("websocket"));
            assertEquals("bye", read(100));
            long endNs = soon();
            while (server.stats().exchangesActive() > 0) {
                assertTrue(System.nanoTime() < endNs, "an exchange is left");
                Thread.sleep(1);
            }
        }
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void aTunnelThatIsDeclinedIsAnAnswerLikeAnyOther() throws Exception {
        serve((request, response) -> response.status(404).send("no " + request.protocol()));
        assertEquals(404, connect("websocket"));
        assertEquals("no websocket", read(100));
    }
}
