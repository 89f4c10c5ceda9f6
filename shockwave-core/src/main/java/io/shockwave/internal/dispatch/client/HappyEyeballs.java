package io.shockwave.internal.dispatch.client;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Decides when to try which address (RFC 8305), given the time as an argument. Confined to the thread that dials.
 *
 * <p>Names are resolved to both families in one call, so the Resolution Delay of RFC 8305 3 has nothing to wait for.
 */
final class HappyEyeballs {
    /** RFC 8305 5 and 8: the recommended Connection Attempt Delay. */
    static final long ATTEMPT_DELAY_NS = 250_000_000L;
    static final long NONE = Long.MAX_VALUE;

    private final int candidates;
    private int started;
    private int failed;
    private long nextStartNs;

    /** @param candidates how many addresses there are to try, in the order given by {@link #interleave} */
    HappyEyeballs(int candidates, long nowNs) {
        this.candidates = candidates;
        this.nextStartNs = nowNs;
    }

    /** The index of the address to try now; -1 for none. */
    int start(long nowNs) {
        if (started == candidates || nowNs < nextStartNs) {
            return -1;
        }
        nextStartNs = nowNs + ATTEMPT_DELAY_NS;
        return started++;
    }

    /** An attempt failed: the next need not wait (RFC 8305 5). */
    void failed(long nowNs) {
        failed++;
        nextStartNs = nowNs;
    }

    /** When {@link #start} has something to say again; {@link #NONE} when all were started. */
    long nextStartNs() {
        return started == candidates ? NONE : nextStartNs;
    }

    /** Whether every address was tried and failed. */
    boolean isExhausted() {
        return failed == candidates;
    }

    /** RFC 8305 4: the families alternate, beginning with that of the first address; within a family the resolver's order (RFC 6724) stays. */
    static InetAddress[] interleave(InetAddress[] sorted) {
        InetAddress[] out = new InetAddress[sorted.length];
        if (sorted.length == 0) {
            return out;
        }
        boolean six = sorted[0] instanceof Inet6Address;
        int same = 0;
        int other = 0;
        for (int n = 0; n < out.length; n++) {
            same = next(sorted, same, six);
            other = next(sorted, other, !six);
            boolean takeSame = other == sorted.length || n % 2 == 0 && same < sorted.length;
            out[n] = takeSame ? sorted[same++] : sorted[other++];
        }
        return out;
    }

    private static int next(InetAddress[] sorted, int from, boolean six) {
        int i = from;
        while (i < sorted.length && sorted[i] instanceof Inet6Address != six) {
            i++;
        }
        return i;
    }
}
