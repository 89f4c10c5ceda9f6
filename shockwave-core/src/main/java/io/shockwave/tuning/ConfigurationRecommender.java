package io.shockwave.tuning;

import io.shockwave.tuning.Recommendation.Advice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * Advises how to configure a server, a client and the JVM for a workload: {@code ConfigurationRecommender.recommend(WorkloadProfile.read(file))}. Stateless.
 *
 * <p>Only what the profile tells is judged, and each advice says what was measured and what should change. {@link ConfigurationTrial} runs both configurations and tells whether it did.
 */
public final class ConfigurationRecommender {
    /** Sections that may outgrow a tier's page: each costs a borrowed buffer and a copy. */
    private static final double TOLERATED_SPILLS = 0.01;
    /** The same where memory is scarce, since a larger page is paid for by every exchange. */
    private static final double TOLERATED_SPILLS_WHEN_SMALL = 0.1;
    private static final long SMALL_MEMORY = 64L << 20;
    /** A limit should leave this much above the largest that is usual. */
    private static final int HEADROOM = 2;
    private static final int LEAST_BUFFER = 1_024;
    private static final int DEFAULT_BUFFER = 16_384;
    /** A content above the default may pass the buffer in so many pieces: memory of each exchange that streams is worth more than a turn saved. */
    private static final int MOST_PIECES = 4;
    /** What a reactor reads at once: a larger buffer is never filled in one turn. */
    private static final int MOST_BUFFER = 1 << 16;
    /** Connections above those that Little's law asks for, so that bursts within a second do not queue. */
    private static final double POOL_HEADROOM = 1.5;
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MOST_URLS = 1 << 16;

    private final WorkloadProfile profile;
    private final Configuration current;
    private final List<Advice> advice = new ArrayList<>();
    private String tier;
    private int maxHeaderBytes;
    private int maxHeaderCount;
    private int maxRequestLineBytes;
    private int bufferBytes;
    private int maxConnectionsPerOrigin;
    private int maxConnections;
    private int urlCacheEntries;
    private List<String> jvmArguments;

    private ConfigurationRecommender(WorkloadProfile profile, Configuration current) {
        this.profile = profile;
        this.current = current;
        tier = current.tier();
        maxHeaderBytes = current.maxHeaderBytes();
        maxHeaderCount = current.maxHeaderCount();
        maxRequestLineBytes = current.maxRequestLineBytes();
        bufferBytes = current.bufferBytes();
        maxConnectionsPerOrigin = current.maxConnectionsPerOrigin();
        maxConnections = current.maxConnections();
        urlCacheEntries = current.urlCacheEntries();
        jvmArguments = current.jvmArguments();
    }

    /** Compares with the linked tier and the defaults of everything else. */
    public static Recommendation recommend(WorkloadProfile profile) {
        return recommend(profile, Configuration.current());
    }

    /** Compares with a configuration. */
    public static Recommendation recommend(WorkloadProfile profile, Configuration current) {
        ConfigurationRecommender run = new ConfigurationRecommender(profile, current);
        run.tier();
        run.limits();
        run.buffers();
        run.pool();
        run.urlCache();
        run.jvm();
        return new Recommendation(profile.source(), current, run.advised(), run.advice);
    }

    /** Sections of requests and responses that outgrow the tier's page, for one exchange of the profile. */
    static double spillsPerExchange(WorkloadProfile profile, String tier) {
        int page = TierFacts.of(tier).pageBytes();
        return share(profile.requests, page) + share(profile.responses, page);
    }

    private static double share(List<HeaderSection> sections, int pageBytes) {
        return sections.isEmpty() ? 0 : (double) HeaderSection.spills(sections, pageBytes) / sections.size();
    }

    // ---- the tier

