package io.shockwave.internal.quic;

/** The packet-number spaces (RFC 9000 12.3), as small numbers that index arrays. */
final class PacketSpace {
    static final int INITIAL = 0;
    static final int HANDSHAKE = 1;
    static final int APPLICATION = 2;
    static final int COUNT = 3;

    private PacketSpace() {}
}
