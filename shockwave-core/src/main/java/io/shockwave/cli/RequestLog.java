package io.shockwave.cli;

import io.shockwave.server.AccessLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes lines from reactors and writes them to the standard output on a thread of its own: a terminal that is held, or a pipe that nobody reads, must not stop the server. Thread-safe; guarded by lock.
 */
final class RequestLog implements AccessLog, AutoCloseable {
    /** Bytes that wait to be written; above it lines are dropped and counted. Some 700 lines, a few milliseconds of a busy server. */
    static final int MAX_WAITING_BYTES = 65_536;
    private static final long END_LIMIT_MS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final OutputStream out;
    private final Thread writer;
    private byte[] waiting = new byte[MAX_WAITING_BYTES];
    private byte[] writing = new byte[MAX_WAITING_BYTES];
    private int waitingLen;
    private long dropped;
    private boolean ended;

    RequestLog(OutputStream out) {
        this.out = out;
        writer = Thread.ofPlatform().daemon().name("shockwave-log").unstarted(this::write);
    }

    RequestLog start() {
        writer.start();
        return this;
    }

    @Override
    public void line(byte[] buf, int off, int len) {
        lock.lock();
        try {
            if (ended || waitingLen + len > waiting.length) {
                dropped++;
                return;
            }
            System.arraycopy(buf, off, waiting, waitingLen, len);
            waitingLen += len;
            if (waitingLen == len) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try {
            for (;;) {
                int len = swap();
                if (len < 0) {
                    return;
                }
                out.write(writing, 0, len);
                long lost = takeDropped();
                if (lost > 0) {
                    out.write(("# " + lost + " lines were dropped: the log was read too slowly\n").getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            lock.lock();
            try {
                ended = true;
            } finally {
                lock.unlock();
            }
            System.err.println("shockwave: requests are not logged any more: " + e.getMessage());
        }
    }

    /** Waits for lines and exchanges the arrays; -1 when all is written and it was closed. */
    private int swap() {
        lock.lock();
        try {
            while (waitingLen == 0) {
                if (ended) {
                    return -1;
                }
                changed.awaitUninterruptibly();
            }
            byte[] full = waiting;
            waiting = writing;
            writing = full;
            int len = waitingLen;
            waitingLen = 0;
            return len;
        } finally {
            lock.unlock();
        }
    }

    private long takeDropped() {
        lock.lock();
        try {
            long lost = ended ? 0 : dropped;
            dropped -= lost;
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, for a second at most. */
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(END_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
