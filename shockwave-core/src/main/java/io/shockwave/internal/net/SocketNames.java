package io.shockwave.internal.net;

import java.io.File;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/** The addresses of sockets as the kernel tells them (struct sockaddr), and as this library keeps them: those of IPv4 as a number. Confined to whoever made it. */
final class SocketNames {
    private static final int NAME_BYTES = 128; // struct sockaddr_storage
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final long MAPPED = 0x0000_FFFFL;
    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private final ByteBuffer memory = Syscalls.memory(NAME_BYTES + 8); // the name, its length
    private final long address = Syscalls.address(memory);

    /** Where a call is to put a name. */
    long name() {
        return address;
    }

    /** Where a call finds how much room there is, and tells how much it used. */
    long nameLen() {
        memory.putInt(NAME_BYTES, NAME_BYTES);
        return address + NAME_BYTES;
    }

    /** The socket's own name is put here. @return whether it has one */
    boolean own(Syscalls calls, int fd) {
        return calls.socketName(fd, name(), nameLen()) == 0;
    }

    /** An IPv4 address and a port, of an IPv6 socket's too, for {@link #address(long)}; 0 for any other name. */
    long packed() {
        int family = memory.getShort(0);
        long port = port();
        if (family == AF_INET) {
            return (bigInt(4) & 0xFFFF_FFFFL) << 16 | port;
        }
        if (family == AF_INET6 && memory.getLong(8) == 0 && (bigInt(16) & 0xFFFF_FFFFL) == MAPPED) {
            return (bigInt(20) & 0xFFFF_FFFFL) << 16 | port;
        }
        return 0;
    }

    /** Both machines are little-endian, the network is not. */
    private long port() {
        return Short.reverseBytes(memory.getShort(2)) & 0xFFFFL;
    }

    private int bigInt(int at) {
        return Integer.reverseBytes(memory.getInt(at));
    }

    /** A new object for a packed name. */
    static InetSocketAddress address(long packed) {
        byte[] four = {(byte) (packed >>> 40), (byte) (packed >>> 32), (byte) (packed >>> 24), (byte) (packed >>> 16)};
        return inet(four, (int) packed & 0xFFFF);
    }

    /** A new object for the name here; null for a family that is none of the JDK's. */
    SocketAddress address() {
        long packed = packed();
        if (packed != 0) {
            return address(packed);
        }
        switch (memory.getShort(0)) {
            case AF_INET: // any address, port 0
                return inet(new byte[4], 0);
            case AF_INET6:
                byte[] sixteen = new byte[16];
                memory.get(8, sixteen);
                int port = (int) port();
                int scope = memory.getInt(24);
                try {
                    return scope == 0 ? inet(sixteen, port) : new InetSocketAddress(Inet6Address.getByAddress(null, sixteen, scope), port);
                } catch (UnknownHostException e) {
                    throw new IllegalStateException(e);
                }
            case AF_UNIX:
                return unix();
            default:
                return null;
        }
    }

    private static InetSocketAddress inet(byte[] bytes, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketAddress unix() {
        int len = memory.getInt(NAME_BYTES) - 2;
        if (len <= 0 || memory.get(2) == 0) { // unnamed, or not of the file system
            return UNNAMED;
        }
        byte[] path = new byte[Math.min(len, NAME_BYTES - 2)];
        memory.get(2, path);
        int end = 0;
        while (end < path.length && path[end] != 0) {
            end++;
        }
        return UnixDomainSocketAddress.of(new String(path, 0, end, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))));
    }

    /**
     * The descriptor of a socket of NIO, which does not tell: looked for among those of this process by the name that is bound to it.
     *
     * @return -1 if there is none, or more than one
     */
    static int find(Syscalls calls, SocketAddress bound, boolean listening) throws IOException {
        String[] all = new File("/proc/self/fd").list();
        if (all == null) {
            throw new IOException("/proc/self/fd cannot be read");
        }
        SocketNames names = new SocketNames();
        ByteBuffer option = Syscalls.memory(16);
        int found = -1;
        for (String each : all) {
            int fd = Integer.parseInt(each);
            if (value(calls, fd, Syscalls.SO_TYPE, option) == Syscalls.SOCK_STREAM && value(calls, fd, Syscalls.SO_ACCEPTCONN, option) == (listening ? 1 : 0)
                    && names.own(calls, fd) && bound.equals(names.address())) {
                if (found >= 0) {
                    return -1;
                }
                found = fd;
            }
        }
        return found;
    }

    private static int value(Syscalls calls, int fd, int name, ByteBuffer option) {
        option.putInt(8, 4);
        long address = Syscalls.address(option);
        return calls.option(fd, Syscalls.SOL_SOCKET, name, address, address + 8) == 0 ? option.getInt(0) : -1;
    }
}
