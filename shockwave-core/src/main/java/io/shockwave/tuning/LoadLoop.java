package io.shockwave.tuning;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls.TlsSession;
import io.shockwave.internal.tls.TlsViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;

/**
 * One thread of a load, with its connections. Runs on a thread of its own; counters may be read from others.
 *
 * <p>In a closed loop each connection asks again as soon as it was answered. In an open loop requests are due at fixed times, whatever the answers do; the first connection that is free takes
 * the oldest that is due, and its latency counts from when it was due. So a server that stalls is charged with every request that should have been sent meanwhile (no coordinated omission).
 */
final class LoadLoop implements Runnable {
    /** Latencies above are counted as this. */
    static final long MAX_LATENCY_NS = 600_000_000_000L;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final long CONNECT_LIMIT_NS = 10_000_000_000L;
    /** The selector's timeout is in milliseconds, and it may oversleep; nearer than this the loop asks without waiting. */
    private static final long SPIN_NS = 2_000_000;
    private static final long NAP_MS = 20;
    /** Failures in sequence after which the server is taken to be gone. */
    private static final int MAX_FAILURES = 100;

    final Selector selector;
    final Slab slab = new Slab(1 << 20);
    final TlsViews views = new TlsViews();
    final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    final byte[] received = new byte[BUFFER_BYTES];
    final byte[] plainIn = new byte[BUFFER_BYTES];
    final byte[] plainOut = new byte[TlsSession.MAX_PLAIN_BYTES];
    final byte[] cipherOut = new byte[BUFFER_BYTES];
    long bytesReceived;

    private final LoadPlan plan;
    private final double intervalNs;
    private final double offsetNs;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ArrayDeque<LoadConnection> free = new ArrayDeque<>();
    private final List<LoadConnection> toReopen = new ArrayList<>();
    private final Histogram histogram = new Histogram(1, MAX_LATENCY_NS, 3);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread thread;

    private volatile long startNs;
    private volatile long fromNs = Long.MAX_VALUE;
    private volatile long toNs = Long.MAX_VALUE;
    private volatile boolean stopped;
    private volatile IOException failure;
    private volatile long completed;
    private volatile long errors;
    private volatile long badStatus;
    private volatile String lastError = "";
    private long unfinished;
    private long due;
    private long nowNs;
    private int busy;
    private int ready;
    private int failuresInSequence;

    /** @param index of this thread, {@code threads} in all; the rate is shared, and so are the times at which requests are due */
    LoadLoop(LoadPlan plan, int index, int threads, int count) throws IOException {
        this.plan = plan;
        selector = Selector.open();
        intervalNs = plan.rate() == 0 ? 0 : 1e9 / plan.rate() * threads;
        offsetNs = plan.rate() == 0 ? 0 : 1e9 / plan.rate() * index;
        for (int i = 0; i < count; i++) {
            connections.add(new LoadConnection(this, plan, index + i * threads));
        }
        thread = Thread.ofPlatform().daemon().name("shockwave-load-" + index).unstarted(this);
    }

    // ---- from the measuring thread

    void start() {
        thread.start();
    }

    /** Waits until every connection is there. @throws IOException why one could not be made */
    void awaitConnected() throws IOException, InterruptedException {
        connected.await();
        check();
    }

    /** Begins to send at {@code start}, until {@link #measure} says how long. */
    void begin(long start) {
        startNs = start;
        go.countDown();
    }

    /** Latencies count for requests that were due in [from, to), and nothing new is sent after that. */
    void measure(long from, long to) {
        toNs = to; // first: from on its own would open a time without an end
        fromNs = from;
    }

    void stop() {
        stopped = true;
        go.countDown();
        released.countDown();
        selector.wakeup();
    }

    /** Waits until all was answered or the time for that is over. The thread lives on until {@link #stop}: the JVM forgets what an ended one used. */
    void awaitDone() throws InterruptedException {
        done.await();
    }

    void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    long threadId() {
        return thread.threadId();
    }

    long completed() {
        return completed;
    }

    long errors() {
        return errors;
    }

    long badStatus() {
        return badStatus;
    }

    String lastError() {
        return lastError;
    }

    /** After {@link #awaitDone}. */
    Histogram histogram() {
        return histogram;
    }

    /** Requests that were due and had no answer when the time for that was over; they are in the histogram with the time they had waited until then. After {@link #awaitDone}. */
    long unfinished() {
        return unfinished;
    }

    // ---- on its own thread

