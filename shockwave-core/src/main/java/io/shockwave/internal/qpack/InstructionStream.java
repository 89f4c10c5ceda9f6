package io.shockwave.internal.qpack;

/** One of the two streams on which QPACK sends its instructions. Confined to its connection. */
public interface InstructionStream {
    /** Bytes that {@link #write} would pass on at once. An encoder sends no instruction that does not fit (RFC 9204 2.1.3). */
    int room();

    /** Sends an instruction; the bytes are copied. */
    void write(byte[] buf, int off, int len);
}
