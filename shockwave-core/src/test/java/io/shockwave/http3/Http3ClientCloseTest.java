package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.Method;
import io.shockwave.client.ClientResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Limits and ends that hold before a request has a connection of HTTP/3, and a client that is closed meanwhile. */
class Http3ClientCloseTest extends Http3Rig {
    private final CountDownLatch asked = new CountDownLatch(8);

    /** Answers never; ends with its thread's interruption. */
    private InetAddress[] hang(String host) throws UnknownHostException {
        asked.countDown();
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            // The client is closed.
        }
        throw new UnknownHostException(host);
    }

    private HttpException failure(Duration timeout) {
        return assertThrows(HttpException.class, () -> client.request(Method.GET, "https://localhost:9/").timeout(timeout).send());
    }

    private static Set<Thread> reactors() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("shockwave-client-http3-")).collect(Collectors.toSet());
    }

    @Test
    void theLimitOfTheWholeHoldsWhileTheNameIsResolved() {
        client = only().resolver(this::hang).resolveTimeout(Duration.ofSeconds(50)).build();
        HttpException failure = failure(Duration.ofMillis(100));
        assertEquals(Kind.TIMEOUT, failure.kind());
        assertEquals(Phase.TOTAL, failure.phase());
    }

    @Test
    void whoWaitsForANameIsToldOfTheClose() throws Exception {
        client = only().resolver(this::hang).resolveTimeout(Duration.ofHours(1)).build();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpException>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) { // more than are asked for at a time
                waiting.add(threads.submit(() -> failure(Duration.ofHours(1))));
            }
            assertTrue(asked.await(40, TimeUnit.SECONDS));
            client.close();
            for (Future<HttpException> one : waiting) {
                Kind kind = one.get(40, TimeUnit.SECONDS).kind();
                assertTrue(kind == Kind.CLOSED || kind == Kind.CONNECT, kind::toString); // CONNECT is the resolver's own end
            }
        }
    }

    @Test
    void anInterruptedCloseIsACloseToo() throws Exception {
        serve((request, response) -> response.send(HELLO));
        Set<Thread> before = reactors();
        for (int i = 0; i < 10; i++) {
            client = only().build();
            try (ClientResponse response = request(Method.GET, "/").send()) {
                assertEquals(200, response.status());
            }
            Thread.currentThread().interrupt();
            client.close();
            assertTrue(Thread.interrupted());
            assertEquals(before, reactors());
        }
    }
}
