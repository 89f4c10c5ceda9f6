package io.shockwave.internal.tls;

import java.nio.ByteBuffer;

/**
 * The ByteBuffers through which SSLEngine sees byte arrays, one for each of its four uses: a reactor has an array for each, so that none is made per record. Confined to
 * one thread at a time: a reactor has one of these for all its sessions, a client connection one of its own. It stands outside of the session so that an idle session pins
 * no array that was lent to it.
 */
public final class TlsViews {
    static final ByteBuffer NOTHING = ByteBuffer.wrap(new byte[0]);

    private ByteBuffer encryptedIn = NOTHING;
    private ByteBuffer plainIn = NOTHING;
    private ByteBuffer plainOut = NOTHING;
    private ByteBuffer encryptedOut = NOTHING;

    ByteBuffer encryptedIn(byte[] buf, int off, int len) {
        encryptedIn = on(encryptedIn, buf);
        return encryptedIn.limit(off + len).position(off);
    }

    ByteBuffer plainIn(byte[] buf, int off, int len) {
        plainIn = on(plainIn, buf);
        return plainIn.limit(off + len).position(off);
    }

    ByteBuffer plainOut(byte[] buf, int off, int len) {
        plainOut = on(plainOut, buf);
        return plainOut.limit(off + len).position(off);
    }

    ByteBuffer encryptedOut(byte[] buf, int off, int len) {
        encryptedOut = on(encryptedOut, buf);
        return encryptedOut.limit(off + len).position(off);
    }

    private static ByteBuffer on(ByteBuffer view, byte[] buf) {
        return view.array() == buf ? view : ByteBuffer.wrap(buf);
    }

    /** Lets go of every array: those of the driver go back to where they were borrowed. */
    void forgetAll() {
        encryptedIn = NOTHING;
        plainIn = NOTHING;
        plainOut = NOTHING;
        encryptedOut = NOTHING;
    }

    /** Lets go of an array that held input and is about to be given back. */
    void forget(byte[] buf) {
        if (encryptedIn.array() == buf) {
            encryptedIn = NOTHING;
        }
        if (plainIn.array() == buf) {
            plainIn = NOTHING;
        }
    }
}
