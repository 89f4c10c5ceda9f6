package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Method;
import io.shockwave.internal.files.RequestPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No request leaves the folder: what went wrong elsewhere, each in every encoding. */
class FileHandlerTraversalTest {
    private static final String CANARY = "outside-canary";

    @TempDir
    Path temp;
    private Path root;
    private FileHandler files;

    @BeforeEach
    void makeFiles() throws IOException {
        root = Files.createDirectories(temp.resolve("root"));
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/deep/in.txt"), "inside");
        Files.writeString(temp.resolve("secret.txt"), CANARY);
        Files.createDirectories(temp.resolve("root-sibling"));
        Files.writeString(temp.resolve("root-sibling/secret.txt"), CANARY);
        files = FileHandler.of(root).hiddenFiles(true); // so that the rule for dots is not what saves us
    }

    private void refused(String target) throws Exception {
        for (Method method : new Method[] {Method.GET, Method.HEAD}) {
            FakeExchange x = FakeExchange.run(files, method, target);
            assertTrue(x.status() == 400 || x.status() == 404, target + " gave " + x.status());
            assertFalse(x.text().contains(CANARY) || x.text().contains("root:"), target);
        }
    }

    /** Ways to write one dot segment. */
    private static final String[] UP = {"..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%252e%252e", "%25%32%65%25%32%65", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae%f0%80%80%ae",
        "%fc%80%80%80%80%ae%fc%80%80%80%80%ae", "..;", "..;x=y", "%2e%2e;", "..%00", "..%20", "%20..", "..%0d", "...", "....", ".%00.", "%u002e%u002e", "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e", "..%09"};
    /** Ways to write one separator. */
    private static final String[] SLASH = {"/", "%2f", "%2F", "%5c", "%5C", "\\", "%252f", "%252F", "%255c", "%25%32%66", "%25%35%63", "%c0%af", "%c1%9c", "%e0%80%af", "%f0%80%80%af", "%u2215", "%u2216",
        "%ef%bc%8f", "%bg%qf", "/./", "//", "/%2e/", ";/", "%00/", "/%00"};

    static Stream<String> encodings() {
        List<String> targets = new ArrayList<>();
        for (String up : UP) {
            for (String slash : SLASH) {
                targets.add("/" + up + slash + "secret.txt");
                targets.add("/sub" + slash + up + slash + up + slash + "secret.txt");
                targets.add("/sub/" + up + "/" + up + slash + "secret.txt");
                targets.add("/" + up + slash + "root-sibling" + slash + "secret.txt");
                targets.add("/" + (up + slash).repeat(10) + "etc/passwd");
                targets.add("/" + (up + slash).repeat(10) + "etc" + slash + "passwd");
            }
        }
        return targets.stream();
    }

    @Test
    void noEncodingOfDotsAndSlashesLeadsOut() throws Exception {
        List<String> all = encodings().toList();
        assertTrue(all.size() > 3_000);
        for (String target : all) {
            refused(target);
        }
    }

