package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls13.EncryptionLevel;

/** What belongs to one packet number space: the handshake's bytes, what is to be acknowledged, and for Initial and Handshake packets the keys. Owned by a connection. */
final class NumberSpace {
    final PacketType type;
    final int index;
    CryptoStream crypto;
    AckTracker acks;
    private PacketProtection read;
    private PacketProtection write;
    private boolean discarded;

    NumberSpace(PacketType type, EncryptionLevel level, QuicSettings settings, Slab slab) {
        this.type = type;
        index = type.space();
        crypto = new CryptoStream(level, slab);
        acks = new AckTracker(type != PacketType.ONE_RTT, settings.maxAckDelayNs());
    }

    PacketProtection read() {
        return read;
    }

    PacketProtection write() {
        return write;
    }

    void read(PacketProtection protection) {
        wipe(read);
        read = protection;
    }

    void write(PacketProtection protection) {
        wipe(write);
        write = protection;
    }

    boolean isDiscarded() {
        return discarded;
    }

    /** RFC 9001 4.9: packets of this space are neither sent nor read any more. */
    void discard() {
        if (discarded) {
            return;
        }
        discarded = true;
        wipe(read);
        wipe(write);
        read = null;
        write = null;
        acks = AckTracker.CLOSED;
        crypto.close();
        crypto = CryptoStream.CLOSED;
    }

    private static void wipe(PacketProtection protection) {
        if (protection != null) {
            protection.wipe();
        }
    }
}
