package io.shockwave.internal.quic;

/** When a server makes a client prove its address before it keeps anything of it (RFC 9000 8.1.2). */
public enum RetryPolicy {
    NEVER,
    /** While more than half of the handshakes that may be open at once are. */
    UNDER_LOAD,
    ALWAYS
}
