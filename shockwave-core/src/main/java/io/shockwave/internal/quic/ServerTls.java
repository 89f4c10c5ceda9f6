package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.ReplayGuard;
import io.shockwave.internal.tls13.TlsServerSettings;

/** A server's TLS settings as each QUIC version needs them: tickets are good for the version that they were made in, and early data for the limits that they were made under. Immutable. */
final class ServerTls {
    private final TlsServerSettings[] byVersion = new TlsServerSettings[QuicVersion.values().length];

    /** @param given its contexts, at most 200 bytes each, are the application's */
    ServerTls(TlsServerSettings given, QuicSettings settings) {
        TlsServerSettings base = settings.isEarlyDataAccepted() ? given : given.withTickets(given.tickets(), ReplayGuard.REFUSES);
        byte[] early = joined(limits(settings), given.earlyDataContext());
        for (QuicVersion version : QuicVersion.values()) {
            byte[] number = new byte[4];
            put(number, 0, version.number());
            byVersion[version.ordinal()] = base.withContexts(joined(number, given.sessionContext()), early);
        }
    }

    /** For a connection whose first packet is of this version. */
    TlsServerSettings of(QuicVersion version) {
        return byVersion[version.ordinal()];
    }

    /** RFC 9369 5: a ticket is of the version that was agreed on, which need not be that of the first packet. */
    byte[] sessionContext(QuicVersion version) {
        return of(version).sessionContext();
    }

    /** What a server that accepts early data MUST NOT reduce (RFC 9000 7.4.1, RFC 9221 3). */
    private static byte[] limits(QuicSettings s) {
        int[] all = {s.connectionWindowBytes(), s.streamWindowBytes(), s.maxBidirectionalStreams(), s.maxUnidirectionalStreams(), PeerIds.MAX_ACTIVE, s.datagramFrameBytes()};
        byte[] bytes = new byte[4 * all.length];
        for (int i = 0; i < all.length; i++) {
            put(bytes, 4 * i, all[i]);
        }
        return bytes;
    }

    private static void put(byte[] dst, int off, int value) {
        for (int i = 0; i < 4; i++) {
            dst[off + i] = (byte) (value >>> 24 - 8 * i);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
