package io.shockwave.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real HTTP/3 connections over loopback, recorded and read back. */
@Timeout(120)
class QuicEventsTest {
    private static final List<String> ALL = List.of("QuicConnect", "QuicHandshake", "QuicMigration", "QuicLossBurst", "QuicClose");

    @TempDir
    private static Path folder;

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LARGE = new byte[4 << 20];

    private static Tls identity;
    private static Tls trust;

    private interface Scene {
        void play(ShockwaveServer server, UdpRelay relay, ShockwaveClient client) throws Exception;
    }

    @BeforeAll
    static void certificate() throws IOException {
        identity = Tls.selfSigned("localhost", "127.0.0.1");
        Path file = folder.resolve("certificate.pem");
        Files.writeString(file, identity.certificatePem());
        trust = Tls.trusting(file);
    }

    private static List<RecordedEvent> record(Scene scene) throws Exception {
        try (Recording recording = new Recording()) {
            for (String name : ALL) {
                recording.enable("io.shockwave." + name);
            }
            recording.start();
            try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_3)
                    .handler((request, response) -> response.send(request.path().is("/large") ? LARGE : HELLO)).shutdownGrace(Duration.ofSeconds(5)).start();
                    UdpRelay relay = new UdpRelay(server.address().getPort());
                    ShockwaveClient client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build()) {
                scene.play(server, relay, client);
            }
            recording.stop();
            Path file = Files.createTempFile(folder, "events", ".jfr");
            recording.dump(file);
            List<RecordedEvent> ours = new ArrayList<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().startsWith("io.shockwave.Quic")) {
                    ours.add(event);
                }
            }
            return ours;
        }
    }

    private static void get(ShockwaveClient client, UdpRelay relay) throws IOException {
        assertEquals(HELLO.length, get(client, relay, "/"));
    }

    private static int get(ShockwaveClient client, UdpRelay relay, String path) throws IOException {
        try (ClientResponse response = client.get("https://127.0.0.1:" + relay.port() + path).send()) {
            assertEquals(200, response.status());
            return response.body().readAll(LARGE.length).length;
        }
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name, String side) {
        List<RecordedEvent> found = events.stream().filter(e -> e.getEventType().getName().equals("io.shockwave." + name) && e.getString("side").equals(side)).toList();
        assertEquals(1, found.size(), events::toString);
        return found.getFirst();
    }

    @Test
    void bothSidesTellBeginningHandshakeAndEnd() throws Exception {
        int[] port = new int[1];
        List<RecordedEvent> events = record((server, relay, client) -> {
            port[0] = relay.port();
            get(client, relay);
            client.close();
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (server.stats().quic().closedByApplication() == 0) {
                assertTrue(System.nanoTime() < end, () -> "the server did not hear of the end: " + server.stats().quic());
                Thread.sleep(2);
            }
        });
        assertEquals("127.0.0.1:" + port[0], only(events, "QuicConnect", Events.CLIENT).getString("peer"));
        only(events, "QuicConnect", Events.SERVER);
        for (String side : new String[] {Events.CLIENT, Events.SERVER}) {
            RecordedEvent handshake = only(events, "QuicHandshake", side);
            assertTrue(handshake.getDuration("time").toNanos() > 0, handshake::toString);
            assertFalse(handshake.getBoolean("earlyData"));
            assertEquals("AES_128_GCM_SHA256 X25519", handshake.getString("cipherSuite") + " " + handshake.getString("group"));
            RecordedEvent close = only(events, "QuicClose", side);
            assertEquals("application", close.getString("kind"));
            assertEquals(0x100, close.getLong("errorCode"), "H3_NO_ERROR");
            assertTrue(close.getBoolean("handshakeComplete"));
            assertTrue(close.getDuration("age").compareTo(handshake.getDuration("time")) >= 0);
        }
        assertTrue(only(events, "QuicClose", Events.SERVER).getBoolean("byPeer"));
        assertFalse(only(events, "QuicClose", Events.CLIENT).getBoolean("byPeer"));
    }

    @Test
    void aClientWhoseNatForgotItIsFollowedAndTold() throws Exception {
        List<RecordedEvent> events = record((server, relay, client) -> {
            get(client, relay);
            relay.rebind();
            get(client, relay);
            assertEquals(1, server.stats().quic().migrations());
        });
        assertTrue(only(events, "QuicMigration", Events.SERVER).getBoolean("rebinding"));
    }

    @Test
    void manyPacketsLostAtOnceAreTold() throws Exception {
        AtomicInteger large = new AtomicInteger();
        List<RecordedEvent> events = record((server, relay, client) -> {
            get(client, relay);
            assertTrue(heldBack(client, relay, large) > 40, "nothing was held back");
        });
        List<RecordedEvent> bursts = events.stream().filter(e -> e.getEventType().getName().equals("io.shockwave.QuicLossBurst") && e.getString("side").equals(Events.SERVER)).toList();
        assertFalse(bursts.isEmpty(), events::toString);
        assertTrue(bursts.stream().anyMatch(e -> e.getInt("packets") >= 16 || e.getBoolean("persistent")), bursts::toString);
    }

    /** Holds back the two hundredth full datagram and the forty behind it. @return how many came from there on */
    private static int heldBack(ShockwaveClient client, UdpRelay relay, AtomicInteger large) throws IOException {
        relay.toClient(datagram -> datagram.length < 1_000 || large.incrementAndGet() < 200 || large.get() >= 240);
        assertEquals(LARGE.length, get(client, relay, "/large"));
        return large.get() - 199;
    }

    @Test
    void nothingIsAllocatedWhileTheyAreOff() throws Exception {
        assertEquals(0.0, AllocationGate.bytesPerOp(1_000, QuicEventsTest::tellEverything), "without a recording");
        try (Recording recording = new Recording()) {
            for (String name : ALL) {
                recording.disable("io.shockwave." + name);
            }
            recording.start();
            assertEquals(0.0, AllocationGate.bytesPerOp(1_000, QuicEventsTest::tellEverything), "while others are recorded");
        }
    }

    /** Of no connection: one that is off does not look at it. */
    private static void tellEverything() {
        QuicRecorder.INSTANCE.onStarted(null);
        QuicRecorder.INSTANCE.onHandshakeComplete(null, 1);
        QuicRecorder.INSTANCE.onMigrated(null, true);
        QuicRecorder.INSTANCE.onLossBurst(null, 16, false);
        QuicRecorder.INSTANCE.onClosed(null, 0, true, true, "", 1);
    }
}
