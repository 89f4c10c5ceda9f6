package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.dispatch.Demand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/** Publishes content to one subscriber, on a virtual thread that reads no more than was asked for. Thread-safe. */
final class BodyPublisher implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
    private final Demand demand = new Demand();
    private final ResponseBody body;
    private final int pieceBytes;
    private final AtomicReference<Thread> publishing = new AtomicReference<>();

    BodyPublisher(ResponseBody body, int pieceBytes) {
        this.body = body;
        this.pieceBytes = pieceBytes;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Thread thread = Thread.ofVirtual().name("shockwave-client-publisher").unstarted(() -> run(subscriber));
        if (publishing.compareAndSet(null, thread)) {
            subscriber.onSubscribe(this);
            thread.start();
        } else {
            Demand.refuse(subscriber);
        }
    }

    @Override
    public void request(long n) {
        demand.request(n);
    }

    @Override
    public void cancel() {
        demand.cancel();
        Thread thread = publishing.get();
        if (Thread.currentThread() != thread) {
            thread.interrupt(); // it may be blocked in a read
        }
    }

    private void run(Flow.Subscriber<? super ByteBuffer> subscriber) {
        byte[] piece = new byte[pieceBytes];
        try {
            while (demand.take()) {
                int n = body.readPublished(piece);
                if (demand.isCancelled()) {
                    break;
                }
                if (n < 0) {
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(ByteBuffer.wrap(Arrays.copyOf(piece, n)));
            }
            body.close(); // before the subscriber is told, whose owner may close the response then
            IllegalArgumentException fault = demand.fault();
            if (fault != null) {
                subscriber.onError(fault);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            body.close();
            if (!demand.isCancelled()) {
                subscriber.onError(e);
            }
        } catch (InterruptedException e) {
            body.close();
        }
    }
}
