package io.shockwave.internal.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The path of a request, split at its slashes and then decoded, exactly once. Immutable.
 *
 * <p>It refuses instead of repairing: dot segments, empty segments and everything that a file system or another decoder might read as a separator. So no two readers can disagree about
 * which file is meant, and what was checked is what is opened.
 */
public final class RequestPath {
    /** Segments of a path; deeper trees exist, but no request for them comes from a person. */
    public static final int MAX_SEGMENTS = 128;

    /** What a path turned out to be. */
    public enum Verdict {
        /** A list of names, none of which can lead upwards. */
        FINE,
        /** No path that could be sent by a correct client: 400. */
        MALFORMED,
        /** Well formed, but no file can have it: 404. */
        NOWHERE
    }

    private static final RequestPath MALFORMED = new RequestPath(Verdict.MALFORMED, List.of(), false);
    private static final RequestPath NOWHERE = new RequestPath(Verdict.NOWHERE, List.of(), false);
    private static final String WINDOWS_FORBIDDEN = "<>:\"|?*";
    private static final Set<String> WINDOWS_DEVICES = Set.of("con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private final Verdict verdict;
    private final List<String> segments;
    private final boolean folder;

    private RequestPath(Verdict verdict, List<String> segments, boolean folder) {
        this.verdict = verdict;
        this.segments = segments;
        this.folder = folder;
    }

    /**
     * Reads the path of a request-target as it was sent.
     *
     * @param windows whether the names that Windows gives a meaning of its own are refused too
     */
    public static RequestPath of(CharSequence raw, boolean windows) {
        int len = raw.length();
        if (len == 0 || raw.charAt(0) != '/') {
            return MALFORMED;
        }
        byte[] bytes = new byte[len];
        List<String> segments = new ArrayList<>();
        int from = 1;
        for (int i = 1; i <= len; i++) {
            if (i < len && raw.charAt(i) != '/') {
                continue;
            }
            if (i == len && i == from) {
                break; // the path ends with a slash
            }
            int decoded = decode(raw, from, i, bytes);
            String name = decoded < 0 ? "" : text(bytes, decoded);
            if (decoded < 0 || decoded > 0 && name.isEmpty()) {
                return MALFORMED;
            }
            if (name.isEmpty() || name.equals(".") || name.equals("..") || windows && isSpecialOnWindows(name) || segments.size() == MAX_SEGMENTS) {
                return NOWHERE;
            }
            segments.add(name);
            from = i + 1;
        }
        return new RequestPath(Verdict.FINE, List.copyOf(segments), raw.charAt(len - 1) == '/');
    }

    /** Decodes one segment and returns its length; -1 for a broken escape, and for bytes that would be a separator or an end somewhere: slash, backslash, NUL. */
    private static int decode(CharSequence raw, int from, int to, byte[] dst) {
        int at = 0;
        for (int i = from; i < to; i++) {
            int b = raw.charAt(i);
            if (b == '%') {
                if (to - i < 3) {
                    return -1;
                }
                int high = Character.digit(raw.charAt(i + 1), 16);
                int low = Character.digit(raw.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return -1;
                }
                b = high << 4 | low;
                i += 2;
            }
            if (b == 0 || b == '/' || b == '\\' || b > 0xFF) {
                return -1;
            }
            dst[at++] = (byte) b;
        }
        return at;
    }

    /** The bytes as UTF-8; empty if they are not, overlong forms and surrogates included. */
    private static String text(byte[] bytes, int len) {
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(len);
        CoderResult result = utf8.decode(ByteBuffer.wrap(bytes, 0, len), chars, true);
        return result.isUnderflow() ? chars.flip().toString() : "";
    }

    /** Alternate streams and drives (a colon), wildcards, names that lose their trailing dots and blanks, and devices that exist in each folder. */
    private static boolean isSpecialOnWindows(String name) {
        char last = name.charAt(name.length() - 1);
        if (last == '.' || last == ' ') {
            return true;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || WINDOWS_FORBIDDEN.indexOf(c) >= 0) {
                return true;
            }
        }
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        return WINDOWS_DEVICES.contains(stem);
    }

    public Verdict verdict() {
        return verdict;
    }

    /** The names from the root on; empty for the root itself. */
    public List<String> segments() {
        return segments;
    }

    /** Whether the path ends with a slash. */
    public boolean asksForFolder() {
        return folder;
    }

    /** Whether one of the names begins with a dot. */
    public boolean isHidden() {
        for (String segment : segments) {
            if (segment.charAt(0) == '.') {
                return true;
            }
        }
        return false;
    }
}
