package io.shockwave.internal.quic;

/**
 * An IP address (IPv4 mapped into IPv6) and a port, as numbers. Mutable, so that a socket can refill one object for each datagram: whoever keeps an address copies it.
 */
public final class PeerAddress {
    private static final long MAPPED = 0xFFFFL << 32;

    private long high;
    private long low;
    private int port;

    /** The unspecified address, port 0. */
    public PeerAddress() {}

    /** The 128 bits of an IPv6 address, most significant first. */
    public PeerAddress(long high, long low, int port) {
        set(high, low, port);
    }

    /** An IPv4 address as its 32 bits. */
    public static PeerAddress ofIpv4(int address, int port) {
        return new PeerAddress(0, MAPPED | address & 0xFFFFFFFFL, port);
    }

    public PeerAddress set(long newHigh, long newLow, int newPort) {
        high = newHigh;
        low = newLow;
        port = newPort;
        return this;
    }

    public PeerAddress set(PeerAddress other) {
        return set(other.high, other.low, other.port);
    }

    public PeerAddress copy() {
        return new PeerAddress(high, low, port);
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xFFFFL;
    }

    /** 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? (low >>> 24 & 0xFF) == 127 : high == 0 && low == 1;
    }

    /** Whether the address is the same and only the port may differ, as after a NAT's rebinding. */
    public boolean isSameHost(PeerAddress other) {
        return high == other.high && low == other.low;
    }

    /** Writes the address's 16 bytes and the port's two. */
    public int writeTo(byte[] dst, int off) {
        for (int i = 0; i < 8; i++) {
            dst[off + i] = (byte) (high >>> 56 - 8 * i);
            dst[off + 8 + i] = (byte) (low >>> 56 - 8 * i);
        }
        dst[off + 16] = (byte) (port >>> 8);
        dst[off + 17] = (byte) port;
        return 18;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof PeerAddress other && high == other.high && low == other.low && port == other.port;
    }

    @Override
    public int hashCode() {
        long mixed = (high * 31 + low) * 31 + port;
        return Long.hashCode(mixed * 0x9E3779B97F4A7C15L);
    }

    @Override
    public String toString() {
        if (isIpv4()) {
            int a = (int) low;
            return (a >>> 24) + "." + (a >>> 16 & 0xFF) + "." + (a >>> 8 & 0xFF) + "." + (a & 0xFF) + ":" + port;
        }
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < 8; i++) {
            long half = i < 4 ? high : low;
            out.append(i == 0 ? "" : ":").append(Long.toHexString(half >>> 48 - 16 * (i & 3) & 0xFFFF));
        }
        return out.append("]:").append(port).toString();
    }
}