    static Stream<Arguments> incidents() {
        return Stream.of(
                Arguments.of("CVE-2019-17640 Vert.x: backslash", "/..\\secret.txt"),
                Arguments.of("CVE-2019-17640 Vert.x: encoded backslash", "/..%5Csecret.txt"),
                Arguments.of("CVE-2019-17640 Vert.x: encoded backslash below a folder", "/sub%5C..%5C..%5Csecret.txt"),
                Arguments.of("CVE-2022-21221 fasthttp: %5c", "/..%5c..%5csecret.txt"),
                Arguments.of("CVE-2022-21221 fasthttp: drive and %5c", "/C:%5cwindows%5cwin.ini"),
                Arguments.of("GO-2026-4950 fasthttp: double encoding", "/%252e%252e/secret.txt"),
                Arguments.of("GO-2026-4950 fasthttp: double encoded slash", "/..%252Fsecret.txt"),
                Arguments.of("CVE-2026-1002 Vert.x: %2F..%2F", "/sub/deep%2F..%2Fin.txt"),
                Arguments.of("CVE-2026-1002 Vert.x: %2F..%2F within the root", "/sub%2F..%2Fsub/deep/in.txt"),
                Arguments.of("CVE-2024-1459 Undertow: path parameter", "/..;/secret.txt"),
                Arguments.of("CVE-2024-1459 Undertow: path parameter with a value", "/sub/..;a=b/..;a=b/secret.txt"),
                Arguments.of("CVE-2023-34062 Reactor Netty: escapes in a static folder", "/%2e%2e/%2e%2e/etc/passwd"),
                Arguments.of("absolute path", "//etc/passwd"),
                Arguments.of("encoded absolute path", "/%2Fetc%2Fpasswd"),
                Arguments.of("NUL ends the name", "/sub/deep/in.txt%00.png"),
                Arguments.of("raw NUL", "/sub/deep/in.txt\u0000.png"),
                Arguments.of("lone continuation byte", "/%80"),
                Arguments.of("surrogate in UTF-8", "/%ed%a0%80"),
                Arguments.of("beyond Unicode", "/%f4%90%80%80"),
                Arguments.of("truncated UTF-8", "/%e2%82"),
                Arguments.of("Latin-1", "/gr%fc"),
                Arguments.of("broken escape", "/%"),
                Arguments.of("broken escape of one digit", "/%2"),
                Arguments.of("broken escape of no digits", "/%zz"),
                Arguments.of("escape with a sign", "/%+2"),
                Arguments.of("escape with wide digits", "/%\u00b2\u00b2"),
                Arguments.of("no slash", "secret.txt"),
                Arguments.of("no slash, upwards", "../secret.txt"),
                Arguments.of("nothing", ""),
                Arguments.of("asterisk", "*"),
                Arguments.of("dot", "/."),
                Arguments.of("dot and slash", "/./"),
                Arguments.of("dots at the end", "/sub/.."),
                Arguments.of("dots at the end and slash", "/sub/../"),
                Arguments.of("dots that stay inside", "/sub/../sub/deep/in.txt"),
                Arguments.of("empty segment", "/sub//deep/in.txt"),
                Arguments.of("empty segment at the end", "/sub/deep//"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void incidents(String name, String target) throws Exception {
        refused(target);
    }

    @Test
    void aRefusedPathDoesNotSpoilTheRightOne() throws Exception {
        // CVE-2026-1002: a negative cache keyed by the decoded path answered 404 for good. Nothing is kept here.
        refused("/sub/deep%2Fin.txt");
        refused("/sub%2F..%2Fsub/deep/in.txt");
        assertEquals("inside", FakeExchange.run(files, Method.GET, "/sub/deep/in.txt").text());
        assertEquals("inside", FakeExchange.run(files, Method.GET, "/%73ub/d%65ep/in%2Etxt").text());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    void linksThatLeadOutAreNotThere() throws Exception {
        Files.createSymbolicLink(root.resolve("file-out"), temp.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("folder-out"), temp);
        Files.createSymbolicLink(root.resolve("relative-out"), Path.of("../secret.txt"));
        Files.createSymbolicLink(root.resolve("sibling"), temp.resolve("root-sibling"));
        Files.createSymbolicLink(root.resolve("chain"), root.resolve("file-out"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("none"));
        for (String target : List.of("/file-out", "/folder-out", "/folder-out/", "/folder-out/secret.txt", "/folder-out/root/sub/deep/in.txt".replace("in.txt", "none"), "/relative-out", "/sibling",
                "/sibling/", "/sibling/secret.txt", "/chain", "/loop", "/loop/x", "/dangling")) {
            refused(target);
        }
        String listing = FakeExchange.run(files, Method.GET, "/").text();
        for (String name : List.of("file-out", "folder-out", "relative-out", "sibling", "chain", "loop", "dangling")) {
            assertFalse(listing.contains(name), name + " is shown");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    void anIndexThatLeadsOutIsNoIndex() throws Exception {
        Files.createSymbolicLink(root.resolve("sub/index.html"), temp.resolve("secret.txt"));
        FakeExchange x = FakeExchange.run(files, Method.GET, "/sub/");
        assertFalse(x.text().contains(CANARY));
        assertTrue(x.text().contains("deep/"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    void linksWithinTheRootAreFollowed() throws Exception {
        Files.createSymbolicLink(root.resolve("link.txt"), Path.of("sub/deep/in.txt"));
        Files.createSymbolicLink(root.resolve("short"), root.resolve("sub/deep"));
        assertEquals("inside", FakeExchange.run(files, Method.GET, "/link.txt").text());
        assertEquals("inside", FakeExchange.run(files, Method.GET, "/short/in.txt").text());
        assertTrue(FakeExchange.run(files, Method.GET, "/").text().contains("link.txt"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    void theRootItselfMayBeALink() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link-to-root"), root);
        files = FileHandler.of(link);
        assertEquals("inside", FakeExchange.run(files, Method.GET, "/sub/deep/in.txt").text());
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are none")
    void specialFilesAreNeverOpened() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
        assertEquals(0, mkfifo.waitFor());
        refused("/pipe"); // opening it for reading would wait for a writer for good
        files = FileHandler.of(Path.of("/dev"));
        refused("/null");
        refused("/zero");
        refused("/fd/0");
        assertFalse(FakeExchange.run(files, Method.GET, "/").text().contains("\"zero\""));
    }

    @Test
    void randomPathsNeverLeadOut() throws Exception {
        String[] pieces = {"..", ".", "/", "%2e", "%2f", "%5c", "\\", "%", "%25", "2e", "2f", "sub", "deep", "secret.txt", "root-sibling", "%00", ";", "%c0%af", "a", "in.txt", "//", "etc", "passwd", "~", ":"};
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int n = random.nextInt(1, 12); n > 0; n--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            FakeExchange x = FakeExchange.run(files, Method.GET, target.toString());
            assertFalse(x.text().contains(CANARY) || x.text().contains("root:x:"), target::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/file.txt::$DATA", "/C:", "/c:/windows", "/con", "/CON.txt", "/aux", "/nul.tar.gz", "/LPT1", "/com9.x", "/file.txt.", "/file.txt%20", "/a*", "/a%3Fb", "/a|b", "/a<b", "/x/%01", "/NUL%20.txt"})
    void namesWithAMeaningOnWindowsAreNowhereThere(String target) {
        assertEquals(RequestPath.Verdict.NOWHERE, RequestPath.of(target, true).verdict());
        assertEquals(RequestPath.Verdict.FINE, RequestPath.of(target, false).verdict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/com10", "/a.con", "/auxiliary/x", "/a.b.c", "/nulls"})
    void otherNamesAreFineThere(String target) {
        assertEquals(RequestPath.Verdict.FINE, RequestPath.of(target, true).verdict());
    }

    @Test
    void acceptsExactlyTheMostSegments() {
        assertEquals(RequestPath.MAX_SEGMENTS, RequestPath.of("/a".repeat(RequestPath.MAX_SEGMENTS), false).segments().size());
        assertEquals(RequestPath.Verdict.NOWHERE, RequestPath.of("/a".repeat(RequestPath.MAX_SEGMENTS + 1), false).verdict());
    }

    @Test
    void everyByteIsDecodedToItself() {
        for (int b = 1; b < 0x80; b++) {
            String escape = "/x%" + Integer.toHexString(0x100 | b).substring(1);
            RequestPath path = RequestPath.of(escape, false);
            if (b == '/' || b == '\\') {
                assertEquals(RequestPath.Verdict.MALFORMED, path.verdict());
            } else {
                assertEquals(List.of("x" + (char) b), path.segments());
                assertEquals(List.of("x" + new String(new byte[] {(byte) b}, StandardCharsets.US_ASCII)), path.segments());
            }
        }
    }
}
