package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;
import java.lang.foreign.MemorySegment;

/** Packet protection through libcrypto: one context for each key, which takes another IV for each packet, and arrays passed as they are. Allocates nothing. */
final class NativePacketProtection extends KeyedProtection {
    private final NativeProtectionProvider provider;
    private final MemorySegment nonceSegment = MemorySegment.ofArray(nonce);
    /** Where the library writes how much it wrote, and would write a last block if these ciphers had one. */
    private final MemorySegment written = MemorySegment.ofArray(new int[1]);
    private final MemorySegment lastBlock = MemorySegment.ofArray(new byte[32]);
    private long context;

    /** @param context of the suite and the secret's key; owned from now on */
    NativePacketProtection(NativeProtectionProvider provider, CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret, HeaderMask mask, long context) {
        super(suite, version, hkdf, secret, mask);
        this.provider = provider;
        this.context = context;
    }

    @Override
    PacketProtection withSecret(Hkdf keys, byte[] next, HeaderMask mask) {
        return provider.with(suite, version, keys, next, mask);
    }

    @Override
    public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        int payloadOff = headerOff + headerLen;
        boolean done = start(packetNumber, Libcrypto.ENCRYPT) && Libcrypto.associated(context, buf, headerOff, headerLen, written)
                && (payloadLen == 0 || Libcrypto.inPlace(context, buf, payloadOff, payloadLen, written)) && Libcrypto.finish(context, lastBlock, written)
                && Libcrypto.tagTo(context, buf, payloadOff + payloadLen);
        if (!done) {
            throw new IllegalStateException("libcrypto does not encrypt");
        }
        return payloadLen + TAG_BYTES;
    }

    @Override
    public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        int plainLen = payloadLen - TAG_BYTES;
        if (plainLen < 0) {
            return -1;
        }
        int payloadOff = headerOff + headerLen;
        boolean authentic = start(packetNumber, Libcrypto.DECRYPT) && Libcrypto.tagFrom(context, buf, payloadOff + plainLen)
                && Libcrypto.associated(context, buf, headerOff, headerLen, written) && (plainLen == 0 || Libcrypto.inPlace(context, buf, payloadOff, plainLen, written))
                && Libcrypto.finish(context, lastBlock, written);
        return authentic ? plainLen : -1;
    }

    private boolean start(long packetNumber, int direction) {
        if (context == 0) {
            throw new IllegalStateException("used after wipe");
        }
        nonce(packetNumber);
        return Libcrypto.start(context, nonceSegment, direction);
    }

    @Override
    void free() {
        Libcrypto.free(context);
        context = 0;
    }
}
