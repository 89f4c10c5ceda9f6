package io.shockwave.internal.tls13;

import java.util.Arrays;

/** Writes messages into an array that grows; vectors get their lengths when they are closed. Confined to its owner. */
final class TlsWriter {
    private byte[] buf;
    private int length;

    TlsWriter(int bytes) {
        buf = new byte[bytes];
    }

    byte[] array() {
        return buf;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(buf, length);
    }

    void clear() {
        length = 0;
    }

    void wipe() {
        Arrays.fill(buf, (byte) 0);
        length = 0;
    }

    /** Makes room, for whoever writes into the array directly. */
    void room(int bytes) {
        if (buf.length - length < bytes) {
            buf = Arrays.copyOf(buf, Math.max(buf.length * 2, length + bytes));
        }
    }

    /** After writing into the array directly. */
    void advance(int bytes) {
        length += bytes;
    }

    void u8(int value) {
        room(1);
        buf[length++] = (byte) value;
    }

    void u16(int value) {
        u8(value >>> 8);
        u8(value);
    }

    void u24(int value) {
        u8(value >>> 16);
        u16(value);
    }

    void u32(long value) {
        u16((int) (value >>> 16));
        u16((int) value);
    }

    void u64(long value) {
        u32(value >>> 32);
        u32(value);
    }

    void bytes(byte[] src, int off, int len) {
        room(len);
        System.arraycopy(src, off, buf, length, len);
        length += len;
    }

    void bytes(byte[] src) {
        bytes(src, 0, src.length);
    }

    /** A vector with a length of one byte. */
    void vector8(byte[] src) {
        u8(src.length);
        bytes(src);
    }

    /** A vector with a length of two bytes. */
    void vector16(byte[] src) {
        u16(src.length);
        bytes(src);
    }

    int open16() {
        u16(0);
        return length;
    }

    void close16(int mark) {
        patch(mark - 2, 2, length - mark);
    }

    int open24() {
        u24(0);
        return length;
    }

    void close24(int mark) {
        patch(mark - 3, 3, length - mark);
    }

    /** Opens a handshake message; closed by {@link #close24}. */
    int openMessage(int type) {
        u8(type);
        return open24();
    }

    private void patch(int at, int bytes, int value) {
        if (value >>> (8 * bytes) != 0) {
            throw new IllegalStateException("a vector of " + value + " bytes");
        }
        for (int i = 0; i < bytes; i++) {
            buf[at + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
    }
}
