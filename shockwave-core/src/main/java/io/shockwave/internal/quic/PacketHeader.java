package io.shockwave.internal.quic;

/**
 * Decodes the header of one packet of a datagram in place (RFC 8999, RFC 9000 17). Owned by whoever receives, and reused; its offsets point into the buffer that was decoded.
 *
 * <p>What is not authenticated yet can at most be dropped, so the outcome is a verdict and never an error.
 */
final class PacketHeader {
    /** Connection ids of versions 1 and 2 have at most so many bytes (RFC 9000 17.2); other versions may use 255 (RFC 8999 5.1). */
    static final int MAX_ID_BYTES = 20;
    /** The header protection sample is taken as if the packet number had its largest size (RFC 9001 5.4.2). */
    static final int SAMPLE_BYTES = 16;

    static final int LONG = 0x80;
    static final int FIXED = 0x40;
    private static final int RESERVED_LONG = 0x0C;
    private static final int RESERVED_SHORT = 0x18;
    private static final int KEY_PHASE = 0x04;
    private static final int SPIN = 0x20;
    private static final int VERSION_BYTES = 4;

    /** What to do with the bytes. */
    enum Verdict {
        OK,
        /** Malformed: the rest of the datagram is dropped. */
        DROP,
        /** A long header of a version that is not spoken here: version and both ids are valid, and the packet takes the rest of the datagram. */
        UNKNOWN_VERSION,
    }

    private PacketType type;
    private int versionNumber;
    private QuicVersion version;
    private int start;
    private int end;
    private int destinationOff;
    private int destinationLength;
    private int sourceOff;
    private int sourceLength;
    private int tokenOff;
    private int tokenLength;
    private int numberOff;
    private int numberLength;
    private long truncatedNumber;
    private int firstByte;

    /**
     * Decodes the packet that begins at {@code off}; {@link #end} tells where the next one begins.
     *
     * @param shortIdLength the length of the connection ids that were issued here, which a short header does not tell
     */
    Verdict decode(byte[] buf, int off, int len, int shortIdLength) {
        start = off;
        end = off + len;
        numberOff = 0;
        numberLength = 0;
        truncatedNumber = PacketNumbers.NONE;
        tokenLength = 0;
        sourceLength = 0;
        destinationLength = 0;
        if (len < 1) {
            return Verdict.DROP;
        }
        firstByte = buf[off] & 0xFF;
        return (firstByte & LONG) == 0 ? decodeShort(shortIdLength) : decodeLong(buf);
    }

    private Verdict decodeShort(int shortIdLength) {
        type = PacketType.ONE_RTT;
        version = null;
        versionNumber = 0;
        destinationOff = start + 1;
        destinationLength = shortIdLength;
        numberOff = destinationOff + shortIdLength;
        sourceOff = numberOff;
        return numberOff <= end ? Verdict.OK : drop();
    }

    private Verdict decodeLong(byte[] buf) {
        int i = start + 1;
        if (end - i < VERSION_BYTES + 1) {
            return drop();
        }
        versionNumber = int32(buf, i);
        version = QuicVersion.of(versionNumber);
        destinationLength = buf[i + VERSION_BYTES] & 0xFF;
        destinationOff = i + VERSION_BYTES + 1;
        i = destinationOff + destinationLength;
        if (i >= end) {
            return drop();
        }
        sourceLength = buf[i] & 0xFF;
        sourceOff = i + 1;
        i = sourceOff + sourceLength;
        if (i > end) {
            return drop();
        }
        if (versionNumber == 0) {
            return versionNegotiation(i);
        }
        if (version == null) {
            type = null;
            return Verdict.UNKNOWN_VERSION;
        }
        // RFC 9000 17.2: longer ids in a version 1 packet MUST lead to its being dropped.
        if (destinationLength > MAX_ID_BYTES || sourceLength > MAX_ID_BYTES) {
            return drop();
        }
        type = version.longType(firstByte >>> 4 & 3);
        return type == PacketType.RETRY ? retry(i) : numbered(buf, i);
    }

    /** RFC 9000 17.2.1: one version at least, and no fraction of one. */
    private Verdict versionNegotiation(int i) {
        type = PacketType.VERSION_NEGOTIATION;
        tokenOff = i;
        tokenLength = end - i;
        return tokenLength >= VERSION_BYTES && tokenLength % VERSION_BYTES == 0 ? Verdict.OK : drop();
    }

    /** RFC 9000 17.2.5: the token is what is left in front of the tag. An empty one is for the client to drop. */
    private Verdict retry(int i) {
        tokenOff = i;
        tokenLength = end - i - PacketProtection.TAG_BYTES;
        return tokenLength >= 0 ? Verdict.OK : drop();
    }

