package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;
import io.shockwave.tuning.MemoryProfiler;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a handler leaves with a connection. */
@Timeout(60)
class ConnectionStateTest {
    /** What a handler found out about a peer: how often it asked, and a name that lies in the connection's memory. */
    private static final class Peer {
        static final Peer UNKNOWN = new Peer(null);
        final ArenaSlice name;
        int asked;

        Peer(ArenaSlice name) {
            this.name = name;
        }
    }

    private static void greet(ServerRequest request, ServerResponse response) throws Exception {
        Connection connection = request.connection();
        Peer peer = connection.attachment(Peer.class, Peer.UNKNOWN);
        if (peer == Peer.UNKNOWN) {
            peer = new Peer(connection.keep(request.path()));
            connection.attach(peer);
        }
        response.send(peer.name + " " + ++peer.asked);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKeptServesTheRequestsOfItsConnectionAndOfNoOther(TestServer.Mode mode) throws Exception {
        try (TestServer server = TestServer.start(mode, ConnectionStateTest::greet); Raw one = server.connect(); Raw other = server.connect()) {
            assertEquals("/one 1", one.send(get("/one")).reply().content());
            assertEquals("/other 1", other.send(get("/other")).reply().content());
            for (int i = 2; i < 10; i++) {
                assertEquals("/one " + i, one.send(get("/x" + i)).reply().content());
            }
            assertEquals("/other 2", other.send(get("/y")).reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itEndsWithItsConnection(TestServer.Mode mode) throws Exception {
        AtomicReference<Connection> seen = new AtomicReference<>();
        AtomicReference<ArenaSlice> kept = new AtomicReference<>();
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            seen.set(request.connection());
            kept.set(request.connection().keep("kept"));
            response.send("ok");
        })) {
            try (Raw peer = server.connect()) {
                assertEquals("ok", peer.send(get("/")).reply().content());
                assertEquals("kept", kept.get().toString()); // its exchange is over
                assertTrue(MemoryProfiler.profile(server.server).counts().get("arena bytes lent") >= 4_096);
            }
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            assertThrows(IllegalStateException.class, () -> kept.get().byteAt(0));
            assertThrows(IllegalStateException.class, () -> seen.get().keep("more"));
            assertThrows(IllegalStateException.class, () -> seen.get().attachment(String.class, ""));
            assertThrows(IllegalStateException.class, () -> seen.get().attach("late"));
            assertThrows(IllegalStateException.class, () -> seen.get().heldBytes());
            assertEquals(0, MemoryProfiler.profile(server.server).counts().get("arena bytes lent"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsAsMuchAsItsBoundAndNoMore(TestServer.Mode mode) throws Exception {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            Connection connection = request.connection();
            assertEquals(0, connection.heldBytes());
            byte[] bytes = new byte[connection.limitBytes()];
            bytes[bytes.length - 1] = 7;
            ArenaSlice all = connection.keep(bytes, 0, bytes.length);
            assertEquals(7, all.byteAt(bytes.length - 1));
            assertEquals(bytes.length, connection.heldBytes());
            String why = assertThrows(ArenaLimitException.class, () -> connection.keep(bytes, 0, 1)).getMessage();
            response.send(bytes.length + " " + why);
        }, builder -> builder.maxArenaBytes(10_000)); Raw peer = server.connect()) {
            assertEquals("10000 the arena holds 10000 bytes of the 10000 that a connection may keep: 1 more do not fit", peer.send(get("/")).reply().content());
        }
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(Integer.toString(request.connection().limitBytes()))); Raw peer = server.connect()) {
            assertEquals("65536", peer.send(get("/")).reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAnAttachmentOfAnotherTypeAsNone(TestServer.Mode mode) throws Exception {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            Connection connection = request.connection();
            String before = connection.attachment(String.class, "none");
            connection.attach(4);
            response.send(before + " " + connection.attachment(String.class, "none") + " " + connection.attachment(Integer.class, 0));
            assertThrows(NullPointerException.class, () -> connection.attach(null));
        }); Raw peer = server.connect()) {
            assertEquals("none none 4", peer.send(get("/")).reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTextAsUtf8AndBytesAsTheyAre(TestServer.Mode mode) throws Exception {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            ArenaSlice text = request.connection().keep("\u00e9");
            ArenaSlice same = request.connection().keep(text);
            response.send(text.length() + " " + same.length() + " " + same.is(text));
        }); Raw peer = server.connect()) {
            assertEquals("2 2 true", peer.send(get("/")).reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReachedByARequestInProgressOnly(TestServer.Mode mode) throws Exception {
        AtomicReference<ServerRequest> seen = new AtomicReference<>();
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            seen.set(request);
            response.send("ok");
        }); Raw peer = server.connect()) {
            assertEquals("ok", peer.send(get("/")).reply().content());
            Await.quiet(server.server);
            assertThrows(IllegalStateException.class, () -> seen.get().connection());
        }
    }
}
