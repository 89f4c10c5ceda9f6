package io.shockwave;

/** More was asked of a {@link RequestArena} than its bound allows. Nothing was lent; what was lent before stays valid. */
public final class ArenaLimitException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public ArenaLimitException(String message) {
        super(message);
    }
}
