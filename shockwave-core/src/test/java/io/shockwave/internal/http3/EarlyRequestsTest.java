package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Method;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** RFC 8470 3: of the requests in early data, those that only read and have no content reach a handler at once; the others wait for the handshake. */
class EarlyRequestsTest {
    private static final int WAYS = 8;

    /** Each way of cutting, with the client in early data. */
    private static void each(Consumer<Pair> test) {
        for (int i = 0; i < WAYS; i++) {
            Pair pair = new Pair(i == 0 ? 0 : i == 1 ? 1 : -1, i);
            pair.quic.server.early = true;
            pair.quic.client.early = true;
            pair.clientEngine.onEarlyDataReady();
            try {
                test.accept(pair);
            } catch (AssertionError e) {
                throw new AssertionError("way " + i + "\n" + pair.server.events, e);
            }
        }
    }

    private static void complete(Pair pair) {
        pair.quic.server.early = false;
        pair.quic.client.early = false;
        pair.connect();
    }

    private static boolean isSeen(Pair pair, String what) {
        return pair.server.events.indexOf(what) >= 0;
    }

    @Test
    void whatReadsIsAnsweredAtOnce() {
        each(pair -> {
            boolean[] early = new boolean[1];
            pair.server.routes.put("/", (app, x) -> {
                early[0] = x.early;
                app.answer(x, 200, "hello");
            });
            for (Method method : new Method[] {Method.GET, Method.HEAD, Method.OPTIONS}) {
                early[0] = false;
                ClientApp.Call call = pair.client.start(pair.client.call(method, "/"));
                pair.run();
                assertTrue(early[0], "told that it may be a replay");
                assertEquals(method == Method.HEAD ? "200 5 [|] finished" : "200 5 [hello|] finished", call.toString().replace("200 0", "200 5"));
            }
            complete(pair);
            ClientApp.Call later = pair.client.get("/");
            pair.run();
            assertFalse(early[0]);
            assertEquals("200 5 [hello|] finished", later.toString());
        });
    }

    @Test
    void whatWritesWaitsForTheHandshake() {
        each(pair -> {
            boolean[] early = {true};
            pair.server.routes.put("/", (app, x) -> {
                early[0] &= x.early;
                app.answer(x, 200, "hello");
            });
            ClientApp.Call delete = pair.client.start(pair.client.call(Method.DELETE, "/"));
            ClientApp.Call trace = pair.client.start(pair.client.call(Method.TRACE, "/"));
            ClientApp.Call own = pair.client.start(pair.client.call(Method.PATCH, "/"));
            pair.run();
            assertEquals("", pair.server.events.toString());
            assertEquals(3, pair.serverEngine.exchanges());
            complete(pair);
            for (ClientApp.Call call : new ClientApp.Call[] {delete, trace, own}) {
                assertEquals("200 5 [hello|] finished", call.toString());
            }
            assertFalse(early[0], "no longer a replay");
            assertEquals(0, pair.serverEngine.exchanges());
        });
    }

    @Test
    void contentWaitsAndNothingOfItIsLost() {
        each(pair -> {
            String content = "x".repeat(20_000);
            ClientApp.Call post = pair.client.post("/echo", content);
            ClientApp.Call get = pair.client.call(Method.GET, "/echo");
            ClientApp.body(get, "unusual");
            pair.client.start(get);
            ClientApp.Call empty = pair.client.post("/echo", "");
            pair.run();
            assertFalse(isSeen(pair, "head"));
            complete(pair);
            assertEquals("200 20000 [" + content + "|] finished", post.toString());
            assertEquals("200 7 [unusual|] finished", get.toString());
            assertEquals("200 0 [|] finished", empty.toString());
        });
    }

    @Test
    void aTunnelWaits() {
        each(pair -> {
            pair.server.routes.put("", (app, x) -> app.answer(x, 403, "no"));
            ClientApp.Call connect = pair.client.start(pair.client.call(Method.CONNECT, "example.com:443"));
            pair.run();
            assertEquals("", pair.server.events.toString());
            complete(pair);
            assertTrue(isSeen(pair, "head CONNECT"), pair.server.events::toString);
            assertTrue(connect.started);
        });
    }

    @Test
    void whatIsGivenUpWhileItWaitsReachesNobody() {
        each(pair -> {
            ClientApp.Call given = pair.client.post("/echo", "given up");
            ClientApp.Call kept = pair.client.post("/echo", "kept");
            pair.run();
            pair.clientEngine.cancel(given.x);
            pair.run();
            assertEquals(1, pair.serverEngine.exchanges());
            complete(pair);
            assertEquals("200 4 [kept|] finished", kept.toString());
            assertEquals(1, pair.server.events.toString().split("head ", -1).length - 1, pair.server.events::toString);
        });
    }

    @Test
    void aConnectionThatNeverCompletesRunsNothing() {
        each(pair -> {
            pair.client.post("/echo", "never");
            pair.run();
            pair.quic.server.close(Http3Error.NO_ERROR.code(), "");
            pair.run();
            assertFalse(isSeen(pair, "head"));
            assertEquals(0, pair.serverEngine.exchanges());
        });
    }

    @Test
    void whatWaitsCountsAmongTheRequestsInProgress() {
        Pair pair = new Pair(0, 1);
        pair.quic.server.early = true;
        pair.quic.client.early = true;
        pair.clientEngine.onEarlyDataReady();
        int most = Pair.serverSettings(0).maxExchanges();
        for (int i = 0; i < most; i++) {
            pair.client.post("/echo", "content");
        }
        pair.run();
        assertEquals(most, pair.serverEngine.exchanges());
        ClientApp.Call tooMany = pair.client.post("/echo", "content");
        pair.run();
        assertEquals(most, pair.serverEngine.exchanges());
        assertEquals(" refused", tooMany.toString());
        complete(pair);
        assertEquals(most, pair.server.finished);
    }
}
