package io.shockwave.internal.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Has NIO send a file to a bare descriptor: sendfile(2) needs the file's descriptor, which {@link FileChannel} does not tell, and {@link FileChannel#transferTo} a channel of NIO's. So there is one
 * such channel, and while a file is sent through it, its descriptor is a duplicate of the one that is meant. Owned by an {@link EpollWire}.
 */
final class FileCarrier {
    private final Syscalls calls;
    private final SocketChannel channel;
    private final int fd;
    private final int rest; // what it duplicates else

    private FileCarrier(Syscalls calls, SocketChannel channel, int fd, int rest) throws IOException {
        this.calls = calls;
        this.channel = channel;
        this.fd = fd;
        this.rest = rest;
        point(rest);
    }

    static FileCarrier open(Syscalls calls, int rest) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)) {
            channel.connect(listener.getLocalAddress()); // NIO sends nothing through a channel that was never connected
            channel.configureBlocking(false);
            int fd = SocketNames.find(calls, channel.getLocalAddress(), false);
            if (fd < 0) {
                throw new IOException("the socket was not found among the descriptors of this process");
            }
            return new FileCarrier(calls, channel, fd, rest);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    long transfer(int to, FileChannel file, long position, long length) throws IOException {
        point(to);
        try {
            return file.transferTo(position, length, channel);
        } finally {
            if (channel.isOpen()) { // else its number may be somebody else's
                point(rest); // a duplicate left behind would keep the connection open after its descriptor is closed
            }
        }
    }

    private void point(int at) throws IOException {
        int rc;
        do {
            rc = calls.duplicate(at, fd);
        } while (rc == -Syscalls.EINTR || rc == -Syscalls.EBUSY);
        if (rc < 0) {
            throw Syscalls.failed("dup3", rc);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "closing the channel for files", e);
        }
    }
}
