package io.shockwave.internal.tls13;

/** Decides whether a server takes early data: at most once for each ticket (RFC 8446 8.1). Thread-safe. */
public interface ReplayGuard {
    /** Takes none, and tickets do not invite any. */
    ReplayGuard REFUSES = (_, _, _) -> false;

    /**
     * Asked after the ticket and its binder were found good, its age plausible and its session alike.
     *
     * @param ticketId what no other ticket of this server has, 12 bytes; not kept
     * @param expiresMs from then on the ticket is refused anyhow
     */
    boolean isFirstUse(byte[] ticketId, long nowMs, long expiresMs);
}
