package io.shockwave.internal.dispatch.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Publishes content to one subscriber, on a virtual thread that reads no more than was asked for. Thread-safe; guarded by lock. */
final class BodyPublisher implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ResponseBody body;
    private final int pieceBytes;
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private Thread thread;
    private long demand;
    private boolean cancelled;
    private boolean askedWrong;

    BodyPublisher(ResponseBody body, int pieceBytes) {
        this.body = body;
        this.pieceBytes = pieceBytes;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> wanted) {
        boolean first;
        lock.lock();
        try {
            first = subscriber == null;
            if (first) {
                subscriber = wanted;
                thread = Thread.ofVirtual().name("shockwave-client-publisher").unstarted(this::run);
            }
        } finally {
            lock.unlock();
        }
        if (first) {
            wanted.onSubscribe(this);
            thread.start();
        } else {
            wanted.onSubscribe(new Refused());
            wanted.onError(new IllegalStateException("content has one subscriber"));
        }
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            askedWrong |= n <= 0;
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            thread.interrupt(); // it may be blocked in a read
        }
    }

    private void run() {
        byte[] piece = new byte[pieceBytes];
        try {
            while (awaitDemand()) {
                int n = body.readPublished(piece);
                if (isCancelled()) {
                    break;
                }
                if (n < 0) {
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(ByteBuffer.wrap(Arrays.copyOf(piece, n)));
            }
            body.close();
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            if (!isCancelled()) {
                subscriber.onError(e);
            }
            body.close();
        } catch (InterruptedException e) {
            body.close();
        }
    }

    private boolean awaitDemand() throws InterruptedException {
        lock.lock();
        try {
            while (demand == 0 && !cancelled && !askedWrong) {
                changed.await();
            }
            if (askedWrong && !cancelled) {
                throw new IllegalArgumentException("a subscriber asks for at least 1 (Reactive Streams 3.9)");
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Of a second subscriber. */
    private static final class Refused implements Flow.Subscription {
        @Override
        public void request(long n) {
            // It gets nothing.
        }

        @Override
        public void cancel() {
            // There is nothing to cancel.
        }
    }
}
