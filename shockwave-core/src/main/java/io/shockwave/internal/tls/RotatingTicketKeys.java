package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.TicketKeys;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys for tickets that live in this process alone: a new one every hour, the old ones for as long as tickets under them are good. Whoever takes a key from memory can read
 * early data of that hour, and nothing else, because resumption here always goes with a key exchange. Thread-safe; guarded by lock, which finding a key does without.
 */
final class RotatingTicketKeys implements TicketKeys {
    static final long ROTATE_MS = 3_600_000;
    static final int LIFETIME_S = 43_200;
    private static final int KEY_BYTES = 16;

    private record Aged(Key key, long madeMs) {
        boolean isGood(long nowMs) {
            return nowMs - madeMs < ROTATE_MS + LIFETIME_S * 1_000L;
        }
    }

    private final SecureRandom random;
    private final ReentrantLock lock = new ReentrantLock();
    /** The newest first; at most 13 and one. */
    private volatile List<Aged> keys = List.of();

    RotatingTicketKeys(SecureRandom random) {
        this.random = random;
    }

    @Override
    public Key current(long nowMs) {
        List<Aged> known = keys;
        return known.isEmpty() || nowMs - known.getFirst().madeMs >= ROTATE_MS ? rotated(nowMs) : known.getFirst().key;
    }

    private Key rotated(long nowMs) {
        lock.lock();
        try {
            List<Aged> known = keys;
            if (known.isEmpty() || nowMs - known.getFirst().madeMs >= ROTATE_MS) {
                List<Aged> next = new ArrayList<>();
                next.add(new Aged(fresh(), nowMs));
                for (Aged old : known) {
                    if (old.isGood(nowMs)) {
                        next.add(old);
                    }
                }
                keys = List.copyOf(next);
            }
            return keys.getFirst().key;
        } finally {
            lock.unlock();
        }
    }

    private Key fresh() {
        byte[] name = new byte[NAME_BYTES];
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(name);
        random.nextBytes(secret);
        Key key = new Key(name, new SecretKeySpec(secret, "AES"));
        Arrays.fill(secret, (byte) 0);
        return key;
    }

    @Override
    public Key find(byte[] buf, int off, long nowMs) {
        List<Aged> known = keys;
        for (int i = 0; i < known.size(); i++) {
            Aged aged = known.get(i);
            // Names are no secrets; comparing them may take any time.
            if (aged.isGood(nowMs) && Arrays.equals(buf, off, off + NAME_BYTES, aged.key.name(), 0, NAME_BYTES)) {
                return aged.key;
            }
        }
        return null;
    }

    @Override
    public int lifetimeS() {
        return LIFETIME_S;
    }

    /** How many keys are kept. */
    int size() {
        return keys.size();
    }
}
