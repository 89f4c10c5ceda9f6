package io.shockwave.internal.dispatch.client;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** The messages of SOCKS5 (RFC 1928) and its user and password (RFC 1929), without I/O. Stateless. */
final class Socks5 {
    /** RFC 1928 3: the first bytes of the answer to a greeting, and to a user and password. */
    static final int SHORT_REPLY_BYTES = 2;
    /** RFC 1928 6: the reply up to the first byte of the bound address, which tells how long that is. */
    static final int REPLY_START_BYTES = 5;
    static final int NO_AUTHENTICATION = 0;
    static final int USER_PASSWORD = 2;

    private Socks5() {
    }

    static byte[] greeting(boolean withPassword) {
        return withPassword ? new byte[] {5, 2, NO_AUTHENTICATION, USER_PASSWORD} : new byte[] {5, 1, NO_AUTHENTICATION};
    }

    /** The method that the proxy chose; -1 and a problem in {@link #greetingProblem} otherwise. */
    static String greetingProblem(byte[] reply, boolean withPassword) {
        if (reply[0] != 5) {
            return "is no SOCKS5 proxy: it answered with version " + (reply[0] & 0xFF);
        }
        int method = reply[1] & 0xFF;
        if (method == NO_AUTHENTICATION || method == USER_PASSWORD && withPassword) {
            return null;
        }
        return withPassword ? "accepts neither no authentication nor a user and password" : "asks for authentication, and none is configured";
    }

    /** RFC 1929 2. */
    static byte[] credentials(byte[] user, byte[] password) {
        byte[] out = new byte[3 + user.length + password.length];
        out[0] = 1;
        out[1] = (byte) user.length;
        System.arraycopy(user, 0, out, 2, user.length);
        out[2 + user.length] = (byte) password.length;
        System.arraycopy(password, 0, out, 3 + user.length, password.length);
        return out;
    }

    /** RFC 1928 4: CONNECT to a name, which the proxy resolves, or to an address literal. */
    static byte[] connect(String host, int port) {
        byte[] address;
        int type;
        InetAddress literal = Dialer.literal(host);
        if (literal != null) {
            address = literal.getAddress();
            type = address.length == 4 ? 1 : 4;
        } else {
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            if (name.length > 255) {
                throw new IllegalArgumentException("a host name of " + name.length + " bytes does not fit SOCKS5 (RFC 1928 5)");
            }
            address = new byte[1 + name.length];
            address[0] = (byte) name.length;
            System.arraycopy(name, 0, address, 1, name.length);
            type = 3;
        }
        byte[] out = new byte[4 + address.length + 2];
        out[0] = 5;
        out[1] = 1;
        out[3] = (byte) type;
        System.arraycopy(address, 0, out, 4, address.length);
        out[out.length - 2] = (byte) (port >> 8);
        out[out.length - 1] = (byte) port;
        return out;
    }

    /** How many bytes of a reply follow its first {@link #REPLY_START_BYTES}; -1 if its address type is none. */
    static int replyRest(byte[] start) {
        return switch (start[3]) {
            case 1 -> 4 - 1 + 2;
            case 4 -> 16 - 1 + 2;
            case 3 -> (start[4] & 0xFF) + 2;
            default -> -1;
        };
    }

    /** What a reply means (RFC 1928 6); null for success. */
    static String replyProblem(byte[] start) {
        if (start[0] != 5) {
            return "answered with version " + (start[0] & 0xFF);
        }
        return switch (start[1] & 0xFF) {
            case 0 -> replyRest(start) < 0 ? "answered with an unknown type of address" : null;
            case 1 -> "reports a general failure";
            case 2 -> "does not allow this connection";
            case 3 -> "cannot reach the network";
            case 4 -> "cannot reach the host";
            case 5 -> "was refused the connection";
            case 6 -> "reports that the time to live expired";
            case 7 -> "does not know the command";
            case 8 -> "does not know the type of address";
            default -> "answered with code " + (start[1] & 0xFF);
        };
    }
}
