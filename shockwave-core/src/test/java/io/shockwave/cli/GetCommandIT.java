package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.server.FileHandler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GetCommandIT {
    @TempDir
    Path folder;
    private final byte[] content = new byte[300_000];
    private Path file;

    @BeforeEach
    void makeContent() {
        new Random(1).nextBytes(content);
        file = folder.resolve("out.bin");
    }

    private Cli.Ran get(String... args) throws Exception {
        String[] all = new String[args.length + 1];
        all[0] = "get";
        System.arraycopy(args, 0, all, 1, args.length);
        return Cli.run(folder, all);
    }

    private ShockwaveServer serve() throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        Files.write(root.resolve("content.bin"), content);
        Files.setLastModifiedTime(root.resolve("content.bin"), FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
        Files.createDirectories(root.resolve("sub"));
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)).handler(FileHandler.of(root)).start();
    }

    private static String url(ShockwaveServer server, String path) {
        return "http://127.0.0.1:" + server.address().getPort() + path;
    }

    /** Sends the part that is asked for, and the first time only the first 100,000 bytes of what was announced. */
    private ScriptedServer.Script cutOnce(String tag) {
        return (head, out) -> {
            boolean resumed = head.contains("\r\nRange: bytes=100000-\r\n");
            if (resumed) {
                ScriptedServer.write(out, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 100000-299999/300000\r\nContent-Length: 200000\r\n\r\n");
                out.write(content, 100_000, 200_000);
            } else {
                ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nETag: " + tag + "\r\n\r\n");
                out.write(content, 0, 100_000);
            }
        };
    }

    @Test
    void aCutTransferIsToldAndKeptAndContinued() throws Exception {
        try (ScriptedServer server = new ScriptedServer(cutOnce("\"v1\""))) {
            Cli.Ran cut = get(server.url("/x"), "-o", file.toString());
            assertEquals(18, cut.exit(), cut.err());
            assertTrue(cut.err().endsWith("; 97.7 KiB of 293 KiB are kept in " + file + ", the same command with -C goes on\n"), cut.err());
            assertEquals(1, cut.err().lines().count());
            assertArrayEquals(Arrays.copyOf(content, 100_000), Files.readAllBytes(file));

            Cli.Ran resumed = get(server.url("/x"), "-o", file.toString(), "-C", "-");
            assertEquals("", resumed.err());
            assertEquals(0, resumed.exit());
            assertArrayEquals(content, Files.readAllBytes(file));
            String head = server.heads.getLast();
            assertTrue(head.contains("\r\nIf-Range: \"v1\"\r\n") || head.contains("\r\nIf-Unmodified-Since: "), head);
        }
    }

    @Test
    void anInterruptedTransferTellsWhatIsKeptAlsoInAPipe() throws Exception {
        try (ScriptedServer server = new ScriptedServer(this::slowly); Cli get = Cli.start(folder, "get", server.url("/x"), "-o", file.toString())) {
            while (!Files.exists(file) || Files.size(file) == 0) {
                Thread.sleep(10);
            }
            get.terminate();
            Cli.Ran ran = get.await();
            assertEquals("shockwave: interrupted; what came so far is kept in " + file + ", the same command with -C goes on\n", ran.err());
            assertTrue(ran.exit() > 128, "exit " + ran.exit());
        }
    }

    @Test
    void aServerThatIgnoresRangesIsReadFromTheStart() throws Exception {
        try (ScriptedServer server = new ScriptedServer((head, out) -> {
            ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
            out.write(content);
        })) {
            Files.write(file, Arrays.copyOf(content, 1_000));
            assertEquals(0, get(server.url("/x"), "-C", "-o", file.toString()).exit());
            assertTrue(server.heads.getLast().contains("\r\nRange: bytes=1000-\r\n"));
            assertArrayEquals(content, Files.readAllBytes(file));
        }
    }

    @Test
    void anotherPartThanAskedForIsRefusedAndTheFileLeftAlone() throws Exception {
        try (ScriptedServer server = new ScriptedServer((head, out) -> ScriptedServer.write(out, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 10-12/300000\r\nContent-Length: 3\r\n\r\nabc"))) {
            Files.write(file, Arrays.copyOf(content, 1_000));
            Cli.Ran ran = get(server.url("/x"), "-C", "-o", file.toString());
            assertEquals(33, ran.exit(), ran.err());
            assertArrayEquals(Arrays.copyOf(content, 1_000), Files.readAllBytes(file));
        }
    }

    @Test
    void continuesFromOurOwnServerAndKnowsWhenItIsComplete() throws Exception {
        try (ShockwaveServer server = serve()) {
            Files.write(file, Arrays.copyOf(content, 123_456));
            assertEquals(0, get(url(server, "/content.bin"), "-C", "-o", file.toString()).exit());
            assertArrayEquals(content, Files.readAllBytes(file));
            assertEquals(200_000, server.stats().bytesSent(), 25_000, "not the whole");
            assertEquals(0, get(url(server, "/content.bin"), "-C", "-o", file.toString()).exit());
            assertArrayEquals(content, Files.readAllBytes(file));
        }
    }

    @Test
    void contentThatChangedIsFetchedAnew() throws Exception {
        try (ShockwaveServer server = serve()) {
            Files.write(file, new byte[1_000]);
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-01-01T00:00:00Z"))); // before the content was changed
            Cli.Ran ran = get(url(server, "/content.bin"), "-C", "-o", file.toString());
            assertEquals(0, ran.exit(), ran.err());
            assertArrayEquals(content, Files.readAllBytes(file));
        }
    }

    @Test
    void aFileLongerThanTheContentIsNoPartOfIt() throws Exception {
        try (ShockwaveServer server = serve()) {
            Files.write(file, new byte[300_001]);
            Cli.Ran ran = get(url(server, "/content.bin"), "-C", "-o", file.toString());
            assertEquals(33, ran.exit(), ran.err());
            assertEquals(300_001, Files.size(file));
        }
    }

    @Test
    void aStatusOf400AndAboveExitsWith22() throws Exception {
        try (ShockwaveServer server = serve()) {
            Cli.Ran shown = get(url(server, "/none"));
            assertEquals(22, shown.exit());
            assertEquals("404 Not Found: there is no such file\n", shown.text());
            assertEquals("shockwave: the server answered 404 Not Found for " + url(server, "/none") + "\n", shown.err());
            Files.writeString(file, "before");
            Cli.Ran kept = get(url(server, "/none"), "-o", file.toString());
            assertEquals(22, kept.exit());
            assertEquals("before", Files.readString(file));
            assertTrue(kept.err().endsWith("; " + file + " was not touched\n"), kept.err());
        }
    }

    @Test
    void eachFailureHasItsCodeAndOneSentence() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        fails(7, "127.0.0.1 port " + closed, "http://127.0.0.1:" + closed + "/");
        fails(6, "nosuchhost.invalid", "http://nosuchhost.invalid/");
        fails(3, "http://a b/".substring(7), "http://a b/");
        fails(2, "there is no option --nope", "http://a.test/", "--nope");
        fails(2, "needs a URL");
        fails(2, "-C goes on with a file", "http://a.test/", "-C");
        try (ScriptedServer silent = new ScriptedServer((head, out) -> Thread.sleep(20_000))) {
            fails(28, "1000 ms", silent.url("/"), "--max-time", "1");
        }
        try (ScriptedServer rude = new ScriptedServer((head, out) -> { })) {
            fails(56, "127.0.0.1", rude.url("/"));
        }
        try (ScriptedServer nonsense = new ScriptedServer((head, out) -> ScriptedServer.write(out, "SSH-2.0-OpenSSH_9.2\r\n\r\n"))) {
            fails(8, "127.0.0.1", nonsense.url("/"));
        }
        fails(23, "folder", silentUrl(), "-o", folder.toString());
        try (ScriptedServer empty = new ScriptedServer((head, out) -> ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))) {
            Path nowhere = folder.resolve("none").resolve("x");
            fails(23, "cannot write " + nowhere + ": there is no such file or folder", empty.url("/"), "-o", nowhere.toString());
        }
    }

    private static String silentUrl() {
        return "http://127.0.0.1:1/";
    }

    private void fails(int exit, String part, String... args) throws Exception {
        Cli.Ran ran = get(args);
        assertEquals(exit, ran.exit(), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("shockwave: ") && ran.err().contains(part), ran.err());
        assertEquals(0, ran.out().length);
    }

    @Test
    void sendsMethodFieldsAndData() throws Exception {
        try (ScriptedServer server = new ScriptedServer((head, out) -> ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nok\n"))) {
            Cli.Ran ran = get(server.url("/p?q"), "-X", "PUT", "-H", "X-One: 1", "-H", "X-Two:2", "-d", "a=\"b\"", "-d", "c=d", "-i");
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nok\n", ran.text());
            String head = server.heads.getLast();
            assertTrue(head.startsWith("PUT /p?q HTTP/1.1\r\n"), head);
            for (String field : new String[] {"X-One: 1", "X-Two: 2", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 9"}) {
                assertTrue(head.contains("\r\n" + field + "\r\n"), head);
            }
            get(server.url("/"), "-I", "-o", file.toString());
            assertTrue(Files.readString(file).startsWith("HTTP/1.1 200"), "the head alone is what was asked for, in a file as well");
            get(server.url("/"), "-I");
            assertTrue(server.heads.getLast().startsWith("HEAD / "));
        }
    }

    @Test
    void followsRedirectsOnlyWhenAsked() throws Exception {
        try (ShockwaveServer server = serve()) {
            Cli.Ran stayed = get(url(server, "/sub"), "-i");
            assertTrue(stayed.text().startsWith("HTTP/1.1 301 Moved Permanently\r\n"), stayed.text());
            Cli.Ran followed = get(url(server, "/sub"), "-L");
            assertTrue(followed.text().contains("<title>Index of /sub/</title>"), followed.text());
        }
    }

    @Test
    void aRedirectThatCannotBeFollowedIsAFailureAndNoFile() throws Exception {
        try (ScriptedServer server = new ScriptedServer((head, out) -> ScriptedServer.write(out, "HTTP/1.1 302 Found\r\nLocation: ftp://example.org/x\r\nContent-Length: 0\r\n\r\n"))) {
            Cli.Ran refused = get(server.url("/x"), "-L", "-o", file.toString());
            assertEquals(22, refused.exit());
            assertTrue(refused.err().contains("redirects to ftp://example.org/x"), refused.err());
            assertTrue(Files.notExists(file));
            assertEquals(0, get(server.url("/x")).exit());
        }
    }

    @Test
    void remoteNameWritesAFileNamedAsTheUrl() throws Exception {
        try (ShockwaveServer server = serve()) {
            assertEquals(0, get(url(server, "/content.bin?x=/y"), "-O").exit());
            assertArrayEquals(content, Files.readAllBytes(folder.resolve("content.bin")));
        }
    }

    @Test
    void aTerminalHasABarAndAPipeHasNone() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        try (ScriptedServer server = new ScriptedServer(this::slowly)) {
            Cli.Ran piped = get(server.url("/x"), "-o", file.toString());
            assertEquals("", piped.err());
            String command = String.join(" ", Cli.command("get", server.url("/x"), "-o", file.toString()));
            Process script = new ProcessBuilder("script", "-qec", command, "/dev/null").redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
            String shown = new String(script.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertEquals(0, script.waitFor());
            assertTrue(shown.contains("%  ") && shown.contains(" of 293 KiB"), shown);
            String last = shown.substring(shown.lastIndexOf("\u001b[K") + 3);
            assertTrue(last.matches("(?s)out.bin: 293 KiB in .* s \\(.*/s\\)\\s*"), shown);
        }
    }

    private void slowly(String head, OutputStream out) throws Exception {
        ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            out.write(content, i * 30_000, 30_000);
            out.flush();
            Thread.sleep(120);
        }
    }

    @Test
    void aFileOfTheRightBytesIsNotOpenedBeforeTheAnswer() throws Exception {
        Files.writeString(file, "before");
        assertEquals(7, get(silentUrl(), "-o", file.toString()).exit());
        assertEquals("before", Files.readString(file));
        assertFalse(Files.exists(folder.resolve("out.bin.part")));
    }
}
