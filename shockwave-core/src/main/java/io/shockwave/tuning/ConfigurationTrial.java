package io.shockwave.tuning;

import io.shockwave.tuning.BenchmarkReport.Result;
import io.shockwave.tuning.BenchmarkReport.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whether advice held, found by running it: a server of the current configuration and one of the advised, each in a JVM of its own, repeat the profile's exchanges in turns. Immutable.
 *
 * <p>What is tried are tier, buffers and JVM arguments of a server. Its limits, and the pool and URL cache of a client, are not: the exchanges of a profile do not reach them.
 *
 * @param report of both servers, the current configuration first
 * @param held whether the advised one spilled no more than was expected, and took at most a tenth more CPU time
 * @param verdict the same in words, with the figures
 */
public record ConfigurationTrial(BenchmarkReport report, boolean held, String verdict) {
    /** Spills of an exchange by which expectation and measurement may differ: the replay leaves out fields that connections set by themselves. */
    private static final double SPILL_TOLERANCE = 0.01;
    private static final double CPU_TOLERANCE = 1.1;
    private static final int CONNECTIONS = 16;

    /** Whether there is something to try: exchanges to repeat, and advice that a server can be run with. */
    public static boolean isPossible(WorkloadProfile profile, Recommendation recommendation) {
        Configuration now = recommendation.current();
        Configuration then = recommendation.advised();
        return !profile.replays.isEmpty() && (!now.tier().equals(then.tier()) || now.bufferBytes() != then.bufferBytes() || !now.jvmArguments().equals(then.jvmArguments()));
    }

    /**
     * Runs both, each for some rounds of some hundred milliseconds.
     *
     * @param jars gives the jar of a tier
     * @param duration of each measurement
     * @param rounds of each configuration
     * @param progress is told what is being done
     * @throws IOException if a server cannot be started or stops answering
     * @throws IllegalArgumentException if it is not {@link #isPossible}
     */
    public static ConfigurationTrial run(WorkloadProfile profile, Recommendation recommendation, Function<String, Path> jars, Duration duration, int rounds, Consumer<String> progress)
            throws IOException, InterruptedException {
        if (!isPossible(profile, recommendation)) {
            throw new IllegalArgumentException("the profile has no exchanges to repeat, or the advice nothing that a server could be run with");
        }
        BenchmarkScenario now = scenario("current", profile, recommendation.current(), jars).duration(duration);
        BenchmarkScenario then = scenario("advised", profile, recommendation.advised(), jars).duration(duration);
        BenchmarkReport report = BenchmarkRunner.defaults().rounds(rounds).progress(progress).measure(List.of(now, then));
        return judge(report, ConfigurationRecommender.spillsPerExchange(profile, recommendation.advised().tier()));
    }

    private static BenchmarkScenario scenario(String name, WorkloadProfile profile, Configuration configuration, Function<String, Path> jars) {
        return BenchmarkScenario.tier(configuration.tier(), jars.apply(configuration.tier())).named(name + " (" + configuration.tier() + ")").replaying(profile.replays).bufferBytes(configuration.bufferBytes())
                .jvmArguments(configuration.jvmArguments()).connections(CONNECTIONS);
    }

    static ConfigurationTrial judge(BenchmarkReport report, double expectedSpills) {
        Result now = report.results().get(0);
        Result then = report.results().get(1);
        double cpu = then.ratio(now, Sample::cpuNs);
        boolean spills = then.spillsPerRequest() <= expectedSpills + SPILL_TOLERANCE;
        boolean time = Double.isNaN(cpu) || cpu <= CPU_TOLERANCE;
        StringBuilder text = new StringBuilder(spills && time ? "The advice held: " : "The advice did not hold: ");
        text.append(String.format(Locale.ROOT, "header spills of 1,000 requests %,.0f → %,.0f (at most %,.0f expected), CPU time ×%.2f, resident memory %s → %s, bytes of a request %s → %s.",
                now.spillsPerRequest() * 1e3, then.spillsPerRequest() * 1e3, expectedSpills * 1e3, cpu, BenchmarkText.size(now.median(Sample::rssBytes)), BenchmarkText.size(then.median(Sample::rssBytes)),
                BenchmarkText.bytes(now.median(Sample::allocatedBytes)), BenchmarkText.bytes(then.median(Sample::allocatedBytes))));
        if (!spills) {
            text.append(" More sections spilled than the profile tells.");
        }
        if (!time) {
            text.append(" It takes more CPU time: keep the current configuration unless memory matters more, or measure longer.");
        }
        return new ConfigurationTrial(report, spills && time, text.toString());
    }
}
