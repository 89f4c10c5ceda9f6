package io.shockwave.internal.net;

import io.shockwave.internal.quic.PeerAddress;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/**
 * Finds out once whether {@link NativeUdp} may and can be used here: Linux on 64 bits, native access enabled for this module, and a batch that goes to this machine itself arrives whole.
 * Thread-safe.
 */
final class NativeUdpProbe {
    private static final int TEST_SEGMENT_BYTES = 100;
    private static final int TEST_SEGMENTS = 5;
    private static final int TEST_TRIES = 20;
    /** The system property that keeps datagrams on NIO when it is {@code nio}: for whoever wants both ways measured, or trusts one more. */
    private static final String PROPERTY = "io.shockwave.udp";
    // The size that marks a socket as the one looked for; within what the kernel grants to everybody.
    private static final int MARK_BYTES = 30_000;
    private static final int MARKS = 60_000;
    private static int nextMark = (int) (System.nanoTime() & 0xFFF);

    private static final class Verdict {
        static final boolean USABLE = judge();
    }

    private NativeUdpProbe() {
    }

    /** Batched calls on this channel's socket, which is not bound yet; null where they are not usable. */
    static NativeUdp open(DatagramChannel channel) {
        if (!Verdict.USABLE) {
            return null;
        }
        try {
            return find(channel);
        } catch (IOException | RuntimeException e) {
            Log.LOG.log(Level.DEBUG, "datagrams go through NIO", e);
            return null;
        }
    }

    static boolean isUsable() {
        return Verdict.USABLE;
    }

    private static boolean judge() {
        if ("nio".equals(System.getProperty(PROPERTY)) || !System.getProperty("os.name", "").equals("Linux") || !NativeUdpProbe.class.getModule().isNativeAccessEnabled() || !is64Bit()) {
            return false;
        }
        try {
            return testsWell();
        } catch (IOException | RuntimeException | LinkageError e) {
            Log.LOG.log(Level.DEBUG, "datagrams go through NIO", e);
            return false;
        }
    }

    /** The layouts are those of little-endian LP64, checked on these. */
    private static boolean is64Bit() {
        String arch = System.getProperty("os.arch", "");
        return arch.equals("amd64") || arch.equals("x86_64") || arch.equals("aarch64");
    }

    /**
     * NIO does not tell its descriptor: the socket is marked through NIO with a buffer size that no other has, and looked for among those of this process.
     */
    private static synchronized NativeUdp find(DatagramChannel channel) throws IOException {
        int mark = MARK_BYTES + 2 * (nextMark++ % (MARKS / 2));
        channel.setOption(StandardSocketOptions.SO_RCVBUF, mark);
        int told = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        String[] names = new File("/proc/self/fd").list();
        if (names == null) {
            throw new IOException("/proc/self/fd cannot be read");
        }
        int found = -1;
        for (String name : names) {
            int fd = Integer.parseInt(name);
            int bytes = NativeUdp.receiveBuffer(fd);
            if (bytes == told || bytes == 2 * told || bytes == 2 * mark) {
                if (found >= 0) {
                    throw new IOException("two sockets have the same mark");
                }
                found = fd;
            }
        }
        if (found < 0) {
            throw new IOException("the socket was not found among the descriptors of this process");
        }
        return NativeUdp.on(found);
    }

    /** Sends a batch through the loopback interface and compares what arrives. */
    private static boolean testsWell() throws IOException {
        try (DatagramChannel a = DatagramChannel.open(); DatagramChannel b = DatagramChannel.open()) {
            NativeUdp from = find(a);
            NativeUdp to = null;
            try {
                to = find(b);
                InetAddress loopback = InetAddress.getLoopbackAddress();
                a.bind(new InetSocketAddress(loopback, 0));
                b.bind(new InetSocketAddress(loopback, 0));
                PeerAddress target = new PeerAddress();
                UdpSocket.set(target, (InetSocketAddress) b.getLocalAddress());
                byte[] sent = new byte[TEST_SEGMENT_BYTES * TEST_SEGMENTS - 1];
                for (int i = 0; i < sent.length; i++) {
                    sent[i] = (byte) (i * 7);
                }
                from.queue(sent, 0, sent.length, TEST_SEGMENT_BYTES, target, 2);
                return from.flush() && from.segments() && arrives(to, sent);
            } finally {
                from.close();
                if (to != null) {
                    to.close();
                }
            }
        }
    }

    private static boolean arrives(NativeUdp to, byte[] sent) {
        byte[] got = new byte[sent.length];
        int len = 0;
        for (int tries = 0; tries < TEST_TRIES && len < sent.length; tries++) {
            int n = to.receive();
            for (int i = 0; i < n; i++) {
                if (len + to.length(i) > got.length || (to.segmentAndEcn(i) & 3) != 2) {
                    return false;
                }
                to.copy(i, got, len, to.length(i));
                len += to.length(i);
            }
            if (n == 0) {
                Thread.onSpinWait();
            }
        }
        return len == sent.length && Arrays.equals(got, sent);
    }
}
