package io.shockwave.internal.qpack;

/** How QPACK fails: each ends the connection (RFC 9204 6). Immutable; returned, never thrown. */
public enum QpackError {
    /** A field section could not be interpreted. */
    DECOMPRESSION_FAILED(0x0200),
    /** An instruction on the peer's encoder stream could not be interpreted. */
    ENCODER_STREAM_ERROR(0x0201),
    /** An instruction on the peer's decoder stream could not be interpreted. */
    DECODER_STREAM_ERROR(0x0202);

    private final long code;

    QpackError(long code) {
        this.code = code;
    }

    /** The code on the wire. */
    public long code() {
        return code;
    }
}
