package io.shockwave.internal.memory;

/**
 * The stamp that tells a live view from a stale one: a view keeps the generation under which it was lent and compares it at each use.
 * Owned by one exchange or response; advanced by its owner only.
 */
public final class Lifetime {
    private int generation;

    public int generation() {
        return generation;
    }

    /** Ends all views lent so far. */
    public void advance() {
        generation++;
    }

    /** @throws IllegalStateException if the generation has ended */
    public void check(int lentUnder) {
        if (lentUnder != generation) {
            throw new IllegalStateException("used after its exchange ended; copy what must outlive it (toString, copyTo)");
        }
    }
}
