package io.shockwave.internal.dispatch.client;

/** Resolves the reference in a Location field against the URL that answered (RFC 9110 10.2.2, RFC 3986 5.2). Stateless. */
final class Location {
    private static final String HEX = "0123456789ABCDEF";

    private Location() {
    }

    /**
     * @param scheme of the URL that answered
     * @param authority of the URL that answered, as in a Host field
     * @param target path and query of the URL that answered, beginning with a slash
     * @param reference the field's value, each char one byte of it
     * @return an absolute URL without a fragment, not yet checked; its scheme may be any
     */
    static String resolve(String scheme, String authority, String target, String reference) {
        String ref = escape(withoutFragment(reference));
        int colon = schemeEnd(ref);
        if (colon > 0) {
            return ref.startsWith("//", colon + 1) ? normalised(ref.substring(0, colon), ref.substring(colon + 3)) : ref;
        }
        if (ref.startsWith("//")) {
            return normalised(scheme, ref.substring(2));
        }
        int query = target.indexOf('?');
        String basePath = query < 0 ? target : target.substring(0, query);
        String path;
        if (ref.isEmpty()) {
            path = target;
        } else if (ref.charAt(0) == '?') {
            path = basePath + ref;
        } else {
            int refQuery = ref.indexOf('?');
            String refPath = refQuery < 0 ? ref : ref.substring(0, refQuery);
            // RFC 3986 5.2.3: all but the last segment of the base's path.
            String merged = refPath.charAt(0) == '/' ? refPath : basePath.substring(0, basePath.lastIndexOf('/') + 1) + refPath;
            path = removeDotSegments(merged) + (refQuery < 0 ? "" : ref.substring(refQuery));
        }
        return scheme + "://" + authority + path;
    }

    private static String normalised(String scheme, String rest) {
        int path = 0;
        while (path < rest.length() && rest.charAt(path) != '/' && rest.charAt(path) != '?') {
            path++;
        }
        int query = rest.indexOf('?', path);
        String only = query < 0 ? rest.substring(path) : rest.substring(path, query);
        return scheme + "://" + rest.substring(0, path) + removeDotSegments(only) + (query < 0 ? "" : rest.substring(query));
    }

    /** RFC 3986 5.2.4, for paths that are empty or begin with a slash. */
    static String removeDotSegments(String path) {
        StringBuilder out = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int end = path.indexOf('/', at + 1);
            if (end < 0) {
                end = path.length();
            }
            String segment = path.substring(at, end);
            boolean last = end == path.length();
            if (segment.equals("/..")) {
                out.setLength(Math.max(out.lastIndexOf("/"), 0));
            }
            if (segment.equals("/.") || segment.equals("/..")) {
                if (last) {
                    out.append('/');
                }
            } else {
                out.append(segment);
            }
            at = end;
        }
        return out.toString();
    }

    private static String withoutFragment(String reference) {
        int hash = reference.indexOf('#');
        return hash < 0 ? reference : reference.substring(0, hash);
    }

    /** RFC 3986 3.1: the colon behind a scheme; -1 when the reference is relative. */
    private static int schemeEnd(String ref) {
        for (int i = 0; i < ref.length(); i++) {
            char c = ref.charAt(i);
            if (c == ':') {
                return i == 0 ? -1 : i;
            }
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'))) {
                return -1;
            }
        }
        return -1;
    }

    /** Servers put bytes above 0x7F into Location as they are; in a URL they must be escaped (RFC 3986 2.1). */
    private static String escape(String ref) {
        StringBuilder out = null;
        for (int i = 0; i < ref.length(); i++) {
            char c = ref.charAt(i);
            if (c >= 0x80 && c <= 0xFF) {
                if (out == null) {
                    out = new StringBuilder(ref.length() + 16).append(ref, 0, i);
                }
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? ref : out.toString();
    }
}
