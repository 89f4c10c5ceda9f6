package io.shockwave.internal.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The sockets of all channels of one reactor as bare descriptors; a handle is a line of {@link EpollPoller}'s table. Owned by its reactor. */
final class EpollWire extends Wire {
    /** Where the parts of a message stand behind its struct msghdr, on 64-bit systems. */
    private static final int PARTS = 56;

    private final Reactor reactor;
    private final EpollPoller poller;
    private final Syscalls calls;
    private final long readAddress;
    private final long writeAddress;
    private long bulkAddress; // 0 until it is needed
    private Message message; // null until it is needed
    private FileCarrier carrier; // made for the first file
    private boolean carrierFailed;

    EpollWire(Reactor reactor, EpollPoller poller) {
        this.reactor = reactor;
        this.poller = poller;
        this.calls = poller.calls();
        this.readAddress = Syscalls.address(reactor.readBuffer);
        this.writeAddress = Syscalls.address(reactor.writeBuffer);
    }

    /** @return the handle of a descriptor that is this wire's from now on */
    int adopt(int fd) {
        return poller.adopt(fd);
    }

    @Override
    void register(int handle, Reactor.Ready owner, int ops) throws IOException {
        poller.register(handle, owner, ops);
    }

    @Override
    void interest(int handle, int ops) {
        poller.interest(handle, ops);
    }

    @Override
    int read(int handle, byte[] dst, int len) throws IOException {
        long n = calls.receive(poller.fd(handle), readAddress, Math.min(len, Reactor.IO_BYTES));
        if (n > 0) {
            reactor.readBuffer.get(0, dst, 0, (int) n);
            return (int) n;
        }
        if (n == 0) {
            return -1;
        }
        return check("recvfrom", n);
    }

    @Override
    int write(int handle, byte[] src, int off, int len) throws IOException {
        ByteBuffer buffer = reactor.writeBuffer;
        int fd = poller.fd(handle);
        int at = 0;
        while (at < len) {
            int slice = Math.min(len - at, Reactor.IO_BYTES);
            buffer.put(0, src, off + at, slice);
            long n = calls.send(fd, writeAddress, slice);
            if (n < 0) {
                n = check("sendto", n);
            }
            at += (int) n;
            if (n < slice) {
                break;
            }
        }
        return at;
    }

    @Override
    int writeBehind(int handle, byte[] head, int headLen, byte[] src, int off, int len) throws IOException {
        ByteBuffer buffer = reactor.bulkBuffer();
        if (bulkAddress == 0) {
            bulkAddress = Syscalls.address(buffer);
        }
        int fd = poller.fd(handle);
        int at = 0;
        while (at < headLen + len) {
            int slice = stage(buffer, head, headLen, src, off, len, at).limit();
            long n = calls.send(fd, bulkAddress, slice);
            if (n < 0) {
                n = check("sendto", n);
            }
            at += (int) n;
            if (n < slice) {
                break;
            }
        }
        return at;
    }

    @Override
    int writeBehind(int handle, byte[] head, int headLen, ByteBuffer src, int off, int len) throws IOException {
        if (message == null) {
            message = new Message();
        }
        MemorySegment memory = message.segments.of(src);
        reactor.writeBuffer.put(0, head, 0, headLen);
        ByteBuffer parts = message.bytes;
        parts.putLong(PARTS, writeAddress).putLong(PARTS + 8, headLen).putLong(PARTS + 16, memory.address() + off).putLong(PARTS + 24, len);
        long n = calls.sendMessage(poller.fd(handle), message.address, memory);
        return (int) (n >= 0 ? n : check("sendmsg", n));
    }

    /** What one sendmsg sends: struct msghdr, and two of struct iovec behind it. */
    private static final class Message {
        final ByteBuffer bytes = Syscalls.memory(PARTS + 32);
        final long address = Syscalls.address(bytes);
        final BufferViews<MemorySegment> segments = new BufferViews<>(buffer -> MemorySegment.ofBuffer(buffer.duplicate().clear()));

        Message() {
            bytes.putLong(16, address + PARTS).putLong(24, 2);
        }
    }

    /** 0 if it is to be tried again later. */
    private static int check(String call, long result) throws IOException {
        if (result == -Syscalls.EAGAIN || result == -Syscalls.EINTR) {
            return 0;
        }
        throw Syscalls.failed(call, result);
    }

    @Override
    long transfer(int handle, FileChannel file, long position, long length) throws IOException {
        int fd = poller.fd(handle);
        if (!carrierFailed && (carrier == null || !carrier.isOpen())) {
            try {
                carrier = FileCarrier.open(calls, poller.waker());
            } catch (IOException e) {
                Log.LOG.log(Level.DEBUG, "files are sent through a buffer", e);
                carrierFailed = true;
            }
        }
        if (!carrierFailed) {
            return carrier.transfer(fd, file, position, length);
        }
        int n = file.read(reactor.writeBuffer.clear().limit((int) Math.min(length, Reactor.IO_BYTES)), position);
        if (n <= 0) {
            return 0;
        }
        long sent = calls.send(fd, writeAddress, n);
        return sent >= 0 ? sent : check("sendto", sent);
    }

    @Override
    void shutdownOutput(int handle) throws IOException {
        int rc = calls.shutdown(poller.fd(handle), Syscalls.SHUT_WR);
        if (rc < 0) {
            throw Syscalls.failed("shutdown", rc);
        }
    }

    @Override
    void resetOnClose(int handle) throws IOException {
        reactor.writeBuffer.putInt(0, 1).putInt(4, 0); // struct linger: on, which is any number but 0, and for no time
        int rc = calls.setOption(poller.fd(handle), Syscalls.SOL_SOCKET, Syscalls.SO_LINGER, writeAddress, 8);
        if (rc < 0) {
            throw Syscalls.failed("setsockopt", rc);
        }
    }

    @Override
    void close(int handle) {
        int fd = poller.fd(handle);
        poller.release(handle);
        calls.close(fd); // Linux frees the descriptor whatever it returns: never to be tried again
    }

    /** Ends with its reactor. */
    void end() {
        if (carrier != null) {
            carrier.close();
        }
    }
}
