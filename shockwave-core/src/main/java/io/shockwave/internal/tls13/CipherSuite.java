package io.shockwave.internal.tls13;

/** The suites of TLS 1.3 that QUIC can use (RFC 8446 B.4, RFC 9001 5.3). */
public enum CipherSuite {
    AES_128_GCM_SHA256(0x1301, 16, 32, "SHA-256", "HmacSHA256"),
    AES_256_GCM_SHA384(0x1302, 32, 48, "SHA-384", "HmacSHA384"),
    CHACHA20_POLY1305_SHA256(0x1303, 32, 32, "SHA-256", "HmacSHA256");

    private static final CipherSuite[] ALL = values();

    private final int code;
    private final int keyBytes;
    private final int hashBytes;
    private final String hash;
    private final String mac;

    CipherSuite(int code, int keyBytes, int hashBytes, String hash, String mac) {
        this.code = code;
        this.keyBytes = keyBytes;
        this.hashBytes = hashBytes;
        this.hash = hash;
        this.mac = mac;
    }

    /** The suite of a code point, or null for one that is not spoken here. */
    static CipherSuite ofCode(int code) {
        for (CipherSuite suite : ALL) {
            if (suite.code == code) {
                return suite;
            }
        }
        return null;
    }

    /** The code point of the registry. */
    public int code() {
        return code;
    }

    /** Length of a packet-protection key; that of a header-protection key as well (RFC 9001 5.4). */
    public int keyBytes() {
        return keyBytes;
    }

    /** Length of every secret of this suite. */
    public int hashBytes() {
        return hashBytes;
    }

    String hash() {
        return hash;
    }

    String mac() {
        return mac;
    }

    /** Whether a session of the other suite can be resumed with this one: the hash alone counts (RFC 8446 4.6.1). */
    boolean hasHashOf(CipherSuite other) {
        return hashBytes == other.hashBytes;
    }
}
