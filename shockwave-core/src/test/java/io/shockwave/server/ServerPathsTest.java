package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to connections over NIO's channels or over bare descriptors; all else of a server is tested over either by running its tests twice. */
class ServerPathsTest {
    private static final String PROPERTY = "io.shockwave.tcp";
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private String before;

    @BeforeEach
    void remember() {
        before = System.getProperty(PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    private static ShockwaveServer start(String path, ShockwaveServer.Builder builder) throws IOException {
        assumeTrue(path.equals("nio") || canEpoll(), "epoll is Linux's, and needs native access");
        System.setProperty(PROPERTY, path);
        return builder.shutdownGrace(Duration.ZERO).start();
    }

    private static boolean canEpoll() {
        return System.getProperty("os.name").equals("Linux") && ShockwaveServer.class.getModule().isNativeAccessEnabled();
    }

    private static ShockwaveServer.Builder loopback() {
        return ShockwaveServer.builder().listen(TestServer.loopback()).reactors(1);
    }

    @Test
    void thePropertyChooses() throws IOException {
        try (ShockwaveServer server = start("nio", loopback().inlineHandler(TestServer::path))) {
            assertTrue(server.toString().endsWith("over NIO"), server::toString);
        }
        try (ShockwaveServer server = start("epoll", loopback().inlineHandler(TestServer::path))) {
            assertTrue(server.toString().endsWith("over epoll"), server::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void bothTellTheSameAddresses(String path) throws IOException {
        try (ShockwaveServer server = start(path, ShockwaveServer.builder().listen(0).reactors(1).inlineHandler((request, response) -> response.send(request.remote() + " " + request.local())))) {
            for (String host : List.of("127.0.0.1", "::1")) {
                try (Raw raw = new Raw(new InetSocketAddress(InetAddress.getByName(host), server.address().getPort()))) {
                    raw.send(GET);
                    assertEquals(raw.socket.getLocalSocketAddress() + " " + raw.socket.getRemoteSocketAddress(), raw.reply().content());
                }
            }
        }
    }

    /** What the peer did not read yet comes later, from where it stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void aFileArrivesWholeAtASlowReader(String path, @TempDir Path folder) throws IOException {
        byte[] content = new byte[6 << 20];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);
        try (ShockwaveServer server = start(path, loopback().inlineHandler((request, response) -> response.send(file))); Socket slow = Raw.connected(server.address());
                Socket other = Raw.connected(server.address())) {
            slow.setSoTimeout(30_000);
            other.setSoTimeout(30_000);
            byte[] request = GET.getBytes(StandardCharsets.US_ASCII);
            slow.getOutputStream().write(request);
            Await.until(() -> server.stats().bytesSent() > 100_000, server::stats); // the socket's buffers are full, or soon will be
            other.getOutputStream().write(request);
            assertArrayEquals(content, content(other, content.length));
            assertArrayEquals(content, content(slow, content.length));
        }
    }

    private static byte[] content(Socket socket, int length) throws IOException {
        InputStream in = socket.getInputStream();
        int ends = 0; // characters of the blank line seen
        while (ends < 4) {
            int b = in.read();
            assertTrue(b >= 0);
            ends = b == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : b == '\r' ? 1 : 0;
        }
        return in.readNBytes(length);
    }

    /** More connections than a reactor's table has lines at first, some of which close out of order. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void placesOfClosedConnectionsAreTakenAgain(String path) throws IOException {
        try (ShockwaveServer server = start(path, loopback().inlineHandler((request, response) -> response.send(request.remote().toString())))) {
            List<Raw> open = new ArrayList<>();
            Random random = new Random(2);
            try {
                for (int round = 0; round < 4; round++) {
                    while (open.size() < 150) {
                        open.add(new Raw(server.address()));
                    }
                    for (Raw raw : open) {
                        raw.send(GET);
                    }
                    for (Raw raw : open) {
                        assertEquals(raw.socket.getLocalSocketAddress().toString(), raw.reply().content());
                    }
                    for (int i = 0; i < 100; i++) {
                        open.remove(random.nextInt(open.size())).close();
                    }
                    Await.until(() -> server.stats().connectionsOpen() == 50, server::stats);
                }
            } finally {
                for (Raw raw : open) {
                    raw.close();
                }
            }
        }
    }

    @Test
    void noDescriptorIsLeftBehind(@TempDir Path folder) throws IOException {
        assumeTrue(canEpoll());
        Path file = Files.write(folder.resolve("file"), new byte[1000]);
        useAndClose(file); // what the JDK opens once
        long open = special();
        int rounds = 20;
        for (int i = 0; i < rounds; i++) {
            useAndClose(file);
        }
        long now = special();
        assertTrue(now < open + rounds, now + " instead of " + open); // other tests' may come and go meanwhile
    }

    private static void useAndClose(Path file) throws IOException {
        try (ShockwaveServer server = start("epoll", loopback().inlineHandler((request, response) -> response.send(file))); Raw raw = new Raw(server.address())) {
            raw.send(GET);
            assertEquals(1000, raw.reply().content().length());
        }
    }

    /** Sockets, event descriptors and selectors of this process. */
    private static long special() throws IOException {
        long count = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : (Iterable<Path>) all::iterator) {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    count += target.startsWith("socket:") || target.startsWith("anon_inode:") ? 1 : 0;
                } catch (IOException e) {
                    assertFalse(Files.exists(each, java.nio.file.LinkOption.NOFOLLOW_LINKS), "the listing itself");
                }
            }
        }
        return count;
    }
}
