package io.shockwave.internal.http3;

/**
 * Where the frames of a stream begin and end (RFC 9114 7.1), however they are cut; payloads are its owner's to read. Owned by a stream.
 *
 * <pre>
 *   TYPE ──▶ LENGTH ──▶ PAYLOAD ──(all consumed)──▶ TYPE
 * </pre>
 */
final class Http3FrameDecoder {
    private static final int TYPE = 0;
    private static final int LENGTH = 1;
    private static final int PAYLOAD = 2;

    private final VarInts integer = new VarInts();
    private int step;
    private long type;
    private long left;

    void start() {
        step = TYPE;
        integer.start();
    }

    /** Takes bytes of a frame's type and length, until both are there. @return the bytes taken */
    int header(byte[] buf, int off, int len) {
        int n = 0;
        while (step != PAYLOAD && n < len) {
            n += integer.take(buf, off + n, len - n);
            if (!integer.isComplete()) {
                break;
            }
            if (step == TYPE) {
                type = integer.value();
                step = LENGTH;
            } else {
                left = integer.value();
                step = PAYLOAD;
            }
            integer.start();
        }
        return n;
    }

    /** Whether type and length are there. */
    boolean inPayload() {
        return step == PAYLOAD;
    }

    /** Whether no byte of a frame is there: the stream may end. */
    boolean isBetweenFrames() {
        return step == TYPE && !integer.isBegun();
    }

    long type() {
        return type;
    }

    /** Bytes of the payload that were not consumed. */
    long left() {
        return left;
    }

    /** {@code n} bytes of the payload were read. */
    void consumed(long n) {
        left -= n;
    }

    /** All of the payload was consumed: the next frame begins. */
    void next() {
        step = TYPE;
    }
}
