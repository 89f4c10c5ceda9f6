package io.shockwave.bench.arena;

import com.sun.management.ThreadMXBean;
import io.shockwave.bench.arena.ArenaLoop.Side;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What arenas save with each collector: the same requests to the same server, answered by a handler without and with its arena, each in a JVM of its own; bytes allocated, collections, and CPU time of
 * the threads that collect. ZGC both with its default flags and without what it collects ahead of need. Linux tells the time of a thread; elsewhere it stays 0.
 */
public final class ArenaCollectors {
    /** ZGC collects about once a second, whether that is needed or not, unless it is told not to: then the time that the run takes does not count. */
    private static final String[] COLLECTORS = {"G1", "Serial", "Parallel", "Z -XX:-ZProactive", "Z"};
    private static final Pattern COLLECTING = Pattern.compile("VM Thread|GC Thread.*|G1 .*|Z(Director|Driver|Stat|Uncommitter|Unmapper|Worker).*");
    private static final int AT_ONCE = 8;
    private static final int WARM_UP = 30_000;
    private static final int REQUESTS = 100_000;

    private record Sample(double bytes, long collections, double gcMillis, double micros) {
        static Sample of(String line) {
            String[] parts = line.split(" ");
            return new Sample(Double.parseDouble(parts[0]), Long.parseLong(parts[1]), Double.parseDouble(parts[2]), Double.parseDouble(parts[3]));
        }
    }

    private ArenaCollectors() {
    }

    /** {@code [requests [at once]]}: the table. {@code side requests at-once}: one sample, as a line. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 3) {
            System.out.println(sample(Side.valueOf(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2])));
            return;
        }
        int requests = args.length > 0 ? Integer.parseInt(args[0]) : REQUESTS;
        int atOnce = args.length > 1 ? Integer.parseInt(args[1]) : AT_ONCE;
        System.out.printf(Locale.ROOT, "%,d requests after %,d to warm up, %d at once, heap of 64 MiB: an order of %,d bytes of JSON in, 4 KiB of JSON and 12 fields out%n%n", requests, WARM_UP, atOnce, OrderWork.JSON.length);
        System.out.println("| collector | handler | bytes a request | less | collections | less | CPU of collecting, ms | less | µs a request |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        for (String collector : COLLECTORS) {
            for (String thread : new String[] {"VIRTUAL", "INLINE"}) {
                Sample plain = row(collector, Side.valueOf("PLAIN_" + thread), requests, atOnce, null);
                row(collector, Side.valueOf("ARENA_" + thread), requests, atOnce, plain);
                row(collector, Side.valueOf("OFF_HEAP_" + thread), requests, atOnce, plain);
            }
        }
    }

    private static Sample row(String collector, Side side, int requests, int atOnce, Sample plain) throws IOException, InterruptedException {
        Sample sample = fork(collector, side, requests, atOnce);
        System.out.printf(Locale.ROOT, "| %s | %s | %,.0f | %s | %d | %s | %.1f | %s | %.1f |%n", collector, side.name().toLowerCase(Locale.ROOT).replace('_', ' '), sample.bytes,
                less(plain == null ? 0 : plain.bytes, sample.bytes), sample.collections, less(plain == null ? 0 : plain.collections, sample.collections), sample.gcMillis,
                less(plain == null ? 0 : plain.gcMillis, sample.gcMillis), sample.micros);
        return sample;
    }

    private static String less(double before, double now) {
        return before <= 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * (1 - now / before));
    }

    private static Sample fork(String collector, Side side, int requests, int atOnce) throws IOException, InterruptedException {
        String[] flags = collector.split(" ");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+Use" + flags[0] + "GC", "-Xms64m", "-Xmx64m"));
        command.addAll(List.of(flags).subList(1, flags.length));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ArenaCollectors.class.getName(), side.name(), Integer.toString(requests), Integer.toString(atOnce)));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (child.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + said);
        }
        return Sample.of(said.substring(said.lastIndexOf('\n') + 1));
    }

    static String sample(Side side, int requests, int atOnce) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ArenaLoop loop = new ArenaLoop(side, atOnce)) {
            for (int done = 0; done < WARM_UP; done += atOnce) {
                loop.ask();
            }
            System.gc(); // what the start left over is not theirs
            long bytes = threads.getTotalThreadAllocatedBytes();
            long collections = collections();
            long gcNs = collectingNs();
            long startNs = System.nanoTime();
            int done = 0;
            while (done < requests) {
                loop.ask();
                done += atOnce;
            }
            long tookNs = System.nanoTime() - startNs;
            gcNs = collectingNs() - gcNs;
            collections = collections() - collections;
            bytes = threads.getTotalThreadAllocatedBytes() - bytes;
            return String.format(Locale.ROOT, "%.1f %d %.3f %.2f", (double) bytes / done, collections, gcNs / 1e6, tookNs / 1e3 / done);
        }
    }

    private static long collections() {
        long all = 0;
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (!bean.getName().endsWith("Pauses")) { // of ZGC, which has three in a cycle
                all += Math.max(bean.getCollectionCount(), 0);
            }
        }
        return all;
    }

    /** What the threads that collect have been on a CPU, to the nanosecond; the bean's own clock would count waiting, and knows no threads. */
    private static long collectingNs() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        long ns = 0;
        if (Files.isDirectory(tasks)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
                for (Path task : all) {
                    try {
                        if (COLLECTING.matcher(Files.readString(task.resolve("comm")).strip()).matches()) {
                            ns += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
                        }
                    } catch (NoSuchFileException ended) {
                        continue;
                    }
                }
            }
        }
        return ns;
    }
}
