package io.shockwave.internal.net;

import io.shockwave.internal.quic.PeerAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The batched datagram calls of Linux on a socket that NIO owns: several datagrams leave and arrive with one system call (UDP_SEGMENT, UDP_GRO, recvmmsg, sendmmsg), and their ECN
 * marks with them. Owned by one {@link UdpSocket}; confined to its reactor.
 *
 * <p>All structures are laid out once, in one native block: a call only fills in lengths, an address and the control messages.
 */
final class NativeUdp {
    /** Messages that one receiving call takes: each may hold a whole batch of coalesced datagrams. */
    static final int RECEIVES = 16;
    /** Messages that one sending call gives. */
    static final int SENDS = 32;
    /** The most one message may hold; the kernel counts its headers within 65,535. */
    static final int SEND_BYTES = 65_000;
    /** The kernel's UDP_MAX_SEGMENTS was 64 before it was raised. */
    static final int MAX_SEGMENTS = 64;

    private static final int RECEIVE_BYTES = 1 << 16;
    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 64;
    private static final int MMSG_BYTES = 64;
    private static final int IOV_BYTES = 16;
    // Where the fields of struct mmsghdr stand on 64-bit Linux.
    private static final int NAME = 0;
    private static final int NAME_LEN = 8;
    private static final int IOV = 16;
    private static final int IOV_LEN = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LEN = 40;
    private static final int FLAGS = 48;
    private static final int MSG_LEN = 56;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVTOS = 13;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_RECVTCLASS = 66;
    private static final int IPV6_TCLASS = 67;
    private static final int PMTUDISC_PROBE = 3;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int ENOBUFS = 105;
    private static final int EINVAL = 22;
    private static final int EIO = 5;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort BIG_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long MAPPED = 0x0000_FFFFL << 32;

    /** The calls, linked once; made only where they may be used. */
    private static final class Calls {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle RECVMMSG = link("recvmmsg",
                FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));
        static final MethodHandle SENDMMSG = link("sendmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT));
        static final MethodHandle SETSOCKOPT = link("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
        static final MethodHandle GETSOCKOPT = link("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        static final MethodHandle GETSOCKNAME = link("getsockname", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

        @SuppressWarnings("restricted") // NativeUdpProbe asked whether it may
        static MethodHandle link(String name, FunctionDescriptor shape) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, Linker.Option.captureCallState("errno"));
        }
    }

    private final Arena arena = Arena.ofShared(); // closed by whichever thread ends the reactor
    private final int fd;
    private final boolean v6;
    private final MemorySegment state;
    private final MemorySegment in;
    private final MemorySegment inData;
    private final MemorySegment out;
    private final MemorySegment outData;
    private final MemorySegment option;
    private int queued;
    private int queuedFrom; // those before it have left
    private boolean segments;

    private NativeUdp(int fd, boolean v6) {
        this.fd = fd;
        this.v6 = v6;
        state = arena.allocate(Calls.STATE);
        in = messages(RECEIVES);
        inData = arena.allocate((long) RECEIVES * RECEIVE_BYTES, 64);
        out = messages(SENDS);
        outData = arena.allocate((long) SENDS * RECEIVE_BYTES, 64);
        option = arena.allocate(16, 8);
        for (int i = 0; i < RECEIVES; i++) {
            connect(in, RECEIVES, i, inData.address() + (long) i * RECEIVE_BYTES, RECEIVE_BYTES);
        }
        for (int i = 0; i < SENDS; i++) {
            connect(out, SENDS, i, outData.address() + (long) i * RECEIVE_BYTES, 0);
        }
    }

    /** One block: the headers, then vectors, names and control messages of each. */
    private MemorySegment messages(int count) {
        return arena.allocate((long) count * (MMSG_BYTES + IOV_BYTES + NAME_BYTES + CONTROL_BYTES), 64);
    }

    private static long iovAt(int count, int i) {
        return (long) count * MMSG_BYTES + (long) i * IOV_BYTES;
    }

    private static long nameAt(int count, int i) {
        return (long) count * (MMSG_BYTES + IOV_BYTES) + (long) i * NAME_BYTES;
    }

    private static long controlAt(int count, int i) {
        return (long) count * (MMSG_BYTES + IOV_BYTES + NAME_BYTES) + (long) i * CONTROL_BYTES;
    }

