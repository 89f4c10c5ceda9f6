package io.shockwave.internal.quic;

import java.util.HexFormat;

/** The versions spoken here, with everything in which they differ: 1 (RFC 9000, RFC 9001) and 2 (RFC 9369). Immutable; the arrays are not written to. */
public enum QuicVersion {
    /** RFC 9000 17.2; RFC 9001 5.2 (salt) and 5.8 (Retry). */
    V1(0x00000001, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", 0, "be0c690b9f66575a1d766b54e368c84e", "461599d35d632bf2239825bb"),
    /** RFC 9369 3. */
    V2(0x6b3343cf, "0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2 ", 1, "8fb4b01b56ac48e260fbcbcead7ccc92", "d86969bc2d7c6d9990efb04a");

    private static final PacketType[] LONG_TYPES = {PacketType.INITIAL, PacketType.ZERO_RTT, PacketType.HANDSHAKE, PacketType.RETRY};
    private static final QuicVersion[] ALL = values();

    private final int number;
    private final byte[] initialSalt;
    private final String keyLabel;
    private final String ivLabel;
    private final String headerProtectionLabel;
    private final String keyUpdateLabel;
    private final int typeShift;
    private final byte[] retryKey;
    private final byte[] retryNonce;

    QuicVersion(int number, String initialSalt, String labels, int typeShift, String retryKey, String retryNonce) {
        this.number = number;
        this.initialSalt = HexFormat.of().parseHex(initialSalt);
        this.keyLabel = labels + "key";
        this.ivLabel = labels + "iv";
        this.headerProtectionLabel = labels + "hp";
        this.keyUpdateLabel = labels + "ku";
        this.typeShift = typeShift;
        this.retryKey = HexFormat.of().parseHex(retryKey);
        this.retryNonce = HexFormat.of().parseHex(retryNonce);
    }

    /** The version with this number; {@code null} when it is not spoken. */
    public static QuicVersion of(int number) {
        for (QuicVersion version : ALL) {
            if (version.number == number) {
                return version;
            }
        }
        return null;
    }

    /** Whether a number has the form 0x?a?a?a?a, reserved to exercise version negotiation (RFC 9000 15). */
    public static boolean isReserved(int number) {
        return (number & 0x0F0F0F0F) == 0x0A0A0A0A;
    }

    /** The 32 bits of the Version field. */
    public int number() {
        return number;
    }

    /** What the two type bits of a long header say. */
    PacketType longType(int bits) {
        return LONG_TYPES[(bits - typeShift) & 3];
    }

    /** The two type bits of a long header. */
    int typeBits(PacketType type) {
        assert type.ordinal() < LONG_TYPES.length : type;
        return (type.ordinal() + typeShift) & 3;
    }

    byte[] initialSalt() {
        return initialSalt;
    }

    String keyLabel() {
        return keyLabel;
    }

    String ivLabel() {
        return ivLabel;
    }

    String headerProtectionLabel() {
        return headerProtectionLabel;
    }

    String keyUpdateLabel() {
        return keyUpdateLabel;
    }

    byte[] retryKey() {
        return retryKey;
    }

    byte[] retryNonce() {
        return retryNonce;
    }
}
