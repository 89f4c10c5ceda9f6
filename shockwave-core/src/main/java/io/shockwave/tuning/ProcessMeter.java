package io.shockwave.tuning;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Reads what processes use: exactly where the system is Linux, otherwise as far as the JDK tells. Stateless. */
final class ProcessMeter {
    private ProcessMeter() {
    }

    /** This JVM, without the threads that make the load. */
    static Usage self(long[] loadThreads) {
        long cpu = cpuNs(ProcessHandle.current().pid());
        long bytes = -1;
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads && threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled()) {
            bytes = threads.getTotalThreadAllocatedBytes();
            for (long each : threads.getThreadAllocatedBytes(loadThreads)) {
                bytes -= Math.max(each, 0);
            }
        }
        if (cpu >= 0) {
            cpu -= threadsCpuNs(loadThreads);
        }
        return new Usage(cpu, bytes, gcCount(), gcMs(), rssBytes(ProcessHandle.current().pid()));
    }

    /** Another process, from outside. */
    static Usage of(long pid) {
        return new Usage(cpuNs(pid), -1, -1, -1, rssBytes(pid));
    }

    static long threadsCpuNs(long[] ids) {
        long sum = 0;
        for (long id : ids) {
            sum += Math.max(ManagementFactory.getThreadMXBean().getThreadCpuTime(id), 0);
        }
        return sum;
    }

    static long gcCount() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).filter(n -> n > 0).sum();
    }

    static long gcMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).filter(n -> n > 0).sum();
    }

    /** The scheduler's own account of each thread, in nanoseconds; what the JIT compiles meanwhile is left out, for it ends with the warm-up and belongs to no request. */
    static long cpuNs(long pid) {
        Path tasks = Path.of("/proc/" + pid + "/task");
        if (!Files.isDirectory(tasks)) {
            return ProcessHandle.of(pid).flatMap(handle -> handle.info().totalCpuDuration()).map(Duration::toNanos).orElse(-1L);
        }
        long sum = 0;
        try (Stream<Path> all = Files.list(tasks)) {
            for (Path task : (Iterable<Path>) all::iterator) {
                sum += taskNs(task);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            return -1;
        }
        return sum;
    }

    private static long taskNs(Path task) {
        try {
            if (Files.readString(task.resolve("comm")).contains("CompilerThre")) {
                return 0;
            }
            String text = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(text, 0, text.indexOf(' '), 10);
        } catch (IOException | RuntimeException e) {
            return 0; // the thread has ended
        }
    }

    static long rssBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(-1);
        } catch (IOException | java.io.UncheckedIOException e) {
            return -1;
        }
    }
}
