package io.shockwave.bench.peers;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The process of one contestant. It says {@code ready} and then answers lines of its standard input: {@code allocated} (bytes since the start), {@code heap} (bytes in use after
 * collections), {@code histogram} (live objects by class, ended by a line {@code end}) for clients, {@code count} (requests answered), and
 * for those of HTTP/3 {@code received} (bytes of content). It ends with its input.
 */
public final class Contestant {
    private static final AtomicLong DONE = new AtomicLong();
    private static final AtomicLong BYTES = new AtomicLong();
    private static volatile boolean stopped;

    private Contestant() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "server" -> serve(args[1], Integer.parseInt(args[2]), Boolean.parseBoolean(args[3]));
            case "client" -> ask(args[1], args[2], Integer.parseInt(args[3]));
            case "http3-server" -> serveHttp3(args[1], Integer.parseInt(args[2]));
            case "http3-client" -> askHttp3(args[1], Integer.parseInt(args[2]), args[3], Integer.parseInt(args[4]), Integer.parseInt(args[5]));
            case "hold" -> hold(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException("server NAME PORT SECURE | client NAME URL THREADS | hold PORT COUNT ADDRESS | "
                + "http3-server NAME PORT | http3-client NAME PORT PATH CONNECTIONS STREAMS");
        }
        System.exit(0); // whatever threads a contestant leaves
    }

    private static void serve(String name, int port, boolean secure) throws Exception {
        try (ServerPeer server = ServerPeers.of(name).create()) {
            server.start(port, secure ? BenchIdentity.context() : null);
            obey();
        }
    }

    private static void ask(String name, String url, int threads) throws Exception {
        try (ClientPeer client = ClientPeers.of(name).create()) {
            client.open(url, threads);
            CountDownLatch ended = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                Runnable loop = () -> {
                    try {
                        askUntilStopped(client);
                    } finally {
                        ended.countDown();
                    }
                };
                // One connection: an ordinary thread, as a program without concurrency has.
                (threads == 1 ? Thread.ofPlatform() : Thread.ofVirtual()).start(loop);
            }
            obey();
            stopped = true;
            ended.await();
        }
    }

    private static void serveHttp3(String name, int port) throws Exception {
        try (ServerPeer server = Http3Peers.of(name).server()) {
            server.start(port, null);
            obey();
        }
    }

    private static void askHttp3(String name, int port, String path, int connections, int streams) throws Exception {
        try (Http3ClientPeer client = Http3Peers.of(name).client()) {
            client.start(port, path, connections, streams, n -> {
                if (n == 0) {
                    DONE.getAndIncrement();
                } else {
                    BYTES.getAndAdd(n);
                }
            });
            obey();
        }
    }

    /** Keeps connections, each after a request, until its input ends, and answers each line with how many are still open. */
    private static void hold(int port, int count, int address) throws Exception {
        IdleConnections connections = new IdleConnections();
        connections.open(port, count, address);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (in.readLine() != null) {
            System.out.println(connections.stillOpen());
        }
        connections.close();
    }

    private static void askUntilStopped(ClientPeer client) {
        try (ClientPeer.Session session = client.session()) {
            while (!stopped) {
                int length = session.get();
                if (length != Work.PLAIN.body().length) {
                    throw new IllegalStateException("the answer was " + length);
                }
                DONE.getAndIncrement();
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(3);
        }
    }

    private static void obey() throws IOException, JMException, InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line; (line = in.readLine()) != null;) {
            switch (line) {
                case "allocated" -> System.out.println(threads.getTotalThreadAllocatedBytes());
                case "count" -> System.out.println(DONE.get());
                case "received" -> System.out.println(BYTES.get());
                case "heap" -> System.out.println(heap());
                case "histogram" -> System.out.println(command("gcClassHistogram") + "\nend");
                default -> System.out.println("unknown");
            }
        }
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String command(String name, String... arguments) throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), name,
            new Object[] {arguments}, new String[] {String[].class.getName()});
    }
}
