package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jol.vm.VM;

@Timeout(60)
class AllocationTrackerTest {
    private static Object kept;
    private static int counter;

    private static AllocationTracker quick() {
        return AllocationTracker.defaults().sampling(Duration.ZERO);
    }

    /** Escapes, so that no JIT removes it. */
    private static void allocate() {
        kept = new byte[1_000];
    }

    private static long sizeOfArray() {
        return VM.current().sizeOf(new byte[1_000]);
    }

    @Test
    void countsTheBytesOfAnArrayExactly() throws Exception {
        AllocationReport report = quick().measure(AllocationTrackerTest::allocate);
        assertEquals(sizeOfArray(), report.bytesPerOperation());
        assertEquals(0, report.namedThreadsBytesPerOperation());
        assertTrue(report.toString().contains("bytes per operation (exact"), report.toString());
    }

    @Test
    void whatAllocatesNothingIsZeroAndHasNoSites() {
        AllocationReport report = AllocationTracker.track(() -> counter++);
        assertEquals(0.0, report.bytesPerOperation());
        assertEquals(List.of(), report.sites());
        assertTrue(report.toString().startsWith("0 bytes per operation"), report.toString());
    }

    @Test
    void namesTypePlaceAndNumberOfObjects() {
        AllocationReport report = AllocationTracker.track(() -> {
            allocate();
            kept = kept.hashCode() == 0 ? Integer.toString(counter) : kept;
        });
        AllocationReport.Site site = report.sites().getFirst();
        assertEquals("byte[]", site.type());
        assertTrue(site.at().startsWith(AllocationTrackerTest.class.getName() + ".allocate:"), site.at());
        assertTrue(site.bytesPerOperation() > 0.9 * sizeOfArray(), report.toString());
        assertEquals(1, site.allocationsPerOperation(), 0.1, report.toString());
        assertTrue(report.samples() > 0);
        assertTrue(report.toString().contains("byte[]"), report.toString());
    }

    /** Which object a thread's buffer ends at must not depend on the order in which an operation allocates. */
    @Test
    void sharesFollowTheBytesAlsoOfSmallObjects() {
        // In an order that changes: a fixed one can fall into step with the size of the buffers that the JVM samples at the end of.
        Random order = new Random(1);
        AllocationReport report = AllocationTracker.track(() -> {
            for (int i = 0, first = order.nextInt(3); i < 3; i++) {
                switch ((first + i) % 3) {
                    case 0 -> kept = new byte[400];
                    case 1 -> kept = new int[50];
                    default -> kept = new long[50];
                }
            }
        });
        for (AllocationReport.Site site : report.sites()) {
            double expected = VM.current().sizeOf(site.type().equals("byte[]") ? new byte[400] : site.type().equals("int[]") ? new int[50] : new long[50]);
            assertEquals(expected, site.bytesPerOperation(), expected * 0.4, report.toString());
            assertEquals(1, site.allocationsPerOperation(), 0.4, report.toString());
        }
        assertEquals(3, report.sites().size(), report.toString());
    }

    @Test
    void sitesInTheJdkAreNamedByWhoCalledIt() {
        StringBuilder builder = new StringBuilder("0123456789".repeat(100));
        AllocationReport report = AllocationTracker.track(() -> kept = builder.toString());
        AllocationReport.Site site = report.sites().getFirst();
        assertTrue(site.at().startsWith(AllocationTrackerTest.class.getName()), site.toString());
        assertTrue(site.via().startsWith("java."), site.toString());
    }

    @Test
    void countsTheThreadsThatAreNamed() throws Exception {
        SynchronousQueue<Object> in = new SynchronousQueue<>();
        SynchronousQueue<Object> out = new SynchronousQueue<>();
        AtomicReference<Object> result = new AtomicReference<>();
        Thread worker = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    in.take();
                    result.set(new byte[100_000]);
                    out.put("done");
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        });
        AllocationReport report = quick().operations(50).warmUp(Duration.ofMillis(100)).threads(worker).measure(() -> {
            in.put("go");
            out.take();
        });
        worker.interrupt();
        worker.join();
        assertTrue(report.namedThreadsBytesPerOperation() >= 100_000, report.toString());
        assertTrue(report.namedThreadsBytesPerOperation() < 102_000, report.toString());
        assertTrue(report.bytesPerOperation() >= report.namedThreadsBytesPerOperation());
        assertTrue(report.toString().contains("on the threads named"));
    }

    @Test
    void saysWhenTheBytesStillFall() throws Exception {
        int[] left = {3_000};
        AllocationReport report = quick().operations(10).warmUp(Duration.ofMillis(400)).measure(() -> {
            kept = new byte[Math.max(left[0]--, 0) * 10];
            Thread.sleep(1);
        });
        assertFalse(report.warmedUp());
        assertTrue(report.toString().contains("NOT WARMED UP"), report.toString());
    }

    @Test
    void saysWhenThereWasNoWarmUpOrTooLittle() throws Exception {
        assertFalse(quick().warmUp(Duration.ZERO).measure(AllocationTrackerTest::allocate).warmedUp());
        AllocationReport report = quick().warmUp(Duration.ofMillis(50)).measure(AllocationTrackerTest::allocate);
        assertFalse(report.warmedUp());
    }

    @Test
    void isWarmOnceBytesAreSteadyAndTheJitIsQuiet() throws Exception {
        AllocationReport report = null;
        for (int i = 0; i < 5 && (report == null || !report.warmedUp()); i++) { // other tests' code may still be compiled
            report = quick().measure(AllocationTrackerTest::allocate);
        }
        assertTrue(report.warmedUp(), report.warmth());
    }

    @Test
    void jsonHoldsTheSameFigures() throws Exception {
        AllocationReport report = new AllocationReport(10, 5, 12.5, 14, 0, false, "a \"quoted\" reason", -1, 3, List.of(new AllocationReport.Site("byte[]", "a.B.c:1", "", 12.5, -1, 3)));
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertEquals(12.5, json.get("bytesPerOperation").asDouble());
        assertFalse(json.get("warmedUp").asBoolean());
        assertEquals("a \"quoted\" reason", json.get("warmth").asText());
        assertEquals("byte[]", json.get("sites").get(0).get("type").asText());
        assertEquals(3, json.get("sites").get(0).get("samples").asInt());
    }

    @Test
    void columnsAreAligned() {
        String table = new TextTable("rl").row("1", "a").row("1,000", "bb").toString();
        assertEquals("    1  a\n1,000  bb\n", table);
    }

    @Test
    void typesReadAsInSource() {
        assertEquals("byte[]", AllocationSamples.typeName("[B"));
        assertEquals("java.lang.String[][]", AllocationSamples.typeName("[[Ljava.lang.String;"));
        assertEquals("java.lang.String", AllocationSamples.typeName("java.lang.String"));
    }

    @Test
    void refusesVirtualThreadsAndPassesExceptionsOn() throws Exception {
        Thread virtual = Thread.ofVirtual().unstarted(() -> { });
        assertThrows(IllegalArgumentException.class, () -> quick().threads(virtual));
        assertThrows(IOException.class, () -> quick().measure(() -> {
            throw new IOException("as it is");
        }));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread.ofVirtual().start(() -> {
            try {
                AllocationTracker.track(() -> { });
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        }).join();
        assertTrue(thrown.get() instanceof IllegalStateException);
    }
}
