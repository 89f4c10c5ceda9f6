package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;

/** Packet protection through libcrypto: one context for each key, which takes another IV for each packet. Packets are sealed and opened in its provider's {@link NativeScratch}. Allocates nothing. */
final class NativePacketProtection extends KeyedProtection {
    private final NativeProtectionProvider provider;
    private long context;

    /** @param context of the suite and the secret's key; owned from now on */
    NativePacketProtection(NativeProtectionProvider provider, CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret, HeaderMask mask, long context) {
        super(suite, version, hkdf, secret, mask, provider.nonce());
        this.provider = provider;
        this.context = context;
    }

    @Override
    PacketProtection withSecret(Hkdf keys, byte[] next, HeaderMask mask) {
        return provider.with(suite, version, keys, next, mask);
    }

    @Override
    public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        NativeScratch scratch = provider.scratch();
        int plain = headerLen + payloadLen;
        scratch.put(buf, headerOff, plain, plain + TAG_BYTES);
        long packet = scratch.packet();
        long written = scratch.written();
        boolean done = start(packetNumber, scratch, Libcrypto.ENCRYPT) && Libcrypto.associated(context, packet, headerLen, written)
                && (payloadLen == 0 || Libcrypto.inPlace(context, packet + headerLen, payloadLen, written)) && Libcrypto.finish(context, scratch.lastBlock(), written)
                && Libcrypto.tagTo(context, packet + plain);
        if (!done) {
            throw new IllegalStateException("libcrypto does not encrypt");
        }
        scratch.take(headerLen, buf, headerOff + headerLen, payloadLen + TAG_BYTES);
        return payloadLen + TAG_BYTES;
    }

    @Override
    public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        int plainLen = payloadLen - TAG_BYTES;
        if (plainLen < 0) {
            return -1;
        }
        NativeScratch scratch = provider.scratch();
        scratch.put(buf, headerOff, headerLen + payloadLen, headerLen + payloadLen);
        long packet = scratch.packet();
        long written = scratch.written();
        boolean authentic = start(packetNumber, scratch, Libcrypto.DECRYPT) && Libcrypto.tagFrom(context, packet + headerLen + plainLen)
                && Libcrypto.associated(context, packet, headerLen, written) && (plainLen == 0 || Libcrypto.inPlace(context, packet + headerLen, plainLen, written))
                && Libcrypto.finish(context, scratch.lastBlock(), written);
        if (!authentic) {
            return -1;
        }
        scratch.take(headerLen, buf, headerOff + headerLen, plainLen);
        return plainLen;
    }

    private boolean start(long packetNumber, NativeScratch scratch, int direction) {
        if (context == 0) {
            throw new IllegalStateException("used after wipe");
        }
        nonce(packetNumber);
        scratch.nonce(nonce, 0, IV_BYTES);
        return Libcrypto.start(context, scratch.nonce(), direction);
    }

    @Override
    void free() {
        Libcrypto.free(context);
        context = 0;
    }
}
