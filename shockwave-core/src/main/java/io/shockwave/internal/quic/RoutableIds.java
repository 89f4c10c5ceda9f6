package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Connection ids from which a load balancer with the same configuration reads the server (QUIC-LB, draft-ietf-quic-load-balancers-21): a first octet with configuration and length, then
 * server id and nonce, in the clear or encrypted by AES-128. Confined to the thread of its endpoint.
 */
final class RoutableIds implements ConnectionIdEncoding {
    /** 0b111 marks ids that cannot be routed. */
    static final int MAX_CONFIGURATION = 6;
    static final int LEAST_NONCE_BYTES = 4;
    /** Server id and nonce together. */
    static final int MAX_PLAIN_BYTES = PacketHeader.MAX_ID_BYTES - 1;
    static final int KEY_BYTES = 16;

    private static final int BLOCK_BYTES = 16;
    private static final int PASSES = 4;

    private final int firstOctet;
    private final IdMark mark;
    private final byte[] serverId;
    private final int plainBytes;
    private final Cipher encryption;
    private final Cipher decryption;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final byte[] result = new byte[BLOCK_BYTES];
    private final byte[] left = new byte[BLOCK_BYTES];
    private final byte[] right = new byte[BLOCK_BYTES];
    private final byte[] plain = new byte[MAX_PLAIN_BYTES];

    /**
     * @param configuration 0 to {@link #MAX_CONFIGURATION}
     * @param serverId at least one byte; copied
     * @param nonceBytes at least {@link #LEAST_NONCE_BYTES}; with the server id at most {@link #MAX_PLAIN_BYTES}
     * @param key {@link #KEY_BYTES} bytes, or empty: then every observer sees the server
     */
    RoutableIds(int configuration, byte[] serverId, int nonceBytes, byte[] key) {
        this(configuration, serverId, nonceBytes, key, null);
    }

    /** @param mark which of several endpoints behind one server id this is: told by the nonce's last byte; null for one alone */
    RoutableIds(int configuration, byte[] serverId, int nonceBytes, byte[] key, IdMark mark) {
        this.mark = mark;
        plainBytes = serverId.length + nonceBytes;
        if (configuration < 0 || configuration > MAX_CONFIGURATION || serverId.length < 1 || nonceBytes < LEAST_NONCE_BYTES || plainBytes > MAX_PLAIN_BYTES
                || key.length != 0 && key.length != KEY_BYTES) {
            throw new IllegalArgumentException("configuration " + configuration + ", server id of " + serverId.length + ", nonce of " + nonceBytes + ", key of " + key.length + " bytes");
        }
        firstOctet = configuration << 5 | plainBytes;
        this.serverId = serverId.clone();
        encryption = key.length == 0 ? null : aes(Cipher.ENCRYPT_MODE, key);
        decryption = key.length == 0 ? null : aes(Cipher.DECRYPT_MODE, key);
    }

    private static Cipher aes(int mode, byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has AES", e);
        }
    }

    @Override
    public int bytes() {
        return 1 + plainBytes;
    }

    @Override
    public void write(byte[] dst, int off, RandomBytes random) {
        random.fill(dst, off + 1 + serverId.length, plainBytes - serverId.length);
        if (mark != null && encryption != null) {
            dst[off + plainBytes] = (byte) mark.member();
        }
        encode(dst, off);
        if (mark != null && encryption == null) {
            mark.write(dst, off, 1 + plainBytes);
        }
    }

    @Override
    public int issuer(byte[] id, int off) {
        if (mark == null || (id[off] & 0xFF) != firstOctet) {
            return NOBODY;
        }
        if (decryption == null) {
            return mark.read(id, off, 1 + plainBytes);
        }
        System.arraycopy(id, off + 1, plain, 0, plainBytes);
        decrypt(plain);
        return mark.named(plain[plainBytes - 1] & 0xFF);
    }

    private void decrypt(byte[] bytes) {
        if (plainBytes == BLOCK_BYTES) {
            apply(decryption, bytes, 0, bytes, 0);
        } else {
            fourPasses(bytes, 0, false);
        }
    }

    /** Fills in all but the nonce, which stands where it belongs, and encrypts. */
    void encode(byte[] dst, int off) {
        dst[off] = (byte) firstOctet;
        System.arraycopy(serverId, 0, dst, off + 1, serverId.length);
        if (encryption == null) {
            return;
        }
        if (plainBytes == BLOCK_BYTES) {
            apply(encryption, dst, off + 1, dst, off + 1);
        } else {
            fourPasses(dst, off + 1, true);
        }
    }

    /** Whether an id carries this server's id under this configuration: what a load balancer sees. */
    boolean isOwn(byte[] id, int off, int len) {
        if (len != bytes() || (id[off] & 0xFF) >>> 5 != firstOctet >>> 5) {
            return false;
        }
        System.arraycopy(id, off + 1, plain, 0, plainBytes);
        if (decryption != null) {
            decrypt(plain);
        }
        return Arrays.equals(plain, 0, serverId.length, serverId, 0, serverId.length);
    }

    /** The draft's section 5.5.2: a Feistel network of four rounds, backwards to decrypt. */
    private void fourPasses(byte[] bytes, int off, boolean encrypt) {
        int half = (plainBytes + 1) / 2;
        boolean odd = plainBytes % 2 != 0;
        System.arraycopy(bytes, off, left, 0, half);
        System.arraycopy(bytes, off + plainBytes - half, right, 0, half);
        if (odd) {
            left[half - 1] &= (byte) 0xF0;
            right[0] &= 0x0F;
        }
        for (int i = 1; i <= PASSES; i++) {
            int pass = encrypt ? i : PASSES + 1 - i;
            boolean toRight = pass % 2 != 0;
            round(toRight ? left : right, toRight ? right : left, half, pass);
            if (odd && toRight) {
                right[0] &= 0x0F;
            } else if (odd) {
                left[half - 1] &= (byte) 0xF0;
            }
        }
        byte middle = (byte) (left[half - 1] | right[0]);
        System.arraycopy(left, 0, bytes, off, half);
        System.arraycopy(right, 0, bytes, off + plainBytes - half, half);
        if (odd) {
            bytes[off + half - 1] = middle;
        }
    }

    private void round(byte[] from, byte[] into, int half, int pass) {
        Arrays.fill(block, (byte) 0);
        System.arraycopy(from, 0, block, 0, half);
        block[BLOCK_BYTES - 2] = (byte) plainBytes;
        block[BLOCK_BYTES - 1] = (byte) pass;
        apply(encryption, block, 0, result, 0);
        for (int i = 0; i < half; i++) {
            into[i] ^= result[i];
        }
    }

    private static void apply(Cipher cipher, byte[] src, int srcOff, byte[] dst, int dstOff) {
        try {
            cipher.doFinal(src, srcOff, BLOCK_BYTES, dst, dstOff);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
