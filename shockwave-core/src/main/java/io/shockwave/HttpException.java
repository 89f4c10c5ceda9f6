package io.shockwave;

import java.io.IOException;
import java.util.Objects;

/** What went wrong between this side and its peer. The message names the phase, the origin and the time or the bound that was met. */
public class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failure that callers tell apart. */
    public enum Kind {
        /** The name did not resolve, or no address of the origin accepted a connection. */
        CONNECT,
        /** The TLS handshake failed or the certificate was not accepted. */
        TLS,
        /** A time limit passed; {@link HttpException#phase()} tells which. */
        TIMEOUT,
        /** The peer closed or reset the connection before the message was complete. */
        RESET,
        /** The peer broke the protocol. */
        PROTOCOL,
        /** A configured size was exceeded. */
        TOO_LARGE,
        /** This side was closed, or the operation was cancelled. */
        CLOSED
    }

    /** The phases of an exchange that have a time limit or can fail by themselves. */
    public enum Phase { NONE, RESOLVE, CONNECT, PROXY, TLS, POOL, REQUEST, FIRST_BYTE, BETWEEN_BYTES, TOTAL }

    private final Kind kind;
    private final Phase phase;

    public HttpException(Kind kind, String message) {
        this(kind, Phase.NONE, message, null);
    }

    public HttpException(Kind kind, Phase phase, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.phase = Objects.requireNonNull(phase, "phase");
    }

    public Kind kind() {
        return kind;
    }

    /** The phase in which it happened; {@link Phase#NONE} where phases mean nothing, as on a server. */
    public Phase phase() {
        return phase;
    }
}
