package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.net.Log;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * Sends the requests of virtual threads together, and reads for them: a peer that is woken by the first of many requests is still awake for the others, and one wait serves all. Runs on a
 * virtual thread of its own from the first connection that boards to {@link #close}; other threads reach it through {@link #push} and {@link #rouse}.
 *
 * <pre>
 *   turn:  yield to those who were woken → take what was handed over → select → read for those who wait → send what was taken
 * </pre>
 */
final class Convoy implements Runnable {
    /** With fewer under way each sends by itself: together they would also wait together, and have the peer and this side take turns. */
    private static final int MIN_UNDER_WAY = 3;
    private static final VarHandle TOP;
    private static final VarHandle UNDER_WAY;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Convoy.class, "top", Passage.class);
            UNDER_WAY = MethodHandles.lookup().findVarHandle(Convoy.class, "underWay", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** No selector tells of more at once (the JDK's asks for 1,024 events). */
    private static final int MAX_REPORTED = 512;

    private final Selector selector;
    private final Consumer<SelectionKey> onKey = this::ready;
    private final ByteBuffer peek = ByteBuffer.allocate(1);
    private volatile Passage top;
    /** Requests that wait to be sent or answered. */
    private volatile int underWay;
    private volatile boolean sleeping;
    private volatile boolean over;
    private boolean worked;

    Convoy() throws IOException {
        selector = Selector.open();
        Thread.ofVirtual().name("shockwave-client-convoy").start(this);
    }

    SelectionKey register(SocketChannel channel, Passage passage) throws IOException {
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ, passage);
        rouse();
        return key;
    }

    boolean isAwake() {
        return !sleeping;
    }

    /** Whether what is handed over goes out soon, without waking it, and together with others. */
    boolean isWorthWhile() {
        return !sleeping && underWay >= MIN_UNDER_WAY;
    }

    void begun() {
        UNDER_WAY.getAndAdd(this, 1);
    }

    void ended() {
        UNDER_WAY.getAndAdd(this, -1);
    }

    void push(Passage passage) {
        Passage seen;
        do {
            seen = top;
            passage.next = seen;
        } while (!TOP.compareAndSet(this, seen, passage));
        rouse();
    }

    /** Has it take another turn if it sleeps. */
    void rouse() {
        if (sleeping) {
            selector.wakeup();
        }
    }

    /** Has it take another turn in any case: a channel was closed, which ends only there. */
    void wakeup() {
        selector.wakeup();
    }

    void close() {
        over = true;
        selector.wakeup();
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void run() {
        try (selector) {
            try {
                while (!over) {
                    turn();
                }
            } finally {
                over = true;
                for (SelectionKey key : selector.keys()) {
                    ((Passage) key.attachment()).end();
                }
            }
        } catch (IOException | RuntimeException e) {
            Log.LOG.log(Level.ERROR, "a client's connections go on each by itself", e);
        }
    }

    private void turn() throws IOException {
        if (worked) {
            Thread.yield();
        }
        // What is sent in this turn was handed over before its select, which so tells of all that came to its connections unasked.
        Passage batch = take();
        worked = batch != null;
        if (worked) {
            boolean reported = selector.selectNow(onKey) < MAX_REPORTED;
            depart(batch, reported);
            return;
        }
        sleeping = true;
        // Whoever pushes after this line sees sleeping and wakes the selector; whoever did before is seen here.
        if (top == null && !over) {
            selector.select(onKey);
        }
        sleeping = false;
    }

    private void ready(SelectionKey key) {
        worked = true;
        try {
            ((Passage) key.attachment()).readable();
        } catch (CancelledKeyException e) {
            // Closed, or gone, since the selector was asked.
        }
    }

    /** What was handed over, oldest first. */
    private Passage take() {
        Passage newest = top == null ? null : (Passage) TOP.getAndSet(this, null);
        Passage oldest = null;
        while (newest != null) {
            Passage below = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = below;
        }
        return oldest;
    }

    private void depart(Passage batch, boolean reported) {
        Passage oldest = batch;
        while (oldest != null) {
            Passage following = oldest.next;
            oldest.next = null; // before it is sent: it may be pushed again at once
            oldest.depart(peek, reported);
            oldest = following;
        }
    }
}
