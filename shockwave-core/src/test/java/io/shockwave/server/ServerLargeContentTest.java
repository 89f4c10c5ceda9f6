package io.shockwave.server;

import static io.shockwave.server.ServerText.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Content that goes from the handler's array to the socket without being gathered before. */
@Timeout(60)
class ServerLargeContentTest {
    /** Around the length from which content is left in its array (32 KiB), and around what is written at once (512 KiB, 1 MiB, and 4 MiB before others have their turn). */
    private static final int[] LENGTHS = {
        1, (1 << 15) - 1, 1 << 15, (1 << 15) + 1, 13, (1 << 19) - 200, 1 << 19, (1 << 19) + 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 7, (4 << 20) - 1, (4 << 20) + 1, 5 << 20, 2};

    private static String get(int length) {
        return "GET /" + length + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static int length(ServerRequest request) {
        return Integer.parseInt(request.path().toString().substring(1));
    }

    /** To a peer with little room, so that most writes take a part. */
    private static Raw narrow(TestServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16_384);
        socket.connect(server.server.address());
        return new Raw(socket);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pipelinedAnswersOfAllLengthsArriveWholeAndInOrder(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            byte[] content = pattern(length(request)).getBytes(StandardCharsets.ISO_8859_1);
            response.send(content);
            if (mode == Mode.VIRTUAL) {
                Arrays.fill(content, (byte) '!'); // ours again on return
            }
        }); Raw raw = narrow(server)) {
            StringBuilder requests = new StringBuilder();
            for (int length : LENGTHS) {
                requests.append(get(length)).append("HEAD /").append(length).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            raw.send(requests.toString());
            for (int length : LENGTHS) {
                assertEquals(pattern(length), raw.reply().content(), () -> "GET " + length);
                assertEquals(Integer.toString(length), raw.reply("HEAD").field("Content-Length"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void connectionsWithLargeAnswersDoNotHoldOneAnotherUp(Mode mode) throws IOException {
        byte[] large = pattern(24 << 20).getBytes(StandardCharsets.ISO_8859_1);
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(large, 3, length(request))); Raw idle = server.connect(); Raw reading = server.connect()) {
            idle.send(get(20 << 20));
            reading.send(get(20 << 20) + get(5));
            assertEquals(pattern(24 << 20).substring(3, 3 + (20 << 20)), reading.reply().content());
            assertEquals(5, reading.reply().content().length());
            assertEquals(20 << 20, idle.reply().content().length());
        }
    }

    @Test
    void aHandlerWhosePeerIsGoneIsToldAndHasItsArrayBack() throws Exception {
        byte[] content = new byte[40 << 20];
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try {
                response.send(content);
                told.complete(new AssertionError("it was sent"));
            } catch (HttpException e) {
                told.complete(e);
            }
        }); Raw raw = narrow(server)) {
            raw.send(get(1));
            raw.head();
            raw.reset();
            Throwable why = told.get(30, TimeUnit.SECONDS);
            assertTrue(why instanceof HttpException lost && lost.kind() == HttpException.Kind.RESET, () -> "" + why);
            Await.quiet(server.server);
        }
    }

    @Test
    void aLargeAnswerOnTheLastConnectionOfAServerThatEndsArrivesWhole() throws Exception {
        byte[] content = pattern(12 << 20).getBytes(StandardCharsets.ISO_8859_1);
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> response.send(content)); Raw raw = narrow(server)) {
            raw.send(get(1));
            raw.head();
            Thread ending = Thread.ofVirtual().start(() -> {
                try {
                    server.server.shutdown(java.time.Duration.ofSeconds(30));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertEquals(12 << 20, raw.text(12 << 20).length());
            assertTrue(raw.isClosedByServer());
            ending.join();
        }
    }
}
