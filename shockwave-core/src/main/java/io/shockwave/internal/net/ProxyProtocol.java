package io.shockwave.internal.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Reads the header that a proxy puts in front of a connection, PROXY protocol version 1 or 2 (haproxy.org, proxy-protocol.txt). Owned by one connection until it is done; no I/O.
 *
 * <p>Strict: a byte that fits neither version ends it, so a peer that speaks no PROXY protocol is found by its first bytes. Nothing behind the header is touched.
 *
 * <pre>
 *   START --'P'--&gt; V1 --CR LF--&gt; DONE
 *     |                                    any --wrong byte, too long--&gt; VIOLATED
 *     +--CR--&gt; V2_SIGNATURE --&gt; V2_FIXED --&gt; V2_ADDRESSES --&gt; V2_TLVS --&gt; DONE
 * </pre>
 */
public final class ProxyProtocol {
    /** Bytes of a version 1 header with its line end: the worst case that the specification gives. */
    public static final int MAX_V1_BYTES = 107;
    /** Bytes behind the 16 fixed ones of a version 2 header. Unix addresses take 216, the TLVs in use (ALPN, authority, unique id, certificate names, cloud ids) a few hundred. */
    public static final int MAX_V2_LENGTH = 4_096;

    /** When it must be complete; the connection's own. */
    public long deadlineNs;
    private static final byte[] V1_SIGNATURE = {'P', 'R', 'O', 'X', 'Y', ' '};
    private static final byte[] V2_SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int V2_FIXED_BYTES = 16;
    private static final int INET_BYTES = 12;
    private static final int INET6_BYTES = 36;
    private static final int UNIX_BYTES = 216;

    private enum State { START, V1, V2_SIGNATURE, V2_FIXED, V2_ADDRESSES, V2_TLVS, DONE, VIOLATED }

    private final byte[] head = new byte[MAX_V1_BYTES];
    private State state = State.START;
    private int count;          // bytes in head
    private int toSkip;         // of the announced length behind the addresses
    private int tlvHead;        // bytes seen of a TLV's type and length
    private int tlvLength;
    private boolean checksTlvs; // not for LOCAL and Unix, where everything is to be ignored
    private InetSocketAddress source;
    private InetSocketAddress destination;
    private String violation = "";

    /**
     * Takes bytes of the header.
     *
     * @return how many were taken; fewer than {@code len} only when it is done or violated, and 0 after that
     */
    public int receive(byte[] buf, int off, int len) {
        for (int i = 0; i < len; i++) {
            if (state == State.DONE || state == State.VIOLATED) {
                return i;
            }
            step(buf[off + i]);
        }
        return len;
    }

    /** Whether the header is complete; what follows belongs to the protocol inside. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Whether the peer sent no valid header; the connection must be closed without an answer. */
    public boolean isViolated() {
        return state == State.VIOLATED;
    }

    /** What was wrong, as a clause without a full stop; empty unless {@link #isViolated}. */
    public String violation() {
        return violation;
    }

    /** Whether the header told addresses. Not so for LOCAL (a proxy's own health check), UNKNOWN and Unix peers: those of the connection itself hold. */
    public boolean hasAddresses() {
        return source != null;
    }

    /** The address of the client. @throws IllegalStateException without {@link #hasAddresses} */
    public InetSocketAddress source() {
        if (source == null) {
            throw new IllegalStateException("the PROXY header told no addresses");
        }
        return source;
    }

    /** The address that the client connected to. @throws IllegalStateException without {@link #hasAddresses} */
    public InetSocketAddress destination() {
        if (destination == null) {
            throw new IllegalStateException("the PROXY header told no addresses");
        }
        return destination;
    }

    private void step(byte b) {
        switch (state) {
            case START -> {
                state = b == 'P' ? State.V1 : State.V2_SIGNATURE;
                if (b != 'P' && b != '\r') {
                    fail("the connection does not begin with a PROXY header");
                }
                head[count++] = b;
            }
            case V1 -> v1(b);
            case V2_SIGNATURE -> {
                if (b != V2_SIGNATURE[count]) {
                    fail("the PROXY signature is wrong");
                    return;
                }
                head[count++] = b;
                if (count == V2_SIGNATURE.length) {
                    state = State.V2_FIXED;
                }
            }
            case V2_FIXED -> {
                head[count++] = b;
                if (count == V2_FIXED_BYTES) {
                    v2Fixed();
                }
            }
            case V2_ADDRESSES -> {
                head[count++] = b;
                if (count == V2_FIXED_BYTES + addressBytes()) {
                    v2Addresses();
                }
            }
            case V2_TLVS -> v2Tlv(b);
            case DONE, VIOLATED -> throw new IllegalStateException(state.toString());
        }
    }

    private void fail(String why) {
        state = State.VIOLATED;
        violation = why;
        source = null;
        destination = null;
    }

    // ---- version 1: one line of text

    private void v1(byte b) {
        if (count < V1_SIGNATURE.length && b != V1_SIGNATURE[count]) {
            fail("the PROXY signature is wrong");
            return;
        }
        if (head[count - 1] == '\r') {
            if (b != '\n') {
                fail("a CR in the PROXY line is not followed by LF");
                return;
            }
            v1Line(count - 1);
            return;
        }
        if (b == '\n') {
            fail("the PROXY line does not end with CR LF");
            return;
        }
        // The last byte that fits must be the LF, the one before it the CR.
        if (count == MAX_V1_BYTES - 1 || count == MAX_V1_BYTES - 2 && b != '\r') {
            fail("the PROXY line is longer than " + MAX_V1_BYTES + " bytes");
            return;
        }
        head[count++] = b;
    }