    private void tier() {
        if (profile.requests.isEmpty() && profile.responses.isEmpty() && !profile.partial) {
            tierFromCounters();
            return;
        }
        boolean small = profile.memoryBytes > 0 && profile.memoryBytes <= SMALL_MEMORY;
        double tolerated = small ? TOLERATED_SPILLS_WHEN_SMALL : TOLERATED_SPILLS;
        TierFacts least = TierFacts.ALL.getLast();
        for (TierFacts each : TierFacts.ALL.reversed()) {
            boolean fits = Math.max(share(profile.requests, each.pageBytes()), share(profile.responses, each.pageBytes())) <= tolerated;
            least = fits ? each : least;
        }
        TierFacts now = TierFacts.of(current.tier());
        if (profile.partial) {
            // What is known is a lower bound: it can show that a tier is too small, and nothing else.
            boolean grows = least.pageBytes() > now.pageBytes();
            add("tier", now.name(), grows ? least.name() : now.name(), (grows ? spilled(now) + " by target, Referer and User-Agent alone" : "an access log does not hold header sections")
                    + "; take a HAR, or counters of a server, to choose a tier.", "fewer header spills.");
            tier = grows ? least.name() : now.name();
            return;
        }
        String reason = spilled(now) + (least == now ? "" : "; " + spilled(least)) + (small ? "; the memory is small, so that one in ten may." : "; one in a hundred may.");
        add("tier", now.name(), least.name(), reason, "header spills of 1,000 exchanges " + thousands(now) + " → " + thousands(least) + ", pages of an exchange " + TextTable.number(2L * now.pageBytes()) + " → "
                + TextTable.number(2L * least.pageBytes()) + " bytes.");
        tier = least.name();
    }

    private String spilled(TierFacts tier) {
        List<String> parts = new ArrayList<>();
        if (!profile.requests.isEmpty()) {
            parts.add(TextTable.number(HeaderSection.spills(profile.requests, tier.pageBytes())) + " of " + TextTable.number(profile.requests.size()) + " request sections");
        }
        if (!profile.responses.isEmpty()) {
            parts.add(TextTable.number(HeaderSection.spills(profile.responses, tier.pageBytes())) + " of " + TextTable.number(profile.responses.size()) + " response sections");
        }
        return String.join(" and ", parts) + " outgrow " + tier.name() + "'s page of " + TextTable.number(tier.pageBytes()) + " bytes";
    }

    private String thousands(TierFacts tier) {
        return TextTable.number(Math.round(spillsPerExchange(profile, tier.name()) * 1_000));
    }

    private void tierFromCounters() {
        if (profile.server == null || profile.server.requests() == 0) {
            return;
        }
        // Each exchange has two sections, and the counters do not tell by how much one was too large: one tier up, then look again.
        double share = (double) profile.server.headerSpills() / profile.server.requests() / 2;
        int index = TierFacts.ALL.indexOf(TierFacts.of(current.tier()));
        boolean grows = share > TOLERATED_SPILLS && index + 1 < TierFacts.ALL.size();
        String next = grows ? TierFacts.ALL.get(index + 1).name() : current.tier();
        add("tier", current.tier(), next, TextTable.number(profile.server.headerSpills()) + " header sections of " + BenchmarkText.plural(profile.server.requests(), "request") + " outgrew the page of "
                + TextTable.number(TierFacts.of(current.tier()).pageBytes()) + " bytes: " + percent(share) + ", where one in a hundred may.", "fewer spills; the counters do not tell by how much sections were too large, so look again after it.");
        tier = next;
    }

    // ---- limits of a server

    private void limits() {
        if (profile.requests.isEmpty() && profile.largestLine == 0) {
            return;
        }
        int bytes = largest(profile.requests, HeaderSection::limitBytes);
        int count = largest(profile.requests, section -> section.fields().size());
        if (!profile.partial) {
            maxHeaderBytes = limit("maxHeaderBytes", current.maxHeaderBytes(), bytes, "The largest header section of a request has " + TextTable.number(bytes) + " bytes as the limit counts them", "431");
            maxHeaderCount = limit("maxHeaderCount", current.maxHeaderCount(), count, "The most fields of a request are " + TextTable.number(count), "431");
        }
        if (profile.largestLine > 0) {
            maxRequestLineBytes = limit("maxRequestLineBytes", current.maxRequestLineBytes(), profile.largestLine, "The longest request line has " + TextTable.number(profile.largestLine) + " bytes", "414");
        }
    }

    private static int largest(List<HeaderSection> sections, ToIntFunction<HeaderSection> of) {
        return sections.stream().mapToInt(of).max().orElse(0);
    }

