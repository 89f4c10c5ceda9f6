package io.shockwave.internal.dispatch;

import io.shockwave.BodyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A body as a publisher for one subscriber: the subscribing thread reads and publishes until the end, as fast as the subscriber asks. Demand and cancellation may come from
 * any thread; guarded by lock.
 */
final class BodyPublication implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
    private static final int CHUNK_BYTES = 8_192;

    private final BodyReader body;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long demand;
    private boolean cancelled;
    private boolean invalidDemand;

    BodyPublication(BodyReader body) {
        this.body = body;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    // Nothing will come.
                }

                @Override
                public void cancel() {
                    // Nothing to stop.
                }
            });
            subscriber.onError(new IllegalStateException("a body has one subscriber"));
            return;
        }
        subscriber.onSubscribe(this);
        publish(subscriber);
    }

    private void publish(Flow.Subscriber<? super ByteBuffer> subscriber) {
        byte[] buf = new byte[CHUNK_BYTES];
        try {
            while (awaitDemand()) {
                int n = body.read(buf, 0, buf.length);
                if (n < 0) {
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(ByteBuffer.wrap(Arrays.copyOf(buf, n)));
            }
            if (invalidDemand) {
                subscriber.onError(new IllegalArgumentException("demand must be positive (Reactive Streams 3.9)"));
            }
            body.close();
        } catch (IOException | InterruptedException e) {
            subscriber.onError(e);
        }
    }

    /** Takes one item of demand. @return false once cancelled */
    private boolean awaitDemand() throws InterruptedException {
        lock.lock();
        try {
            while (demand == 0 && !cancelled) {
                changed.await();
            }
            if (cancelled) {
                return false;
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            if (n <= 0) {
                invalidDemand = true;
                cancelled = true;
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
