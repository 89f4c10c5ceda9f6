package io.shockwave.internal.dispatch;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An exchange that two sides share: the reactor whose connection carries it, and a thread, of a handler or of a client's caller.
 *
 * <p>They share the byte rings of the {@link Exchange} and volatile fields. The thread's side tells the reactor's by bits, which are handed over at most once at a time; the reactor's side sets
 * fields and wakes the thread that said it waits.
 */
public abstract class SharedExchange extends Handoff.Task {
    /** What both kinds tell the reactor: there is room for content again. */
    public static final int RESUME = 1;

    private static final VarHandle SIGNALS;

    static {
        try {
            SIGNALS = MethodHandles.lookup().findVarHandle(SharedExchange.class, "signals", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public final Exchange x;
    /** Waits for content, and what else the reactor's side tells. */
    protected final Waiter reader = new Waiter();
    private volatile int signals;
    private volatile boolean full; // the ring had no room for content that is there

    protected SharedExchange(Exchange x) {
        this.x = x;
        x.owner = this;
    }

    /** Another exchange begins. */
    protected final void renew() {
        x.owner = this;
        if (full) {
            full = false;
        }
    }

    // ---- bits, from the thread's side to the reactor's

    /** Tells the reactor's side. */
    public abstract void post(int bits);

    /** Adds bits to those that wait, and has {@link #run} called on the reactor unless that is on its way. */
    protected final void signal(int bits, Reactor reactor) {
        if ((int) SIGNALS.getAndBitwiseOr(this, bits) == 0) {
            reactor.hand(this);
        }
    }

    /** The bits that wait, on the reactor. @param left what stands in their place, so that {@link #signal} hands nothing over meanwhile; 0 if it may */
    protected final int takeSignals(int left) {
        return (int) SIGNALS.getAndSet(this, left) & ~left;
    }

    /** Takes away what {@link #takeSignals} left. @return false if more bits have come meanwhile, and nothing changed */
    protected final boolean endSignals(int left) {
        return SIGNALS.compareAndSet(this, left, 0);
    }

    /** Nobody will take the bits any more. */
    protected final void dropSignals() {
        signals = 0;
    }

    protected final boolean hasSignals() {
        return signals != 0;
    }

    // ---- content, from the reactor's side to the thread's

    /** Puts content into the ring, on the reactor. @return how much found room */
    public final int offerContent(byte[] buf, int off, int len) {
        int n = x.inbound.write(buf, off, len);
        while (n < len) {
            full = true;
            VarHandle.fullFence();
            int more = x.inbound.write(buf, off + n, len - n);
            if (more == 0) {
                break;
            }
            n += more;
        }
        if (n == len) {
            full = false;
        }
        contentCame();
        return n;
    }

    /** There is content for the thread that reads, or its ring is full; on the reactor. */
    protected void contentCame() {
        reader.wake();
    }

    /** Content was read from the ring: lets the reactor go on if it waits for room, once there is enough to be worth a turn. */
    public final void tookContent() {
        VarHandle.fullFence(); // room is made before full is looked at; the reactor does it the other way round
        if (full && x.inbound.room() >= x.inbound.capacity() / 2) {
            full = false;
            post(RESUME);
        }
    }
}
