package io.shockwave.internal.http3;

/** The SETTINGS frame that we send (RFC 9114 7.2.4). Stateless. */
final class OwnSettings {
    static final int MOST_BYTES = 64;

    private OwnSettings() {
    }

    /** @return the bytes written from the start of {@code dst} */
    static int put(byte[] dst, Http3Settings settings, boolean server) {
        int at = 2; // behind type and a length of one byte
        at += setting(dst, at, FrameType.SETTING_SECTION_SIZE, settings.limits().headerBytes());
        if (settings.tableBytes() > 0) {
            at += setting(dst, at, FrameType.SETTING_TABLE_CAPACITY, settings.tableBytes());
            at += setting(dst, at, FrameType.SETTING_BLOCKED_STREAMS, settings.blockedStreams());
        }
        if (settings.extendedConnect() && server) {
            at += setting(dst, at, FrameType.SETTING_EXTENDED_CONNECT, 1);
        }
        if (settings.datagrams()) {
            at += setting(dst, at, FrameType.SETTING_DATAGRAM, 1);
        }
        dst[0] = (byte) FrameType.SETTINGS;
        dst[1] = (byte) (at - 2);
        return at;
    }

    private static int setting(byte[] dst, int at, long id, long value) {
        int n = VarInts.put(dst, at, id);
        return n + VarInts.put(dst, at + n, value);
    }
}