    private int limit(String name, int limit, int largest, String reason, String status) {
        int wanted = largest * HEADROOM > limit ? powerOfTwo(largest * HEADROOM) : limit;
        add(name, TextTable.number(limit), TextTable.number(wanted), reason + (wanted == limit ? "; the limit leaves room for twice that." : "; the limit should leave room for twice that."),
                largest > limit ? "such requests are served, where " + status + " answers them now." : "no " + status + " for requests somewhat larger than these.");
        return wanted;
    }

    // ---- buffers of a server

    private void buffers() {
        long usual = profile.contentBytes(90);
        if (usual == 0) {
            return;
        }
        long whole = Long.highestOneBit(Math.max(usual - 1, 1)) << 1;
        int wanted = whole <= DEFAULT_BUFFER ? (int) Math.max(whole, LEAST_BUFFER) : Math.clamp(whole / MOST_PIECES, DEFAULT_BUFFER, MOST_BUFFER);
        String reason = "90 % of " + BenchmarkText.plural(profile.contents.getTotalCount(), "content") + " have at most " + TextTable.number(usual) + " bytes, half at most "
                + TextTable.number(profile.contentBytes(50)) + (usual > MOST_BUFFER ? "; a reactor reads " + TextTable.number(MOST_BUFFER) + " at once" : "") + '.';
        String expected = wanted < current.bufferBytes() ? "an exchange that streams holds up to " + TextTable.number(2L * wanted) + " bytes in place of " + TextTable.number(2L * current.bufferBytes()) + '.'
                : "such a content passes the buffer in " + BenchmarkText.plural(rounds(usual, wanted), "piece") + " in place of " + TextTable.number(rounds(usual, current.bufferBytes())) + ", for "
                        + TextTable.number(2L * wanted) + " bytes of an exchange that streams.";
        add("bufferBytes", TextTable.number(current.bufferBytes()), TextTable.number(wanted), reason, expected);
        bufferBytes = wanted;
    }

    private static long rounds(long bytes, int buffer) {
        return (bytes + buffer - 1) / buffer;
    }

    // ---- the pool of a client

    private void pool() {
        if (profile.pool != null) {
            poolFromCounters();
            return;
        }
        if (profile.perSecond == 0 || profile.latencyNs == 0) {
            return;
        }
        // Little's law: what is in progress is the rate times the time that each takes.
        double inProgress = profile.perSecond * profile.latencyNs / 1e9;
        int needed = (int) Math.clamp(Math.max(Math.ceil(inProgress * POOL_HEADROOM), profile.overlap), 1, MOST_CONNECTIONS);
        int wanted = Math.max(needed, current.maxConnectionsPerOrigin()); // it is a bound, and what is not used costs nothing
        String reason = String.format(Locale.ROOT, "%s requests to one origin in its busiest second, of %s each: %.1f are in progress (Little's law)%s; %s connections carry that with bursts.",
                TextTable.number(round(profile.perSecond)), BenchmarkText.time(profile.latencyNs), inProgress, profile.overlap > 0 ? ", " + profile.overlap + " at most at once" : "", TextTable.number(needed));
        connections(wanted, reason, "no caller waits for a connection at this rate; with " + current.maxConnectionsPerOrigin() + " the pool carries "
                + TextTable.number(round(current.maxConnectionsPerOrigin() / profile.latencyNs * 1e9)) + " requests a second.");
    }

    private void poolFromCounters() {
        long waits = 0;
        int longest = -1;
        long[] histogram = profile.pool.waitHistogram();
        for (int i = 0; i < histogram.length; i++) {
            waits += histogram[i];
            longest = histogram[i] > 0 ? i : longest;
        }
        int demand = profile.pool.leased() + profile.pool.waiting();
        boolean grows = waits > 0 && demand >= current.maxConnectionsPerOrigin();
        int wanted = grows ? (int) Math.min(Math.ceil(demand * POOL_HEADROOM), MOST_CONNECTIONS) : current.maxConnectionsPerOrigin();
        String reason = waits == 0 ? "No caller ever waited for a connection." : BenchmarkText.plural(waits, "caller") + " waited for a connection, the longest up to "
                + BenchmarkText.time(Math.pow(2, longest + 1) * 1e3) + "; now " + profile.pool.leased() + " connections are in use and " + profile.pool.waiting() + " callers wait.";
        connections(wanted, reason, "room for all who ask now, and half as many again.");
    }

