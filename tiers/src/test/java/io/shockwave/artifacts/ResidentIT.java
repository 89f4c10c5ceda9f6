package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of lowmem's process with its JVM arguments while 512 connections ask for a file as fast as they are answered. */
class ResidentIT {

    private static final int CONNECTIONS = 512;
    private static final int REQUESTS = 60_000;
    /** 52 to 62 were seen: 42 of a JVM that has answered its first request, and the heap of 20. Without the arguments it was 150 to 230. */
    private static final double MAX_MIB = 64;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String BODY = "Hello, World!";

    @TempDir
    Path scratch;

    @Test
    void staysSmallWith512Connections() throws IOException, InterruptedException {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "Linux tells the peak of a process");
        Path site = Files.createDirectories(scratch.resolve("site"));
        Files.writeString(site.resolve("index.html"), BODY);
        try (Served server = Served.start(scratch, "lowmem", site, "@" + Artifacts.ROOT.resolve("tiers/lowmem.jvmargs")); Selector selector = Selector.open()) {
            int answered = ask(selector, server.port);
            double mib = peakKib(server.pid()) / 1024.0;
            System.out.printf("lowmem, %d connections, %d requests: %.1f MiB at most%n", CONNECTIONS, answered, mib);
            assertTrue(mib <= MAX_MIB, mib + " MiB");
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            assertEquals(0, server.end(), server.told());
        }
    }

    /** A closed loop on each connection; answers have one length, that of the first. */
    private static int ask(Selector selector, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ByteBuffer in = ByteBuffer.allocateDirect(4_096);
        int length = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            SocketChannel socket = SocketChannel.open(address);
            if (i == 0) {
                socket.write(ByteBuffer.wrap(REQUEST));
                length = wholeAnswer(socket, in);
            }
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ, new int[1]);
            socket.write(ByteBuffer.wrap(REQUEST));
        }
        int[] answered = new int[1];
        int expected = length;
        while (answered[0] < REQUESTS) {
            int ready = selector.select(key -> {
                try {
                    SocketChannel socket = (SocketChannel) key.channel();
                    int[] have = (int[]) key.attachment();
                    in.clear();
                    int n = socket.read(in);
                    assertTrue(n > 0 && have[0] + n <= expected, "an answer of " + (have[0] + n) + " bytes in place of " + expected);
                    have[0] += n;
                    if (have[0] == expected) {
                        have[0] = 0;
                        answered[0]++;
                        socket.write(ByteBuffer.wrap(REQUEST));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }, 30_000);
            assertTrue(ready > 0, "no answer for 30 s");
        }
        return answered[0];
    }

    private static int wholeAnswer(SocketChannel socket, ByteBuffer in) throws IOException {
        in.clear();
        String text;
        do {
            assertTrue(socket.read(in) > 0, "closed");
            byte[] bytes = new byte[in.position()];
            in.get(0, bytes);
            text = new String(bytes, StandardCharsets.US_ASCII);
        } while (!text.endsWith("\r\n\r\n" + BODY));
        return text.length();
    }

    private static long peakKib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no VmHWM");
    }
}
