package io.shockwave.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What an idle keep-alive connection costs a server: heap bytes after collections, of which objects of ours and of the JDK's channels, native bytes (what RSS grew beyond the heap), and the kernel's.
 * Connections come from several loopback addresses and are held by other processes, and each did a real request. Where a process may not open so many files, they are spread over several servers.
 * What {@code bench/idle.sh} runs.
 */
public final class Idle {
    private static final int PER_ADDRESS = 20_000; // below the range of ephemeral ports
    private static final int OTHER_FILES = 300; // jars, logs, pipes and what the server opens for itself
    private static final List<String> TIERS = List.of("lowmem", "highperf", "ultraperf", "maxperf");
    private static final String OURS = "io.shockwave.";
    private static final List<String> CHANNELS = List.of("sun.nio.", "java.nio.", "java.net.", "java.io.FileDescriptor", "jdk.internal.ref.");
    /** What Linux makes for a TCP socket: itself, its inode and file, and its place in a selector. Buffers in flight are none. */
    private static final Set<String> SLABS = Set.of("TCP", "TCPv6", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "eventpoll_pwq", "tcp_bind_bucket", "tcp_bind2_bucket", "request_sock_TCP", "request_sock_TCPv6", "ep_head");

    private record Heap(long all, long ours, long channels) {
        Heap plus(Heap other) {
            return new Heap(all + other.all, ours + other.ours, channels + other.channels);
        }
    }

    /** Of 127.0.0.0/24; each serves once, as a port stays taken for a minute after its connection. */
    private static int nextAddress = 1;

    private Idle() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int count = 10_000;
        List<String> only = List.of();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--only")) {
                only = List.of(args[++i].split(","));
            } else {
                count = Integer.parseInt(args[i]);
            }
        }
        int servers = (count + mostInOne() - 1) / mostInOne();
        System.out.printf("%,d idle connections%s, bytes for each%n%-22s %8s %8s %8s %8s %8s %8s%n", count,
            servers == 1 ? "" : " to " + servers + " processes, as one may open " + (mostInOne() + OTHER_FILES) + " files", "", "heap", "ours", "channels", "native", "in all", "kernel");
        String given = System.getProperty("bench.tierjar");
        for (ServerPeers peer : ServerPeers.values()) {
            if (!only.isEmpty() && !only.contains(peer.label())) {
                continue;
            }
            for (String tier : peer == ServerPeers.INLINE || peer == ServerPeers.VIRTUAL && only.contains(peer.label()) ? TIERS : List.of("")) {
                Path jar = Path.of(System.getProperty("bench.root"), "shockwave-" + tier, "target", "shockwave-" + tier + "-" + System.getProperty("bench.version") + ".jar");
                System.setProperty("bench.tierjar", tier.isEmpty() || !Files.exists(jar) ? given : jar.toString());
                System.err.printf("\r\033[K%s %s", peer.label(), tier);
                try {
                    measure(peer.label(), (peer.label() + " " + tier).strip(), count, servers);
                } catch (IOException e) {
                    System.err.printf("\r\033[K%s: %s%n", peer.label(), e.getMessage());
                }
            }
        }
        System.err.print("\r\033[K");
    }

    /** Connections that one process may have. */
    private static int mostInOne() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.split("\\s{2,}")[1];
                return soft.equals("unlimited") ? Integer.MAX_VALUE / 2 : Integer.parseInt(soft) - OTHER_FILES;
            }
        }
        throw new IOException("/proc/self/limits does not tell how many files may be open");
    }

    private static void measure(String label, String title, int count, int processes) throws IOException, InterruptedException {
        // A heap that does not move with what is allocated, and no JIT, so that what RSS gains is neither.
        System.setProperty("bench.jvm", "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+AlwaysPreTouch -XX:+UseCompactObjectHeaders -Xint");
        List<Child> servers = new ArrayList<>();
        List<Child> holders = new ArrayList<>();
        int[] ports = new int[processes];
        try {
            for (int i = 0; i < processes; i++) {
                ports[i] = Child.freePort();
                servers.add(new Child(0, List.of("server", label, Integer.toString(ports[i]), "false")));
                nextAddress++;
                try (IdleConnections warm = new IdleConnections()) {
                    for (int round = 0; round < 3; round++) { // classes, buffers, threads and compiled code that are there once
                        warm.open(ports[i], 1000, nextAddress);
                        warm.close();
                    }
                }
            }
            Thread.sleep(300);
            Heap before = heap(servers);
            long nativeBefore = rss(servers);
            long kernelBefore = kernel();
            System.setProperty("bench.jvm", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
            for (int i = 0; i < processes; i++) {
                int left = count / processes + (i < count % processes ? 1 : 0);
                while (left > 0) {
                    int n = Math.min(left, Math.min(PER_ADDRESS, mostInOne()));
                    holders.add(new Child(1, List.of("hold", Integer.toString(ports[i]), Integer.toString(n), Integer.toString(++nextAddress))));
                    left -= n;
                }
            }
            Thread.sleep(300);
            Heap after = heap(servers);
            long kernel = kernel();
            long nativeBytes = (rss(servers) - nativeBefore) / count;
            long heap = (after.all - before.all) / count;
            long open = 0;
            for (Child holder : holders) {
                open += holder.number("open");
            }
            if (open < count) {
                throw new IOException("closed " + (count - open) + " of the connections before they were counted");
            }
            System.err.print("\r\033[K");
            System.out.printf(Locale.ROOT, "%-22s %8d %8d %8d %8d %8d %8s%n", title, heap, (after.ours - before.ours) / count, (after.channels - before.channels) / count, nativeBytes, heap + nativeBytes,
                kernel == 0 ? "-" : Long.toString((kernel - kernelBefore) / count / 2));
        } finally {
            for (Child child : holders) {
                child.close();
            }
            for (Child child : servers) {
                child.close();
            }
        }
    }

    private static long rss(List<Child> servers) throws IOException {
        long sum = 0;
        for (Child server : servers) {
            sum += server.rss();
        }
        return sum;
    }

    /** Bytes of the kernel's objects for sockets, of both ends of each connection; 0 where they are not told, which is to root alone. */
    private static long kernel() throws IOException {
        Path slabs = Path.of("/proc/slabinfo");
        if (!Files.isReadable(slabs)) {
            return 0;
        }
        long bytes = 0;
        for (String line : Files.readAllLines(slabs, StandardCharsets.US_ASCII)) {
            String[] columns = line.split("\\s+");
            if (SLABS.contains(columns[0])) {
                bytes += Long.parseLong(columns[1]) * Long.parseLong(columns[3]);
            }
        }
        return bytes;
    }

    private static Heap heap(List<Child> servers) throws IOException {
        Heap sum = new Heap(0, 0, 0);
        for (Child server : servers) {
            sum = sum.plus(heap(server));
        }
        return sum;
    }

    private static Heap heap(Child server) throws IOException {
        long all = server.number("heap");
        long ours = 0;
        long channels = 0;
        for (String line : server.lines("histogram")) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length >= 4 && columns[0].endsWith(":")) {
                long bytes = Long.parseLong(columns[2]);
                String name = columns[3];
                if (name.startsWith(OURS) || name.startsWith("[L" + OURS)) {
                    ours += bytes;
                } else if (CHANNELS.stream().anyMatch(name::startsWith)) {
                    channels += bytes;
                }
            }
        }
        return new Heap(all, ours, channels);
    }
}
