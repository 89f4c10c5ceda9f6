package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.internal.testing.TestCertificates;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServeCommandIT {
    private static final long LARGE = 64L << 20; // more than the buffers of two sockets

    @TempDir
    Path folder;
    private final byte[] content = new byte[200_000];

    @BeforeEach
    void makeFiles() throws IOException {
        new Random(1).nextBytes(content);
        Files.write(folder.resolve("content.bin"), content);
        try (FileChannel large = FileChannel.open(folder.resolve("large.bin"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            large.write(java.nio.ByteBuffer.wrap(new byte[1]), LARGE - 1);
        }
    }

    private static Socket request(int port, String path) throws IOException {
        Socket socket = new Socket("localhost", port);
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads the head of a 200, byte by byte so that nothing behind it is taken. */
    private static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertTrue(b >= 0, "ended within the head: " + head);
            head.append((char) b);
        }
        assertTrue(head.toString().startsWith("HTTP/1.1 200 "), head.toString());
    }

    /** Reads to the end, however the connection ends. */
    private static long readRest(InputStream in) throws IOException {
        long count = 0;
        byte[] buf = new byte[65_536];
        try {
            for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
                count += n;
            }
        } catch (SocketException reset) {
            return count;
        }
        return count;
    }

    @Test
    void servesWhatGetFetchesLogsItAndEndsWith0OnSigterm() throws Exception {
        try (Cli server = Cli.start(folder, "serve", "--port", "0")) {
            int port = server.port();
            Cli.Ran got = Cli.run(folder, "get", "localhost:" + port + "/content.bin", "-o", "-");
            assertEquals("", got.err());
            assertEquals(0, got.exit());
            assertArrayEquals(content, got.out());
            server.terminate();
            Cli.Ran ran = server.await();
            assertEquals(0, ran.exit(), ran.err());
            assertTrue(ran.text().matches("\\S+ - - \\[[^]]+] \"GET /content.bin HTTP/1.1\" 200 200000\n"), ran.text());
            assertTrue(ran.err().contains("Stopped: 1 request served"), ran.err());
        }
    }

    @Test
    void writesConnectionsDownAsQlogOnRequest() throws Exception {
        Path logs = folder.resolve("logs");
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--http3", "--save-cert", "certificate.pem", "--qlog", logs.toString())) {
            Cli.Ran got = Cli.run(folder, "get", "https://localhost:" + server.port() + "/content.bin", "--http3-only", "--cacert", "certificate.pem", "-o", "-");
            assertEquals(0, got.exit(), got.err());
            assertArrayEquals(content, got.out());
            server.terminate();
            assertEquals(0, server.await().exit());
        }
        try (Stream<Path> files = Files.list(logs)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all.toString());
            assertTrue(all.getFirst().getFileName().toString().matches("[0-9a-f]{16,}_server\\.sqlog"), all.toString());
            String text = Files.readString(all.getFirst());
            assertTrue(text.startsWith("\u001e{") && text.contains("quic:packet_received") && text.contains("quic:connection_closed"), text);
        }
    }

    @Test
    void servesCurl() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--quiet")) {
            int port = server.port();
            Path fetched = folder.resolve("fetched");
            Process curl = new ProcessBuilder("curl", "-sS", "--fail", "-r", "100-150099", "-o", fetched.toString(), "http://localhost:" + port + "/content.bin").inheritIO().start();
            assertTrue(curl.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, curl.exitValue());
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 100, 150_100), Files.readAllBytes(fetched));
            server.terminate();
            assertEquals("", server.await().text(), "quiet");
        }
    }

    @Test
    void aRunningRequestMayFinishOnSigterm() throws Exception {
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--grace", "30"); Socket socket = request(server.port(), "/large.bin")) {
            readHead(socket.getInputStream());
            server.terminate();
            server.awaitErr("1 request still running, 30 s to finish");
            new DataInputStream(socket.getInputStream()).skipNBytes(LARGE);
            Cli.Ran ran = server.await();
            assertEquals(0, ran.exit(), ran.err());
            assertTrue(ran.text().contains("\"GET /large.bin HTTP/1.1\" 200 " + LARGE), ran.text());
        }
    }

    @Test
    void aRequestThatDoesNotFinishIsCutVisiblyAndTold() throws Exception {
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--grace", "0.5"); Socket socket = request(server.port(), "/large.bin")) {
            readHead(socket.getInputStream());
            server.terminate();
            Cli.Ran ran = server.await();
            assertEquals(3, ran.exit(), ran.err());
            assertTrue(ran.err().contains("1 request did not finish within 0.5 s and was cut; 0 requests served"), ran.err());
            assertTrue(readRest(socket.getInputStream()) < LARGE);
        }
    }

    @Test
    void aFileThatShrinksWhileItIsSentIsCutVisibly() throws Exception {
        try (Cli server = Cli.start(folder, "serve", "--port", "0"); Socket socket = request(server.port(), "/large.bin")) {
            readHead(socket.getInputStream());
            try (FileChannel large = FileChannel.open(folder.resolve("large.bin"), StandardOpenOption.WRITE)) {
                large.truncate(LARGE / 2);
            }
            long count = readRest(socket.getInputStream());
            assertTrue(count <= LARGE / 2, "padded to " + count);
            assertEquals(200_000, Cli.run(folder, "get", "localhost:" + server.port() + "/content.bin", "-o", "-").out().length, "the server goes on");
        }
    }

    @Test
    void aFileThatIsDeletedWhileItIsSentIsSentWhole() throws Exception {
        assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "open files cannot be deleted there");
        try (Cli server = Cli.start(folder, "serve", "--port", "0"); Socket socket = request(server.port(), "/large.bin")) {
            readHead(socket.getInputStream());
            Files.delete(folder.resolve("large.bin"));
            new DataInputStream(socket.getInputStream()).skipNBytes(LARGE);
        }
    }

    @Test
    void aPortInUseIsToldWithWhatToDo() throws Exception {
        try (Cli server = Cli.start(folder, "serve", "--port", "0")) {
            int port = server.port();
            Cli.Ran second = Cli.run(folder, "serve", "--port", Integer.toString(port));
            assertEquals(1, second.exit());
            assertEquals("shockwave: port " + port + " is in use by another program; try --port " + (port < 65_535 ? port + 1 : port - 1) + ", or --port 0 for any that is free\n", second.err());
        }
    }

    @Test
    void servesTlsWithAGivenCertificate() throws Exception {
        TestCertificates ca = TestCertificates.authority("Test CA");
        TestCertificates.Issued site = ca.issue(TestCertificates.Kind.EC_P256, "localhost", "127.0.0.1");
        Path chain = site.writeChain(folder.resolve("site.pem"));
        Path key = site.writeKey(folder.resolve("site.key"));
        Path trusted = ca.write(folder.resolve("ca.pem"));
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--cert", chain.toString(), "--key", key.toString())) {
            String url = "https://localhost:" + server.port() + "/content.bin";
            Cli.Ran got = Cli.run(folder, "get", url, "-o", "-", "--cacert", trusted.toString());
            assertEquals("", got.err());
            assertArrayEquals(content, got.out());
            Cli.Ran distrusted = Cli.run(folder, "get", url, "--cacert", TestCertificates.authority("Other CA").write(folder.resolve("other.pem")).toString());
            assertEquals(35, distrusted.exit(), distrusted.err());
            assertTrue(distrusted.err().endsWith("; nothing in " + folder.resolve("other.pem") + " has signed it\n"), distrusted.err());
            distrusted = Cli.run(folder, "get", url);
            assertEquals(35, distrusted.exit(), distrusted.err());
            assertEquals(0, distrusted.out().length);
            assertEquals(1, distrusted.err().lines().count(), distrusted.err());
        }
    }

    @Test
    void servesAUnixSocketAndRemovesItAtItsEnd() throws Exception {
        Path socket = Files.createTempDirectory("sw").resolve("s"); // short: the address of a Unix socket has 108 bytes
        try (Cli server = Cli.start(folder, "serve", "--unix", socket.toString())) {
            server.awaitErr("Ctrl-C ends it.");
            assertArrayEquals(content, Cli.run(folder, "get", "http://localhost/content.bin", "--unix-socket", socket.toString(), "-o", "-").out());
            server.terminate();
            assertEquals(0, server.await().exit());
            assertTrue(Files.notExists(socket));
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(socket.getParent());
        }
    }

    @Test
    void aRecordingIsWrittenWhenASignalEndsIt() throws Exception {
        Path recording = folder.resolve("serve.jfr");
        List<String> command = Cli.command("serve", "--port", "0");
        command.add(1, "-XX:StartFlightRecording:filename=" + recording);
        try (Cli server = Cli.start(folder, command)) {
            server.port();
            server.terminate();
            assertEquals(0, server.await().exit());
        }
        assertTrue(Files.size(recording) > 1_000, "the recording is empty");
    }

    @Test
    void whatCannotBeServedIsToldInOneSentence() throws Exception {
        assertEquals(new Told(2, "shockwave: TLS is not spoken on a Unix domain socket, whose file has permissions; beside --unix it needs a --port\n"), told("serve", "--tls", "--unix", "s"));
        assertEquals(new Told(1, "shockwave: cannot serve none: there is no such folder\n"), told("serve", "none"));
        assertEquals(new Told(1, "shockwave: cannot serve content.bin: it is a file, not a folder\n"), told("serve", "content.bin"));
        assertEquals(new Told(2, "shockwave: there is no option --prot; shockwave serve --help tells those that exist\n"), told("serve", "--prot", "1"));
    }

    private record Told(int exit, String sentence) {
    }

    private Told told(String... args) throws Exception {
        Cli.Ran ran = Cli.run(folder, args);
        return new Told(ran.exit(), ran.err());
    }
}
