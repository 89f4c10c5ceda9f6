package io.shockwave.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.List;

/**
 * Waits with epoll on bare descriptors: each costs a line of a table, and no object. Owned by its reactor.
 *
 * <p>Level-triggered, as NIO's is, so that the channels above behave alike over both: what was not read is told again. What is waited for is brought to the kernel once before each wait. Whoever
 * waits for nothing is not in the kernel's set at all, for there it would be told of an error or hang-up again and again.
 */
final class EpollPoller extends Poller {
    private static final int EVENTS = 512; // more of them come with the next turn
    private static final int INITIAL_LINES = 64;
    private static final int WAKER = -1;
    static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int EPOLLERR = 8;
    private static final int EPOLLHUP = 16;
    private static final int OPS = SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    private static final int LISTED = 0x40; // in wanted: among those that changed
    // struct epoll_event is packed on x86-64 alone.
    private static final boolean PACKED = !System.getProperty("os.arch", "").equals("aarch64");
    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    static final int DATA = PACKED ? 4 : 8;

    private final Reactor reactor;
    private final Syscalls calls = new Syscalls();
    private final Syscalls wakeCalls = new Syscalls(); // guarded by wakeLock
    private final Object wakeLock = new Object();
    // Buffers, not memory segments: access to them needs no method handles, and allocates nothing before it is compiled either.
    private final ByteBuffer events = Syscalls.memory(EVENTS * EVENT_BYTES);
    private final ByteBuffer change = Syscalls.memory(16);
    private final ByteBuffer count = Syscalls.memory(8); // what an event descriptor is read into
    private final ByteBuffer one = Syscalls.memory(8).putLong(0, 1);
    private final long eventsAddress = Syscalls.address(events);
    private final long changeAddress = Syscalls.address(change);
    private final long countAddress = Syscalls.address(count);
    private final long oneAddress = Syscalls.address(one);
    private final int epoll;
    private final int waker;
    private boolean woken; // guarded by wakeLock, as is closed for other threads
    private boolean closed;
    // A line for each descriptor.
    private Reactor.Ready[] owners = new Reactor.Ready[INITIAL_LINES];
    private int[] fds = new int[INITIAL_LINES]; // of a free line, the next one
    private byte[] wanted = new byte[INITIAL_LINES];
    private byte[] registered = new byte[INITIAL_LINES];
    private int lines;
    private int free = -1;
    private int[] changed = new int[INITIAL_LINES];
    private int changedCount;

    EpollPoller(Reactor reactor) throws IOException {
        this.reactor = reactor;
        epoll = calls.epollCreate();
        if (epoll < 0) {
            throw Syscalls.failed("epoll_create1", epoll);
        }
        waker = calls.eventDescriptor();
        int rc = waker < 0 ? waker : control(Syscalls.EPOLL_CTL_ADD, waker, EPOLLIN, WAKER);
        if (rc < 0) {
            calls.close(epoll);
            if (waker >= 0) {
                calls.close(waker);
            }
            throw Syscalls.failed("eventfd", rc);
        }
    }

    /** The calls of this reactor's thread. */
    Syscalls calls() {
        return calls;
    }

    /** A descriptor that nobody reads or writes but this. */
    int waker() {
        return waker;
    }

    // ---- lines

    /** Gives a descriptor a line of the table. @return the line */
    int adopt(int fd) {
        int line = free;
        if (line >= 0) {
            free = fds[line];
        } else {
            line = lines++;
            if (line == fds.length) {
                int larger = line + (line >> 1);
                owners = Arrays.copyOf(owners, larger);
                fds = Arrays.copyOf(fds, larger);
                wanted = Arrays.copyOf(wanted, larger);
                registered = Arrays.copyOf(registered, larger);
            }
        }
        fds[line] = fd;
        return line;
    }

    int fd(int line) {
        return fds[line];
    }

    void register(int line, Reactor.Ready owner, int ops) throws IOException {
        if (closed) {
            throw new IOException("the reactor has ended");
        }
        owners[line] = owner;
        interest(line, ops);
    }

