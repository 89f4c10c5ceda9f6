package io.shockwave.internal.http3;

/**
 * What a server's SETTINGS said on the connection that a ticket is from (RFC 9114 7.2.4.2): a client keeps to it in early data, until the server's new SETTINGS come. Immutable.
 *
 * @param tableBytes of the dynamic table; not used in early data, but the server must repeat it (RFC 9204 3.2.3)
 * @param sectionBytes {@link VarInts#MAX} for no limit
 */
record RememberedSettings(long tableBytes, long blockedStreams, long sectionBytes, boolean extendedConnect, boolean datagrams) {
    /** What counts where nothing is known. */
    static final RememberedSettings DEFAULTS = new RememberedSettings(0, 0, VarInts.MAX, false, false);
    private static final int EXTENDED_CONNECT = 1;
    private static final int DATAGRAMS = 1 << 1;

    static RememberedSettings of(PeerControl peer) {
        return new RememberedSettings(peer.tableBytes, peer.blockedStreams, Math.min(peer.sectionBytes, VarInts.MAX), peer.extendedConnect, peer.datagrams);
    }

    byte[] encode() {
        byte[] bytes = new byte[VarInts.length(tableBytes) + VarInts.length(blockedStreams) + VarInts.length(sectionBytes) + 1];
        int at = VarInts.put(bytes, 0, tableBytes);
        at += VarInts.put(bytes, at, blockedStreams);
        at += VarInts.put(bytes, at, sectionBytes);
        bytes[at] = (byte) ((extendedConnect ? EXTENDED_CONNECT : 0) | (datagrams ? DATAGRAMS : 0));
        return bytes;
    }

    /** @param bytes as {@link #encode} made them; empty for the defaults */
    static RememberedSettings decode(byte[] bytes) {
        if (bytes.length == 0) {
            return DEFAULTS;
        }
        int second = VarInts.lengthOf(bytes[0]);
        int third = second + VarInts.lengthOf(bytes[second]);
        int flags = bytes[third + VarInts.lengthOf(bytes[third])];
        return new RememberedSettings(VarInts.get(bytes, 0), VarInts.get(bytes, second), VarInts.get(bytes, third), (flags & EXTENDED_CONNECT) != 0, (flags & DATAGRAMS) != 0);
    }

    /** What a server that took early data does wrong by these SETTINGS; null for nothing. */
    Http3Error brokenBy(RememberedSettings now) {
        if (tableBytes != 0 && now.tableBytes != tableBytes) {
            return Http3Error.QPACK_DECODER_STREAM_ERROR; // RFC 9204 3.2.3
        }
        boolean reduced = now.blockedStreams < blockedStreams || now.sectionBytes < sectionBytes || extendedConnect && !now.extendedConnect || datagrams && !now.datagrams;
        return reduced ? Http3Error.SETTINGS_ERROR : null;
    }
}
