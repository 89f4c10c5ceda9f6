package io.shockwave.internal.memory;

/**
 * The stamp that tells a live view from a stale one: a view keeps the generation under which it was lent and compares it at each use.
 * Owned by one exchange or response, or that itself, so that both lie together; advanced by its owner only.
 */
public class Lifetime {
    /**
     * Whether stale reading throws. The system property {@code io.shockwave.checked=false} turns that off: then views that are read compare nothing, their objects are reused, and what they
     * look at is overwritten with {@link #POISON} when its exchange ends, and shows that until it serves another. Read once, so that the compiler leaves out what is off.
     */
    public static final boolean CHECKED = !"false".equalsIgnoreCase(System.getProperty("io.shockwave.checked"));
    /** Not ASCII, and easily seen in a dump. */
    public static final byte POISON = (byte) 0xDB;

    private int generation;

    public final int generation() {
        return generation;
    }

    /** Ends all views lent so far. */
    public final void advance() {
        generation++;
    }

    /** @throws IllegalStateException if the generation has ended */
    public final void check(int lentUnder) {
        if (lentUnder != generation) {
            throw new IllegalStateException("used after its exchange ended; copy what must outlive it (retain, toString, copyTo)");
        }
    }

    /** The same for what only reads memory, and so can be left out: what changes something always checks. */
    public final void checkRead(int lentUnder) {
        if (CHECKED) {
            check(lentUnder);
        }
    }
}
