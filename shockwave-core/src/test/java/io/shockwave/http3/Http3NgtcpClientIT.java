package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.QuicOptions;
import io.shockwave.server.Foreign;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ngtcp2's client on GnuTLS against the server, on loopback and bounded; skipped where it is not installed. */
@Timeout(60)
class Http3NgtcpClientIT {
    private static final String OK = "[:status: 200]";
    /** A handshake with a certificate is longer, a resumed one shorter. */
    private static final int FULL_BYTES = 400;

    @TempDir
    Path dir;

    /** Runs it until all its requests are answered. */
    private Foreign.Result run(Http3Site site, String path, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Foreign.find("gtlsclient"), "--exit-on-all-streams-close", "--timeout=15s", "--no-quic-dump", "--no-http-dump"));
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1", Integer.toString(site.port()), "https://localhost:" + site.port() + path));
        Foreign.Result result = Foreign.run(dir, command);
        assertEquals(0, result.exit(), result.out());
        return result;
    }

    private static void answered(int expected, Foreign.Result result) {
        Matcher answers = Pattern.compile(Pattern.quote(OK)).matcher(result.out());
        assertEquals(expected, answers.results().count(), result.out());
    }

    @Test
    void handshakesAndGets() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result result = run(site, "/a", "--download=" + dir);
            answered(1, result);
            assertEquals("HTTP/3 /a", Files.readString(dir.resolve("a")));
            assertEquals(1, site.stats().tlsHandshakes(), site.stats()::toString);
        }
    }

    @Test
    void provesItsAddressAfterARetry() throws Exception {
        System.setProperty("io.shockwave.quic.retry", "ALWAYS");
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result result = run(site, "/a", "--download=" + dir);
            answered(1, result);
            assertTrue(result.out().contains("Retry"), result.out());
            assertEquals("HTTP/3 /a", Files.readString(dir.resolve("a")));
        } finally {
            System.clearProperty("io.shockwave.quic.retry");
        }
    }

    @Test
    void asksAThousandTimesOnOneConnection() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            answered(1_000, run(site, "/a", "-n", "1000"));
            assertEquals(1, site.stats().connectionsAccepted(), site.stats()::toString);
            assertEquals(1_000, site.stats().responses2xx(), site.stats()::toString);
            assertTrue(site.errors.isEmpty(), site.errors::toString);
        }
    }

    @Test
    void asksAHundredTimesAtOnce() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            answered(Http3Site.TOGETHER, run(site, "/together", "-n", Integer.toString(Http3Site.TOGETHER)));
            assertEquals(Http3Site.TOGETHER, site.together.get());
            assertEquals(1, site.stats().connectionsAccepted(), site.stats()::toString);
        }
    }

    @Test
    void downloadsByteForByte() throws Exception {
        Path large = Http3Site.large(dir, Http3Site.LARGE_BYTES);
        Path into = Files.createDirectory(dir.resolve("into"));
        try (Http3Site site = Http3Site.start(dir)) {
            run(site, "/large", "-q", "--download=" + into);
            assertEquals(Http3Site.sha256(large), Http3Site.sha256(into.resolve("large")));
        }
    }

    @Test
    void uploadsByteForByte() throws Exception {
        Path large = Http3Site.large(dir, Http3Site.LARGE_BYTES);
        try (Http3Site site = Http3Site.start(dir)) {
            run(site, "/hash", "-q", "-m", "POST", "-d", large.toString(), "--download=" + dir);
            assertEquals(Http3Site.sha256(large), Files.readString(dir.resolve("hash")));
        }
    }

    @Test
    void resumesASessionAndSurvivesTheRefusalOfItsEarlyData() throws Exception {
        String[] kept = {"--session-file=" + dir.resolve("session"), "--tp-file=" + dir.resolve("parameters"), "--download=" + dir};
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result first = run(site, "/first", kept);
            assertTrue(Files.size(dir.resolve("session")) > 0, "no session ticket came");
            Foreign.Result second = run(site, "/second", kept);
            assertEquals("HTTP/3 /second", Files.readString(dir.resolve("second")));
            assertTrue(handshakeBytes(first) > FULL_BYTES, first.out());
            assertTrue(handshakeBytes(second) < FULL_BYTES, second.out());
            assertTrue(second.out().contains("0RTT STREAM"), second.out());
        }
    }

    @Test
    void asksInEarlyDataAndWhatWritesWaits() throws Exception {
        String[] kept = {"--session-file=" + dir.resolve("session"), "--tp-file=" + dir.resolve("parameters"), "--download=" + dir};
        Path content = Files.writeString(dir.resolve("content"), "content");
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Http3Site site = Http3Site.startEarly(dir, (request, response) -> {
            seen.add(request.method() + " " + request.path() + (request.isEarlyData() ? " early" : ""));
            response.send(request.body().readAll(100));
        })) {
            run(site, "/first", kept);
            Foreign.Result second = run(site, "/second", kept);
            assertTrue(second.out().contains("0RTT STREAM"), second.out());
            List<String> writes = new ArrayList<>(List.of(kept));
            writes.addAll(List.of("-m", "POST", "-d", content.toString()));
            run(site, "/third", writes.toArray(new String[0]));
            assertEquals(List.of("GET /first", "GET /second early", "POST /third"), seen);
            assertEquals("content", Files.readString(dir.resolve("third")));
        }
    }

    /** What the server sent in Handshake packets: with a certificate, or without. */
    private static int handshakeBytes(Foreign.Result result) {
        Matcher received = Pattern.compile("frm rx \\d+ Handshake CRYPTO\\(0x06\\) offset=(\\d+) len=(\\d+)").matcher(result.out());
        int bytes = 0;
        while (received.find()) {
            bytes = Math.max(bytes, Integer.parseInt(received.group(1)) + Integer.parseInt(received.group(2)));
        }
        return bytes;
    }

    @Test
    void updatesItsKeys() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result result = run(site, "/a", "--key-update=1ms", "--delay-stream=50ms", "-n", "200");
            answered(200, result);
            assertTrue(result.out().contains("type=1RTT k=1"), result.out());
            assertTrue(Pattern.compile("pkt rx [^\n]*type=1RTT k=1").matcher(result.out()).find(), result.out());
        }
    }

    /** Its second version is a draft's, with another number than RFC 9369's. */
    @Test
    void isToldTheVersionsThatThereAre() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result result = run(site, "/a", "--version=v2draft");
            assertTrue(result.out().contains("RECV_VERSION_NEGOTIATION"), result.out());
            assertTrue(result.out().contains("v=0x00000001") && result.out().contains("v=0x6b3343cf"), result.out());
            run(site, "/b", "--version=v1", "--preferred-versions=v1", "--other-versions=v2draft,v1", "--download=" + dir);
            assertEquals("HTTP/3 /b", Files.readString(dir.resolve("b")));
        }
    }

    @Test
    void survivesAChangeOfItsAddress() throws Exception {
        try (Http3Site site = Http3Site.start(dir)) {
            Foreign.Result result = run(site, "/a", "--change-local-addr=10ms", "--delay-stream=100ms", "-n", "50");
            answered(50, result);
            assertTrue(result.out().contains("1RTT PATH_RESPONSE"), result.out());
            assertEquals(1, site.stats().connectionsAccepted(), site.stats()::toString);
            result = run(site, "/a", "--change-local-addr=10ms", "--nat-rebinding", "--delay-stream=100ms", "-n", "50");
            answered(50, result);
            assertTrue(Pattern.compile("frm rx [^\n]*1RTT PATH_CHALLENGE").matcher(result.out()).find(), result.out());
            assertEquals(2, site.stats().connectionsAccepted(), site.stats()::toString);
        }
    }

    /** It goes to the preferred address once the handshake is confirmed, unless it is told not to. */
    @Test
    void goesToThePreferredAddress() throws Exception {
        QuicOptions options = new QuicOptions().preferredAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        try (Http3Site site = Http3Site.start(dir, options)) {
            Foreign.Result result = run(site, "/a", "--delay-stream=300ms", "-n", "50");
            answered(50, result);
            assertTrue(Pattern.compile("frm rx [^\n]*1RTT PATH_RESPONSE").matcher(result.out()).find(), result.out());
            assertEquals(1, site.stats().quic().migrations(), site.stats()::toString);
            answered(50, run(site, "/a", "--no-preferred-addr", "--delay-stream=100ms", "-n", "50"));
            assertEquals(1, site.stats().quic().migrations(), site.stats()::toString);
            assertEquals(2, site.stats().connectionsAccepted(), site.stats()::toString);
        }
    }
}
