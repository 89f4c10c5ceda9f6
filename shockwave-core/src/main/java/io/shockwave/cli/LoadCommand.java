package io.shockwave.cli;

import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.tuning.BenchmarkReport;
import io.shockwave.tuning.BenchmarkRunner;
import io.shockwave.tuning.BenchmarkScenario;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code shockwave load}: requests to a URL, or to a server of each tier, and what they took. */
final class LoadCommand {
    private static final int CANNOT = 1;
    private static final int NOT_A_URL = 3;
    private static final int REQUESTS_FAILED = 4;
    private static final int CANNOT_WRITE = 23;
    private static final Duration DURATION = Duration.ofMillis(300);
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private static final String HELP = """
            Usage: shockwave load URL [OPTIONS]
                   shockwave load --tiers NAME,NAME [OPTIONS]

            Sends requests over HTTP/1.1 and tells rate, latencies, CPU time and bytes per request. Without --rate each connection asks again as soon
            as it was answered; with it requests are due at fixed times, and latencies count from when a request was due.

              -c, --connections N    connections at the same time; 16
              -r, --rate R           requests a second in all
              -d, --duration TIME    of a measurement, for example 300ms, 2s or 1m; 300ms
                  --warm-up TIME     before the first measurement; 1s
                  --rounds N         measurements of each; 1 of a URL, 3 of tiers, in turns
                  --threads N        threads that make the load; 1
                  --tiers NAMES      start a server of each of these tiers and compare them: lowmem, highperf, ultraperf, maxperf or all
                  --answer BYTES     how much those servers answer; 13
              -H, --header 'N: V'    send this field; may be repeated
              -X, --request METHOD   send this method instead of GET
                  --data FILE        send the content of FILE, with POST unless -X says otherwise
                  --pid PID          the process that serves the URL, on this machine: its CPU time and memory are measured too
                  --cacert FILE      trust the certificates in FILE and no others
                  --json FILE        write all figures to FILE; - is the standard output, in place of the table
                  --html FILE        write a page with plots to FILE
                  --jars DIR         where the jars of --tiers are, if not beside this one
                  --tier NAME        lowmem, highperf, ultraperf or maxperf: which makes the load
              -h, --help             this text

            Exit codes:
              0   measured
              1   the server could not be reached or stopped answering, or a jar is missing
              2   wrong options
              3   not a URL
              4   measured, and requests failed, had a status of 400 or above, or were not answered in time
              23  the result could not be written

            Examples:
              shockwave load http://localhost:8080/
              shockwave load http://localhost:8080/ --rate 5000 --duration 2s --html load.html
              shockwave load https://localhost:8443/ --cacert demo.pem --connections 64 --pid 4711
              shockwave load --tiers lowmem,maxperf --header 'Cookie: session=0123456789'
            """;

    private final Arguments arguments;
    private final ProgressLine progress = new ProgressLine();

    private LoadCommand(Arguments arguments) {
        this.arguments = arguments;
    }

    static int run(String[] args) throws Failure {
        Options options = Arguments.options("c/connections=", "r/rate=", "d/duration=", "/warm-up=", "/rounds=", "/threads=", "/tiers=", "/answer=", "H/header=", "X/request=", "/data=", "/pid=",
                "/cacert=", "/json=", "/html=", "/jars=", "/tier=", "h/help");
        Arguments arguments = Arguments.parse("load", options, args);
        if (arguments.has("help")) {
            System.out.print(HELP);
            return 0;
        }
        arguments.checkTier();
        return new LoadCommand(arguments).load();
    }

    private int load() throws Failure {
        List<BenchmarkScenario> scenarios = new ArrayList<>();
        for (BenchmarkScenario each : subjects()) {
            scenarios.add(settings(each));
        }
        BenchmarkReport report = measure(runner(), scenarios);
        write(report);
        boolean failed = report.results().stream().flatMap(result -> result.samples().stream()).anyMatch(sample -> sample.errors() + sample.badStatus() + sample.unfinished() > 0);
        return failed ? REQUESTS_FAILED : 0;
    }

    // ---- what is measured

