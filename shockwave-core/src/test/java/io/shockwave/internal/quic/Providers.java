package io.shockwave.internal.quic;

import java.util.List;

/** The ways to protect packets on this platform. */
final class Providers {
    private Providers() {}

    /** JCA and, where it is there, libcrypto. */
    static List<PacketProtectionProvider> all() {
        PacketProtectionProvider jca = new JcaProtectionProvider();
        PacketProtectionProvider best = NativeProtectionProvider.best();
        return best.name().equals(jca.name()) ? List.of(jca) : List.of(jca, best);
    }
}
