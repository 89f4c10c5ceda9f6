package io.shockwave.bench.peers;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Compares HTTP/3 servers under the same load, by our client, or clients of the same server, ours: the same certificate, CUBIC, a core each. Works: {@code 1x100} (connections and streams of
 * each, 1,000 bytes of content), {@code 32x4}, {@code bulk} (100 MiB on one connection, counted by their bytes).
 */
final class CompareHttp3 {
    private static final int CONTESTANT_CORE = 0;
    private static final int OTHER_CORE = 1;
    private static final double MAX_WARM_SECONDS = 20;
    private static final String BULK = "bulk";

    private final Rounds rounds;
    private final double seconds;
    private final double warmSeconds;

    CompareHttp3(Rounds rounds, double seconds, double warmSeconds) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmSeconds = warmSeconds;
    }

    void run(boolean servers, List<String> works) throws InterruptedException {
        List<String> names = Arrays.stream(Http3Peers.values()).map(Http3Peers::label).toList();
        for (String work : works.isEmpty() ? List.of("1x100", "32x4", BULK) : works) {
            boolean bulk = work.equals(BULK);
            int x = work.indexOf('x');
            int connections = bulk ? 1 : Integer.parseInt(work.substring(0, x));
            int streams = bulk ? 1 : Integer.parseInt(work.substring(x + 1));
            String what = bulk ? "100 MiB on 1 connection (µs and bytes are of 100 MiB)" : "1,000 bytes, " + connections + " connections with " + streams + " streams each";
            rounds.run("HTTP/3 " + (servers ? "servers, load by our client, " : "clients of our server, ") + what, names, name -> sample(servers, name, bulk, connections, streams));
        }
    }

    private Rounds.Sample sample(boolean servers, String name, boolean bulk, int connections, int streams) throws IOException, InterruptedException {
        int port = Child.freePort();
        String path = bulk ? Http3Answer.BULK_PATH : Http3Answer.SMALL_PATH;
        String ours = Http3Peers.OURS.label();
        List<String> client = List.of("http3-client", servers ? ours : name, Integer.toString(port), path, Integer.toString(connections), Integer.toString(streams));
        try (Child server = new Child(servers ? CONTESTANT_CORE : OTHER_CORE, jvm(servers ? name : ours), List.of("http3-server", servers ? name : ours, Integer.toString(port)));
                Child asking = new Child(servers ? OTHER_CORE : CONTESTANT_CORE, jvm(servers ? ours : name), client)) {
            Child measured = servers ? server : asking;
            String unit = bulk ? "received" : "count";
            long warmed = System.nanoTime();
            while (measured.cpu().totalUs() < warmSeconds * 1e6 && System.nanoTime() - warmed < MAX_WARM_SECONDS * 1e9) {
                Thread.sleep(100);
            }
            long bytes = measured.number("allocated");
            long count = asking.number(unit);
            Child.Cpu before = measured.cpu();
            long start = System.nanoTime();
            Thread.sleep((long) (seconds * 1000));
            double n = asking.number(unit) - count;
            double took = (System.nanoTime() - start) / 1e9;
            Child.Cpu cpu = measured.cpu().since(before);
            bytes = measured.number("allocated") - bytes;
            if (n == 0) {
                throw new IOException(name + (servers ? " answered nothing" : " got nothing"));
            }
            if (bulk) {
                n /= Http3Answer.BULK_BYTES;
            }
            return new Rounds.Sample(cpu.userUs() / n, cpu.systemUs() / n, n / took, bytes / n, measured.rss() / 1048576.0);
        }
    }

    private static List<String> jvm(String name) {
        return Http3Peers.of(name).jvm();
    }
}
