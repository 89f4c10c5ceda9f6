package io.shockwave.internal.quic;

import java.util.List;

/** The ways to protect packets on this platform. */
final class Providers {
    private Providers() {}

    static List<PacketProtectionProvider> all() {
        return List.of(new JcaProtectionProvider());
    }
}
