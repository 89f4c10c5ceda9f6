package io.shockwave.internal.tls;

import java.net.IDN;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which names a certificate is for (RFC 9525, as RFC 9110 4.3.4 asks). Stricter than the JDK's own check, which runs besides it: the subject's common name means nothing,
 * and a wildcard is a whole label, the leftmost, and stands for one label. Stateless.
 */
final class HostNames {
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;
    /** RFC 1035 2.3.4. */
    private static final int MOST_SHOWN = 255;

    private HostNames() {
    }

    /** The host of a URL as certificates write it: no brackets, no zone, no last dot, A-labels, lower case. */
    static String normal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (isAddress(bare)) {
            int zone = bare.indexOf('%');
            return (zone < 0 ? bare : bare.substring(0, zone)).toLowerCase(Locale.ROOT);
        }
        String name = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) > 0x7F) {
                name = IDN.toASCII(name);
                break;
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether this is an IP address and no name: four numbers, or anything with a colon. */
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || Addresses.isV4(host);
    }

    /** Whether the certificate is for this host, as {@link #normal} gives it. */
    static boolean isFor(X509Certificate certificate, String host) {
        if (isAddress(host)) {
            byte[] wanted = Addresses.parse(host);
            for (String address : names(certificate, SAN_IP)) {
                if (Addresses.equal(wanted, Addresses.parse(address))) {
                    return true;
                }
            }
            return false;
        }
        for (String name : names(certificate, SAN_DNS)) {
            if (matches(name.toLowerCase(Locale.ROOT), host)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name of a certificate covers the host; both lower case. RFC 9525 6.3: a wildcard covers exactly one label. */
    static boolean matches(String pattern, String host) {
        if (!pattern.startsWith("*.")) {
            return pattern.indexOf('*') < 0 && pattern.equals(host);
        }
        int dot = host.indexOf('.');
        // At least two labels after the wildcard: nobody can speak for all of .com.
        return dot > 0 && pattern.indexOf('*', 1) < 0 && pattern.indexOf('.', 2) > 0 && host.length() - dot == pattern.length() - 1
                && host.regionMatches(dot, pattern, 1, pattern.length() - 1);
    }

    static Set<String> dnsNames(X509Certificate certificate) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : names(certificate, SAN_DNS)) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(names);
    }

    /** All names and addresses, to be shown to a person. */
    static List<String> all(X509Certificate certificate) {
        List<String> all = new ArrayList<>();
        for (String name : names(certificate, SAN_DNS)) {
            all.add(shown(name));
        }
        all.addAll(names(certificate, SAN_IP));
        return all;
    }

    /** What a certificate says, which anybody can have written: without lines of its own for a log, and no longer than a name can be. */
    static String shown(Object said) {
        String text = said.toString();
        return text.substring(0, Math.min(MOST_SHOWN, text.length())).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    private static List<String> names(X509Certificate certificate, int type) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries != null) {
                for (List<?> entry : entries) {
                    if (entry.get(0).equals(type) && entry.get(1) instanceof String name) {
                        names.add(name);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            return List.of(); // Names that cannot be read vouch for nobody.
        }
        return names;
    }
}