    @Override
    public void run() {
        try (selector) {
            connect();
            connected.countDown();
            go.await();
            if (!stopped) {
                work();
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException("the load failed: " + e, e);
        } catch (InterruptedException e) {
            failure = new IOException("interrupted", e);
        } finally {
            connections.forEach(LoadConnection::close);
            connected.countDown();
            done.countDown();
            awaitRelease();
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() throws IOException {
        for (LoadConnection connection : connections) {
            connection.open();
        }
        long limitNs = System.nanoTime() + CONNECT_LIMIT_NS;
        while (ready < connections.size()) {
            if (stopped) {
                return;
            }
            if (System.nanoTime() > limitNs) {
                throw new IOException("only " + ready + " of " + connections.size() + " connections could be made in 10 s");
            }
            selector.select(NAP_MS);
            for (SelectionKey key : selector.selectedKeys()) {
                ((LoadConnection) key.attachment()).selected(); // what fails here ends it: there is nothing to measure
            }
            selector.selectedKeys().clear();
        }
    }

    private void work() throws IOException {
        nowNs = System.nanoTime();
        free.addAll(connections);
        for (;;) {
            sendDue();
            long endNs = toNs;
            boolean over = nowNs >= endNs && (busy == 0 && dueAt(due) >= endNs || nowNs - endNs >= plan.drainNs());
            if (stopped || over) {
                break;
            }
            turn();
            nowNs = System.nanoTime();
        }
        if (!stopped) {
            countUnfinished();
        }
    }

    private void turn() throws IOException {
        long waitNs = free.isEmpty() ? Long.MAX_VALUE : dueAt(due) - System.nanoTime();
        if (waitNs > SPIN_NS) {
            selector.select(this::ready, Math.min(waitNs / 1_000_000 - 1, NAP_MS));
        } else if (selector.selectNow(this::ready) == 0) {
            Thread.yield(); // the server may need this core
        }
        if (!toReopen.isEmpty()) {
            reopenAll();
        }
    }

    private void reopenAll() {
        List<LoadConnection> closed = List.copyOf(toReopen);
        toReopen.clear();
        for (LoadConnection connection : closed) {
            try {
                connection.open();
            } catch (IOException e) {
                failed(connection, e);
            }
        }
    }

    private long dueAt(long index) {
        return plan.rate() == 0 ? Math.max(nowNs, startNs) : startNs + (long) (offsetNs + index * intervalNs);
    }

    private void sendDue() {
        while (!free.isEmpty()) {
            long at = dueAt(due);
            if (at > nowNs || at >= toNs) {
                return;
            }
            due++;
            LoadConnection connection = free.poll();
            busy++;
            try {
                connection.send(at);
            } catch (IOException e) {
                failed(connection, e);
            }
        }
    }

    private void ready(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        if (!key.isValid()) {
            return; // closed since it was selected
        }
        try {
            connection.selected();
        } catch (IOException e) {
            failed(connection, e);
        }
    }

    /** An exchange is complete. In a closed loop the next request leaves at once, with the time of this answer. */
    void answered(LoadConnection connection, int status) {
        nowNs = System.nanoTime();
        record(connection.intendedNs);
        failuresInSequence = 0;
        busy--;
        if (status >= 400) {
            badStatus++;
        }
        completed++;
        free.add(connection);
        sendDue();
    }

    private void record(long intendedNs) {
        if (intendedNs >= fromNs && intendedNs < toNs) {
            histogram.recordValue(Math.clamp(nowNs - intendedNs, 1, MAX_LATENCY_NS));
        }
    }

    private void failed(LoadConnection connection, IOException why) {
        errors++;
        lastError = String.valueOf(why.getMessage());
        if (connection.busy) {
            connection.busy = false;
            busy--;
            free.add(connection);
        }
        if (++failuresInSequence > MAX_FAILURES) {
            failure = new IOException(MAX_FAILURES + " requests failed one after another; the last: " + lastError, why);
            stopped = true;
        }
        reopen(connection);
    }

    /** Connects anew, after the keys that are selected now. */
    void reopen(LoadConnection connection) {
        connection.close();
        if (!toReopen.contains(connection)) {
            toReopen.add(connection);
        }
    }

    void becameReady(LoadConnection connection) {
        ready++;
    }

    private void countUnfinished() {
        for (LoadConnection connection : connections) {
            if (connection.busy) {
                unfinished(connection.intendedNs);
            }
        }
        while (plan.rate() > 0 && dueAt(due) < toNs) {
            unfinished(dueAt(due++));
        }
    }

    private void unfinished(long intendedNs) {
        unfinished++;
        record(intendedNs);
    }
}
