package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.QuicOptions.Congestion;
import io.shockwave.QuicOptions.LoadBalancer;
import io.shockwave.QuicOptions.Qlog;
import io.shockwave.QuicOptions.Retry;
import io.shockwave.QuicStats;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users choose for QUIC, and what they can see of it, over real sockets. */
@Timeout(60)
class QuicOptionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] CONTENT = new byte[200_000];

    @TempDir
    private static Path folder;

    private static Tls identity;
    private static Tls trust;

    @TempDir
    Path logs;

    @BeforeAll
    static void certificate() throws IOException {
        identity = Tls.selfSigned("localhost", "127.0.0.1");
        Path file = folder.resolve("certificate.pem");
        Files.writeString(file, identity.certificatePem());
        trust = Tls.trusting(file);
        Arrays.fill(CONTENT, (byte) 'x');
    }

    private static ShockwaveServer.Builder server() {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_3)
                .handler((request, response) -> response.send(CONTENT)).shutdownGrace(Duration.ofSeconds(5));
    }

    private static ShockwaveClient.Builder client() {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3);
    }

    private static void get(ShockwaveClient client, int port) throws IOException {
        try (ClientResponse response = client.get("https://127.0.0.1:" + port + "/").send()) {
            assertArrayEquals(CONTENT, response.body().readAll(1 << 20));
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    /** RFC 7464: each record is a record separator, a JSON text and a line feed. */
    private static List<JsonNode> records(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        assertEquals('\u001e', text.charAt(0));
        assertEquals('\n', text.charAt(text.length() - 1));
        List<JsonNode> records = new ArrayList<>();
        for (String record : text.substring(1).split("\u001e")) {
            assertTrue(record.endsWith("\n"), record);
            records.add(JSON.readTree(record));
        }
        return records;
    }

    private static Set<String> names(List<JsonNode> records) {
        Set<String> names = new TreeSet<>();
        for (JsonNode record : records.subList(1, records.size())) {
            assertTrue(record.get("time").isNumber() && record.get("data").isObject(), record::toString);
            names.add(record.get("name").asText());
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientOffersTheHybridWhereItIsToldTo(boolean offered) throws IOException {
        try (HandshakeLog log = new HandshakeLog(); ShockwaveServer server = server().start(); ShockwaveClient client = client().quic(new QuicOptions().postQuantum(offered)).build()) {
            get(client, server.address().getPort());
            String expected = offered ? "X25519MLKEM768" : "X25519";
            assertEquals(List.of(expected), log.groups(logs, "client"));
            assertEquals(List.of(expected), log.groups(logs, "server"));
        }
    }

    @Test
    void bothSidesWriteTheirConnectionDownAsQlog() throws IOException {
        QuicOptions options = new QuicOptions().qlog(logs.resolve("made/for/it"));
        try (ShockwaveServer server = server().quic(options).start(); ShockwaveClient client = client().quic(options).build()) {
            get(client, server.address().getPort());
        }
        List<Path> files = files(logs.resolve("made/for/it"));
        assertEquals(2, files.size(), files.toString());
        for (Path file : files) {
            String name = file.getFileName().toString();
            String side = name.contains("_client") ? "client" : "server";
            List<JsonNode> records = records(file);
            JsonNode head = records.getFirst();
            // draft-ietf-quic-qlog-main-schema: the fields of a file of JSON-SEQ and of its trace.
            assertEquals("urn:ietf:params:qlog:file:sequential", head.get("file_schema").asText());
            assertEquals("application/qlog+json-seq", head.get("serialization_format").asText());
            assertEquals(side, head.at("/trace/vantage_point/type").asText());
            assertTrue(head.at("/trace/event_schemas/0").asText().startsWith("urn:ietf:params:qlog:events:quic"), head::toString);
            assertEquals(name, head.at("/trace/common_fields/group_id").asText() + "_" + side + ".sqlog", "the original connection id names the file");
            Set<String> names = names(records);
            assertTrue(names.containsAll(Set.of("quic:packet_sent", "quic:packet_received", "quic:parameters_set", "quic:connection_closed")), names::toString);
        }
        assertEquals(files.get(0).getFileName().toString().replace("_client", "_server"), files.get(1).getFileName().toString());
    }

    @Test
    void oneInThreeConnectionsIsWrittenDown() throws IOException {
        QuicOptions options = new QuicOptions().qlog(new Qlog(logs, 3, 1 << 20));
        try (ShockwaveServer server = server().quic(options).start()) {
            for (int i = 0; i < 7; i++) {
                try (ShockwaveClient client = client().build()) {
                    get(client, server.address().getPort());
                }
            }
        }
        assertEquals(3, files(logs).size(), "the first, the fourth and the seventh");
    }

    @Test
    void aFileEndsWithTheLastRecordThatFits() throws IOException {
        QuicOptions options = new QuicOptions().qlog(new Qlog(logs, 1, 20_000));
        try (ShockwaveServer server = server().quic(options).start(); ShockwaveClient client = client().build()) {
            get(client, server.address().getPort());
            get(client, server.address().getPort());
        }
        Path file = files(logs).getFirst();
        assertTrue(Files.size(file) <= 20_000 && Files.size(file) > 18_000, "bytes: " + Files.size(file));
        assertFalse(names(records(file)).contains("quic:connection_closed"));
    }

    @Test
    void whereNoFileCanBeWrittenAStartSaysSo() throws IOException {
        Path taken = Files.writeString(logs.resolve("taken"), "a file");
        QuicOptions options = new QuicOptions().qlog(taken);
        IOException atServer = assertThrows(IOException.class, () -> server().quic(options).start());
        assertTrue(atServer.getMessage().startsWith("qlog cannot be written to " + taken + ":"), atServer.getMessage());
        UncheckedIOException atClient = assertThrows(UncheckedIOException.class, () -> client().quic(options).build());
        assertTrue(atClient.getMessage().startsWith("qlog cannot be written to " + taken + ":"), atClient.getMessage());
        Path below = taken.resolve("below");
        IOException deeper = assertThrows(IOException.class, () -> server().quic(new QuicOptions().qlog(below)).start());
        assertTrue(deeper.getMessage().startsWith("qlog cannot be written to " + below + ":"), deeper.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Qlog(logs, 0, 4_096));
        assertThrows(IllegalArgumentException.class, () -> new Qlog(logs, 1, 4_095));
    }

    @Test
    void whatQuicDidIsCounted() throws IOException {
        try (ShockwaveServer server = server().quic(new QuicOptions().retry(Retry.ALWAYS)).start()) {
            QuicStats ofClient;
            try (ShockwaveClient client = client().build()) {
                assertEquals(QuicStats.NONE, client.poolStats().quic());
                get(client, server.address().getPort());
                ofClient = client.poolStats().quic();
            }
            assertEquals(1, ofClient.connectionsStarted());
            assertEquals(1, ofClient.connectionsOpen());
            assertTrue(ofClient.bytesReceived() > CONTENT.length && ofClient.datagramsReceived() > CONTENT.length / 1_500, ofClient::toString);
            QuicStats ofServer = server.stats().quic();
            assertEquals(1, ofServer.connectionsStarted());
            assertTrue(ofServer.retriesSent() >= 1, ofServer::toString);
            assertTrue(ofServer.bytesSent() > CONTENT.length && ofServer.datagramsSent() >= ofClient.datagramsReceived(), ofServer::toString);
            assertEquals(0, ofServer.handshakesFailed());
            assertEquals(0, ofServer.datagramsForwarded());
            until(() -> server.stats().quic().closedByApplication() == 1, server);
        }
    }

    private static void until(java.util.function.BooleanSupplier condition, ShockwaveServer server) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not within 30 s: " + server.stats().quic());
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Congestion.class)
    void everyCongestionControlCarriesContent(Congestion congestion) throws IOException {
        QuicOptions options = new QuicOptions().congestion(congestion);
        try (ShockwaveServer server = server().quic(options).start(); ShockwaveClient client = client().quic(options).build()) {
            get(client, server.address().getPort());
        }
    }

    @Test
    void silenceOfTheChosenLengthEndsAConnection() throws IOException {
        try (ShockwaveServer server = server().quic(new QuicOptions().idleTimeout(Duration.ofSeconds(2))).start(); ShockwaveClient client = client().build()) {
            get(client, server.address().getPort());
            until(() -> server.stats().quic().closedIdle() == 1, server);
            get(client, server.address().getPort());
        }
    }

    @Test
    void keepAliveOutlastsTheIdleTimeout() throws IOException {
        try (ShockwaveServer server = server().quic(new QuicOptions().idleTimeout(Duration.ofSeconds(5))).start();
                ShockwaveClient client = client().quic(new QuicOptions().keepAlive(Duration.ofMillis(100))).build()) {
            get(client, server.address().getPort());
            long before = server.stats().quic().datagramsReceived();
            // At most ten PINGs a second: more than 5 s of silence otherwise.
            until(() -> server.stats().quic().datagramsReceived() >= before + 60, server);
            assertEquals(0, server.stats().quic().closedIdle());
        }
    }

    /** draft-ietf-quic-load-balancers: configuration and length in the first octet, then the server's id in the clear. */
    @Test
    void idsTellTheLoadBalancerTheServer() throws IOException {
        LoadBalancer balancer = new LoadBalancer(2, new byte[] {0x0A, 0x0B, 0x0C}, 6, new byte[0]);
        try (ShockwaveServer server = server().quic(new QuicOptions().loadBalancer(balancer)).start(); UdpRelay relay = new UdpRelay(server.address().getPort());
                ShockwaveClient client = client().build()) {
            get(client, relay.port());
            int shortHeaders = 0;
            for (byte[] datagram : relay.sent()) {
                if (datagram[0] >= 0) {
                    shortHeaders++;
                    assertEquals(2 << 5 | 9, datagram[1]);
                    assertArrayEquals(new byte[] {0x0A, 0x0B, 0x0C}, Arrays.copyOfRange(datagram, 2, 5));
                }
            }
            assertTrue(shortHeaders > 0);
        }
    }

    @Test
    void valuesOutOfBoundsAreRefusedWhereTheyAreGiven() {
        QuicOptions options = new QuicOptions();
        assertThrows(IllegalArgumentException.class, () -> options.maxStreams(0));
        assertThrows(IllegalArgumentException.class, () -> options.maxStreams(65_537));
        assertEquals(65_536, options.maxStreams(65_536).maxStreams());
        assertThrows(IllegalArgumentException.class, () -> options.idleTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.keepAlive(Duration.ofDays(366)));
        assertThrows(IllegalArgumentException.class, () -> new LoadBalancer(7, new byte[1], 4, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new LoadBalancer(0, new byte[1], 3, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> new LoadBalancer(0, new byte[1], 4, new byte[15]));
    }
}
