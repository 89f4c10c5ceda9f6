package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shockwave.ArenaSlice;
import io.shockwave.Method;
import io.shockwave.server.Connection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What handlers leave with a connection of HTTP/3, of which several run at the same time. */
class Http3ConnectionStateTest extends Http3Rig {
    private static final int AT_ONCE = 8;

    @Test
    void handlersThatRunAtTheSameTimeShareOneConnection() throws Exception {
        CountDownLatch together = new CountDownLatch(AT_ONCE);
        serve((request, response) -> {
            Connection connection = request.connection();
            ArenaSlice[] kept = new ArenaSlice[100];
            together.countDown();
            together.await(30, TimeUnit.SECONDS);
            for (int i = 0; i < kept.length; i++) {
                kept[i] = connection.keep(request.path() + " " + i);
            }
            boolean whole = true;
            for (int i = 0; i < kept.length; i++) {
                whole &= kept[i].is(request.path() + " " + i);
            }
            response.send(whole + " " + System.identityHashCode(connection));
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<String>> all = IntStream.range(0, AT_ONCE).mapToObj(i -> threads.submit(() -> text(Method.GET, "/" + i))).toList();
            for (Future<String> one : all) {
                assertEquals(all.getFirst().get(), one.get());
                assertEquals("200 true", one.get().substring(0, 8));
            }
        }
    }

    @Test
    void itEndsWithItsConnection() throws Exception {
        AtomicReference<ArenaSlice> kept = new AtomicReference<>();
        AtomicReference<Connection> seen = new AtomicReference<>();
        serve((request, response) -> {
            seen.set(request.connection());
            kept.set(request.connection().attachment(ArenaSlice.class, request.connection().keep("first")));
            request.connection().attach(kept.get());
            response.send(kept.get());
        });
        assertEquals("200 first", text(Method.GET, "/"));
        assertEquals("200 first", text(Method.GET, "/again"));
        client.close();
        server.close();
        assertThrows(IllegalStateException.class, () -> kept.get().length());
        assertThrows(IllegalStateException.class, () -> seen.get().keep("late"));
    }
}