    private List<BenchmarkScenario> subjects() throws Failure {
        List<String> urls = arguments.rest();
        if (!arguments.has("tiers")) {
            if (urls.size() != 1) {
                throw Failure.usage(urls.isEmpty() ? "load needs a URL, or --tiers; try shockwave load http://localhost:8080/" : "one URL can be loaded, not " + urls.size() + ": " + String.join(" ", urls));
            }
            if (arguments.has("answer") || arguments.has("jars")) {
                throw Failure.usage("--answer and --jars are for the servers of --tiers; the server of a URL answers what it wants");
            }
            String url = UrlText.complete(urls.getFirst());
            try {
                return List.of(BenchmarkScenario.url(url));
            } catch (IllegalArgumentException e) {
                throw new Failure(NOT_A_URL, Terminal.shown(e.getMessage()));
            }
        }
        if (!urls.isEmpty()) {
            throw Failure.usage("--tiers starts servers of its own; leave out either that or the URL " + Terminal.shown(urls.getFirst()));
        }
        if (arguments.has("pid") || arguments.has("cacert")) {
            throw Failure.usage("--pid and --cacert are for the server of a URL");
        }
        TierJars jars = new TierJars(arguments);
        List<BenchmarkScenario> scenarios = new ArrayList<>();
        for (String tier : TierJars.names(arguments.value("tiers", ""))) {
            scenarios.add(BenchmarkScenario.tier(tier, jars.of(tier)).answer(arguments.number("answer", 13, 0, 1 << 20)));
        }
        return scenarios;
    }

    private BenchmarkScenario settings(BenchmarkScenario of) throws Failure {
        try {
            BenchmarkScenario set = of.connections(arguments.number("connections", 16, 1, 10_000)).threads(arguments.number("threads", 1, 1, 64)).duration(arguments.time("duration", DURATION))
                    .warmUp(arguments.time("warm-up", WARM_UP)).rate(rate());
            for (String header : arguments.values("header")) {
                int colon = header.indexOf(':');
                if (colon < 1) {
                    throw Failure.usage("--header takes a name, a colon and a value, not " + Terminal.shown(header));
                }
                set = set.header(header.substring(0, colon), header.substring(colon + 1).strip());
            }
            if (arguments.has("request") || arguments.has("data")) {
                byte[] content = arguments.has("data") ? content(arguments.path("data")) : new byte[0];
                set = set.request(Method.of(arguments.value("request", "POST")), content);
            }
            if (arguments.has("cacert")) {
                set = set.tls(Tls.trusting(arguments.path("cacert")));
            }
            return arguments.has("pid") ? set.process(arguments.number("pid", 0, 1, Integer.MAX_VALUE)) : set;
        } catch (IllegalArgumentException e) {
            throw Failure.usage(Terminal.shown(e.getMessage()));
        } catch (IOException e) {
            throw new Failure(CANNOT, e.getMessage());
        }
    }

    private static byte[] content(Path file) throws Failure {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure(CANNOT, "cannot read " + file + ": " + Failure.why(e));
        }
    }

    private double rate() throws Failure {
        String text = arguments.value("rate", "0");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Failure.usage("--rate must be a number of requests a second, not " + text);
        }
    }

    private BenchmarkRunner runner() throws Failure {
        BenchmarkRunner runner = BenchmarkRunner.defaults().progress(progress::tell);
        return arguments.has("rounds") ? runner.rounds(arguments.number("rounds", 1, 1, 1_000)) : runner;
    }

    // ---- what is told

    private BenchmarkReport measure(BenchmarkRunner runner, List<BenchmarkScenario> scenarios) throws Failure {
        try {
            return runner.measure(scenarios);
        } catch (IOException e) {
            String why = Terminal.shown(String.valueOf(e.getMessage()));
            throw new Failure(CANNOT, Failure.withAdvice(why, arguments));
        } catch (InterruptedException e) {
            throw new Failure(CANNOT, "interrupted");
        } finally {
            progress.clear();
        }
    }

    private void write(BenchmarkReport report) throws Failure {
        boolean jsonOut = arguments.value("json", "").equals("-");
        if (jsonOut) {
            System.out.println(report.toJson());
        } else {
            System.out.print(report);
        }
        if (arguments.has("json") && !jsonOut) {
            write(arguments.path("json"), report.toJson() + "\n");
        }
        if (arguments.has("html")) {
            write(arguments.path("html"), report.toHtml());
            System.err.println("Plots: " + arguments.path("html").toAbsolutePath().toUri());
        }
    }

    private static void write(Path file, String text) throws Failure {
        try {
            Files.writeString(file, text);
        } catch (FileSystemException e) {
            throw new Failure(CANNOT_WRITE, "cannot write " + file + ": " + Failure.why(e));
        } catch (IOException e) {
            throw new Failure(CANNOT_WRITE, "cannot write " + file + ": " + e.getMessage());
        }
    }
}
