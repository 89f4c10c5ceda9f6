package io.shockwave.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * System calls of Linux on descriptors, by number, through syscall(2): one shape for all of them, as each further one would cost a start some milliseconds and some memory. Confined to
 * whoever made it: it holds the memory in which a call leaves its errno.
 *
 * <p>All return what the kernel does: a result, or an errno as a negative number. Addresses are those of native memory that the caller keeps reachable.
 */
final class Syscalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int EPROTO = 71;
    static final int ECONNABORTED = 103;
    static final int SOL_SOCKET = 1;
    static final int SO_TYPE = 3;
    static final int SO_LINGER = 13;
    static final int SOCK_STREAM = 1;
    static final int SO_ACCEPTCONN = 30;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;

    private static final int ECONNRESET = 104;
    private static final int TCP_INFO = 11;
    private static final int TCP_CLOSE = 7;
    // In our memory, behind errno: the value of an option, and its length.
    private static final int OPTION = 24;
    private static final int OPTION_LEN = 28;
    private static final int NONBLOCK = 0x800;
    private static final int CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SIGSET_BYTES = 8;

    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    // The numbers of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl) and those of later architectures (include/uapi/asm-generic/unistd.h).
    private static final int CLOSE = ARM ? 57 : 3;
    private static final int WRITE = ARM ? 64 : 1;
    private static final int READ = ARM ? 63 : 0;
    private static final int SENDTO = ARM ? 206 : 44;
    private static final int RECVFROM = ARM ? 207 : 45;
    private static final int SENDMSG = ARM ? 211 : 46;
    private static final int SHUTDOWN = ARM ? 210 : 48;
    private static final int GETSOCKNAME = ARM ? 204 : 51;
    private static final int SETSOCKOPT = ARM ? 208 : 54;
    private static final int GETSOCKOPT = ARM ? 209 : 55;
    private static final int EPOLL_CTL = ARM ? 21 : 233;
    private static final int EPOLL_PWAIT = ARM ? 22 : 281;
    private static final int ACCEPT4 = ARM ? 242 : 288;
    private static final int EVENTFD2 = ARM ? 19 : 290;
    private static final int EPOLL_CREATE1 = ARM ? 20 : 291;
    private static final int DUP3 = ARM ? 24 : 292;

    /** The call, linked once; made only where it may be used. */
    private static final class Call {
        static final int ERRNO = (int) Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));
        private static final ValueLayout.OfLong N = ValueLayout.JAVA_LONG;
        static final FunctionDescriptor SHAPE = FunctionDescriptor.of(N, N, N, N, N, N, N, N);
        static final MethodHandle TELLING = link(SHAPE, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1));
        static final MethodHandle PLAIN = link(SHAPE, Linker.Option.firstVariadicArg(1));

        @SuppressWarnings("restricted") // NativeTcp asked whether it may
        static MethodHandle link(FunctionDescriptor shape, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"), shape, options);
        }
    }

    /** The same with one more argument, which the kernel does not see: memory that the linker keeps from being freed during the call. */
    private static final class HoldingCall {
        static final FunctionDescriptor SHAPE = Call.SHAPE.appendArgumentLayouts(ValueLayout.ADDRESS);
        static final MethodHandle TELLING = Call.link(SHAPE, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1));
        static final MethodHandle PLAIN = Call.link(SHAPE, Linker.Option.firstVariadicArg(1));
    }

    private final MemorySegment memory = Arena.ofAuto().allocate(OPTION_LEN + 4, 8);
    private final MemorySegment state = memory.asSlice(0, Linker.Option.captureStateLayout().byteSize());
    private final ByteBuffer stateView = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    private final long optionAddress = memory.address() + OPTION;

    private long call(long number, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) Call.TELLING.invokeExact(state, number, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        return result >= 0 ? result : -stateView.getInt(Call.ERRNO);
    }

    /**
     * For what is called all the time: a call that keeps its errno allocates 40 bytes until it is compiled by C2, one that does not never does. So errno is asked for by a second call, where that
     * fails in the same way, or succeeds, which is as well.
     */
    private long twice(long number, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) Call.PLAIN.invokeExact(number, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        return result >= 0 ? result : call(number, a, b, c, d, e, f);
    }

    /** Native memory for arguments. */
    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    static long address(ByteBuffer memory) {
        return MemorySegment.ofBuffer(memory).address();
    }

    /** The exception for a negative result. */
    static IOException failed(String call, long result) {
        return new IOException(switch ((int) -result) {
            case 32 -> "Broken pipe";
            case 104 -> "Connection reset by peer";
            case 110 -> "Connection timed out";
            case 23, 24 -> "Too many open files";
            default -> call + " failed with errno " + -result;
        });
    }

    int close(int fd) {
        return (int) call(CLOSE, fd, 0, 0, 0, 0, 0);
    }

    long write(int fd, long address, long len) {
        return twice(WRITE, fd, address, len, 0, 0, 0);
    }

    long read(int fd, long address, long len) {
        return twice(READ, fd, address, len, 0, 0, 0);
    }

    long send(int fd, long address, long len) {
        return twice(SENDTO, fd, address, len, MSG_NOSIGNAL, 0, 0);
    }

    /** What the struct msghdr at {@code message} says, a part of which lies in {@code held}: that is not freed meanwhile. @throws IllegalStateException if it was before */
    long sendMessage(int fd, long message, MemorySegment held) {
        try {
            long result = (long) HoldingCall.PLAIN.invokeExact((long) SENDMSG, (long) fd, message, (long) MSG_NOSIGNAL, 0L, 0L, 0L, held);
            if (result >= 0) {
                return result;
            }
            result = (long) HoldingCall.TELLING.invokeExact(state, (long) SENDMSG, (long) fd, message, (long) MSG_NOSIGNAL, 0L, 0L, 0L, held);
            return result >= 0 ? result : -stateView.getInt(Call.ERRNO);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    long receive(int fd, long address, long len) {
        long result;
        try {
            result = (long) Call.PLAIN.invokeExact((long) RECVFROM, (long) fd, address, len, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        if (result >= 0) {
            return result;
        }
        result = call(RECVFROM, fd, address, len, 0, 0, 0);
        return result == 0 && isGone(fd) ? -ECONNRESET : result;
    }

    /** The first call that fails tells of a reset, and takes it away: the second finds an end in the state of a connection that is no more. After the peer's orderly end it is another one. */
    private boolean isGone(int fd) {
        stateView.putInt(OPTION_LEN, 4);
        return option(fd, IPPROTO_TCP, TCP_INFO, optionAddress, optionAddress + 4) == 0 && stateView.get(OPTION) == TCP_CLOSE;
    }

    int shutdown(int fd, int how) {
        return (int) call(SHUTDOWN, fd, how, 0, 0, 0, 0);
    }

    int socketName(int fd, long name, long nameLen) {
        return (int) call(GETSOCKNAME, fd, name, nameLen, 0, 0, 0);
    }

    int setOption(int fd, int level, int option, long value, int len) {
        return (int) call(SETSOCKOPT, fd, level, option, value, len, 0);
    }

    int option(int fd, int level, int option, long value, long len) {
        return (int) call(GETSOCKOPT, fd, level, option, value, len, 0);
    }

    /** Of a socket that does not wait either. */
    int accept(int fd, long name, long nameLen) {
        return (int) call(ACCEPT4, fd, name, nameLen, NONBLOCK | CLOEXEC, 0, 0);
    }

    int epollCreate() {
        return (int) call(EPOLL_CREATE1, CLOEXEC, 0, 0, 0, 0, 0);
    }

    int epollControl(int epoll, int operation, int fd, long event) {
        return (int) twice(EPOLL_CTL, epoll, operation, fd, event, 0, 0);
    }

    /** Later architectures have no epoll_wait. */
    int epollWait(int epoll, long events, int most, int timeoutMs) {
        return (int) twice(EPOLL_PWAIT, epoll, events, most, timeoutMs, 0, SIGSET_BYTES);
    }

    int eventDescriptor() {
        return (int) call(EVENTFD2, 0, NONBLOCK | CLOEXEC, 0, 0, 0, 0);
    }

    int duplicate(int from, int onto) {
        return (int) call(DUP3, from, onto, CLOEXEC, 0, 0, 0);
    }
}
