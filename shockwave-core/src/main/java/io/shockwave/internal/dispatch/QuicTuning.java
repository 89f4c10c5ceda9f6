package io.shockwave.internal.dispatch;

import io.shockwave.QuicOptions;
import io.shockwave.QuicStats;
import io.shockwave.internal.events.QlogDirectory;
import io.shockwave.internal.events.QuicRecorder;
import io.shockwave.internal.quic.CongestionChoice;
import io.shockwave.internal.quic.LoadBalancing;
import io.shockwave.internal.quic.QuicCounters;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.quic.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Between the public options and counters of QUIC and those of its engine. Stateless. */
public final class QuicTuning {
    /** The system property that names the {@link RetryPolicy} of servers started from then on. */
    private static final String RETRY_PROPERTY = "io.shockwave.quic.retry";

    /** The largest DATAGRAM frame that is taken, where any is (RFC 9221 3); a packet is the narrower bound. */
    public static final int DATAGRAM_FRAME_BYTES = 65_535;

    private QuicTuning() {
    }

    /** What holds for both sides. @throws IOException if qlog is asked for where it cannot be written */
    public static QuicSettings settings(QuicOptions options, long defaultIdleNs) throws IOException {
        QuicSettings settings = new QuicSettings().congestion(CongestionChoice.valueOf(options.congestion().name())).observer(QuicRecorder.INSTANCE).isSpinBitUsed(options.spinBit()).isPostQuantumOffered(options.postQuantum())
                .idleTimeoutNs(options.idleTimeout().map(Duration::toNanos).orElse(defaultIdleNs)).keepAliveNs(options.keepAlive().map(Duration::toNanos).orElse(0L));
        if (options.qlog().isPresent()) {
            settings.qlog(QlogDirectory.of(options.qlog().get()));
        }
        return settings;
    }

    /** What holds for a server besides. */
    static QuicSettings server(QuicOptions options, long defaultIdleNs, int maxConnections) throws IOException {
        String retry = options.retry().map(Enum::name).orElseGet(() -> System.getProperty(RETRY_PROPERTY, RetryPolicy.UNDER_LOAD.name()));
        QuicSettings settings = settings(options, defaultIdleNs).maxConnections(maxConnections).maxBidirectionalStreams(options.maxStreams()).retry(RetryPolicy.valueOf(retry));
        options.loadBalancer().ifPresent(b -> settings.loadBalancing(new LoadBalancing(b.configuration(), b.serverId(), b.nonceBytes(), b.key())));
        return settings;
    }

    /** The sums of endpoints' counters. */
    public static QuicStats stats(List<QuicCounters> all) {
        if (all.isEmpty()) {
            return QuicStats.NONE;
        }
        return new QuicStats(
                sum(all, QuicCounters.STARTED),
                sum(all, QuicCounters.STARTED) - sum(all, QuicCounters.FORGOTTEN),
                sum(all, QuicCounters.HANDSHAKES_FAILED),
                sum(all, QuicCounters.CLOSED_BY_APPLICATION),
                sum(all, QuicCounters.CLOSED_IDLE),
                sum(all, QuicCounters.CLOSED_OUR_ERROR),
                sum(all, QuicCounters.CLOSED_PEER_ERROR),
                sum(all, QuicCounters.CLOSED_BY_RESET),
                sum(all, QuicCounters.CLOSED_UNANSWERED),
                sum(all, QuicCounters.RETRIES),
                sum(all, QuicCounters.RESETS_SENT),
                sum(all, QuicCounters.DATAGRAMS_IN),
                sum(all, QuicCounters.DATAGRAMS_OUT),
                sum(all, QuicCounters.BYTES_IN),
                sum(all, QuicCounters.BYTES_OUT),
                sum(all, QuicCounters.PACKETS_LOST),
                sum(all, QuicCounters.MIGRATIONS),
                sum(all, QuicCounters.FORWARDED),
                sum(all, QuicCounters.FORWARDS_DROPPED),
                sum(all, QuicCounters.STRAY),
                sum(all, QuicCounters.EARLY_ACCEPTED),
                sum(all, QuicCounters.EARLY_REFUSED));
    }

    private static long sum(List<QuicCounters> all, int counter) {
        long sum = 0;
        for (QuicCounters one : all) {
            sum += one.get(counter);
        }
        return sum;
    }
}
