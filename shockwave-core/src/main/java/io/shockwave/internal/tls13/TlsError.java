package io.shockwave.internal.tls13;

/**
 * What a handshake ends with when it fails, as QUIC's error codes: 0x0100 plus the alert (RFC 9001 4.8, RFC 8446 6.2), and the one error of QUIC's own that TLS can cause.
 * Zero is no error. Stateless.
 */
public final class TlsError {
    public static final int NONE = 0;
    /** RFC 9000 20.1. */
    public static final int PROTOCOL_VIOLATION = 0x0A;

    public static final int UNEXPECTED_MESSAGE = 0x010A;
    public static final int HANDSHAKE_FAILURE = 0x0128;
    public static final int BAD_CERTIFICATE = 0x012A;
    public static final int UNSUPPORTED_CERTIFICATE = 0x012B;
    public static final int CERTIFICATE_REVOKED = 0x012C;
    public static final int CERTIFICATE_EXPIRED = 0x012D;
    public static final int CERTIFICATE_UNKNOWN = 0x012E;
    public static final int ILLEGAL_PARAMETER = 0x012F;
    public static final int UNKNOWN_CA = 0x0130;
    public static final int ACCESS_DENIED = 0x0131;
    public static final int DECODE_ERROR = 0x0132;
    public static final int DECRYPT_ERROR = 0x0133;
    public static final int PROTOCOL_VERSION = 0x0146;
    public static final int INSUFFICIENT_SECURITY = 0x0147;
    public static final int INTERNAL_ERROR = 0x0150;
    public static final int MISSING_EXTENSION = 0x016D;
    public static final int UNSUPPORTED_EXTENSION = 0x016E;
    public static final int UNRECOGNIZED_NAME = 0x0170;
    public static final int UNKNOWN_PSK_IDENTITY = 0x0173;
    public static final int CERTIFICATE_REQUIRED = 0x0174;
    public static final int NO_APPLICATION_PROTOCOL = 0x0178;

    private static final int CRYPTO_ERROR = 0x0100;

    private TlsError() {
    }

    /** Whether this is 0x0100 plus an alert. */
    public static boolean isAlert(long error) {
        return error >= CRYPTO_ERROR && error <= CRYPTO_ERROR + 0xFF;
    }

    /** The name as RFC 8446 writes it, for people; the number for alerts that have none here. */
    public static String name(long error) {
        return switch ((int) error) {
            case NONE -> "none";
            case PROTOCOL_VIOLATION -> "PROTOCOL_VIOLATION";
            case UNEXPECTED_MESSAGE -> "unexpected_message";
            case HANDSHAKE_FAILURE -> "handshake_failure";
            case BAD_CERTIFICATE -> "bad_certificate";
            case UNSUPPORTED_CERTIFICATE -> "unsupported_certificate";
            case CERTIFICATE_REVOKED -> "certificate_revoked";
            case CERTIFICATE_EXPIRED -> "certificate_expired";
            case CERTIFICATE_UNKNOWN -> "certificate_unknown";
            case ILLEGAL_PARAMETER -> "illegal_parameter";
            case UNKNOWN_CA -> "unknown_ca";
            case ACCESS_DENIED -> "access_denied";
            case DECODE_ERROR -> "decode_error";
            case DECRYPT_ERROR -> "decrypt_error";
            case PROTOCOL_VERSION -> "protocol_version";
            case INSUFFICIENT_SECURITY -> "insufficient_security";
            case INTERNAL_ERROR -> "internal_error";
            case MISSING_EXTENSION -> "missing_extension";
            case UNSUPPORTED_EXTENSION -> "unsupported_extension";
            case UNRECOGNIZED_NAME -> "unrecognized_name";
            case UNKNOWN_PSK_IDENTITY -> "unknown_psk_identity";
            case CERTIFICATE_REQUIRED -> "certificate_required";
            case NO_APPLICATION_PROTOCOL -> "no_application_protocol";
            default -> isAlert(error) ? "alert " + (error & 0xFF) : "error " + error;
        };
    }
}
