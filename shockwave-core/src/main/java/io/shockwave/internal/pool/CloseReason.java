package io.shockwave.internal.pool;

/** Why a connection was closed. */
public enum CloseReason {
    /** Unused for the idle timeout. */
    IDLE,
    /** Past its greatest age. */
    LIFETIME,
    /** Found dead, or closed by the peer, when it was to be lent. */
    STALE,
    /** The total limit was reached and another origin needed the room. */
    MAKE_ROOM,
    /** Either side said that this exchange is the connection's last. */
    NOT_KEPT,
    /** The exchange failed and left the connection in an unknown state. */
    FAILED,
    /** The caller gave the exchange up: interrupt, cancellation, a body not read to its end, or a time limit. */
    CANCELLED,
    /** The network is another than that which it was made over. */
    NETWORK_CHANGED,
    /** The pool was closed. */
    POOL_CLOSED
}
