package io.shockwave.internal.header;

import io.shockwave.Ascii;
import io.shockwave.internal.memory.Lifetime;
import java.nio.charset.StandardCharsets;

/** A reused window on bytes of a header block. Confined to whoever may use its exchange; stale use throws. */
public final class Span implements Ascii {
    private static final byte[] NOTHING = new byte[0];

    /** Never advanced: the lifetime of what was retained. */
    private static final Lifetime KEPT = new Lifetime();

    private final Lifetime life;
    private int generation;
    private byte[] buf = NOTHING;
    private int off;
    private int len;

    public Span(Lifetime life) {
        this.life = life;
        this.generation = life.generation();
    }

    /** Points it at {@code len} bytes under the present generation. */
    public Span set(byte[] buf, int off, int len) {
        this.generation = life.generation();
        this.buf = buf;
        this.off = off;
        this.len = len;
        return this;
    }

    /** Whether it looks at this array. */
    boolean isOn(byte[] other) {
        return buf == other;
    }

    @Override
    public int length() {
        life.checkRead(generation);
        return len;
    }

    @Override
    public char charAt(int index) {
        life.checkRead(generation);
        if (index < 0 || index >= len) {
            throw new IndexOutOfBoundsException("index " + index + " of " + len);
        }
        return (char) (buf[off + index] & 0xFF);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().substring(start, end);
    }

    @Override
    public boolean is(CharSequence other) {
        life.checkRead(generation);
        if (other.length() != len) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if ((buf[off + i] & 0xFF) != other.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isIgnoringCase(CharSequence other) {
        life.checkRead(generation);
        if (other.length() != len) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if (Tokens.lower(buf[off + i] & 0xFF) != Tokens.lower(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long toLong(long absent) {
        life.checkRead(generation);
        return HeaderBlock.parseLong(buf, off, len, absent);
    }

    @Override
    public int copyTo(byte[] dst, int at) {
        life.checkRead(generation);
        System.arraycopy(buf, off, dst, at, len);
        return len;
    }

    @Override
    public Ascii retain() {
        byte[] copy = new byte[length()];
        copyTo(copy, 0);
        return new Span(KEPT).set(copy, 0, copy.length);
    }

    @Override
    public String toString() {
        life.checkRead(generation);
        return new String(buf, off, len, StandardCharsets.ISO_8859_1);
    }
}
