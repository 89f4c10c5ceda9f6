package io.shockwave.internal.quic;

/** The kinds of QUIC packet (RFC 9000 17). */
public enum PacketType {
    INITIAL,
    ZERO_RTT,
    HANDSHAKE,
    RETRY,
    /** The short header. */
    ONE_RTT,
    VERSION_NEGOTIATION;

    /** The three packet number spaces (RFC 9000 12.3). */
    public static final int INITIAL_SPACE = 0;
    public static final int HANDSHAKE_SPACE = 1;
    public static final int APPLICATION_SPACE = 2;

    /** The packet number space of this type; -1 for Retry and Version Negotiation, which have no number. */
    public int space() {
        return switch (this) {
            case INITIAL -> INITIAL_SPACE;
            case HANDSHAKE -> HANDSHAKE_SPACE;
            case ZERO_RTT, ONE_RTT -> APPLICATION_SPACE;
            case RETRY, VERSION_NEGOTIATION -> -1;
        };
    }

    /** One bit for each type, for tables of what is allowed where. */
    int bit() {
        return 1 << ordinal();
    }
}
