package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Violation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of RFC 9112 and the rules on framing, written down as regular expressions over a whole head: slow, without state, and near enough to the ABNF to be
 * checked against it by eye. What the codecs say is compared with it.
 */
final class ReferenceParser {
    private static final String TCHAR = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private static final String LINE = "(?s)(" + TCHAR + "{1,32}) ([!-~&&[^\"<>\\\\`{}]]+) HTTP/([0-9])\\.([0-9])";
    private static final Pattern REQUEST_LINE = Pattern.compile(LINE);
    private static final Pattern STATUS_LINE = Pattern.compile("(?s)HTTP/([0-9])\\.([0-9]) ([1-9][0-9]{2})(?: ([\\t -~\\x80-\\xff]*))?");
    private static final Pattern FIELD_LINE = Pattern.compile("(?s)(" + TCHAR + "+):[ \\t]*([!-~\\x80-\\xff](?:[\\t -~\\x80-\\xff]*[!-~\\x80-\\xff])?)?[ \\t]*");

    private static final String H16 = "[0-9A-Fa-f]{1,4}";
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])";
    private static final String IPV4 = "(?:" + OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET + ")";
    private static final String LS32 = "(?:" + H16 + ":" + H16 + "|" + IPV4 + ")";
    private static final String G = "(?:" + H16 + ":)";
    private static final String IPV6 = "(?:" + G + "{6}" + LS32 + "|::" + G + "{5}" + LS32 + "|(?:" + H16 + ")?::" + G + "{4}" + LS32 + "|(?:" + G + "{0,1}" + H16 + ")?::" + G + "{3}" + LS32 + "|(?:" + G + "{0,2}" + H16 + ")?::"
            + G + "{2}" + LS32 + "|(?:" + G + "{0,3}" + H16 + ")?::" + G + LS32 + "|(?:" + G + "{0,4}" + H16 + ")?::" + LS32 + "|(?:" + G + "{0,5}" + H16 + ")?::" + H16 + "|(?:" + G + "{0,6}" + H16 + ")?::)";
    private static final String PCT = "%[0-9A-Fa-f]{2}";
    private static final String UNRESERVED_SUBDELIMS = "[A-Za-z0-9._~!$&'()*+,;=-]";
    private static final String HOST = "(?:\\[" + IPV6 + "\\]|(?:" + UNRESERVED_SUBDELIMS + "|" + PCT + ")++)";
    private static final Pattern AUTHORITY = Pattern.compile("(" + HOST + ")(?::([0-9]*))?");
    private static final Pattern ORIGIN_FORM = Pattern.compile("(/(?:[^?#%]|" + PCT + ")*+)(?:\\?([^#]*))?");
    private static final Pattern ABSOLUTE_FORM = Pattern.compile("(?i:https?)://([^/?#]*)((?:/(?:[^?#%]|" + PCT + ")*+)?)(?:\\?([^#]*))?");

    /** A field as it was sent, blanks around its value aside. */
    record Field(String name, String value) {
    }

    /** A head; for requests method, target, minor; for responses status and reason as target. */
    record Head(String method, String target, int major, int minor, int status, List<Field> fields, int bytes) {
        List<String> all(String name) {
            List<String> values = new ArrayList<>();
            for (Field field : fields) {
                if (field.name.equalsIgnoreCase(name)) {
                    values.add(field.value);
                }
            }
            return values;
        }

        String text() {
            StringBuilder out = new StringBuilder();
            for (Field field : fields) {
                out.append(field.name).append(": ").append(field.value).append('\n');
            }
            return out.toString();
        }
    }

    private ReferenceParser() {
    }

    /** The request head at the beginning; null if it is malformed or not complete. */
    static Head request(String input) {
        int from = input.startsWith("\r\n\r\n") ? 4 : input.startsWith("\r\n") ? 2 : 0;
        int end = input.indexOf("\r\n\r\n", from);
        if (end < 0) {
            return null;
        }
        String[] lines = input.substring(from, end).split("\r\n", -1);
        Matcher line = REQUEST_LINE.matcher(lines[0]);
        List<Field> fields = fields(lines, 1);
        return !line.matches() || fields == null ? null
                : new Head(line.group(1), line.group(2), Integer.parseInt(line.group(3)), Integer.parseInt(line.group(4)), 0, fields, end + 4);
    }

    /** The response head at the beginning; null if it is malformed or not complete. */
    static Head response(String input) {
        int end = input.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String[] lines = input.substring(0, end).split("\r\n", -1);
        Matcher line = STATUS_LINE.matcher(lines[0]);
        List<Field> fields = fields(lines, 1);
        return !line.matches() || fields == null ? null
                : new Head("", line.group(4) == null ? "" : line.group(4), Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)), Integer.parseInt(line.group(3)), fields, end + 4);
    }

    private static List<Field> fields(String[] lines, int from) {
        List<Field> fields = new ArrayList<>();
        for (int i = from; i < lines.length; i++) {
            Matcher line = FIELD_LINE.matcher(lines[i]);
            if (!line.matches()) {
                return null;
            }
            fields.add(new Field(line.group(1), line.group(2) == null ? "" : line.group(2)));
        }
        return fields;
    }

    /** All that is wrong with a well-formed request; which of it is reported is left open. */
    static Set<Violation> faults(Head head, long bodyBytes) {
        Set<Violation> faults = EnumSet.noneOf(Violation.class);
        targetFaults(head, faults);
        List<String> hosts = head.all("host");
        if (hosts.isEmpty() && head.minor > 0) {
            faults.add(Violation.HOST_MISSING);
        }
        if (hosts.size() > 1) {
            faults.add(Violation.HOST_REPEATED);
        }
        for (String host : hosts) {
            if (!isAuthority(host)) {
                faults.add(Violation.HOST_SYNTAX);
            }
        }
        contentFaults(head, faults);
        Long length = length(head);
        boolean content = !head.all("transfer-encoding").isEmpty() || length != null && length > 0;
        if (content && (head.method.equals("TRACE") || head.method.equals("CONNECT"))) {
            faults.add(Violation.CONTENT_FORBIDDEN);
        }
        if (length != null && length > bodyBytes) {
            faults.add(Violation.BODY_TOO_LARGE);
        }
        for (String expect : head.all("expect")) {
            if (!expect.equalsIgnoreCase("100-continue")) {
                faults.add(Violation.EXPECTATION_UNKNOWN);
            }
        }
        return faults;
    }

    private static void contentFaults(Head head, Set<Violation> faults) {
        List<String> codings = head.all("transfer-encoding");
        List<String> lengths = head.all("content-length");
        if (!codings.isEmpty() && head.minor == 0) {
            faults.add(Violation.TRANSFER_CODING_IN_1_0);
        }
        if (!codings.isEmpty() && !lengths.isEmpty()) {
            faults.add(Violation.CONTENT_LENGTH_WITH_CODING);
        }
        if (codings.size() > 1) {
            faults.add(Violation.TRANSFER_CODING_SYNTAX);
        }
        for (String coding : codings) {
            if (!coding.equalsIgnoreCase("chunked")) {
                boolean understood = coding.matches("(?i)(?:(?!chunked[ \\t]*,)" + TCHAR + "+[ \\t]*,[ \\t]*)++chunked");
                faults.add(understood ? Violation.TRANSFER_CODING_UNSUPPORTED : Violation.TRANSFER_CODING_SYNTAX);
            }
        }
        if (lengths.size() > 1) {
            faults.add(Violation.CONTENT_LENGTH_REPEATED);
        }
        for (String length : lengths) {
            if (number(length) == null) {
                faults.add(Violation.CONTENT_LENGTH_SYNTAX);
            }
        }
    }

    private static void targetFaults(Head head, Set<Violation> faults) {
        boolean valid;
        if (head.method.equals("CONNECT")) {
            Matcher authority = AUTHORITY.matcher(head.target);
            valid = authority.matches() && authority.group(2) != null && isPort(authority.group(2), 1);
        } else {
            Matcher absolute = ABSOLUTE_FORM.matcher(head.target);
            valid = ORIGIN_FORM.matcher(head.target).matches() || absolute.matches() && isAuthority(absolute.group(1)) || head.target.equals("*") && head.method.equals("OPTIONS");
        }
        if (!valid) {
            faults.add(Violation.TARGET_FORM);
            faults.add(Violation.TARGET_SYNTAX);
        }
    }

    /** Path, query and authority, separated by blanks, of a request without faults. */
    static String parts(Head head) {
        if (head.method.equals("CONNECT")) {
            return "  " + head.target;
        }
        if (head.target.equals("*")) {
            return "*  ";
        }
        Matcher absolute = ABSOLUTE_FORM.matcher(head.target);
        if (absolute.matches()) {
            return absolute.group(2) + ' ' + (absolute.group(3) == null ? "" : absolute.group(3)) + ' ' + absolute.group(1);
        }
        Matcher origin = ORIGIN_FORM.matcher(head.target);
        return origin.matches() ? origin.group(1) + ' ' + (origin.group(2) == null ? "" : origin.group(2)) + ' ' : null;
    }

    static boolean keepAlive(Head head) {
        return !connectionNames(head, "close") && (head.minor > 0 || connectionNames(head, "keep-alive"));
    }

    static boolean connectionNames(Head head, String option) {
        for (String value : head.all("connection")) {
            for (String each : value.split(",")) {
                if (each.replaceAll("^[ \\t]+|[ \\t]+$", "").toLowerCase(Locale.ROOT).equals(option)) {
                    return true;
                }
            }
        }
        return false;
    }

    static Long length(Head head) {
        List<String> lengths = head.all("content-length");
        return lengths.isEmpty() ? null : number(lengths.getFirst());
    }

    private static Long number(String text) {
        if (!text.matches("[0-9]+")) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    private static boolean isAuthority(String text) {
        Matcher authority = AUTHORITY.matcher(text);
        return authority.matches() && (authority.group(2) == null || authority.group(2).isEmpty() || isPort(authority.group(2), 0));
    }

    private static boolean isPort(String digits, int least) {
        Long port = number(digits);
        return port != null && port >= least && port <= 65_535;
    }
}
