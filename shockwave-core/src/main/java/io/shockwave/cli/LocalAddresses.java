package io.shockwave.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The addresses under which this machine can be reached. Stateless. */
final class LocalAddresses {
    /** An address and where it is. */
    record Named(InetAddress address, String place) {
    }

    private LocalAddresses() {
    }

    /** Those of all interfaces that are up, but for loopback and for link-local ones, which need a zone that browsers refuse. IPv4 first. */
    static List<Named> all() {
        List<Named> found = new ArrayList<>();
        try {
            for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
                if (network.isUp() && !network.isLoopback()) {
                    network.inetAddresses().filter(a -> !a.isLinkLocalAddress()).forEach(a -> found.add(new Named(a, network.getDisplayName())));
                }
            }
        } catch (SocketException e) {
            // Then localhost is all that can be told.
        }
        found.sort(Comparator.comparing(named -> named.address() instanceof Inet6Address));
        return found;
    }

    /** Adds rows of a URL and a remark for what a server listens on. */
    static void urls(String scheme, InetSocketAddress address, List<String[]> rows) {
        if (!address.getAddress().isAnyLocalAddress()) {
            rows.add(new String[] {url(scheme, text(address.getAddress()), address.getPort()), address.getAddress().isLoopbackAddress() ? "this machine only" : ""});
            return;
        }
        rows.add(new String[] {url(scheme, "localhost", address.getPort()), "this machine"});
        for (Named named : all()) {
            rows.add(new String[] {url(scheme, text(named.address()), address.getPort()), named.place()});
        }
    }

    private static String text(InetAddress address) {
        return address instanceof Inet6Address ? "[" + shortest(address.getAddress()) + "]" : address.getHostAddress();
    }

    /** RFC 5952 4: without leading zeros, the longest run of zero groups left out. */
    static String shortest(byte[] inet6) {
        int[] groups = new int[8];
        int bestFrom = 0;
        int bestLen = 1; // a single zero group stays
        int run = 0;
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (inet6[2 * i] & 0xFF) << 8 | inet6[2 * i + 1] & 0xFF;
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > bestLen) {
                bestLen = run;
                bestFrom = i - run + 1;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (bestLen > 1 && i == bestFrom) {
                text.append("::");
                i += bestLen - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static String url(String scheme, String host, int port) {
        boolean usual = scheme.equals("http") ? port == 80 : port == 443;
        return scheme + "://" + host + (usual ? "" : ":" + port) + "/";
    }
}
