package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;
import io.shockwave.Headers;
import io.shockwave.RequestArena;
import io.shockwave.server.ShockwaveServer;
import io.shockwave.tuning.MemoryProfiler;
import io.shockwave.tuning.MemoryReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of a response: lent until its close, bounded, and nobody else's. */
@Timeout(60)
class ClientArenaTest {
    private static ShockwaveServer server;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).handler((request, response) -> {
            String tag = request.query().toString();
            response.headers().add(io.shockwave.HeaderName.of("X-Tag"), tag);
            response.send(tag.repeat(500));
        }).start();
        url = "http://127.0.0.1:" + server.address().getPort() + "/?";
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isLentUntilTheClose(boolean offHeap) throws Exception {
        try (ShockwaveClient client = ShockwaveClient.builder().offHeapArenas(offHeap).build()) {
            ClientResponse response = client.get(url + "abc").send();
            RequestArena arena = response.arena();
            ArenaSlice content = arena.read(response.body(), 1_500);
            assertEquals("abc".repeat(500), content.toString());
            MemoryReport during = MemoryProfiler.profile(client);
            assertEquals((long) arena.heldBytes(), during.counts().get("arena bytes lent"));
            assertTrue(during.bytes("arenas") >= arena.heldBytes(), during::toString);
            assertEquals(offHeap, during.nativeBytes() >= arena.heldBytes(), during::toString);
            ArenaSlice kept = content.slice(1, 2).retain();
            Headers fields = response.headers().retain();
            response.close();
            assertThrows(IllegalStateException.class, () -> content.byteAt(0));
            assertThrows(IllegalStateException.class, arena::heldBytes);
            assertThrows(IllegalStateException.class, response::arena);
            assertEquals("bc", kept.toString());
            assertEquals("abc", fields.first("x-tag").orElse(""));
            assertEquals(0L, MemoryProfiler.profile(client).counts().get("arena bytes lent"));
        }
    }

    @Test
    void isBounded() throws Exception {
        try (ShockwaveClient client = ShockwaveClient.builder().maxArenaBytes(5_000).build(); ClientResponse response = client.get(url + "a").send()) {
            assertEquals(5_000, response.arena().bytes(5_000).length());
            assertThrows(ArenaLimitException.class, () -> response.arena().bytes(1));
        }
        assertThrows(IllegalArgumentException.class, () -> ShockwaveClient.builder().maxArenaBytes(1_023));
        assertThrows(IllegalArgumentException.class, () -> ShockwaveClient.builder().maxArenaBytes((1 << 30) + 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsNobodyElsesBytes(boolean offHeap) throws Exception {
        Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        try (ShockwaveClient client = ShockwaveClient.builder().offHeapArenas(offHeap).maxConnectionsPerOrigin(4).build()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        ask(client, number);
                    } catch (Throwable t) {
                        wrong.add(t);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(wrong.isEmpty(), wrong::toString);
            assertEquals(0L, MemoryProfiler.profile(client).counts().get("arena bytes lent"));
        }
    }

    private static void ask(ShockwaveClient client, int number) throws Exception {
        for (int i = 0; i < 60; i++) {
            String tag = "t" + number + "x" + i + ".";
            try (ClientResponse response = client.get(url + tag).send()) {
                RequestArena arena = response.arena();
                ArenaSlice fresh = arena.bytes(300);
                ArenaSlice text = arena.ascii(tag.repeat(40));
                for (int at = 0; at < 300; at++) {
                    assertEquals(0, fresh.byteAt(at));
                    fresh.put(at, (byte) tag.charAt(at % tag.length()));
                }
                if (i % 3 == 0) {
                    continue; // its content is left
                }
                ArenaSlice content = arena.read(response.body(), 1 << 14);
                Thread.yield();
                assertTrue(content.is(tag.repeat(500)), tag);
                assertTrue(text.is(tag.repeat(40)), tag);
                assertTrue(fresh.is(tag.repeat(300).substring(0, 300)), tag);
            }
        }
    }
}
