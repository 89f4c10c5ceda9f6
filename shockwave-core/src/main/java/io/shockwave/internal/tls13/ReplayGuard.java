package io.shockwave.internal.tls13;

/** Decides whether a server takes early data: at most once for each ClientHello (RFC 8446 8). Thread-safe. */
public interface ReplayGuard {
    /** RFC 8446 8.2: clocks drift, and the first flight takes a while: by so much may the age of a ticket, as the client says it, differ from what the server finds. */
    long AGE_TOLERANCE_MS = 10_000;

    /** Takes none, and tickets do not invite any. */
    ReplayGuard REFUSES = (_, _, _) -> false;

    /**
     * Asked after the ticket and its binder were found good, its age plausible and its session alike.
     *
     * @param ticketId what no other ticket of this server has, 12 bytes; not kept
     * @param freshUntilMs after it this ClientHello is refused for its age anyhow (RFC 8446 8.3), at most twice {@link #AGE_TOLERANCE_MS} from now: so long the ticket must be remembered
     */
    boolean isFirstUse(byte[] ticketId, long nowMs, long freshUntilMs);
}
