package io.shockwave.internal.quic;

/** Frame types (RFC 9000 19, RFC 9221 4) and the packets that may carry them. */
final class FrameType {
    static final int PADDING = 0x00;
    static final int PING = 0x01;
    static final int ACK = 0x02;
    static final int ACK_ECN = 0x03;
    static final int RESET_STREAM = 0x04;
    static final int STOP_SENDING = 0x05;
    static final int CRYPTO = 0x06;
    static final int NEW_TOKEN = 0x07;
    /** To 0x0f: the bits {@link #STREAM_OFF}, {@link #STREAM_LEN} and {@link #STREAM_FIN}. */
    static final int STREAM = 0x08;
    static final int STREAM_OFF = 0x04;
    static final int STREAM_LEN = 0x02;
    static final int STREAM_FIN = 0x01;
    static final int MAX_DATA = 0x10;
    static final int MAX_STREAM_DATA = 0x11;
    static final int MAX_STREAMS_BIDI = 0x12;
    static final int MAX_STREAMS_UNI = 0x13;
    static final int DATA_BLOCKED = 0x14;
    static final int STREAM_DATA_BLOCKED = 0x15;
    static final int STREAMS_BLOCKED_BIDI = 0x16;
    static final int STREAMS_BLOCKED_UNI = 0x17;
    static final int NEW_CONNECTION_ID = 0x18;
    static final int RETIRE_CONNECTION_ID = 0x19;
    static final int PATH_CHALLENGE = 0x1a;
    static final int PATH_RESPONSE = 0x1b;
    static final int CONNECTION_CLOSE = 0x1c;
    static final int CONNECTION_CLOSE_APPLICATION = 0x1d;
    static final int HANDSHAKE_DONE = 0x1e;
    /** RFC 9221 4: without and with a length. */
    static final int DATAGRAM = 0x30;
    static final int DATAGRAM_LEN = 0x31;

    private static final int ANYWHERE = bits("IH01");
    private static final int HANDSHAKE = bits("IH_1");
    private static final int APPLICATION = bits("__01");
    private static final int ONE_RTT = bits("___1");
    /** RFC 9000 12.4, table 3; RFC 9000 12.5 lets a server refuse in 0-RTT what cannot have been sent in it, so RETIRE_CONNECTION_ID is 1-RTT only. */
    private static final int[] ALLOWED = {
        ANYWHERE, ANYWHERE, HANDSHAKE, HANDSHAKE, APPLICATION, APPLICATION, HANDSHAKE, ONE_RTT,
        APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION,
        APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION, APPLICATION,
        APPLICATION, ONE_RTT, APPLICATION, ONE_RTT, ANYWHERE, APPLICATION, ONE_RTT,
    };

    private FrameType() {}

    private static int bits(String allowed) {
        PacketType[] types = {PacketType.INITIAL, PacketType.HANDSHAKE, PacketType.ZERO_RTT, PacketType.ONE_RTT};
        int bits = 0;
        for (int i = 0; i < types.length; i++) {
            bits |= allowed.charAt(i) == '_' ? 0 : types[i].bit();
        }
        return bits;
    }

    static boolean isKnown(long type) {
        return type < ALLOWED.length || type == DATAGRAM || type == DATAGRAM_LEN;
    }

    /** Whether a packet may carry a known type. */
    static boolean isAllowed(int type, PacketType packet) {
        return ((type < ALLOWED.length ? ALLOWED[type] : APPLICATION) & packet.bit()) != 0;
    }

    /** RFC 9002 2: all frames but ACK, PADDING and CONNECTION_CLOSE. */
    static boolean isAckEliciting(int type) {
        return type > ACK_ECN && type != CONNECTION_CLOSE && type != CONNECTION_CLOSE_APPLICATION || type == PING;
    }

    /** RFC 9000 9.1: frames that do not make a packet migrate the connection. */
    static boolean isProbing(int type) {
        return type == PADDING || type == PATH_CHALLENGE || type == PATH_RESPONSE || type == NEW_CONNECTION_ID;
    }
}
