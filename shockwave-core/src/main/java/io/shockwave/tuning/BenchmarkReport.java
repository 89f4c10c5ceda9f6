package io.shockwave.tuning;

import io.shockwave.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * What {@link BenchmarkRunner} measured. Immutable.
 *
 * @param machine processors, system and JVM of the load
 * @param results in the order of the scenarios; the first is what others are compared with
 */
public record BenchmarkReport(String machine, List<Result> results) {
    /** Steps of the percentile curve between 0 and 50 %, 50 and 75 %, and so on. */
    private static final int CURVE_STEPS = 5;

    public BenchmarkReport {
        results = List.copyOf(results);
    }

    /**
     * One measurement. What is not known is -1: a server that is neither in this JVM nor one of a tier tells nothing of itself, and one whose process is known only its CPU time and memory.
     *
     * @param answered requests answered while it was measured
     * @param seconds that it took
     * @param perSecond requests answered a second
     * @param cpuNs CPU time of the server for one request, kernel and collector included, the JIT not
     * @param loadCpuNs CPU time of the load for one request
     * @param loadBusy the share of time that the load's threads were running; near 1 in a closed loop they, and not the server, are what is measured
     * @param allocatedBytes on the server's heap for one request
     * @param gcCount collections in the server
     * @param gcMs their time
     * @param rssBytes of memory that the server's process held at the end
     * @param errors requests that failed, connections that were lost
     * @param badStatus answers of status 400 and above
     * @param unfinished requests that were due and had no answer half a second and more after the end; their latencies count as what they had waited until then
     */
    public record Sample(long answered, double seconds, double perSecond, double cpuNs, double loadCpuNs, double loadBusy, double allocatedBytes, long gcCount, long gcMs, long rssBytes, long errors,
            long badStatus, long unfinished) {
    }

    /**
     * Latencies of all rounds, in nanoseconds to three digits.
     *
     * @param count how many
     * @param p50 half of them are no longer
     * @param p90 likewise 90 %
     * @param p99 likewise 99 %
     * @param p999 likewise 99.9 %
     * @param p9999 likewise 99.99 %
     * @param max the longest
     * @param mean of all
     * @param curve from 0 to the longest
     */
    public record Latencies(long count, long p50, long p90, long p99, long p999, long p9999, long max, double mean, List<Point> curve) {
        public Latencies {
            curve = List.copyOf(curve);
        }

        static Latencies of(Histogram all) {
            List<Point> curve = new ArrayList<>();
            for (HistogramIterationValue value : all.percentiles(CURVE_STEPS)) {
                curve.add(new Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo()));
            }
            return new Latencies(all.getTotalCount(), all.getValueAtPercentile(50), all.getValueAtPercentile(90), all.getValueAtPercentile(99), all.getValueAtPercentile(99.9),
                    all.getValueAtPercentile(99.99), all.getMaxValue(), all.getTotalCount() == 0 ? 0 : all.getMean(), curve);
        }

        /** Whether enough was measured for this percentile to be more than the longest of all: ten beyond it. */
        boolean tells(double percent) {
            return count * (100 - percent) / 100 >= 10;
        }
    }

    /** So many percent of the latencies are no longer than this. */
    public record Point(double percent, long ns) {
    }

    /**
     * One scenario.
     *
     * @param name as the scenario was named
     * @param url that was asked
     * @param load connections and kind of loop
     * @param open whether it was an open loop
     * @param samples one of each round
     * @param latencies of all rounds
     * @param spillsPerRequest header sections that outgrew the tier's page in the server of a tier, since its start; -1 for others
     * @param lastError why the last request failed; empty if none did
     */
    public record Result(String name, String url, String load, boolean open, List<Sample> samples, Latencies latencies, double spillsPerRequest, String lastError) {
        public Result {
            samples = List.copyOf(samples);
        }

        /** The median of all rounds; -1 if it is not known. */
        public double median(ToDoubleFunction<Sample> of) {
            return BenchmarkReport.median(samples.stream().mapToDouble(of).toArray());
        }

        long sum(java.util.function.ToLongFunction<Sample> of) {
            return samples.stream().mapToLong(of).sum();
        }

        /** The median of the ratios to another's sample of the same round; NaN if either is not known. */
        public double ratio(Result base, ToDoubleFunction<Sample> of) {
            double[] ratios = new double[Math.min(samples.size(), base.samples.size())];
            for (int i = 0; i < ratios.length; i++) {
                double own = of.applyAsDouble(samples.get(i));
                double other = of.applyAsDouble(base.samples.get(i));
                if (own < 0 || other <= 0) {
                    return Double.NaN;
                }
                ratios[i] = own / other;
            }
            return BenchmarkReport.median(ratios);
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    static String thisMachine() {
        return Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java " + Runtime.version() + ", load by Shockwave "
                + Tier.current().name();
    }

    /** For people: a table with a row for each scenario, and what must be known to read it. */
    @Override
    public String toString() {
        return BenchmarkText.table(this);
    }

    /** For programs: all samples, medians and latencies; what is not known is -1, what cannot be computed null. */
    public String toJson() {
        return BenchmarkText.json(this);
    }

    /** One page of HTML with plots, complete in itself: it loads nothing from anywhere. */
    public String toHtml() {
        return BenchmarkPage.html(this);
    }
}