    /** What is waited for from the next wait on: {@link SelectionKey#OP_READ}, {@link SelectionKey#OP_WRITE}, both or nothing. */
    void interest(int line, int ops) {
        int before = wanted[line];
        if ((before & OPS) == ops) {
            return;
        }
        wanted[line] = (byte) (ops | LISTED);
        if ((before & LISTED) == 0) {
            if (changedCount == changed.length) {
                changed = Arrays.copyOf(changed, changedCount * 2);
            }
            changed[changedCount++] = line;
        }
    }

    /** Frees the line; its descriptor is still open, so that nothing more can be told of it, even if a forked process holds it too. */
    void release(int line) {
        if (registered[line] != 0 && !closed) {
            control(Syscalls.EPOLL_CTL_DEL, fds[line], 0, 0);
        }
        owners[line] = null;
        wanted[line] = 0;
        registered[line] = 0;
        fds[line] = free;
        free = line;
    }

    private int control(int operation, int fd, int epollEvents, int data) {
        change.putInt(0, epollEvents);
        change.putLong(DATA, data);
        return calls.epollControl(epoll, operation, fd, changeAddress);
    }

    private void applyChanges() {
        for (int i = 0; i < changedCount; i++) {
            int line = changed[i];
            int ops = wanted[line] & OPS;
            int before = registered[line];
            wanted[line] = (byte) ops;
            if (ops == before || owners[line] == null) {
                continue;
            }
            int operation = before == 0 ? Syscalls.EPOLL_CTL_ADD : ops == 0 ? Syscalls.EPOLL_CTL_DEL : Syscalls.EPOLL_CTL_MOD;
            int rc = control(operation, fds[line], (ops & SelectionKey.OP_READ) != 0 ? (ops & SelectionKey.OP_WRITE) != 0 ? EPOLLIN | EPOLLOUT : EPOLLIN : EPOLLOUT, line);
            if (rc < 0) {
                reactor.fault(owners[line], Syscalls.failed("epoll_ctl", rc));
            } else {
                registered[line] = (byte) ops;
            }
        }
        changedCount = 0;
    }

    // ---- waiting

    @Override
    void await(long timeoutMs) throws IOException {
        applyChanges();
        int n = calls.epollWait(epoll, eventsAddress, EVENTS, (int) Math.min(timeoutMs, Integer.MAX_VALUE));
        if (n < 0) {
            if (n == -Syscalls.EINTR) {
                return;
            }
            throw Syscalls.failed("epoll_pwait", n);
        }
        for (int i = 0; i < n; i++) {
            int at = i * EVENT_BYTES;
            int line = (int) events.getLong(at + DATA);
            if (line == WAKER) {
                awake();
                continue;
            }
            Reactor.Ready owner = owners[line];
            if (owner != null) { // else an event before this one closed it
                int ready = ready(events.getInt(at)) & wanted[line];
                if (ready != 0) {
                    reactor.ready(owner, ready);
                }
            }
        }
    }

    /** An error or hang-up is told as whatever is waited for: the call that follows finds out. So an event that was for the line's owner before does no harm. */
    private static int ready(int epollEvents) {
        if ((epollEvents & (EPOLLERR | EPOLLHUP)) != 0) {
            return OPS;
        }
        return ((epollEvents & EPOLLIN) != 0 ? SelectionKey.OP_READ : 0) | ((epollEvents & EPOLLOUT) != 0 ? SelectionKey.OP_WRITE : 0);
    }

    private void awake() {
        synchronized (wakeLock) {
            calls.read(waker, countAddress, 8);
            woken = false;
        }
    }

    @Override
    void wakeup() {
        synchronized (wakeLock) { // once closed, the descriptor's number may be somebody else's
            if (!woken && !closed) {
                woken = true;
                wakeCalls.write(waker, oneAddress, 8);
            }
        }
    }

    @Override
    void owners(List<Object> into) {
        for (int line = 0; line < lines; line++) {
            if (owners[line] != null) {
                into.add(owners[line]);
            }
        }
    }

    @Override
    void close() {
        synchronized (wakeLock) {
            closed = true;
            calls.close(waker);
            calls.close(epoll);
        }
    }
}
