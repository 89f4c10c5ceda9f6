package io.shockwave.internal.tls13;

import javax.crypto.SecretKey;

/** The keys under which a server seals its tickets; they are changed from time to time. Thread-safe; made in ring 2. */
public interface TicketKeys {
    int NAME_BYTES = 16;

    /** No tickets are sent, and none taken. */
    TicketKeys NONE = new TicketKeys() {
        @Override
        public Key current(long nowMs) {
            return null;
        }

        @Override
        public Key find(byte[] buf, int off, long nowMs) {
            return null;
        }

        @Override
        public int lifetimeS() {
            return 0;
        }
    };

    /** The key to seal with, or null for no tickets. */
    Key current(long nowMs);

    /** The key whose name of {@link #NAME_BYTES} stands there, or null. */
    Key find(byte[] buf, int off, long nowMs);

    /** How long a ticket is good, in seconds; at most 604,800. */
    int lifetimeS();

    /** @param name {@link #NAME_BYTES}, not secret; @param key for AES-GCM */
    record Key(byte[] name, SecretKey key) {
    }
}