    private Verdict numbered(byte[] buf, int from) {
        int i = from;
        if (type == PacketType.INITIAL) {
            long length = VarInt.decode(buf, i, end);
            if (length == VarInt.NONE) {
                return drop();
            }
            i += VarInt.bytesFrom(buf[i]);
            if (length > end - i) {
                return drop();
            }
            tokenOff = i;
            tokenLength = (int) length;
            i += tokenLength;
        }
        long length = VarInt.decode(buf, i, end);
        if (length == VarInt.NONE) {
            return drop();
        }
        i += VarInt.bytesFrom(buf[i]);
        if (length > end - i) {
            return drop();
        }
        numberOff = i;
        end = i + (int) length;
        return Verdict.OK;
    }

    private Verdict drop() {
        type = null;
        tokenLength = 0;
        return Verdict.DROP;
    }

    /**
     * Removes the header protection in place (RFC 9001 5.4): from now on first byte and packet number are clear in the buffer.
     *
     * @return false when the packet is too short to be sampled, and is to be dropped (RFC 9001 5.4.2)
     */
    boolean unprotect(byte[] buf, PacketProtection protection) {
        assert type.space() >= 0 && numberLength == 0 : type;
        int sampleOff = numberOff + PacketNumbers.MAX_BYTES;
        if (end - sampleOff < SAMPLE_BYTES) {
            return false;
        }
        long mask = protection.mask(buf, sampleOff);
        int bits = (firstByte & LONG) == 0 ? 0x1F : 0x0F;
        firstByte ^= (int) (mask >>> 32) & bits;
        buf[start] = (byte) firstByte;
        numberLength = 1 + (firstByte & 3);
        for (int i = 0; i < numberLength; i++) {
            buf[numberOff + i] ^= (byte) (mask >>> 24 - 8 * i);
        }
        truncatedNumber = PacketNumbers.truncated(buf, numberOff, numberLength);
        return true;
    }

    /** The type; {@code null} after a drop and for an unknown version. */
    PacketType type() {
        return type;
    }

    /** The version; {@code null} for a short header, for Version Negotiation and when it is not spoken. */
    QuicVersion version() {
        return version;
    }

    /** The Version field of a long header. */
    int versionNumber() {
        return versionNumber;
    }

    /** The offset of the first byte. */
    int start() {
        return start;
    }

    /** The offset behind the packet, where a coalesced one may follow (RFC 9000 12.2). */
    int end() {
        return end;
    }

    boolean isLong() {
        return (firstByte & LONG) != 0;
    }

    /** RFC 9000 17.2: a packet without it is dropped, unless the greasing of the bit was offered to the peer (RFC 9287 3). */
    boolean isFixedBitSet() {
        return (firstByte & FIXED) != 0;
    }

    int destinationOff() {
        return destinationOff;
    }

    int destinationLength() {
        return destinationLength;
    }

    int sourceOff() {
        return sourceOff;
    }

    /** 0 for a short header, which has no source connection id. */
    int sourceLength() {
        return sourceLength;
    }

    /** The token of an Initial or Retry packet. */
    int tokenOff() {
        return tokenOff;
    }

    int tokenLength() {
        return tokenLength;
    }

    /** How many versions a Version Negotiation packet offers. */
    int offeredVersions() {
        assert type == PacketType.VERSION_NEGOTIATION : type;
        return tokenLength / VERSION_BYTES;
    }

    int offeredVersion(byte[] buf, int index) {
        return int32(buf, tokenOff + index * VERSION_BYTES);
    }

    int numberOff() {
        return numberOff;
    }

    /** The bytes of the packet number; 0 before {@link #unprotect}. */
    int numberLength() {
        return numberLength;
    }

    /** The number as it was sent, for {@link PacketNumbers#complete}. */
    long truncatedNumber() {
        return truncatedNumber;
    }

    /** The bytes of the header, packet number included: what is authenticated with the payload. After {@link #unprotect}. */
    int headerLength() {
        return numberOff + numberLength - start;
    }

    /** The bytes of the protected payload, its tag included. After {@link #unprotect}. */
    int payloadLength() {
        return end - numberOff - numberLength;
    }

    /** RFC 9000 17.2, 17.3.1: set in a packet that opened, they are a PROTOCOL_VIOLATION. After {@link #unprotect}. */
    boolean hasReservedBits() {
        return (firstByte & (isLong() ? RESERVED_LONG : RESERVED_SHORT)) != 0;
    }

    /** The key phase bit of a short header (RFC 9001 6). After {@link #unprotect}. */
    boolean keyPhase() {
        return (firstByte & KEY_PHASE) != 0;
    }

    /** The latency spin bit of a short header, which is not protected (RFC 9000 17.4). */
    boolean spin() {
        return (firstByte & SPIN) != 0;
    }

    private static int int32(byte[] buf, int off) {
        return (buf[off] & 0xFF) << 24 | (buf[off + 1] & 0xFF) << 16 | (buf[off + 2] & 0xFF) << 8 | buf[off + 3] & 0xFF;
    }
}
