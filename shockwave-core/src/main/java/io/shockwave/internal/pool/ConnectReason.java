package io.shockwave.internal.pool;

/** Why a connection was opened. */
public enum ConnectReason {
    /** The origin had none. */
    FIRST,
    /** Those it had were all in use, and the limits left room for another. */
    ALL_BUSY,
    /** The one that was to be lent had died or grown too old. */
    REPLACE,
    /** A caller had waited, and room became free before a connection did. */
    AFTER_WAIT
}
