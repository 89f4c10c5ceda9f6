package io.shockwave.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What an idle keep-alive connection costs a server: heap bytes after collections, of which objects of ours and of the JDK's channels, and native bytes (what RSS grew beyond the heap).
 * Connections come from several loopback addresses, and each did a real request. What {@code bench/idle.sh} runs.
 */
public final class Idle {
    private static final int PER_ADDRESS = 20_000; // below the range of ephemeral ports
    private static final List<String> TIERS = List.of("lowmem", "highperf", "ultraperf", "maxperf");
    private static final String OURS = "io.shockwave.";
    private static final List<String> CHANNELS = List.of("sun.nio.", "java.nio.", "java.net.", "java.io.FileDescriptor", "jdk.internal.ref.");

    private record Heap(long all, long ours, long channels) {}

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
        System.out.printf("%,d idle connections, bytes for each%n%-18s %8s %8s %8s %8s %8s%n", count, "", "heap", "ours", "channels", "native", "in all");
        String given = System.getProperty("bench.tierjar");
        for (ServerPeers peer : ServerPeers.values()) {
            if (!only.isEmpty() && !only.contains(peer.label())) {
                continue;
            }
            for (String tier : peer == ServerPeers.INLINE ? TIERS : List.of("")) {
                Path jar = Path.of(System.getProperty("bench.root"), "shockwave-" + tier, "target", "shockwave-" + tier + "-" + System.getProperty("bench.version") + ".jar");
                System.setProperty("bench.tierjar", tier.isEmpty() || !Files.exists(jar) ? given : jar.toString());
                System.err.printf("\r\033[K%s %s", peer.label(), tier);
                try {
                    measure(peer.label(), (peer.label() + " " + tier).strip(), count);
                } catch (IOException e) {
                    System.err.printf("\r\033[K%s: %s%n", peer.label(), e.getMessage());
                }
            }
        }
        System.err.print("\r\033[K");
    }

    private static void measure(String label, String title, int count) throws IOException, InterruptedException {
        int port = Child.freePort();
        List<SocketChannel> sockets = new ArrayList<>(count);
        // A heap that does not move with what is allocated, and no JIT, so that what RSS gains is neither.
        System.setProperty("bench.jvm", "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+AlwaysPreTouch -XX:+UseCompactObjectHeaders -Xint");
        try (Child server = new Child(0, List.of("server", label, Integer.toString(port), "false"))) {
            for (int round = 0; round < 3; round++) { // classes, buffers, threads and compiled code that are there once
                open(sockets, port, 1000);
                close(sockets);
            }
            Thread.sleep(300);
            Heap before = heap(server);
            long nativeBefore = server.rss();
            open(sockets, port, count);
            Thread.sleep(300);
            Heap after = heap(server);
            long nativeBytes = (server.rss() - nativeBefore) / count;
            long heap = (after.all - before.all) / count;
            System.err.print("\r\033[K");
            System.out.printf(Locale.ROOT, "%-18s %8d %8d %8d %8d %8d%n", title, heap, (after.ours - before.ours) / count, (after.channels - before.channels) / count, nativeBytes, heap + nativeBytes);
        } finally {
            close(sockets);
        }
    }

    private static void open(List<SocketChannel> sockets, int port, int count) throws IOException {
        byte[] request = Work.PLAIN.request(port);
        ByteBuffer in = ByteBuffer.allocateDirect(1 << 12);
        for (int i = 0; i < count; i++) {
            SocketChannel socket = SocketChannel.open();
            socket.bind(new InetSocketAddress("127.0.0." + (1 + i / PER_ADDRESS), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            sockets.add(socket);
            socket.write(ByteBuffer.wrap(request));
            in.clear();
            int bodyEnd = -1;
            while (bodyEnd < 0) {
                if (socket.read(in) < 0) {
                    throw new IOException("the server closed connection " + i);
                }
                if (in.position() >= Work.PLAIN.body().length) {
                    byte[] tail = new byte[Work.PLAIN.body().length];
                    in.get(in.position() - tail.length, tail);
                    bodyEnd = Arrays.equals(tail, Work.PLAIN.body()) ? in.position() : -1;
                }
            }
        }
    }

    private static void close(List<SocketChannel> sockets) throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
        sockets.clear();
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
