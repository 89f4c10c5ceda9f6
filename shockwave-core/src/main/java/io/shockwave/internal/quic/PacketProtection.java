package io.shockwave.internal.quic;

/**
 * Protects or opens the packets of one direction: AEAD for the payload, and a mask for the header (RFC 9001 5). Owned by a connection and confined to its thread; the keys live until
 * {@link #wipe}.
 */
interface PacketProtection {
    /** All AEADs of QUIC append a tag of 16 bytes. */
    int TAG_BYTES = 16;

    /**
     * Encrypts the payload in place, behind the header, and writes the tag behind it.
     *
     * @param headerLen with the packet number, not header-protected yet; the payload begins behind it
     * @param payloadLen of plain bytes; {@link #TAG_BYTES} more must fit behind them
     * @return the bytes of the payload with its tag
     */
    int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen);

    /**
     * Authenticates and decrypts the payload in place. When it is not authentic, the content of the payload is undefined.
     *
     * @param payloadLen with the tag
     * @return the plain bytes, or -1 when the packet is to be dropped
     */
    int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen);

    /** The header protection mask of the 16 bytes at {@code sampleOff} (RFC 9001 5.4.1): the mask of the first byte in bits 32 to 39, those of the packet number in bits 31 to 0. */
    long mask(byte[] buf, int sampleOff);

    /** Packets that may be sealed with one key (RFC 9001 6.6). */
    long confidentialityLimit();

    /** Packets that may fail to open over all keys of the connection (RFC 9001 6.6). */
    long integrityLimit();

    /**
     * The protection of the next key phase (RFC 9001 6.1): new AEAD key, the same header protection. It is independent of this one, which is wiped on its own.
     */
    PacketProtection nextPhase();

    /** What {@link PacketProtectionProvider#unpark} makes these keys of again, for a connection that is silent; secret like them. This one is to be wiped all the same. Null where that cannot be. */
    default byte[] park() {
        return null;
    }

    /** Overwrites the keys as far as the platform allows and releases native memory. No call may follow but this one. */
    void wipe();
}
