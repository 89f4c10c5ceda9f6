package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls13.TlsKeys;

/**
 * What the connections of an endpoint share. Confined to the endpoint's thread.
 *
 * @param epochMs wall-clock time, in ms since 1970, when the clock of {@code nowNs} read 0: tickets and tokens outlive that clock
 */
record QuicContext(QuicSettings settings, Slab slab, RandomBytes random, PacketProtectionProvider protections, TlsKeys keys, long epochMs, QuicCounters counters, RestStore rest) {
    QuicContext(QuicSettings settings, Slab slab, RandomBytes random, PacketProtectionProvider protections, TlsKeys keys, long epochMs) {
        this(settings, slab, random, protections, keys, epochMs, new QuicCounters(), new RestStore());
    }

    long wallMs(long nowNs) {
        return epochMs + nowNs / 1_000_000;
    }
}
