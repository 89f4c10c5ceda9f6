package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.ConnectionPool;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.tls.TlsSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection: a channel, TLS if there is any, and a time limit. Used by the thread that leased it; {@link #abort} may come from any.
 *
 * <p>The channel blocks, except while a request's content goes out ({@link #duplex}): then this thread waits for both directions at once, since a peer that answers early may stop
 * reading.
 */
final class ClientConnection implements ConnectionPool.Pooled {
    private static final byte[] NOTHING = new byte[0];

    final PoolKey key;
    final SocketChannel channel;
    final TimeLimit limit;
    private final BufferStore buffers;
    private TlsSession tls;
    /** Taken around each use of the session once one thread reads while another writes: in a tunnel. */
    private final ReentrantLock sessionLock = new ReentrantLock();
    private boolean shared;
    private ByteBuffer netIn;
    private ByteBuffer netOut;
    private volatile Selector selector;
    private SelectionKey selection;
    private volatile boolean aborted;
    /** Null while the channel blocks. */
    private volatile Passage passage;
    private boolean ashore;
    /** Exchanges completed on it. */
    int exchanges;
    /** Until when the peer said in Keep-Alive that it waits, by the watchdog's clock; {@link Long#MAX_VALUE} when it said nothing. */
    long keptUntilNs = Long.MAX_VALUE;
    /** Whether a thread has it leased, so that others may only {@link #abort} it. */
    volatile boolean inUse = true;
    private final Watchdog watchdog;

    ClientConnection(PoolKey key, SocketChannel channel, Watchdog watchdog, BufferStore buffers) {
        this.key = key;
        this.channel = channel;
        this.watchdog = watchdog;
        this.buffers = buffers;
        this.limit = new TimeLimit(watchdog, this::abort);
    }

    boolean isTls() {
        return tls != null;
    }

    /** Whether the end of the stream was not announced by TLS, so that it may have been cut on the way. */
    boolean isTruncated() {
        return tls != null && tls.isTruncated();
    }

    /** Whether the channel was closed by {@link #abort}. */
    boolean isAborted() {
        return aborted;
    }

    /** Whether the session holds bytes that nobody has read. */
    boolean hasUnread() {
        return tls != null && (tls.hasMore() || tls.heldBytes() > 0);
    }

    /** From now on one thread may read while another writes. */
    void share() throws IOException {
        shared = true;
        leaveConvoy();
    }

    // ---- the way in

    /** Reads plain bytes into {@code dst}: the number read, -1 at the end, 0 only while {@link #duplex} when nothing is there. */
    int read(ByteBuffer dst) throws IOException {
        if (tls == null) {
            return passage == null ? channel.read(dst) : readInConvoy(dst);
        }
        if (!shared) {
            return readTls(dst);
        }
        sessionLock.lock();
        try {
            return readTls(dst);
        } finally {
            sessionLock.unlock();
        }
    }

    /** Reads the channel, with the session free for the other direction meanwhile. */
    private int readNetwork() throws IOException {
        lendNetwork();
        if (!shared) {
            return channel.read(netIn.clear());
        }
        sessionLock.unlock();
        try {
            return channel.read(netIn.clear());
        } finally {
            sessionLock.lock();
        }
    }

    private int readTls(ByteBuffer dst) throws IOException {
        int put = tls.hasMore() ? receive(0, dst) : 0;
        while (put == 0) {
            put = settle(dst);
            if (put > 0) {
                break;
            }
            if (tls.isFailed()) {
                throw tls.failure();
            }
            if (tls.hasMore()) {
                put = receive(0, dst);
                continue;
            }
            if (tls.isInputClosed()) {
                return -1;
            }
            int n = readNetwork();
            if (n == 0) {
                return 0;
            }
            if (n < 0) {
                tls.receiveEnd();
                return -1;
            }
            put = receive(n, dst);
        }
        return put;
    }

    private int receive(int len, ByteBuffer dst) {
        byte[] from = len == 0 ? NOTHING : netIn.array();
        int put = tls.receive(from, 0, len, dst.array(), dst.position(), dst.remaining());
        dst.position(dst.position() + put);
        return put;
    }

    /** Does what the session asks for before it goes on. */
    private int settle(ByteBuffer dst) throws IOException {
        int put = 0;
        while (tls.needsTask()) {
            tls.delegatedTask().run();
            tls.taskDone();
            put += receive(0, dst);
        }
        while (tls.wantsTransmit()) {
            if (!push(dst.duplicate().limit(dst.position()))) {
                await(SelectionKey.OP_WRITE, Long.MAX_VALUE);
            }
        }
        return put;
    }

    // ---- the way out

    /** Writes plain bytes: true when all of {@code src} is with the system, which is always so unless {@link #duplex}. */
    boolean push(ByteBuffer src) throws IOException {
        if (tls == null) {
            while (src.hasRemaining()) {
                if (channel.write(src) == 0) {
                    return false;
                }
            }
            return true;
        }
        if (!shared) {
            return pushTls(src);
        }
        sessionLock.lock();
        try {
            return pushTls(src);
        } finally {
            sessionLock.unlock();
        }
    }

    private boolean pushTls(ByteBuffer src) throws IOException {
        lendNetwork();
        while (true) {
            while (netOut.hasRemaining()) {
                if (channel.write(netOut) == 0) {
                    return false;
                }
            }
            if (!src.hasRemaining() && !tls.wantsTransmit()) {
                return true;
            }
            int n = tls.transmit(src.array(), src.position(), src.remaining(), netOut.array(), 0, netOut.capacity());
            src.position(src.position() + tls.consumed());
            netOut.position(0).limit(n);
            if (n == 0 && src.hasRemaining()) {
                throw tls.isFailed() ? tls.failure() : new IOException("the TLS session is closed");
            }
        }
    }

    // ---- with others

    /**
     * Sends a request whose buffer is, cleared, the one that its answer is read into, and waits for no more than that; with those of others in a convoy, if they come from virtual threads: then
     * the buffer is to be left alone as long as it {@link #isUnderWay}.
     *
     * @throws Passage.Stale if it cannot be used and nothing was sent
     */
    void send(PooledClient client, ByteBuffer request) throws IOException {
        if (passage != null && passage.isOver()) {
            duplex(true);
            duplex(false);
        }
        Passage mine = passage;
        if (mine == null) {
            if (!board(client)) {
                push(request);
                request.clear();
                return;
            }
            mine = passage;
        } else if (mine.isAwaited()) {
            mine.post(request);
            return;
        } else if (!isSilent()) {
            throw new Passage.Stale();
        }
        if (!mine.send(request)) {
            finish(request);
        }
    }

    /** Joins a convoy, as is worth while for a connection that is used again. */
    private boolean board(PooledClient client) throws IOException {
        if (tls != null || ashore || exchanges == 0 || !Thread.currentThread().isVirtual()) {
            return false;
        }
        try {
            passage = client.board(channel);
        } catch (IOException | ClosedSelectorException e) {
            ashore = true;
            channel.configureBlocking(true);
            return false;
        }
        if (aborted) {
            passage.abort();
        }
        return true;
    }

    /** Whether the answer to what was sent has not been awaited. */
    boolean isUnderWay() {
        Passage mine = passage;
        return mine != null && mine.isUnderWay();
    }

    /** Whether the request was handed over and nothing of it was sent. */
    boolean isUnsent() {
        Passage mine = passage;
        return mine != null && mine.isUnsent();
    }

    private int readInConvoy(ByteBuffer dst) throws IOException {
        try {
            int n = passage.read(dst);
            if (n != 0) {
                return n;
            }
        } catch (ClosedByInterruptException e) {
            abort();
            throw e;
        }
        finish(dst);
        return channel.read(dst);
    }

    /** The system did not take all of a request at once. */
    private void finish(ByteBuffer request) throws IOException {
        leaveConvoy();
        push(request);
        request.clear();
    }

    /** From now on the channel blocks. @return whether it did not before */
    private boolean leaveConvoy() throws IOException {
        Passage mine = passage;
        if (mine == null) {
            return false;
        }
        passage = null;
        ashore = true; // a selector takes it again only once it has had a turn
        mine.leave();
        return true;
    }

    // ---- TLS

    /** Shakes hands. @throws IOException the session's own failure, after its alert was sent */
    void startTls(TlsSession session, ByteBuffer scratch) throws IOException {
        tls = session;
        while (!tls.isOpen() && !tls.isFailed()) {
            scratch.clear();
            if (settle(scratch) == 0 && tls.hasMore()) {
                receive(0, scratch); // records that came together with one that had to be answered first
            } else if (scratch.position() == 0 && !tls.isOpen() && !tls.isFailed() && !tls.wantsTransmit() && !tls.needsTask()) {
                lendNetwork();
                int n = channel.read(netIn.clear());
                if (n < 0) {
                    tls.receiveEnd();
                } else {
                    receive(n, scratch);
                }
            }
            if (scratch.position() > 0) {
                throw new HttpException(HttpException.Kind.TLS, "the peer sent data before it was asked");
            }
        }
        if (tls.isFailed()) {
            sendAlert(scratch);
            throw tls.failure();
        }
    }

    private void sendAlert(ByteBuffer scratch) {
        try {
            push(scratch.clear().limit(0));
        } catch (IOException gone) {
            // The failure itself is what counts.
        }
    }

    /** The protocol agreed on by ALPN; empty without. */
    String alpn() {
        return tls == null ? "" : tls.protocol();
    }

    private void lendNetwork() {
        if (netIn == null) {
            netIn = buffers.take();
            netOut = buffers.take().limit(0);
        }
    }

    /** Gives borrowed buffers back: nothing is in flight. */
    void releaseBuffers() {
        if (tls != null) {
            tls.forgetBuffers(); // else an idle connection keeps four of them from the collector
        }
        if (netIn != null) {
            buffers.giveBack(netIn);
            buffers.giveBack(netOut);
            netIn = null;
            netOut = null;
        }
    }

    // ---- both ways at once

    /** Begins or ends the time in which reads and writes do not block. @throws Passage.Stale if it cannot be used */
    void duplex(boolean on) throws IOException {
        if (leaveConvoy()) {
            channel.configureBlocking(false);
            if (!isSilent()) {
                throw new Passage.Stale(); // nobody looked since it was lent
            }
        }
        if (!on && selector != null) {
            Selector done = selector;
            selector = null;
            selection = null;
            done.close(); // a registered channel cannot block
        }
        channel.configureBlocking(!on);
    }

    /** Waits, at most for {@code maxNs}, until one of {@code ops} is possible; 0 when none is in that time. Only while {@link #duplex}. */
    int await(int ops, long maxNs) throws IOException {
        if (selector == null) {
            selector = Selector.open();
            selection = channel.register(selector, 0);
        }
        long startNs = System.nanoTime();
        selection.interestOps(ops);
        while (true) {
            long leftNs = maxNs == Long.MAX_VALUE ? Long.MAX_VALUE : maxNs - (System.nanoTime() - startNs);
            if (leftNs <= 0) {
                return 0;
            }
            if (!aborted) {
                selector.select(leftNs == Long.MAX_VALUE ? 0 : leftNs / 1_000_000 + 1);
            }
            if (aborted || !channel.isOpen()) {
                throw new AsynchronousCloseException();
            }
            if (Thread.currentThread().isInterrupted()) {
                abort();
                throw new ClosedByInterruptException();
            }
            selector.selectedKeys().clear();
            if (selection.readyOps() != 0) {
                return selection.readyOps();
            }
        }
    }

    // ---- its end

    /** Whether the peer neither closed it nor sent something that nobody asked for while it was idle. */
    @Override
    public boolean isReusable(long nowNs) {
        if (aborted || !channel.isOpen() || watchdog.now() >= keptUntilNs) {
            return false;
        }
        Passage mine = passage;
        try {
            if (mine != null && Thread.currentThread().isVirtual()) {
                return mine.isQuiet() || isSilent(); // and once more before it is sent on
            }
            leaveConvoy();
            channel.configureBlocking(false);
            boolean silent = isSilent();
            channel.configureBlocking(true);
            return silent;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a channel that does not block has nothing to be read, not even its end. */
    private boolean isSilent() {
        ByteBuffer peek = buffers.take().limit(1); // the one that the exchange is about to use
        try {
            return channel.read(peek) == 0;
        } catch (IOException e) {
            return false;
        } finally {
            buffers.giveBack(peek);
        }
    }

    @Override
    public void close(CloseReason reason) {
        if (inUse) {
            abort();
        } else {
            close();
        }
    }

    /** Closes the channel at once, whatever its thread is doing. From any thread; idempotent. */
    void abort() {
        aborted = true;
        try {
            channel.close();
        } catch (IOException e) {
            // Closed all the same.
        }
        Passage mine = passage;
        if (mine != null) {
            mine.abort();
        }
        Selector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    /** Closes it in the manner of its protocol, without waiting for the peer. By the thread that holds it. */
    void close() {
        if (tls != null && channel.isOpen() && !aborted) {
            try {
                duplex(true);
                tls.close();
                push(ByteBuffer.wrap(NOTHING)); // close_notify, if the socket takes it at once (RFC 8446 6.1)
            } catch (IOException gone) {
                // Then the peer knows already.
            }
        }
        abort();
        try {
            Selector open = selector;
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
        if (tls != null) {
            tls.release();
        }
        releaseBuffers();
        watchdog.forget(limit);
    }
}
