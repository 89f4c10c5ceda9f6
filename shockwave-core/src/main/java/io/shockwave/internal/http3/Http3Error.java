package io.shockwave.internal.http3;

/** The error codes of HTTP/3 (RFC 9114 8.1, RFC 9204 6, RFC 9297 5.2), with the words that go into a closing frame. Immutable; returned, never thrown. */
public enum Http3Error {
    NO_ERROR(0x0100, "RFC 9114 5.2", "done"),
    GENERAL_PROTOCOL_ERROR(0x0101, "RFC 9114 8", "a rule of the protocol was broken"),
    INTERNAL_ERROR(0x0102, "RFC 9114 8", "an error of our own"),
    STREAM_CREATION_ERROR(0x0103, "RFC 9114 6", "a stream that must not be created, or not twice"),
    CLOSED_CRITICAL_STREAM(0x0104, "RFC 9114 6.2.1", "a stream that the connection needs was closed"),
    FRAME_UNEXPECTED(0x0105, "RFC 9114 7", "a frame that is not permitted there or then"),
    FRAME_ERROR(0x0106, "RFC 9114 7.1", "a frame is malformed or cut"),
    EXCESSIVE_LOAD(0x0107, "RFC 9114 10.5", "too much is asked of us"),
    ID_ERROR(0x0108, "RFC 9114 7.2", "an identifier that cannot be, or that grew or shrank where it must not"),
    SETTINGS_ERROR(0x0109, "RFC 9114 7.2.4", "a setting is repeated, reserved or out of range"),
    MISSING_SETTINGS(0x010A, "RFC 9114 6.2.1", "the control stream does not begin with SETTINGS"),
    REQUEST_REJECTED(0x010B, "RFC 9114 4.1.1", "the request was not processed"),
    REQUEST_CANCELLED(0x010C, "RFC 9114 4.1.1", "the request or its response is no longer wanted"),
    REQUEST_INCOMPLETE(0x010D, "RFC 9114 4.1", "the stream ended before the request was complete"),
    MESSAGE_ERROR(0x010E, "RFC 9114 4.1.2", "a message is malformed"),
    CONNECT_ERROR(0x010F, "RFC 9114 4.4", "the tunnel's connection was reset"),
    VERSION_FALLBACK(0x0110, "RFC 9114 8.1", "the request is to be sent over HTTP/1.1"),
    QPACK_DECOMPRESSION_FAILED(0x0200, "RFC 9204 6", "a field section cannot be interpreted"),
    QPACK_ENCODER_STREAM_ERROR(0x0201, "RFC 9204 6", "an instruction of the encoder cannot be interpreted"),
    QPACK_DECODER_STREAM_ERROR(0x0202, "RFC 9204 6", "an instruction of the decoder cannot be interpreted"),
    DATAGRAM_ERROR(0x33, "RFC 9297 2.1", "a datagram names no stream that can be");

    private final long code;
    private final String rule;
    private final String text;

    Http3Error(long code, String rule, String text) {
        this.code = code;
        this.rule = rule;
        this.text = text;
    }

    /** The code on the wire. */
    public long code() {
        return code;
    }

    /** Where it is defined or was broken. */
    public String rule() {
        return rule;
    }

    public String text() {
        return text;
    }

    /** The constant with this code; null for codes of others, which count as {@link #NO_ERROR} (RFC 9114 9). */
    public static Http3Error of(long code) {
        for (Http3Error error : ALL) {
            if (error.code == code) {
                return error;
            }
        }
        return null;
    }

    private static final Http3Error[] ALL = values();
}
