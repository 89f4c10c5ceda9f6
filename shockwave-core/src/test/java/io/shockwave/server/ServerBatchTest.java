package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Handlers whose requests came together are started together, and none waits for another. */
class ServerBatchTest {
    private static final int CONNECTIONS = 40;

    @Test
    void handlersOfOneBatchWaitForEachOther() throws Exception {
        CountDownLatch all = new CountDownLatch(CONNECTIONS);
        try (TestServer server = TestServer.start(TestServer.Mode.VIRTUAL, (request, response) -> {
            all.countDown();
            assertTrue(all.await(10, TimeUnit.SECONDS), "a handler was not started while others ran");
            TestServer.path(request, response);
        })) {
            List<Raw> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(server.connect());
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.get(i).send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                assertEquals("/" + i, clients.get(i).reply().content());
                clients.get(i).close();
            }
            assertTrue(server.errors.isEmpty(), server.errors.toString());
        }
    }

    @Test
    void aHandlerThatThrowsDoesNotKeepTheOthersOfItsBatchFromStarting() throws Exception {
        try (TestServer server = TestServer.start(TestServer.Mode.VIRTUAL, (request, response) -> {
            if (request.path().length() == 2) {
                throw new IllegalStateException("on purpose");
            }
            TestServer.path(request, response);
        }); Raw first = server.connect(); Raw second = server.connect(); Raw third = server.connect()) {
            for (int round = 0; round < 20; round++) {
                first.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
                second.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\n");
                third.send("GET /three HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals(500, first.reply().status());
                assertEquals("/two", second.reply().content());
                assertEquals("/three", third.reply().content());
            }
            assertEquals(20, server.errors.size());
        }
    }
}
