package io.shockwave.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares servers or clients: contestants alternate, each sample is a fresh process after a warm-up counted in CPU seconds, server and load have a core each, and the medians are printed
 * as a table with ratios to ours. What {@code bench/compare.sh} runs.
 */
public final class Compare {
    private static final int CONNECTIONS = 64;
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
    private static final double MAX_WARM_SECONDS = 15;

    /** One sample. */
    private record Sample(double userUs, double systemUs, double requestsPerSecond, double bytes, double rssMiB) {}

    private record Row(String name, List<Sample> samples) {}

    private interface Probe {
        Sample take(String contestant) throws IOException, InterruptedException;
    }

    private final Map<String, String> options = new LinkedHashMap<>(Map.of("rounds", "3", "seconds", "1.5", "warm", "3", "only", ""));
    private final List<String> works = new ArrayList<>();
    private final Path dir = Path.of(System.getProperty("bench.dir", System.getProperty("java.io.tmpdir")));
    private final boolean wrk = canRun("wrk");

    private Compare() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Compare compare = new Compare();
        String kind = compare.parse(args);
        if (kind.equals("clients")) {
            compare.clients();
        } else {
            compare.servers();
        }
    }

    private String parse(String[] args) {
        String kind = "servers";
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--")) {
                if (!options.containsKey(args[i].substring(2)) || i + 1 == args.length) {
                    throw new IllegalArgumentException("options: --rounds N --seconds S --warm CPU_SECONDS --only NAME,NAME");
                }
                options.put(args[i].substring(2), args[++i]);
            } else if (args[i].equals("servers") || args[i].equals("clients")) {
                kind = args[i];
            } else {
                works.add(args[i]);
            }
        }
        return kind;
    }

    private static boolean canRun(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private double option(String name) {
        return Double.parseDouble(options.get(name));
    }

    // ---- servers

    private void servers() throws IOException, InterruptedException {
        List<Work> asked = works.isEmpty() ? List.of(Work.PLAIN) : works.stream().map(name -> Work.valueOf(name.toUpperCase(Locale.ROOT))).toList();
        for (Work work : asked) {
            List<String> names = Arrays.stream(ServerPeers.values()).filter(peer -> !work.secure() || peer.create().isSecurable()).map(ServerPeers::label).toList();
            if (work.secure() && !wrk) {
                System.err.println(work + " needs wrk");
                continue;
            }
            run("servers, " + work.name().toLowerCase(Locale.ROOT) + ", " + CONNECTIONS + " connections, load by " + (wrk ? "wrk" : "our runner"), names, name -> sampleServer(name, work));
        }
    }

    private Sample sampleServer(String name, Work work) throws IOException, InterruptedException {
        int port = Child.freePort();
        int connections = work == Work.BODY_10M ? 4 : CONNECTIONS;
        try (Child server = new Child(SERVER_CORE, List.of("server", name, Integer.toString(port), Boolean.toString(work.secure())))) {
            long warmed = System.nanoTime();
            while (server.cpu().totalUs() < option("warm") * 1e6 && System.nanoTime() - warmed < MAX_WARM_SECONDS * 1e9) {
                load(work, port, connections, 1);
            }
            long bytes = server.number("allocated");
            Child.Cpu before = server.cpu();
            double[] answered = load(work, port, connections, option("seconds"));
            Child.Cpu cpu = server.cpu().since(before);
            bytes = server.number("allocated") - bytes;
            double n = answered[0];
            if (n == 0) {
                throw new IOException(name + " answered nothing");
            }
            return new Sample(cpu.userUs() / n, cpu.systemUs() / n, n / answered[1], bytes / n, server.rss() / 1048576.0);
        }
    }

    /** @return answers, and the seconds in which they came */
    private double[] load(Work work, int port, int connections, double seconds) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(LOAD_CORE)));
        if (wrk) {
            // wrk takes whole seconds.
            command.addAll(List.of("wrk", "-t1", "-c" + connections, "-d" + Math.max(1, Math.round(seconds)) + "s", "-s", script(work).toString(),
                (work.secure() ? "https" : "http") + "://127.0.0.1:" + port + work.path()));
        } else {
            command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-cp", Child.classPath(), Load.class.getName(), Integer.toString(port), work.name(),
                Integer.toString(connections), Double.toString(seconds)));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS).execute(process::destroyForcibly);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(20, TimeUnit.SECONDS);
        if (!wrk) {
            return new double[] {Double.parseDouble(said.trim()), seconds};
        }
        Matcher found = WRK_REQUESTS.matcher(said);
        if (!found.find() || said.contains("Non-2xx")) {
            throw new IOException("wrk said: " + said);
        }
        double unit = switch (found.group(3)) {
            case "ms" -> 1e-3;
            case "m" -> 60;
            default -> 1;
        };
        return new double[] {Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)) * unit};
    }

    private Path script(Work work) throws IOException {
        StringBuilder text = new StringBuilder();
        if (work == Work.JSON) {
            for (String field : Work.BROWSER_FIELDS) {
                int colon = field.indexOf(':');
                text.append("wrk.headers[\"").append(field, 0, colon).append("\"] = \"").append(field.substring(colon + 2)).append("\"\n");
            }
        }
        text.append("local one\ninit = function(args)\n  one = string.rep(wrk.format(\"GET\"), ").append(work.depth()).append(")\nend\nrequest = function() return one end\n");
        Path file = dir.resolve("wrk-" + work.name() + ".lua");
        Files.writeString(file, text);
        return file;
    }

    // ---- clients

    private void clients() throws IOException, InterruptedException {
        List<String> asked = works.isEmpty() ? List.of("1", "32") : works;
        for (String threads : asked) {
            run("clients, GET with 10 response fields, " + (threads.equals("1") ? "one connection" : threads + " virtual threads"),
                Arrays.stream(ClientPeers.values()).map(ClientPeers::label).toList(), name -> sampleClient(name, threads));
        }
    }

    private Sample sampleClient(String name, String threads) throws IOException, InterruptedException {
        int port = Child.freePort();
        try (Child server = new Child(LOAD_CORE, List.of("server", "floor", Integer.toString(port), "false"));
                Child client = new Child(SERVER_CORE, List.of("client", name, "http://127.0.0.1:" + port + Work.PLAIN.path(), threads))) {
            long warmed = System.nanoTime();
            while (client.cpu().totalUs() < option("warm") * 1e6 && System.nanoTime() - warmed < MAX_WARM_SECONDS * 1e9) {
                Thread.sleep(100);
            }
            long bytes = client.number("allocated");
            long count = client.number("count");
            Child.Cpu before = client.cpu();
            long start = System.nanoTime();
            Thread.sleep((long) (option("seconds") * 1000));
            double n = client.number("count") - count;
            double seconds = (System.nanoTime() - start) / 1e9;
            Child.Cpu cpu = client.cpu().since(before);
            bytes = client.number("allocated") - bytes;
            if (n == 0) {
                throw new IOException(name + " answered nothing");
            }
            return new Sample(cpu.userUs() / n, cpu.systemUs() / n, n / seconds, bytes / n, client.rss() / 1048576.0);
        }
    }

    // ---- the table

    private void run(String title, List<String> names, Probe probe) throws InterruptedException {
        List<String> only = options.get("only").isEmpty() ? names : List.of(options.get("only").split(","));
        List<Row> rows = names.stream().filter(only::contains).map(name -> new Row(name, new ArrayList<>())).toList();
        int rounds = (int) option("rounds");
        for (int round = 1; round <= rounds; round++) {
            for (Row row : rows) {
                System.err.printf("\r\033[Kround %d of %d: %s", round, rounds, row.name);
                try {
                    row.samples.add(probe.take(row.name));
                } catch (IOException e) {
                    System.err.printf("\r\033[K%s: %s%n", row.name, e.getMessage());
                }
            }
        }
        System.err.print("\r\033[K");
        print(title, rows);
    }

    private static void print(String title, List<Row> rows) {
        System.out.printf("%n%s%n%-10s %9s %9s %9s %7s %9s %7s %9s %8s%n", title, "", "user µs", "system µs", "CPU µs", "ratio", "req/s", "ratio", "bytes", "RSS MiB");
        Row ours = rows.getFirst();
        for (Row row : rows) {
            if (row.samples.isEmpty()) {
                System.out.printf("%-10s failed%n", row.name);
                continue;
            }
            double cpu = median(row, sample -> sample.userUs + sample.systemUs);
            double rate = median(row, Sample::requestsPerSecond);
            System.out.printf(Locale.ROOT, "%-10s %9.2f %9.2f %9.2f %7.2f %9.0f %7.2f %9.0f %8.0f%n", row.name, median(row, Sample::userUs), median(row, Sample::systemUs), cpu,
                cpu / median(ours, sample -> sample.userUs + sample.systemUs), rate, rate / median(ours, Sample::requestsPerSecond), median(row, Sample::bytes), median(row, Sample::rssMiB));
        }
    }

    private static double median(Row row, java.util.function.ToDoubleFunction<Sample> of) {
        double[] sorted = row.samples.stream().mapToDouble(of).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
