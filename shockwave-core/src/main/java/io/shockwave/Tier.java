package io.shockwave;

import io.shockwave.internal.header.HeaderLimits;
import java.util.List;

/**
 * The tier that the application is linked with: how much memory is preallocated for a list of header fields. Immutable.
 *
 * <p>A tier is chosen by depending on one of four artifacts, {@code shockwave-lowmem}, {@code -highperf}, {@code -ultraperf} or
 * {@code -maxperf}. It changes memory and speed, never behaviour: no header is refused or cut because of these numbers.
 */
public final class Tier {

    private static final String NO_TIER = "No Shockwave tier is linked: shockwave-core cannot run alone. Depend on exactly one of "
            + "io.shockwave:shockwave-lowmem, io.shockwave:shockwave-highperf, io.shockwave:shockwave-ultraperf and "
            + "io.shockwave:shockwave-maxperf, in place of shockwave-core.";

    // Found once. Threads that race here find the same.
    private static volatile Tier linked;

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
     * The one tier that is linked. The builders of server and client call this first.
     *
     * @throws IllegalStateException if no tier, or more than one, is on the class path or the module path; the message names what was
     *                               found and the remedy
     */
    public static Tier current() {
        Tier known = linked;
        if (known != null) {
            return known;
        }
        List<LinkedTiers.Found> found = LinkedTiers.find();
        if (found.size() > 1) {
            throw new IllegalStateException(LinkedTiers.complaint(found));
        }
        try {
            Tier tier = new Tier(HeaderLimits.TIER, HeaderLimits.MAX_HEADERS, HeaderLimits.MAX_HEADER_NAME, HeaderLimits.MAX_HEADER_VALUE);
            linked = tier;
            return tier;
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(NO_TIER, missing);
        }
    }

    /** The name as it ends the name of the artifact, for example {@code lowmem}. */
    public String name() {
        return name;
    }

    /** Header fields preallocated for one list. */
    public int maxHeaders() {
        return maxHeaders;
    }

    /** Bytes counted for one field's name; {@code maxHeaders * (maxHeaderName + maxHeaderValue)} bytes are preallocated for one list. */
    public int maxHeaderName() {
        return maxHeaderName;
    }

    /** Bytes counted for one field's value. */
    public int maxHeaderValue() {
        return maxHeaderValue;
    }

    @Override
    public String toString() {
        return name + " (" + maxHeaders + " headers, names of " + maxHeaderName + " bytes, values of " + maxHeaderValue + " bytes)";
    }
}
