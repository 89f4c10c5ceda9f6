package io.shockwave.internal.files;

import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.internal.http1.Http1Date;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The preconditions of a GET or HEAD request, evaluated against one representation in the order of RFC 9110 13.2.2. Stateless. */
public final class Conditions {
    /** How to go on. */
    public enum Verdict { PROCEED, NOT_MODIFIED, FAILED }

    private static final long NO_DATE = Long.MIN_VALUE;

    private Conditions() {
    }

    /**
     * Steps 1 to 4.
     *
     * @param tag the entity tag with its quotes, and with {@code W/} if it is weak
     * @param modifiedSeconds the time of Last-Modified
     */
    public static Verdict evaluate(Headers request, String tag, long modifiedSeconds, long nowSeconds) {
        if (request.indexOf(HeaderName.IF_MATCH, 0) >= 0) {
            if (!matches(request.all(HeaderName.IF_MATCH), tag, true)) {
                return Verdict.FAILED;
            }
        } else {
            long limit = date(request, HeaderName.IF_UNMODIFIED_SINCE, nowSeconds);
            if (limit != NO_DATE && modifiedSeconds > limit) {
                return Verdict.FAILED;
            }
        }
        if (request.indexOf(HeaderName.IF_NONE_MATCH, 0) >= 0) {
            return matches(request.all(HeaderName.IF_NONE_MATCH), tag, false) ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
        }
        long since = date(request, HeaderName.IF_MODIFIED_SINCE, nowSeconds);
        return since != NO_DATE && modifiedSeconds <= since ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
    }

    /**
     * Step 5: whether Range is to be honoured. RFC 9110 13.1.5: a tag compares strongly, a date must be the very one of Last-Modified and a strong validator, that is at least a second
     * old (8.8.2.2).
     */
    public static boolean allowsRange(Headers request, String tag, long modifiedSeconds, long nowSeconds) {
        List<String> values = request.all(HeaderName.IF_RANGE);
        if (values.isEmpty()) {
            return true;
        }
        String value = values.getFirst();
        if (values.size() > 1) {
            return false;
        }
        if (value.startsWith("\"") || value.startsWith("W/")) {
            return !tag.startsWith("W/") && value.equals(tag);
        }
        long date = parse(value, nowSeconds);
        return date != NO_DATE && date == modifiedSeconds && modifiedSeconds < nowSeconds;
    }

    /** A date of which there is exactly one; {@link #NO_DATE} otherwise, which RFC 9110 13.1.3 and 13.1.4 have ignored. */
    private static long date(Headers request, HeaderName name, long nowSeconds) {
        int index = request.indexOf(name, 0);
        return index < 0 || request.indexOf(name, index + 1) >= 0 ? NO_DATE : parse(request.value(index), nowSeconds);
    }

    private static long parse(CharSequence value, long nowSeconds) {
        byte[] bytes = value.toString().getBytes(StandardCharsets.ISO_8859_1);
        return Http1Date.parse(bytes, 0, bytes.length, nowSeconds, NO_DATE);
    }

    /** Whether a list of tags, or {@code *}, names this one. What is malformed names nothing. */
    private static boolean matches(List<String> values, String tag, boolean strongly) {
        if (values.size() == 1 && values.getFirst().strip().equals("*")) {
            return true;
        }
        boolean found = false;
        for (String value : values) {
            int at = 0;
            while (at < value.length()) {
                char c = value.charAt(at);
                if (c == ',' || c == ' ' || c == '\t') {
                    at++;
                    continue;
                }
                int end = tagEnd(value, at);
                if (end < 0) {
                    return false;
                }
                found |= isSame(value.substring(at, end), tag, strongly);
                at = end;
            }
        }
        return found;
    }

    /** Where the entity-tag (RFC 9110 8.8.3) that begins at {@code from} ends; -1 if there is none, or something else than a comma follows. */
    private static int tagEnd(String value, int from) {
        int at = value.startsWith("W/", from) ? from + 2 : from;
        if (at >= value.length() || value.charAt(at) != '"') {
            return -1;
        }
        do {
            at++;
            if (at == value.length() || value.charAt(at) != '"' && (value.charAt(at) <= ' ' || value.charAt(at) == 0x7F)) {
                return -1;
            }
        } while (value.charAt(at) != '"');
        int next = at + 1;
        while (next < value.length() && (value.charAt(next) == ' ' || value.charAt(next) == '\t')) {
            next++;
        }
        return next == value.length() || value.charAt(next) == ',' ? at + 1 : -1;
    }

    /** RFC 9110 8.8.3.2. */
    private static boolean isSame(String a, String b, boolean strongly) {
        boolean weak = a.startsWith("W/") || b.startsWith("W/");
        if (strongly && weak) {
            return false;
        }
        return opaque(a).equals(opaque(b));
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
