package io.shockwave;

import io.shockwave.internal.header.HeaderLimits;

/** The tier that the application is linked with: how much memory is preallocated for headers. Immutable. */
public final class Tier {

    private static final String NO_TIER = "No Shockwave tier is linked: shockwave-core alone cannot run. Depend on exactly one of "
            + "io.shockwave:shockwave-lowmem, shockwave-highperf, shockwave-ultraperf, shockwave-maxperf";

    private final String name;
    private final int maxHeaders;
    private final int maxHeaderName;
    private final int maxHeaderValue;

    private Tier(String name, int maxHeaders, int maxHeaderName, int maxHeaderValue) {
        this.name = name;
        this.maxHeaders = maxHeaders;
        this.maxHeaderName = maxHeaderName;
        this.maxHeaderValue = maxHeaderValue;
    }

    /**
     * The one tier that is linked.
     *
     * @throws IllegalStateException if no tier, or more than one, is on the class path or the module path; the message names the remedy
     */
    public static Tier current() {
        try {
            return new Tier(HeaderLimits.TIER, HeaderLimits.MAX_HEADERS, HeaderLimits.MAX_HEADER_NAME, HeaderLimits.MAX_HEADER_VALUE);
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(NO_TIER, missing);
        }
    }

    /** The name as in the name of the artifact, for example {@code lowmem}. */
    public String name() {
        return name;
    }

    /** Header fields preallocated for one list. */
    public int maxHeaders() {
        return maxHeaders;
    }

    /** Bytes counted for one field's name in the preallocated budget. */
    public int maxHeaderName() {
        return maxHeaderName;
    }

    /** Bytes counted for one field's value in the preallocated budget. */
    public int maxHeaderValue() {
        return maxHeaderValue;
    }

    @Override
    public String toString() {
        return name + " (" + maxHeaders + " headers, names of " + maxHeaderName + " bytes, values of " + maxHeaderValue + " bytes)";
    }
}