    private void v1Line(int end) {
        int at = V1_SIGNATURE.length;
        if (isWord(at, end, "UNKNOWN")) {
            state = State.DONE; // the rest of the line is to be ignored
            return;
        }
        boolean four = isWord(at, end, "TCP4");
        if (!four && !isWord(at, end, "TCP6")) {
            fail("the PROXY line names neither TCP4, TCP6 nor UNKNOWN");
            return;
        }
        int from = at + 5;
        int sourceEnd = wordEnd(from, end);
        int destinationEnd = wordEnd(sourceEnd + 1, end);
        int portEnd = wordEnd(destinationEnd + 1, end);
        if (sourceEnd >= end || destinationEnd >= end || portEnd >= end) {
            fail("the PROXY line has fewer than two addresses and two ports");
            return;
        }
        byte[] sourceBytes = address(four, from, sourceEnd);
        byte[] destinationBytes = address(four, sourceEnd + 1, destinationEnd);
        int sourcePort = port(destinationEnd + 1, portEnd);
        int destinationPort = port(portEnd + 1, end);
        if (sourceBytes.length == 0 || destinationBytes.length == 0) {
            fail("an address in the PROXY line is malformed");
        } else if (sourcePort < 0 || destinationPort < 0) {
            fail("a port in the PROXY line is malformed");
        } else {
            source = socketAddress(sourceBytes, sourcePort);
            destination = socketAddress(destinationBytes, destinationPort);
            state = State.DONE;
        }
    }

    private byte[] address(boolean four, int from, int to) {
        return four ? AddressText.inet(head, from, to) : AddressText.inet6(head, from, to);
    }

    /** Whether the word at {@code at} is this one, ended by a space or the line's end. */
    private boolean isWord(int at, int end, String word) {
        int to = at + word.length();
        if (to > end || to < end && head[to] != ' ') {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (head[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int wordEnd(int at, int end) {
        int to = at;
        while (to < end && head[to] != ' ') {
            to++;
        }
        return to;
    }

    /** A decimal number of 0 to 65535 without leading zeros; -1 for anything else. */
    private int port(int from, int to) {
        int value = to - from > 1 && head[from] == '0' || from == to || to - from > 5 ? -1 : 0;
        for (int i = from; i < to && value >= 0; i++) {
            int digit = head[i] - '0';
            value = digit < 0 || digit > 9 ? -1 : value * 10 + digit;
        }
        return value > 65_535 ? -1 : value;
    }

    // ---- version 2: binary

    private void v2Fixed() {
        int version = head[12] >> 4 & 15;
        int command = head[12] & 15;
        int family = head[13] & 0xFF;
        int length = u16(14);
        if (version != 2) {
            fail("the PROXY version is not 2");
        } else if (command > 1) {
            fail("the PROXY command is neither LOCAL nor PROXY");
        } else if (!isKnownFamily(family)) {
            fail("the PROXY address family or transport is not known");
        } else if (length > MAX_V2_LENGTH) {
            fail("the PROXY header is longer than " + (V2_FIXED_BYTES + MAX_V2_LENGTH) + " bytes");
        } else if (command == 1 && length < familyBytes(family)) {
            fail("the PROXY header is shorter than its addresses");
        } else if (command == 0 || family >> 4 == 0 || family >> 4 == 3) {
            skip(length, false);
        } else {
            toSkip = length - addressBytes();
            state = State.V2_ADDRESSES;
        }
    }

    /** UNSPEC, and stream or datagram over IPv4, IPv6 and Unix; a proxy that ends QUIC may tell of datagrams. */
    private static boolean isKnownFamily(int family) {
        int transport = family & 15;
        return family == 0 || family >> 4 >= 1 && family >> 4 <= 3 && (transport == 1 || transport == 2);
    }

    private static int familyBytes(int family) {
        return switch (family >> 4) {
            case 1 -> INET_BYTES;
            case 2 -> INET6_BYTES;
            case 3 -> UNIX_BYTES;
            default -> 0;
        };
    }

    private int addressBytes() {
        return familyBytes(head[13] & 0xFF);
    }

    private void v2Addresses() {
        int bytes = addressBytes() == INET_BYTES ? 4 : 16;
        byte[] from = new byte[bytes];
        byte[] to = new byte[bytes];
        System.arraycopy(head, V2_FIXED_BYTES, from, 0, bytes);
        System.arraycopy(head, V2_FIXED_BYTES + bytes, to, 0, bytes);
        source = socketAddress(from, u16(V2_FIXED_BYTES + 2 * bytes));
        destination = socketAddress(to, u16(V2_FIXED_BYTES + 2 * bytes + 2));
        skip(toSkip, true);
    }

    private void skip(int bytes, boolean checked) {
        toSkip = bytes;
        checksTlvs = checked;
        state = bytes == 0 ? State.DONE : State.V2_TLVS;
    }

    private void v2Tlv(byte b) {
        toSkip--;
        if (checksTlvs) {
            if (tlvHead == 3) {
                tlvLength--;
            } else {
                tlvLength = tlvHead == 0 ? 0 : tlvLength << 8 | b & 0xFF;
                tlvHead++;
                if (tlvHead == 3 && tlvLength > toSkip) {
                    fail("a TLV of the PROXY header is longer than the header");
                    return;
                }
            }
            if (tlvHead == 3 && tlvLength == 0) {
                tlvHead = 0;
            }
        }
        if (toSkip == 0) {
            if (tlvHead != 0) {
                fail("the PROXY header ends within a TLV");
            } else {
                state = State.DONE;
            }
        }
    }

    private int u16(int at) {
        return (head[at] & 0xFF) << 8 | head[at + 1] & 0xFF;
    }

    private static InetSocketAddress socketAddress(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for another length than 4 or 16
        }
    }
}
