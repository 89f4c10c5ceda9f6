package io.shockwave.cli;

import io.shockwave.tuning.Configuration;
import io.shockwave.tuning.ConfigurationRecommender;
import io.shockwave.tuning.ConfigurationTrial;
import io.shockwave.tuning.Recommendation;
import io.shockwave.tuning.WorkloadProfile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.cli.Options;

/** {@code shockwave tune}: advice for a workload, and on request a trial of it. */
final class TuneCommand {
    private static final int CANNOT = 1;
    private static final int DID_NOT_HOLD = 5;

    private static final String HELP = """
            Usage: shockwave tune FILE [OPTIONS]
                   shockwave tune --fields N --header-bytes N [OPTIONS]

            Advises tier, limits, buffers, pool size and JVM arguments for a workload, as a difference to the current configuration, each with what was
            measured and what should change. FILE is a HAR, as browsers save it from their network view, or an access log in the common or combined
            format, as shockwave serve writes it. Without FILE the options describe the workload.

                  --verify             run both configurations in turns, and tell whether the advice held
                  --duration TIME      of each measurement of --verify; 300ms
                  --rounds N           of --verify; 5
                  --current TIER       the tier that is used now; that of --tier without
                  --fields N           fields of a typical header section
                  --header-bytes N     their bytes, names and values
                  --content BYTES      bytes of a typical content
                  --rate R             requests a second at the busiest time
                  --latency TIME       how long a request takes, for example 20ms
                  --origins N          origins that a client talks to
                  --memory MIB         what the process may take
                  --json               write the advice as JSON
                  --jars DIR           where the jars of the tiers are, if not beside this one
                  --tier NAME          lowmem, highperf, ultraperf or maxperf
              -h, --help               this text

            Exit codes:
              0   advised, and with --verify the advice held or there was none to try
              1   the file could not be read or is neither a HAR nor an access log, or a server could not be started
              2   wrong options
              5   --verify: the advice did not hold

            Examples:
              shockwave tune shop.har
              shockwave tune shop.har --current maxperf --verify
              shockwave tune access.log --latency 20ms
              shockwave tune --fields 20 --header-bytes 900 --rate 2000 --latency 15ms
            """;

    private final Arguments arguments;
    private final ProgressLine progress = new ProgressLine();

    private TuneCommand(Arguments arguments) {
        this.arguments = arguments;
    }

    static int run(String[] args) throws Failure {
        Options options = Arguments.options("/verify", "/duration=", "/rounds=", "/current=", "/fields=", "/header-bytes=", "/content=", "/rate=", "/latency=", "/origins=", "/memory=", "/json", "/jars=",
                "/tier=", "h/help");
        Arguments arguments = Arguments.parse("tune", options, args);
        if (arguments.has("help")) {
            System.out.print(HELP);
            return 0;
        }
        arguments.checkTier();
        return new TuneCommand(arguments).tune();
    }

    private int tune() throws Failure {
        Configuration current = current();
        WorkloadProfile profile = profile();
        Recommendation recommendation = ConfigurationRecommender.recommend(profile, current);
        System.out.print(arguments.has("json") ? recommendation.toJson() + "\n" : recommendation.toString());
        System.out.flush();
        return arguments.has("verify") ? verify(profile, recommendation) : 0;
    }

    private Configuration current() throws Failure {
        if (!arguments.has("current")) {
            return Configuration.current();
        }
        try {
            return Configuration.defaults(arguments.value("current", ""));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(Terminal.shown(e.getMessage()));
        }
    }

    // ---- the workload

    private WorkloadProfile profile() throws Failure {
        if (arguments.rest().size() > 1) {
            throw Failure.usage("one file can be read, not " + arguments.rest().size() + ": " + String.join(" ", arguments.rest()));
        }
        try {
            return arguments.rest().isEmpty() ? described() : read();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(Terminal.shown(e.getMessage()));
        }
    }

    private WorkloadProfile described() throws Failure {
        if (!arguments.has("fields") && !arguments.has("content") && !arguments.has("rate")) {
            throw Failure.usage("tune needs a HAR file or an access log, or a description by --fields, --content or --rate; shockwave tune --help has examples");
        }
        if (arguments.has("fields") != arguments.has("header-bytes")) {
            throw Failure.usage("--fields and --header-bytes describe header sections together");
        }
        if (arguments.has("rate") && !arguments.has("latency")) {
            throw Failure.usage("--rate needs --latency: together they tell how many requests are in progress");
        }
        return more(WorkloadProfile.describe()).build();
    }

    private WorkloadProfile read() throws Failure {
        for (String described : new String[] {"fields", "header-bytes", "content", "rate", "origins"}) {
            if (arguments.has(described)) {
                throw Failure.usage("--" + described + " describes a workload in place of a file; leave out either");
            }
        }
        Path file = Arguments.path("the file", arguments.rest().getFirst());
        try {
            return more(WorkloadProfile.reading(file)).build();
        } catch (FileSystemException e) {
            throw new Failure(CANNOT, "cannot read " + file + ": " + Failure.why(e));
        } catch (IOException e) {
            throw new Failure(CANNOT, Terminal.shown(String.valueOf(e.getMessage())));
        }
    }

    private WorkloadProfile.Builder more(WorkloadProfile.Builder to) throws Failure {
        if (arguments.has("fields")) {
            to.headers(arguments.number("fields", 0, 1, 1_000), arguments.number("header-bytes", 0, 1, 1 << 20));
        }
        if (arguments.has("content")) {
            to.content(arguments.number("content", 0, 1, Integer.MAX_VALUE));
        }
        if (arguments.has("rate")) {
            to.requestsPerSecond(arguments.number("rate", 0, 1, 1_000_000_000));
        }
        if (arguments.has("latency")) {
            to.latency(arguments.time("latency", Duration.ofMillis(1)));
        }
        if (arguments.has("origins")) {
            to.origins(arguments.number("origins", 1, 1, 100_000));
        }
        if (arguments.has("memory")) {
            to.memory((long) arguments.number("memory", 0, 1, 1 << 20) << 20);
        }
        return to;
    }

    // ---- the trial

    private int verify(WorkloadProfile profile, Recommendation recommendation) throws Failure {
        if (!ConfigurationTrial.isPossible(profile, recommendation)) {
            System.err.println("There is nothing to try: the advice changes nothing that a server can be run with, or the profile has no exchanges to repeat.");
            return 0;
        }
        Map<String, Path> jars = new HashMap<>();
        TierJars all = new TierJars(arguments);
        for (String tier : new String[] {recommendation.current().tier(), recommendation.advised().tier()}) {
            jars.put(tier, all.of(tier));
        }
        try {
            ConfigurationTrial trial = ConfigurationTrial.run(profile, recommendation, jars::get, arguments.time("duration", Duration.ofMillis(300)), arguments.number("rounds", 5, 1, 1_000), progress::tell);
            progress.clear();
            System.out.print("\n" + trial.report() + "\n" + trial.verdict() + "\n");
            return trial.held() ? 0 : DID_NOT_HOLD;
        } catch (IllegalArgumentException e) {
            throw Failure.usage(Terminal.shown(e.getMessage()));
        } catch (IOException e) {
            throw new Failure(CANNOT, Terminal.shown(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            throw new Failure(CANNOT, "interrupted");
        } finally {
            progress.clear();
        }
    }
}
