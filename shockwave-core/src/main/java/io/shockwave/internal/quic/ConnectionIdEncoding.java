package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/** Makes the connection ids that an endpoint issues (RFC 9000 5.1): unlinkable to observers, of one length, so that short headers can be read. */
interface ConnectionIdEncoding {
    int NOBODY = -1;

    /** The length of every id, 0 to 20 bytes. */
    int bytes();

    /** Writes a new id. Whether it is in use already is for the caller to see. */
    void write(byte[] dst, int off, RandomBytes random);

    /**
     * Which endpoint of a group issued an id of this length; {@link #NOBODY} if none can have, or this one is alone. Of an id that none issued it may name any.
     */
    int issuer(byte[] id, int off);

    /** All random. */
    static ConnectionIdEncoding random(int bytes) {
        return new RandomIds(bytes, null);
    }
}
