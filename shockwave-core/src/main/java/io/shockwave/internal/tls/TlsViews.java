package io.shockwave.internal.tls;

import java.nio.ByteBuffer;

/**
 * The ByteBuffers through which SSLEngine sees byte arrays. Confined to one thread at a time: a reactor has one for all its sessions, a client connection one of its
 * own. It stands outside of the session so that an idle session pins no array that was lent to it.
 */
public final class TlsViews {
    static final ByteBuffer NOTHING = ByteBuffer.wrap(new byte[0]);

    private ByteBuffer source = NOTHING;
    private ByteBuffer target = NOTHING;

    /** The array as something to read from. The view is valid until the next call; a new one is made only when the array is another. */
    ByteBuffer source(byte[] buf, int off, int len) {
        if (source.array() != buf) {
            source = ByteBuffer.wrap(buf);
        }
        return source.limit(off + len).position(off);
    }

    /** The array as something to write to. */
    ByteBuffer target(byte[] buf, int off, int len) {
        if (target.array() != buf) {
            target = ByteBuffer.wrap(buf);
        }
        return target.limit(off + len).position(off);
    }

    /** Lets go of an array that is about to be given back. */
    void forget(byte[] buf) {
        if (source.array() == buf) {
            source = NOTHING;
        }
        if (target.array() == buf) {
            target = NOTHING;
        }
    }
}
