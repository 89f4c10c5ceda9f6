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
 * Compares servers or clients: each sample is a fresh process after a warm-up counted in CPU seconds, and server and load have a core each. What {@code bench/compare.sh} runs.
 */
public final class Compare {
    private static final int CONNECTIONS = 64;
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
    private static final double MAX_WARM_SECONDS = 15;
    private static final List<String> KINDS = List.of("servers", "clients", "http3", "http3-clients");

    private final Map<String, String> options = new LinkedHashMap<>(Map.of("rounds", "3", "seconds", "1.5", "warm", "3", "only", ""));
    private final List<String> works = new ArrayList<>();
    private final Path dir = Path.of(System.getProperty("bench.dir", System.getProperty("java.io.tmpdir")));
    private final boolean wrk = canRun("wrk");

    private Compare() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Compare compare = new Compare();
        String kind = compare.parse(args);
        switch (kind) {
            case "clients" -> compare.clients();
            case "http3", "http3-clients" -> new CompareHttp3(compare.rounds(), compare.option("seconds"), compare.option("warm")).run(kind.equals("http3"), compare.works);
            default -> compare.servers();
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
            } else if (KINDS.contains(args[i])) {
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

    private Rounds rounds() {
        return new Rounds((int) option("rounds"), options.get("only"));
    }

    // ---- servers

    private void servers() throws IOException, InterruptedException {
        List<Work> asked = works.isEmpty() ? List.of(Work.PLAIN) : works.stream().map(name -> Work.valueOf(name.toUpperCase(Locale.ROOT))).toList();
        for (Work work : asked) {
            List<String> names = Arrays.stream(ServerPeers.values()).filter(peer -> peer.isFor(work)).map(ServerPeers::label).toList();
            if (work.secure() && !wrk) {
                System.err.println(work + " needs wrk");
                continue;
            }
            rounds().run("servers, " + work.name().toLowerCase(Locale.ROOT) + ", " + connections(work) + " connections, load by " + (wrk ? "wrk" : "our runner"), names, name -> sampleServer(name, work));
        }
    }

    private static int connections(Work work) {
        return work == Work.BODY_10M ? 4 : CONNECTIONS;
    }

    private Rounds.Sample sampleServer(String name, Work work) throws IOException, InterruptedException {
        int port = Child.freePort();
        int connections = connections(work);
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
            return new Rounds.Sample(cpu.userUs() / n, cpu.systemUs() / n, n / answered[1], bytes / n, server.rss() / 1048576.0);
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
            rounds().run("clients, GET with 10 response fields, " + (threads.equals("1") ? "one connection" : threads + " virtual threads"),
                Arrays.stream(ClientPeers.values()).map(ClientPeers::label).toList(), name -> sampleClient(name, threads));
        }
    }

    private Rounds.Sample sampleClient(String name, String threads) throws IOException, InterruptedException {
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
            return new Rounds.Sample(cpu.userUs() / n, cpu.systemUs() / n, n / seconds, bytes / n, client.rss() / 1048576.0);
        }
    }
}
