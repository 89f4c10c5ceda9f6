package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The keys of address tokens, of one endpoint or of all that share a server. Thread-safe. */
final class TokenKeys {
    static final int KEY_BYTES = 16;
    /** Nonces are random, so a key must not seal more than 2^32 times (NIST SP 800-38D 8.3); this leaves a wide margin. */
    static final int MAX_SEALED = 1 << 28;

    /** @param before null when there was none */
    record Pair(SecretKey now, SecretKey before, long sinceMs) {
    }

    private final AtomicReference<Pair> pair = new AtomicReference<>(new Pair(null, null, 0));
    private final AtomicInteger sealed = new AtomicInteger();

    TokenKeys(RandomBytes random, long nowMs) {
        next(pair.get(), random, nowMs);
    }

    /** What opens tokens. */
    Pair pair() {
        return pair.get();
    }

    /** What seals the next token: changed before it is too old or has sealed too much; the key before stays for what it sealed. */
    SecretKey sealing(RandomBytes random, long nowMs) {
        Pair p = pair.get();
        if (nowMs - p.sinceMs >= AddressTokens.NEW_TOKEN_LIFETIME_MS || sealed.get() >= MAX_SEALED) {
            next(p, random, nowMs);
        }
        sealed.incrementAndGet();
        return pair.get().now;
    }

    private void next(Pair seen, RandomBytes random, long nowMs) {
        byte[] bytes = new byte[KEY_BYTES];
        random.fill(bytes, 0, KEY_BYTES);
        key(seen, bytes, nowMs);
        Arrays.fill(bytes, (byte) 0);
    }

    /** Goes over to this key, unless another thread has changed it just now. */
    void key(Pair seen, byte[] bytes, long nowMs) {
        if (pair.compareAndSet(seen, new Pair(new SecretKeySpec(bytes, 0, KEY_BYTES, "AES"), seen.now, nowMs))) {
            sealed.set(0);
        }
    }
}
