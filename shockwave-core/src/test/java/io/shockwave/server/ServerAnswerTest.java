package io.shockwave.server;

import static io.shockwave.server.ServerText.GET;
import static io.shockwave.server.ServerText.HEAD;
import static io.shockwave.server.ServerText.pattern;
import static io.shockwave.server.ServerText.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers in all their forms: arrays, text, streams with trailers, hints, files, and those without content. */
@Timeout(30)
class ServerAnswerTest {
    // ---- writing

    @Test
    void sendsArraysOfAllSizes() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            byte[] content = pattern((int) Long.parseLong(request.query().toString())).getBytes(StandardCharsets.ISO_8859_1);
            response.send(content);
            java.util.Arrays.fill(content, (byte) '!'); // ours again on return
        }, b -> b.bufferBytes(4_096)); Raw raw = server.connect()) {
            for (int length : new int[] {0, 1, 4_095, 4_096, 4_097, 65_536, 1_000_000}) {
                raw.send("GET /?" + length + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals(pattern(length), raw.reply().content(), "" + length);
            }
        }
    }

    /** The answer was written whole while nobody reads the request's content: neither must wait for the other. */
    @Test
    void sendsALargeArrayWithoutReadingTheContent() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.send(new byte[100_000]), b -> b.bufferBytes(1_024)); Raw raw = server.connect()) {
            raw.send(post(60_000) + pattern(60_000));
            assertEquals(100_000, raw.reply().content().length());
            raw.send(GET);
            assertEquals(100_000, raw.reply().content().length());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sendsTextAsUtf8(Mode mode) throws IOException {
        String text = "a\u00e4\u20ac\ud83d\ude00".repeat(20_000);
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(text)); Raw raw = server.connect()) {
            raw.send(GET);
            Raw.Reply reply = raw.reply();
            assertEquals(text, new String(Raw.latin1(reply.content()), StandardCharsets.UTF_8));
            assertEquals("text/plain; charset=utf-8", reply.field("Content-Type"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void trailersAreSentBehindTheContent(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            BodyWriter out = response.stream();
            out.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
            out.trailers().add(HeaderName.of("X-Sum"), "2").add(HeaderName.CONTENT_LENGTH, "9");
            out.close();
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 3; i++) {
                raw.send(GET);
                assertEquals("ab", raw.reply().content());
                assertEquals("X-Sum: 2\r\n", raw.trailers);
            }
        }
    }

    @Test
    void whatAHandlerLeavesOpenIsClosed() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.stream().write(new byte[] {'a'}, 0, 1)); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("a", raw.reply().content());
            assertEquals("a", raw.reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void lessThanTheAnnouncedLengthIsCutVisibly(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "10");
            BodyWriter out = response.stream();
            out.write(new byte[] {'a', 'b', 'c'}, 0, 3);
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            String all = raw.rest();
            assertTrue(all.isEmpty() || all.contains("Content-Length: 10\r\n"), all);
            assertEquals(all.isEmpty() ? 0 : 1, all.split("HTTP/1.1 200", -1).length - 1, "the next answer would be taken for the missing content");
            Await.until(() -> !server.errors.isEmpty(), server.errors::toString);
            Await.quiet(server.server);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void moreThanTheAnnouncedLengthIsRefused(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "2");
            BodyWriter out = response.stream();
            assertThrows(IllegalStateException.class, () -> out.write(new byte[] {'a', 'b', 'c'}, 0, 3));
            out.write(new byte[] {'a', 'b'}, 0, 2);
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("ab", raw.reply().content());
            assertEquals("ab", raw.reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anotherLengthThanTheArraysIsRefused(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "2");
            response.send(new byte[3]);
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(500, raw.reply().status());
            assertEquals(500, raw.reply().status());
            assertEquals(2, server.stats().handlerErrors());
        }
    }

    // ---- interim responses

    @ParameterizedTest
    @EnumSource(Mode.class)
    void severalHintsGoOutOneByOne(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            for (int i = 0; i < 3; i++) {
                response.sendInterim(103, response.interimHeaders().add(HeaderName.of("Link"), "<" + i + ">"));
            }
            response.sendInterim(102, response.interimHeaders());
            response.send("done");
        }); Raw raw = server.connect()) {
            raw.send(GET);
            for (int i = 0; i < 3; i++) {
                Raw.Reply hint = raw.reply();
                assertEquals(103, hint.status());
                assertEquals("<" + i + ">", hint.field("Link"));
            }
            assertEquals(102, raw.reply().status());
            assertEquals("done", raw.reply().content());
            assertEquals(4, server.stats().responses1xx());
            raw.send("GET / HTTP/1.0\r\n\r\n");
            assertEquals(200, raw.reply().status());
        }
    }

    // ---- files

    private static Path file(Path dir, String content) throws IOException {
        return Files.writeString(dir.resolve("f.bin"), content, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sendsFilesAndPartsOfThem(Mode mode, @TempDir Path dir) throws IOException {
        String content = pattern(3_000_000);
        Path file = file(dir, content);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            String[] range = request.query().toString().split("-");
            if (range.length == 2) {
                response.send(file, Long.parseLong(range[0]), Long.parseLong(range[1]));
            } else {
                response.send(file);
            }
        }); Raw raw = server.connect()) {
            raw.send(GET + HEAD + "GET /?0-1 HTTP/1.1\r\nHost: h\r\n\r\nGET /?2999999-1 HTTP/1.1\r\nHost: h\r\n\r\nGET /?7-0 HTTP/1.1\r\nHost: h\r\n\r\nGET /?1000-2000000 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(content, raw.reply().content());
            assertEquals("3000000", raw.reply("HEAD").field("Content-Length"));
            assertEquals(content.substring(0, 1), raw.reply().content());
            assertEquals(content.substring(2_999_999), raw.reply().content());
            assertEquals("", raw.reply().content());
            assertEquals(content.substring(1_000, 2_001_000), raw.reply().content());
            raw.send("GET /?2999999-2 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(500, raw.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFileThatIsGoneIsAnExceptionForTheHandler(Mode mode, @TempDir Path dir) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            assertThrows(IOException.class, () -> response.send(dir.resolve("none")));
            assertThrows(IOException.class, () -> response.send(dir));
            response.status(404).send();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(404, raw.reply().status());
            assertEquals(404, raw.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFileThatShrinksWhileItIsSentCutsTheConnection(Mode mode, @TempDir Path dir) throws IOException {
        Path file = dir.resolve("big");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 64L << 20);
        }
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(file)); Raw raw = server.connect()) {
            raw.send(GET + GET);
            raw.head();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
            assertTrue(raw.rest().length() < 64 << 20);
            Await.quiet(server.server);
        }
    }

    // ---- HEAD, 204, 304 on everything

    @ParameterizedTest
    @EnumSource(Mode.class)
    void headSendsNoContentWhateverTheHandlerDoes(Mode mode, @TempDir Path dir) throws IOException {
        Path file = file(dir, pattern(5_000));
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            switch (request.path().toString()) {
                case "/array" -> response.send(new byte[10]);
                case "/large" -> response.send(new byte[100_000]);
                case "/text" -> response.send("text");
                case "/file" -> response.send(file);
                case "/none" -> response.send();
                case "/announced" -> {
                    response.headers().set(HeaderName.CONTENT_LENGTH, "77");
                    response.send();
                }
                case "/stream" -> response.stream().write(new byte[10], 0, 10).close();
                case "/304" -> response.status(304).send(new byte[5]);
                case "/204" -> response.status(204).stream().write(new byte[5], 0, 5).close();
                default -> {
                    response.headers().set(HeaderName.CONTENT_LENGTH, "5000");
                    try (OutputStream out = response.stream().asOutputStream()) {
                        out.write(new byte[5_000]);
                    }
                }
            }
        }); Raw raw = server.connect()) {
            String[][] cases = {{"/array", "10"}, {"/large", "100000"}, {"/text", "4"}, {"/file", "5000"}, {"/none", "0"}, {"/announced", "77"}, {"/stream", null}, {"/304", "5"}, {"/204", null}, {"/counted", "5000"}};
            for (int round = 0; round < 2; round++) {
                for (String[] one : cases) {
                    raw.send("HEAD " + one[0] + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals(one[1], raw.reply("HEAD").field("Content-Length"), one[0]);
                }
            }
            raw.send("GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /304 HTTP/1.1\r\nHost: h\r\n\r\nGET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(204, raw.reply().status());
            assertEquals(304, raw.reply().status());
            assertEquals("text", raw.reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }
}
