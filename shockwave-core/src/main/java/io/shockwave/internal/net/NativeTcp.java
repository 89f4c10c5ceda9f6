package io.shockwave.internal.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Says whether servers are to hold their connections as bare descriptors ({@link EpollPoller}), and whether that works here: Linux on 64 bits, native access enabled for this module, and a
 * connection to this machine itself that does what it should. Thread-safe.
 */
public final class NativeTcp {
    /** The system property that servers started from then on heed: {@code epoll}, or {@code nio}, which is the default: linking the system calls costs what some 11,000 idle connections save. */
    public static final String PROPERTY = "io.shockwave.tcp";
    private static final int TEST_WAIT_MS = 5_000;

    private static final class Verdict {
        static final boolean USABLE = judge();
    }

    private NativeTcp() {
    }

    /** Whether it is asked for, and usable. */
    public static boolean isWanted() {
        return System.getProperty(PROPERTY, "nio").equals("epoll") && Verdict.USABLE;
    }

    private static boolean judge() {
        String arch = System.getProperty("os.arch", "");
        boolean known = arch.equals("amd64") || arch.equals("x86_64") || arch.equals("aarch64");
        if (!System.getProperty("os.name", "").equals("Linux") || !known || !NativeTcp.class.getModule().isNativeAccessEnabled()) {
            return false;
        }
        try {
            return testsWell();
        } catch (IOException | RuntimeException | LinkageError e) {
            Log.LOG.log(Level.DEBUG, "connections go through NIO", e);
            return false;
        }
    }

    /** One connection is accepted from a bare descriptor, waited for, and says one byte in each direction. */
    private static boolean testsWell() throws IOException {
        Syscalls calls = new Syscalls();
        SocketNames names = new SocketNames();
        ByteBuffer memory = Syscalls.memory(64);
        long address = Syscalls.address(memory);
        int epoll = -1;
        int accepted = -1;
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
                SocketChannel peer = SocketChannel.open(listener.getLocalAddress())) {
            int fd = SocketNames.find(calls, listener.getLocalAddress(), true);
            accepted = fd < 0 ? -1 : calls.accept(fd, names.name(), names.nameLen());
            epoll = calls.epollCreate();
            if (accepted < 0 || epoll < 0 || !peer.getLocalAddress().equals(names.address())) {
                return false;
            }
            memory.putInt(0, EpollPoller.EPOLLIN);
            memory.putLong(EpollPoller.DATA, 4711);
            if (calls.epollControl(epoll, Syscalls.EPOLL_CTL_ADD, accepted, address) < 0) {
                return false;
            }
            peer.write(ByteBuffer.wrap(new byte[] {'?'}));
            memory.putInt(0, 0).putLong(EpollPoller.DATA, 0);
            if (calls.epollWait(epoll, address, 1, TEST_WAIT_MS) != 1 || memory.getInt(0) != EpollPoller.EPOLLIN
                    || memory.getLong(EpollPoller.DATA) != 4711) {
                return false;
            }
            if (calls.receive(accepted, address, 8) != 1 || memory.get(0) != '?' || calls.receive(accepted, address, 8) != -Syscalls.EAGAIN) {
                return false;
            }
            memory.put(0, (byte) '!');
            ByteBuffer answer = ByteBuffer.allocate(8);
            return calls.send(accepted, address, 1) == 1 && peer.read(answer) == 1 && answer.get(0) == '!';
        } finally {
            if (accepted >= 0) {
                calls.close(accepted);
            }
            if (epoll >= 0) {
                calls.close(epoll);
            }
        }
    }
}
