package io.shockwave.internal.quic;

/** Transport error codes (RFC 9000 20.1, RFC 9368 10.2): what a CONNECTION_CLOSE of type 0x1c carries. Returned by whatever judges a peer; {@link #NO_ERROR}, 0, is approval. */
public final class QuicError {
    public static final int NO_ERROR = 0x00;
    public static final int INTERNAL_ERROR = 0x01;
    public static final int CONNECTION_REFUSED = 0x02;
    public static final int FLOW_CONTROL_ERROR = 0x03;
    public static final int STREAM_LIMIT_ERROR = 0x04;
    public static final int STREAM_STATE_ERROR = 0x05;
    public static final int FINAL_SIZE_ERROR = 0x06;
    public static final int FRAME_ENCODING_ERROR = 0x07;
    public static final int TRANSPORT_PARAMETER_ERROR = 0x08;
    public static final int CONNECTION_ID_LIMIT_ERROR = 0x09;
    public static final int PROTOCOL_VIOLATION = 0x0a;
    public static final int INVALID_TOKEN = 0x0b;
    public static final int APPLICATION_ERROR = 0x0c;
    public static final int CRYPTO_BUFFER_EXCEEDED = 0x0d;
    public static final int KEY_UPDATE_ERROR = 0x0e;
    public static final int AEAD_LIMIT_REACHED = 0x0f;
    public static final int NO_VIABLE_PATH = 0x10;
    public static final int VERSION_NEGOTIATION_ERROR = 0x11;
    /** A TLS alert is this plus its description, 0 to 255 (RFC 9001 4.8). */
    public static final int CRYPTO_ERROR = 0x0100;

    private static final String[] NAMES = {
        "NO_ERROR", "INTERNAL_ERROR", "CONNECTION_REFUSED", "FLOW_CONTROL_ERROR", "STREAM_LIMIT_ERROR", "STREAM_STATE_ERROR", "FINAL_SIZE_ERROR", "FRAME_ENCODING_ERROR",
        "TRANSPORT_PARAMETER_ERROR", "CONNECTION_ID_LIMIT_ERROR", "PROTOCOL_VIOLATION", "INVALID_TOKEN", "APPLICATION_ERROR", "CRYPTO_BUFFER_EXCEEDED", "KEY_UPDATE_ERROR",
        "AEAD_LIMIT_REACHED", "NO_VIABLE_PATH", "VERSION_NEGOTIATION_ERROR",
    };

    private QuicError() {}

    /** The name in the registry, {@code CRYPTO_ERROR(alert)} for a TLS alert, or the code in hexadecimal. For logs and exceptions; may allocate. */
    public static String name(long code) {
        if (code >= 0 && code < NAMES.length) {
            return NAMES[(int) code];
        }
        return code >> 8 == 1 ? "CRYPTO_ERROR(" + (code & 0xFF) + ")" : "0x" + Long.toHexString(code);
    }

    /** Where the code is defined. */
    public static String section(long code) {
        if (code == VERSION_NEGOTIATION_ERROR) {
            return "RFC 9368 10.2";
        }
        return code >> 8 == 1 ? "RFC 9001 4.8" : "RFC 9000 20.1";
    }
}