    private static void connect(MemorySegment messages, int count, int i, long data, long bytes) {
        long base = messages.address();
        long at = (long) i * MMSG_BYTES;
        messages.set(LONG, at + NAME, base + nameAt(count, i));
        messages.set(INT, at + NAME_LEN, NAME_BYTES);
        messages.set(LONG, at + IOV, base + iovAt(count, i));
        messages.set(LONG, at + IOV_LEN, 1);
        messages.set(LONG, at + CONTROL, base + controlAt(count, i));
        messages.set(LONG, at + CONTROL_LEN, CONTROL_BYTES);
        messages.set(LONG, iovAt(count, i), data);
        messages.set(LONG, iovAt(count, i) + 8, bytes);
    }

    /**
     * Uses the socket with this descriptor.
     *
     * @throws IOException if the system refuses what is needed
     */
    static NativeUdp on(int fd) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment name = brief.allocate(NAME_BYTES, 8);
            MemorySegment len = brief.allocate(INT);
            len.set(INT, 0, NAME_BYTES);
            int rc = (int) Calls.GETSOCKNAME.invokeExact(brief.allocate(Calls.STATE), fd, name, len);
            if (rc != 0) {
                throw new IOException("getsockname failed");
            }
            NativeUdp udp = new NativeUdp(fd, name.get(SHORT, 0) == AF_INET6);
            udp.prepare();
            return udp;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private void prepare() throws IOException {
        try {
            set(SOL_UDP, UDP_GRO, 1, true);
            set(SOL_UDP, UDP_SEGMENT, 0, true); // off unless a message says otherwise; fails where the kernel does not know it
            segments = true;
            // RFC 9000 14: datagrams are not to be fragmented. The kernel's own guess of the path's MTU is ignored: probing finds it.
            set(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE, !v6);
            set(IPPROTO_IP, IP_RECVTOS, 1, !v6);
            if (v6) {
                set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE, true);
                set(IPPROTO_IPV6, IPV6_RECVTCLASS, 1, true);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void set(int level, int name, int value, boolean needed) throws IOException {
        option.set(INT, 0, value);
        int rc;
        try {
            rc = (int) Calls.SETSOCKOPT.invokeExact(state, fd, level, name, option, 4);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        if (rc != 0 && needed) {
            throw new IOException("setsockopt " + level + '/' + name + " failed with errno " + errno());
        }
    }

    /** The size of a descriptor's receive buffer as the kernel tells; -1 if it is no socket. */
    static int receiveBuffer(int fd) {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment value = brief.allocate(INT);
            MemorySegment len = brief.allocate(INT);
            len.set(INT, 0, 4);
            int rc = (int) Calls.GETSOCKOPT.invokeExact(brief.allocate(Calls.STATE), fd, SOL_SOCKET, SO_RCVBUF, value, len);
            return rc == 0 ? value.get(INT, 0) : -1;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** The socket's descriptor, which stays NIO's. */
    int descriptor() {
        return fd;
    }

    private int errno() {
        return (int) Calls.ERRNO.get(state, 0L);
    }

    // ---- receiving

    /** @return the messages that came; 0 for none now */
    int receive() {
        for (int i = 0; i < RECEIVES; i++) {
            long at = (long) i * MMSG_BYTES;
            in.set(INT, at + NAME_LEN, NAME_BYTES);
            in.set(LONG, at + CONTROL_LEN, CONTROL_BYTES);
            in.set(INT, at + FLAGS, 0);
        }
        int n;
        try {
            n = (int) Calls.RECVMMSG.invokeExact(state, fd, in, RECEIVES, MSG_DONTWAIT, MemorySegment.NULL);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        if (n >= 0) {
            return n;
        }
        // Nothing there; or what an ICMP message reported of one peer, which must not end the socket of all (RFC 9000 14.2.1: ignored unless validated).
        return 0;
    }

    /** The bytes of a message that came; 0 if it was cut short, which a datagram must never be. */
    int length(int i) {
        long at = (long) i * MMSG_BYTES;
        return (in.get(INT, at + FLAGS) & MSG_TRUNC) != 0 ? 0 : in.get(INT, at + MSG_LEN);
    }

    void copy(int i, byte[] dst, int off, int len) {
        MemorySegment.copy(inData, BYTE, (long) i * RECEIVE_BYTES, dst, off, len);
    }

    void from(int i, PeerAddress into) {
        long at = nameAt(RECEIVES, i);
        int port = in.get(BIG_SHORT, at + 2) & 0xFFFF;
        if (in.get(SHORT, at) == AF_INET) {
            into.set(0, MAPPED | in.get(BIG_INT, at + 4) & 0xFFFF_FFFFL, port);
        } else {
            into.set(in.get(BIG_LONG, at + 8), in.get(BIG_LONG, at + 16), port);
        }
    }

    /** The size of the datagrams that a message holds (the last may be shorter), in the upper bits, and the ECN field of its packets, in the lower two. */
    int segmentAndEcn(int i) {
        long at = controlAt(RECEIVES, i);
        long end = at + in.get(LONG, (long) i * MMSG_BYTES + CONTROL_LEN);
        int segment = length(i);
        int ecn = 0;
        while (at + 16 <= end) {
            long len = in.get(LONG, at);
            int level = in.get(INT, at + 8);
            int type = in.get(INT, at + 12);
            if (level == SOL_UDP && type == UDP_GRO) {
                segment = in.get(INT, at + 16);
            } else if (level == IPPROTO_IP && type == IP_TOS || level == IPPROTO_IPV6 && type == IPV6_TCLASS) {
                ecn = in.get(BYTE, at + 16) & 3;
            }
            if (len < 16) {
                break;
            }
            at += len + 7 & ~7L;
        }
        return segment << 2 | ecn;
    }

    // ---- sending

    boolean isFull() {
        return queued == SENDS;
    }

    boolean isEmpty() {
        return queued == 0;
    }

    /** Puts one message, of datagrams of {@code segmentBytes} each, behind those that wait; {@link #isFull} must have been false. */
    void queue(byte[] buf, int off, int len, int segmentBytes, PeerAddress to, int ecn) {
        int i = queued++;
        MemorySegment.copy(buf, off, outData, BYTE, (long) i * RECEIVE_BYTES, len);
        out.set(LONG, iovAt(SENDS, i) + 8, len);
        long at = (long) i * MMSG_BYTES;
        out.set(INT, at + NAME_LEN, name(nameAt(SENDS, i), to));
        long control = controlAt(SENDS, i);
        long end = control;
        if (len > segmentBytes) {
            end = control(end, SOL_UDP, UDP_SEGMENT, 2);
            out.set(SHORT, end - 8, (short) segmentBytes);
        }
        if (ecn != 0) {
            boolean four = !v6 || to.isIpv4();
            end = control(end, four ? IPPROTO_IP : IPPROTO_IPV6, four ? IP_TOS : IPV6_TCLASS, 4);
            out.set(INT, end - 8, ecn);
        }
        out.set(LONG, at + CONTROL_LEN, end - control);
        out.set(LONG, at + CONTROL, end == control ? 0 : out.address() + control);
        out.set(INT, at + FLAGS, 0);
    }

    /** A control message with room for one value of up to eight bytes; returns its end. */
    private long control(long at, int level, int type, int bytes) {
        out.set(LONG, at, 16L + bytes);
        out.set(INT, at + 8, level);
        out.set(INT, at + 12, type);
        out.set(LONG, at + 16, 0);
        return at + 24;
    }

    private int name(long at, PeerAddress to) {
        if (v6) {
            out.set(SHORT, at, (short) AF_INET6);
            out.set(BIG_SHORT, at + 2, (short) to.port());
            out.set(INT, at + 4, 0);
            out.set(BIG_LONG, at + 8, to.high());
            out.set(BIG_LONG, at + 16, to.low());
            out.set(INT, at + 24, 0);
            return 28;
        }
        out.set(SHORT, at, (short) AF_INET);
        out.set(BIG_SHORT, at + 2, (short) to.port());
        out.set(BIG_INT, at + 4, (int) to.low());
        out.set(LONG, at + 8, 0);
        return 16;
    }

    /**
     * Gives what waits to the kernel.
     *
     * @return whether all of it left; if not, the rest waits until the socket is writable
     */
    boolean flush() {
        while (queuedFrom < queued) {
            int n;
            MemorySegment waiting = queuedFrom == 0 ? out : out.asSlice((long) queuedFrom * MMSG_BYTES);
            try {
                n = (int) Calls.SENDMMSG.invokeExact(state, fd, waiting, queued - queuedFrom, MSG_DONTWAIT);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
            if (n > 0) {
                queuedFrom += n;
                continue;
            }
            int errno = errno();
            if (errno == EAGAIN || errno == ENOBUFS) {
                return false;
            }
            if (errno == EINTR) {
                continue;
            }
            if (errno == EIO || errno == EINVAL && isSegmented(queuedFrom)) {
                segments = false; // a device that cannot: one datagram a message from here on
            }
            queuedFrom++; // lost for its peer, as on any path: too large for it, or no way there. The sender's recovery finds out
        }
        queued = 0;
        queuedFrom = 0;
        return true;
    }

    private boolean isSegmented(int i) {
        return out.get(LONG, (long) i * MMSG_BYTES + CONTROL) != 0 && out.get(INT, controlAt(SENDS, i) + 8) == SOL_UDP;
    }

    /** Whether one message may hold several datagrams. */
    boolean segments() {
        return segments;
    }

    void close() {
        arena.close();
    }
}
