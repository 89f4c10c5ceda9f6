package io.shockwave.internal.dispatch;

import io.shockwave.BodyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** A body as a publisher for one subscriber: the subscribing thread reads and publishes until the end, as fast as the subscriber asks. Demand and cancellation may come from any thread. */
final class BodyPublication implements Flow.Publisher<ByteBuffer> {
    private static final int CHUNK_BYTES = 8_192;

    private final BodyReader body;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final Demand demand = new Demand();

    BodyPublication(BodyReader body) {
        this.body = body;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            Demand.refuse(subscriber);
            return;
        }
        subscriber.onSubscribe(demand);
        publish(subscriber);
    }

    private void publish(Flow.Subscriber<? super ByteBuffer> subscriber) {
        byte[] buf = new byte[CHUNK_BYTES];
        try {
            while (demand.take()) {
                int n = body.read(buf, 0, buf.length);
                if (n < 0) {
                    subscriber.onComplete();
                    return;
                }
                subscriber.onNext(ByteBuffer.wrap(Arrays.copyOf(buf, n)));
            }
            IllegalArgumentException fault = demand.fault();
            if (fault != null) {
                subscriber.onError(fault);
            }
            body.close();
        } catch (IOException | InterruptedException e) {
            subscriber.onError(e);
        }
    }
}
