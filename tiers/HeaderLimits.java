package io.shockwave.internal.header;

/**
 * What the linked tier preallocates for one list of header fields. Stateless; read by anyone.
 *
 * <p>Generated from tiers/HeaderLimits.java, once for each tier. The limits size memory and refuse nothing: a field that does not fit
 * spills to the arena in full.
 */
public final class HeaderLimits {

    // Each value passes through a method so that it is no constant expression (JLS 15.29): javac would otherwise copy the build-only
    // tier's numbers into the core's class files, and no tier could replace them. The JIT folds the static finals all the same.

    /** The name of the tier, as in the name of its artifact. */
    public static final String TIER = same("@tier.name@");

    /** Header fields preallocated for one list. */
    public static final int MAX_HEADERS = same(@tier.max.headers@);

    /** Bytes counted for one field's name. */
    public static final int MAX_HEADER_NAME = same(@tier.max.header.name@);

    /** Bytes counted for one field's value. */
    public static final int MAX_HEADER_VALUE = same(@tier.max.header.value@);

    /** Bytes preallocated for one list; the fields are packed into them one after another. */
    public static final int BUDGET_BYTES = MAX_HEADERS * (MAX_HEADER_NAME + MAX_HEADER_VALUE);

    private HeaderLimits() {
    }

    private static int same(int value) {
        return value;
    }

    private static String same(String value) {
        return value;
    }
}
