package io.shockwave.internal.net;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.time.TimerWheel;
import io.shockwave.internal.tls.TlsViews;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One thread, one {@link Poller}, one clock: it moves the bytes of its channels and runs their engines. Channels are confined to it for life; other threads reach it through
 * {@link #hand}.
 *
 * <pre>
 *   turn:  drain hand-offs → end of batch → end of turn → select → read the clock once → ready channels → due timers → end of batch → end of turn
 * </pre>
 */
public final class Reactor implements Runnable {
    /** Bytes moved by one read or write: large enough that a bulk transfer costs few calls, small enough to stay in the cache. */
    public static final int IO_BYTES = 1 << 16;
    /** Bytes of content that go from an array to the socket in one write: calls and wake-ups of the peer cost more with less, and what does not stay in the cache costs more with more. */
    static final int BULK_BYTES = 1 << 19;
    /** Unused buffers that one reactor keeps. */
    private static final long MAX_FREE_BYTES = 4L << 20;

    /** What is told of the events of a channel. */
    public interface Ready {
        /** Its channel can do what {@code readyOps} says. */
        void onReady(int readyOps);

        /** Its timer is due. */
        void onTimer(long nowNs);

        /** An exception escaped from it: it must end. */
        void onFault(Throwable cause);
    }

    /** What is done once for all events that came together. */
    public interface Batch {
        /** They are dealt with. @return whether other threads were given work that soon comes back here */
        boolean end();
    }

    /** Of a reactor that gives other threads no work. */
    private static final class Alone implements Batch {
        @Override
        public boolean end() {
            return false;
        }
    }

    /** What has work at the end of each turn, and deadlines finer than those of the timers. */
    public interface Turned {
        /** All events that came together are dealt with: what is due is done now. @return when it is to be called again at the latest; {@link Long#MAX_VALUE} for any time */
        long endTurn(long nowNs);
    }

    private Poller poller;
    private final NioWire nioWire = new NioWire(this);
    private EpollWire epollWire; // null with NIO
    private final Thread thread;
    private final long clockStart;
    private final Slab slab = new Slab(MAX_FREE_BYTES);
    private final TimerWheel timers = new TimerWheel();
    private final Handoff handoff = new Handoff();
    private final Counters counters = new Counters();
    private final DateText date = new DateText();
    private final TimerWheel.Sink onTimer = this::due;
    final ByteBuffer readBuffer = ByteBuffer.allocateDirect(IO_BYTES);
    final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(IO_BYTES);
    final byte[] in = new byte[IO_BYTES];
    final byte[] out = new byte[IO_BYTES];
    final ByteBuffer outView = ByteBuffer.wrap(out);
    private ByteBuffer bulkBuffer; // null until it is needed
    // What TLS needs beside them; a reactor without TLS does not pay for it.
    byte[] plain = {};
    byte[] cipher = {};
    private TlsViews tlsViews;
    private Batch batch = new Alone();
    private Turned[] turned = {};
    private long turnDeadlineNs = Long.MAX_VALUE;
    private volatile boolean sleeping;
    private volatile boolean stopped;
    private long nowNs;

    public Reactor(String name) throws IOException {
        this(name, false);
    }

    /** @param daemon whether its thread may be left behind when the program ends */
    public Reactor(String name, boolean daemon) throws IOException {
        poller = new NioPoller(this);
        clockStart = System.nanoTime();
        thread = Thread.ofPlatform().name(name).daemon(daemon).unstarted(this);
    }

    /** Waits with epoll instead of NIO, for bare descriptors only; before anything is registered, and before {@link #start}. */
    public void useDescriptors() throws IOException {
        EpollPoller epoll = new EpollPoller(this);
        poller.close();
        poller = epoll;
        epollWire = new EpollWire(this, epoll);
    }

    /** Frees what it waits with, if it will not be started. */
    public void discard() throws IOException {
        poller.close();
    }

    /** Null with NIO. */
    EpollPoller epoll() {
        return epollWire == null ? null : (EpollPoller) poller;
    }

    /** The wire of all its channels, if they are NIO's. */
    NioWire nioWire() {
        return nioWire;
    }

    /** The wire of all its channels; null with NIO. */
    EpollWire epollWire() {
        return epollWire;
    }

    public void start() {
        thread.start();
    }

    /** Ends the loop after this turn; open channels are the caller's to close before. */
    public void stop() {
        stopped = true;
        poller.wakeup();
    }

    /** Whether its thread has ended: what is handed to it from now on is not done. */
    public boolean isOver() {
        return stopped && !thread.isAlive();
    }

    public void join() throws InterruptedException {
        thread.join();
        handoff.drain(this); // connections that were on their way to it
    }

    /** The same, also while interrupted. */
    public void joinUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a task on this reactor's thread; at once if that is the caller. */
    public void hand(Handoff.Task task) {
        handoff.push(task);
        if (sleeping && Thread.currentThread() != thread) {
            poller.wakeup();
        }
    }

    /** Is told of each end of a batch; before {@link #start}. */
    public void afterBatch(Batch listener) {
        batch = listener;
    }

    /** Is called at the end of each turn; on this reactor's thread, or before {@link #start}. */
    public void afterTurn(Turned listener) {
        turned = Arrays.copyOf(turned, turned.length + 1);
        turned[turned.length - 1] = listener;
    }

    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Whether its thread may read what lies there: memory of a confined arena is its owner's alone. */
    public boolean reaches(ByteBuffer memory) {
        return isCurrent() || MemorySegment.ofBuffer(memory).isAccessibleBy(thread);
    }

    public Slab slab() {
        return slab;
    }

    public TimerWheel timers() {
        return timers;
    }

    public Counters counters() {
        return counters;
    }

    /** The time since this reactor was made, in nanoseconds; on any thread. */
    public long ageNs() {
        return System.nanoTime() - clockStart;
    }

    /** The current time of this turn, in nanoseconds since this reactor was made. */
    public long nowNs() {
        return nowNs;
    }

    /** {@code Date} of this turn. */
    public DateText date() {
        return date;
    }

    /** The scratch in which engines write what is to be sent; valid until the end of the event. */
    public byte[] out() {
        return out;
    }

    /** Where content of some size is staged for the system; valid until the end of the event. */
    ByteBuffer bulkBuffer() {
        if (bulkBuffer == null) {
            bulkBuffer = ByteBuffer.allocateDirect(BULK_BYTES);
        }
        return bulkBuffer;
    }

    /** Bytes of {@link #out} behind the first {@code used}. */
    public int outRoom(int used) {
        return out.length - used;
    }

    /** Makes the buffers for TLS; before the first secured channel, on this reactor's thread. */
    public TlsViews tlsViews() {
        if (tlsViews == null) {
            tlsViews = new TlsViews();
            plain = new byte[IO_BYTES];
            cipher = new byte[IO_BYTES + IO_BYTES / 2]; // several records
        }
        return tlsViews;
    }

    /** Registers a channel of NIO, on this reactor's thread. */
    public SelectionKey register(SelectableChannel channel, int ops, Ready attached) throws IOException {
        return ((NioPoller) poller).register(channel, ops, attached);
    }

    /** What is registered now, on this reactor's thread. */
    public List<Object> attachments() {
        List<Object> all = new ArrayList<>();
        poller.owners(all);
        return all;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                turn();
            }
        } finally {
            try {
                poller.close();
                if (epollWire != null) {
                    epollWire.end();
                }
            } catch (IOException e) {
                Log.LOG.log(Level.DEBUG, "ending a reactor", e);
            }
        }
    }

    private void turn() {
        try {
            readClock();
            handoff.drain(this);
            endBatch();
            endTurn();
            select();
            readClock();
            timers.expire(nowNs, onTimer);
            endBatch();
            endTurn();
        } catch (IOException | RuntimeException e) {
            // One turn's failure must not end the loop that all its connections live on.
            Log.LOG.log(Level.ERROR, "a reactor's turn failed", e);
        }
    }

    private void endBatch() {
        if (batch.end()) {
            // Who works for this batch on the same processor goes first, and finds this thread awake: one wake-up less for each answer.
            Thread.yield();
            readClock();
            handoff.drain(this); // what they gave back goes out with the end of this turn
            batch.end();
        }
    }

    private void endTurn() {
        long next = Long.MAX_VALUE;
        for (Turned one : turned) {
            next = Math.min(next, one.endTurn(nowNs));
        }
        turnDeadlineNs = next;
    }

    private void readClock() {
        nowNs = System.nanoTime() - clockStart;
        date.update(nowNs);
    }

    private void select() throws IOException {
        long next = timers.nextDeadlineNs();
        if (turnDeadlineNs != Long.MAX_VALUE && (next == TimerWheel.NONE || turnDeadlineNs < next)) {
            next = turnDeadlineNs;
        }
        sleeping = true;
        // Whoever hands over after this line sees sleeping and wakes the poller; whoever did before is seen here.
        if (!handoff.isEmpty() || stopped) {
            sleeping = false;
            poller.await(0);
            return;
        }
        if (next == TimerWheel.NONE) {
            poller.await(-1);
        } else {
            long waitNs = next - nowNs;
            poller.await(waitNs <= 0 ? 0 : (waitNs + 999_999) / 1_000_000);
        }
        sleeping = false;
    }

    /** Something happened to a channel; told by the poller. */
    void ready(Ready channel, int readyOps) {
        if (sleeping) {
            sleeping = false;
            readClock();
        }
        try {
            channel.onReady(readyOps);
        } catch (RuntimeException | Error e) {
            fault(channel, e);
        }
    }

    private void due(Object owner, long dueNs) {
        Ready channel = (Ready) owner;
        try {
            channel.onTimer(nowNs);
        } catch (RuntimeException | Error e) {
            fault(channel, e);
        }
    }

    /** Ends a channel from which an exception escaped: a fault of ours, which must cost one connection and not the reactor. */
    public void fault(Ready channel, Throwable cause) {
        Log.LOG.log(Level.ERROR, "a connection is closed because of an unexpected exception", cause);
        try {
            channel.onFault(cause);
        } catch (RuntimeException | Error e) {
            Log.LOG.log(Level.ERROR, "closing that connection failed too", e);
        }
        if (cause instanceof VirtualMachineError && !(cause instanceof OutOfMemoryError) && !(cause instanceof StackOverflowError)) {
            throw (VirtualMachineError) cause;
        }
    }
}
