package io.shockwave.bench.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * How many objects and cache lines one exchange touches, ours beside the straightforward layout, by one rule for both: {@link TracingLoader} notes each field and each range of an array that is
 * read or written from the arrival of the request to the end of the response, and JOL tells where they lie after a compacting collection. Prints the report.
 *
 * <p>Which objects share a line depends on what was allocated between them, so each figure is the median of several servers and clients with a connection of their own. Left out, on both sides, is
 * what the program's constants are and what all connections share; the report tells how much that is.
 */
class LocalityTest {
    private static final int ROUNDS = 7;
    private static final byte[] CONTENT = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    private final TracingLoader loader = new TracingLoader();

    private record Layout(int objects, int[] lines, int sharedObjects, int sharedLines) {
        int medianLines() {
            return lines[lines.length / 2];
        }

        String text() {
            return String.format("%3d objects, %3d cache lines (%d to %d), and of what all share %d and %d", objects, medianLines(), lines[0], lines[lines.length - 1], sharedObjects, sharedLines);
        }
    }

    /** Runs it until it has its median. */
    private Layout measure(Class<?> scenario) throws Exception {
        run(scenario); // loads and initializes classes, whose own objects would lie between
        int[] lines = new int[ROUNDS];
        Touched own = null;
        Touched shared = null;
        for (int i = 0; i < ROUNDS; i++) {
            List<Trace.Access> accesses = run(scenario);
            System.gc();
            own = Touched.of(accesses, false);
            shared = Touched.of(accesses, true);
            lines[i] = own.lines();
        }
        Arrays.sort(lines);
        Layout layout = new Layout(own.objects(), lines, shared.objects(), shared.lines());
        System.out.printf("%-11s %s%n", scenario.getSimpleName(), layout.text());
        if (Boolean.getBoolean("locality.detail")) {
            System.out.print(own.detail());
        }
        return layout;
    }

    private List<Trace.Access> run(Class<?> scenario) throws Exception {
        Constructor<?> maker = loader.loadClass(scenario.getName()).getDeclaredConstructor();
        maker.setAccessible(true);
        Object content = ((Callable<?>) maker.newInstance()).call();
        assertArrayEquals(CONTENT, (byte[]) content);
        return Trace.end();
    }

    private static void compare(Layout plain, Layout ours) {
        System.out.printf("  %.0f %% fewer objects, %.0f %% fewer cache lines%n", 100.0 * (plain.objects - ours.objects) / plain.objects,
                100.0 * (plain.medianLines() - ours.medianLines()) / plain.medianLines());
        assertTrue(ours.objects * 2 <= plain.objects, ours.text() + ", where the straightforward layout has " + plain.text());
        assertTrue(ours.medianLines() * 2 <= plain.medianLines(), ours.text() + ", where the straightforward layout has " + plain.text());
    }

    @Test
    void aRequestOnTheServerTouchesHalfTheObjectsAndLines() throws Exception {
        compare(measure(Scenarios.PlainServer.class), measure(Scenarios.Server.class));
    }

    @Test
    void aRequestOfTheClientTouchesHalfTheObjectsAndLines() throws Exception {
        compare(measure(Scenarios.PlainClient.class), measure(Scenarios.Client.class));
    }

    @Test
    void countsTheFieldsThatAreTouchedAndNoOthers() throws Exception {
        Touched one = touchedBy(Probes.OneField.class);
        assertEquals(1, one.objects());
        assertTrue(one.lines() <= 2, one.lines() + " lines of a header and a field");
        Touched all = touchedBy(Probes.MadeAnew.class);
        assertEquals(1, all.objects());
        assertTrue(all.lines() >= 4 && all.lines() <= 6, all.lines() + " lines of more than 256 bytes");
    }

    @Test
    void countsTheRangeOfAnArray() throws Exception {
        Touched copied = touchedBy(Probes.Copied.class);
        assertEquals(3, copied.objects());
        assertTrue(copied.lines() >= 4 && copied.lines() <= 8, copied.lines() + " lines of two headers, 64 bytes of each array and what refers to both");
    }

    @Test
    void countsNoConstants() throws Exception {
        assertEquals(0, touchedBy(Probes.Constants.class).objects());
    }

    private Touched touchedBy(Class<?> probe) throws Exception {
        List<Trace.Access> accesses = run(probe);
        System.gc();
        return Touched.of(accesses, false);
    }

    @Test
    void theBaselineReadsAndWritesTheSameMessages() {
        PlainMessages.Connection server = new PlainMessages.Connection();
        PlainMessages.Request request = server.receiveRequest(Scenarios.request());
        assertEquals("GET /api/v1/items/4711 page=2 HTTP/1.1", request.method + ' ' + request.path + ' ' + request.query + ' ' + request.version);
        assertEquals(10, request.fields.size());
        assertEquals("1", request.fields.first("x-trace"));
        byte[] answer = server.send(Scenarios.plainResponse());
        PlainMessages.Response response = new PlainMessages.Connection().receiveResponse(answer);
        assertEquals(200, response.status);
        assertEquals("13", response.fields.first("content-length"));
        assertEquals("\"0123456789abcdef\"", response.fields.first("etag"));
        assertArrayEquals(CONTENT, Arrays.copyOfRange(answer, answer.length - CONTENT.length, answer.length));
    }
}