    private void connections(int perOrigin, String reason, String expected) {
        add("maxConnectionsPerOrigin", TextTable.number(current.maxConnectionsPerOrigin()), TextTable.number(perOrigin), reason, expected);
        // What was seen at once at all origins; a description does not tell, so all of them may be busy together.
        long all = profile.overlapOfAll > 0 ? (long) Math.ceil(profile.overlapOfAll * POOL_HEADROOM) : (long) perOrigin * Math.max(profile.origins, 1);
        int wanted = Math.max(current.maxConnections(), (int) Math.min(all, MOST_CONNECTIONS));
        if (wanted > current.maxConnections()) {
            add("maxConnections", TextTable.number(current.maxConnections()), TextTable.number(wanted), profile.overlapOfAll > 0 ? profile.overlapOfAll + " requests were in progress at once at all origins." : TextTable.number(perOrigin) + " connections to each of " + BenchmarkText.plural(profile.origins, "origin") + ".", "the origins do not take connections from each other.");
        }
        maxConnectionsPerOrigin = perOrigin;
        maxConnections = wanted;
    }

    // ---- the URL cache of a client

    private void urlCache() {
        if (profile.urls == 0 && (profile.pool == null || profile.pool.urlHits() + profile.pool.urlMisses() == 0)) {
            return;
        }
        int wanted = current.urlCacheEntries();
        String reason;
        if (profile.urls > 0) {
            wanted = profile.urls > wanted ? Math.min(powerOfTwo(profile.urls), MOST_URLS) : wanted;
            reason = BenchmarkText.plural(profile.urls, "different URL") + (wanted == current.urlCacheEntries() ? "; all of them fit." : "; the cache keeps those used last.");
        } else {
            double missed = (double) profile.pool.urlMisses() / (profile.pool.urlHits() + profile.pool.urlMisses());
            wanted = missed > TOLERATED_SPILLS_WHEN_SMALL && profile.pool.urlMisses() > wanted ? Math.min(wanted * 2, MOST_URLS) : wanted;
            reason = percent(missed) + " of the look-ups missed.";
        }
        add("urlCacheEntries", TextTable.number(current.urlCacheEntries()), TextTable.number(wanted), reason, "URLs that come again are not parsed again.");
        urlCacheEntries = wanted;
    }

    // ---- the JVM

    private void jvm() {
        TierFacts facts = TierFacts.of(tier);
        List<String> wanted = tier.equals(current.tier()) ? current.jvmArguments() : facts.jvmArguments();
        StringBuilder reason = new StringBuilder("The arguments of ").append(tier).append(facts.jvmAim().isEmpty() ? "." : " aim at " + decapitalized(facts.jvmAim()));
        for (int i = 0; i < wanted.size(); i++) {
            if (!current.jvmArguments().contains(wanted.get(i)) && !facts.jvmReasons().get(i).isEmpty()) {
                reason.append("\n      ").append(wanted.get(i)).append(": ").append(facts.jvmReasons().get(i));
            }
        }
        add("JVM", String.join(" ", current.jvmArguments()), String.join(" ", wanted), reason.toString(), "the figures that stand with each argument; --verify measures CPU time and memory of both for this workload.");
        jvmArguments = wanted;
    }

    // ---- pieces

    private Configuration advised() {
        return new Configuration(tier, maxHeaderBytes, maxHeaderCount, maxRequestLineBytes, bufferBytes, maxConnectionsPerOrigin, maxConnections, urlCacheEntries, jvmArguments);
    }

    private void add(String setting, String now, String wanted, String reason, String expected) {
        advice.add(new Advice(setting, now, wanted, reason, now.equals(wanted) ? "" : expected));
    }

    private static String decapitalized(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    private static int powerOfTwo(int least) {
        return Integer.highestOneBit(Math.max(least - 1, 1)) << 1;
    }

    private static double round(double value) {
        return value < 10 ? Math.round(value * 10) / 10.0 : Math.rint(value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
