package io.shockwave.internal.files;

import java.util.ArrayList;
import java.util.List;

/** The ranges of one GET request against one length (RFC 9110 14). Immutable. */
public final class ByteRanges {
    /** Ranges in one request. Readers of PDF and video ask for a few at a time; a list of hundreds asks for part heads rather than content. Above it Range is ignored. */
    public static final int MAX_RANGES = 16;

    /** One satisfiable range. */
    public record Range(long first, long length) {
        /** As it stands in Content-Range. */
        public String contentRange(long total) {
            return "bytes " + first + '-' + (first + length - 1) + '/' + total;
        }
    }

    /** To be answered as if there were no Range. */
    public static final ByteRanges IGNORED = new ByteRanges(List.of(), false);
    private static final ByteRanges UNSATISFIABLE = new ByteRanges(List.of(), true);
    private static final String UNIT = "bytes=";
    private static final long NOT_A_NUMBER = -1L;

    private final List<Range> ranges;
    private final boolean unsatisfiable;

    private ByteRanges(List<Range> ranges, boolean unsatisfiable) {
        this.ranges = ranges;
        this.unsatisfiable = unsatisfiable;
    }

    /**
     * Reads one Range field. Ignored, as RFC 9110 14.2 allows or demands: another unit, bad syntax, more than {@link #MAX_RANGES}, and ranges that
     * together are longer than the whole, so a request never makes more content than the file has.
     */
    public static ByteRanges of(String value, long total) {
        if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return IGNORED;
        }
        String[] specs = value.substring(UNIT.length()).split(",", -1);
        List<Range> ranges = new ArrayList<>();
        int asked = 0;
        long bytes = 0;
        for (String spec : specs) {
            String range = spec.strip();
            if (range.isEmpty()) {
                continue; // RFC 9110 5.6.1.2: empty list elements are to be tolerated
            }
            int dash = range.indexOf('-');
            long first = dash > 0 ? number(range, 0, dash) : 0;
            boolean open = dash == range.length() - 1;
            long last = open ? Long.MAX_VALUE : number(range, dash + 1, range.length());
            boolean suffix = dash == 0;
            if (dash < 0 || first == NOT_A_NUMBER || last == NOT_A_NUMBER || suffix && open || !suffix && last < first || ++asked > MAX_RANGES) {
                return IGNORED;
            }
            long from = suffix ? total - Math.min(last, total) : first;
            long to = suffix ? total : Math.min(last, total - 1) + 1;
            if (suffix && last > 0 && total == 0) {
                return IGNORED; // satisfiable, but Content-Range cannot say so
            }
            if (from < to) {
                ranges.add(new Range(from, to - from));
                bytes += to - from;
            }
        }
        if (asked == 0) {
            return IGNORED;
        }
        if (ranges.isEmpty()) {
            return UNSATISFIABLE;
        }
        return bytes > total ? IGNORED : new ByteRanges(List.copyOf(ranges), false);
    }

    /** Digits only; a number that is too large is as good as the largest. */
    private static long number(String s, int from, int to) {
        long value = from == to ? NOT_A_NUMBER : 0;
        for (int i = from; i < to; i++) {
            int digit = s.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_A_NUMBER;
            }
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }

    /** Whether no range lies within the content: 416. */
    public boolean isUnsatisfiable() {
        return unsatisfiable;
    }

    /** The satisfiable ranges in the order asked for; empty when Range is ignored or unsatisfiable. */
    public List<Range> list() {
        return ranges;
    }
}
