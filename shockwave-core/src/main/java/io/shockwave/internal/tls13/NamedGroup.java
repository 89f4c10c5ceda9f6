package io.shockwave.internal.tls13;

/** Groups for the key exchange (RFC 8446 4.2.7; draft-ietf-tls-ecdhe-mlkem for the hybrid). */
public enum NamedGroup {
    X25519(0x001D, 32, 32),
    SECP256R1(0x0017, 65, 65),
    SECP384R1(0x0018, 97, 97),
    /** ML-KEM-768 first and X25519 behind it, in the shares and in the secret. */
    X25519MLKEM768(0x11EC, 1184 + 32, 1088 + 32);

    private static final NamedGroup[] ALL = values();

    private final int code;
    private final int clientShareBytes;
    private final int serverShareBytes;

    NamedGroup(int code, int clientShareBytes, int serverShareBytes) {
        this.code = code;
        this.clientShareBytes = clientShareBytes;
        this.serverShareBytes = serverShareBytes;
    }

    /** The group of a code point, or null for one that is not spoken here. */
    static NamedGroup ofCode(int code) {
        for (NamedGroup group : ALL) {
            if (group.code == code) {
                return group;
            }
        }
        return null;
    }

    /** The code point of the registry. */
    public int code() {
        return code;
    }

    /** The exact length of a client's key_exchange. */
    public int clientShareBytes() {
        return clientShareBytes;
    }

    /** The exact length of a server's key_exchange. */
    public int serverShareBytes() {
        return serverShareBytes;
    }
}
