package io.shockwave.internal.quic;

/**
 * Writes packet headers, and seals what follows them (RFC 9000 17). Stateless. A packet is written as {@link #longHeader} or {@link #shortHeader}, then its frames, then {@link #seal}.
 */
final class PacketEncoder {
    /** The Length field always takes two bytes: enough for any datagram below 16 KiB, and it is written before the length is known. */
    static final int LENGTH_BYTES = 2;
    /** The most that a packet may hold behind its Length field. */
    static final int MAX_LENGTH = (1 << 14) - 1;
    private static final int RESET_MARK = PacketHeader.FIXED;

    private PacketEncoder() {}

    /** The bytes of a long header up to and with the packet number. The token is that of an Initial packet; other types have none, not even a length. */
    static int longHeaderBytes(PacketType type, int destinationLen, int sourceLen, int tokenLen, int numberBytes) {
        int token = type == PacketType.INITIAL ? VarInt.bytes(tokenLen) + tokenLen : 0;
        return 1 + 4 + 1 + destinationLen + 1 + sourceLen + token + LENGTH_BYTES + numberBytes;
    }

    /**
     * Writes a long header with its packet number; the Length field is filled in by {@link #seal}.
     *
     * @param fixedBit false only where the peer offered to have the bit greased (RFC 9287)
     * @return the offset behind the packet number, where the frames begin
     */
    static int longHeader(byte[] dst, int off, QuicVersion version, PacketType type, boolean fixedBit, byte[] destination, int destinationLen, byte[] source, int sourceLen,
            byte[] token, int tokenLen, long number, int numberBytes) {
        dst[off] = (byte) (PacketHeader.LONG | (fixedBit ? PacketHeader.FIXED : 0) | version.typeBits(type) << 4 | numberBytes - 1);
        int i = ids(dst, off + 1, version.number(), destination, 0, destinationLen, source, 0, sourceLen);
        if (type == PacketType.INITIAL) {
            i = VarInt.encode(dst, i, tokenLen);
            System.arraycopy(token, 0, dst, i, tokenLen);
            i += tokenLen;
        }
        return PacketNumbers.encode(dst, i + LENGTH_BYTES, number, numberBytes);
    }

    /** Writes a short header with its packet number, and returns the offset behind it. */
    static int shortHeader(byte[] dst, int off, boolean fixedBit, boolean spin, boolean keyPhase, byte[] destination, int destinationLen, long number, int numberBytes) {
        dst[off] = (byte) ((fixedBit ? PacketHeader.FIXED : 0) | (spin ? 0x20 : 0) | (keyPhase ? 0x04 : 0) | numberBytes - 1);
        System.arraycopy(destination, 0, dst, off + 1, destinationLen);
        return PacketNumbers.encode(dst, off + 1 + destinationLen, number, numberBytes);
    }

    /**
     * Fills in the Length of a long header, encrypts the payload in place and protects the header.
     *
     * @param payloadOff what {@link #longHeader} or {@link #shortHeader} returned
     * @param payloadLen of the frames; at least {@code 4 - numberBytes}, so that the header can be sampled (RFC 9001 5.4.2)
     * @return the offset behind the packet
     */
    static int seal(byte[] buf, int off, int payloadOff, int payloadLen, long number, int numberBytes, PacketProtection protection) {
        assert payloadLen + numberBytes >= PacketNumbers.MAX_BYTES : "too short to be sampled";
        int numberOff = payloadOff - numberBytes;
        boolean isLong = (buf[off] & PacketHeader.LONG) != 0;
        if (isLong) {
            VarInt.encode(buf, numberOff - LENGTH_BYTES, numberBytes + payloadLen + PacketProtection.TAG_BYTES, LENGTH_BYTES);
        }
        int sealed = protection.seal(number, buf, off, payloadOff - off, payloadLen);
        long mask = protection.mask(buf, numberOff + PacketNumbers.MAX_BYTES);
        buf[off] ^= (byte) (mask >>> 32 & (isLong ? 0x0F : 0x1F));
        for (int i = 0; i < numberBytes; i++) {
            buf[numberOff + i] ^= (byte) (mask >>> 24 - 8 * i);
        }
        return payloadOff + sealed;
    }

    /**
     * Writes a Version Negotiation packet (RFC 9000 17.2.1) in answer to the packet with these ids, of up to 255 bytes each (RFC 8999 6).
     *
     * @param random the unused bits of the first byte, and the reserved version that is offered along with the real ones (RFC 9000 6.3)
     * @return the offset behind it
     */
    static int versionNegotiation(byte[] dst, int off, byte[] received, PacketHeader header, int random) {
        dst[off] = (byte) (PacketHeader.LONG | PacketHeader.FIXED | random & 0x3F);
        int i = ids(dst, off + 1, 0, received, header.sourceOff(), header.sourceLength(), received, header.destinationOff(), header.destinationLength());
        i = int32(dst, i, random & 0xF0F0F0F0 | 0x0A0A0A0A);
        i = int32(dst, i, QuicVersion.V1.number());
        return int32(dst, i, QuicVersion.V2.number());
    }

    /**
     * Writes a stateless reset (RFC 9000 10.3): what looks like a short header over noise, and the token.
     *
     * @param len of the datagram, at least 21; bytes in front of the token must already be random
     */
    static void statelessReset(byte[] dst, int off, int len, byte[] token) {
        dst[off] = (byte) (dst[off] & 0x3F | RESET_MARK);
        System.arraycopy(token, 0, dst, off + len - StatelessReset.TOKEN_BYTES, StatelessReset.TOKEN_BYTES);
    }

    /** Version and both ids of a long header. */
    static int ids(byte[] dst, int off, int version, byte[] destination, int destinationOff, int destinationLen, byte[] source, int sourceOff, int sourceLen) {
        int i = int32(dst, off, version);
        dst[i++] = (byte) destinationLen;
        System.arraycopy(destination, destinationOff, dst, i, destinationLen);
        i += destinationLen;
        dst[i++] = (byte) sourceLen;
        System.arraycopy(source, sourceOff, dst, i, sourceLen);
        return i + sourceLen;
    }

    private static int int32(byte[] dst, int off, int value) {
        dst[off] = (byte) (value >>> 24);
        dst[off + 1] = (byte) (value >>> 16);
        dst[off + 2] = (byte) (value >>> 8);
        dst[off + 3] = (byte) value;
        return off + 4;
    }
}
