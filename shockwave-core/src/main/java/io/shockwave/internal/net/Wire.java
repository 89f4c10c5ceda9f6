package io.shockwave.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The sockets under the {@link TcpChannel}s of one reactor, none of which ever waits; {@code handle} says which of them is meant. Confined to its reactor.
 */
abstract class Wire {
    /** Has its reactor wait for what {@code ops} says, of {@link java.nio.channels.SelectionKey}'s, and tell {@code owner}. */
    abstract void register(int handle, Reactor.Ready owner, int ops) throws IOException;

    /** What its reactor waits for from now on. */
    abstract void interest(int handle, int ops);

    /** @return the bytes read; 0 for none now, -1 for the peer's end */
    abstract int read(int handle, byte[] dst, int len) throws IOException;

    /** @return the bytes written, which are fewer if the socket takes no more now */
    abstract int write(int handle, byte[] src, int off, int len) throws IOException;

    /** Writes {@code headLen} bytes and those of {@code src} behind them. @return the bytes written of both, which are fewer if the socket takes no more now */
    abstract int writeBehind(int handle, byte[] head, int headLen, byte[] src, int off, int len) throws IOException;

    /**
     * The same with what lies from {@code off} on in {@code src}, which is outside the heap: it is written from where it is, and its position and limit are neither looked at nor moved.
     *
     * @throws IllegalStateException if its memory was freed
     */
    abstract int writeBehind(int handle, byte[] head, int headLen, ByteBuffer src, int off, int len) throws IOException;

    /** Puts what lies behind the first {@code at} bytes of both to {@code buffer}, as far as it goes, from its start. */
    static ByteBuffer stage(ByteBuffer buffer, byte[] head, int headLen, byte[] src, int off, int len, int at) {
        buffer.clear();
        if (at < headLen) {
            buffer.put(head, at, Math.min(headLen - at, buffer.remaining()));
        }
        int from = Math.max(at - headLen, 0);
        return buffer.put(src, off + from, Math.min(len - from, buffer.remaining())).flip();
    }

    /** Moves bytes from a file without a copy on the heap. @return the bytes moved */
    abstract long transfer(int handle, FileChannel file, long position, long length) throws IOException;

    abstract void shutdownOutput(int handle) throws IOException;

    /** Closing it will tell the peer that it was cut, and destroy what has not arrived. */
    abstract void resetOnClose(int handle) throws IOException;

    /** Closes the socket; to be called once. */
    abstract void close(int handle) throws IOException;
}
