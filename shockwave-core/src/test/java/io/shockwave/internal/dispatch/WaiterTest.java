package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaiterTest {
    private static final Waiter.Condition<AtomicBoolean> IS_SET = AtomicBoolean::get;

    private final Waiter waiter = new Waiter();
    private final AtomicBoolean flag = new AtomicBoolean();

    private CompletableFuture<Boolean> waitWith(Waiter.Alarm alarm) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(waiter.await(flag, IS_SET, alarm));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private void untilItWaits() {
        while (waiter.waiting() == null) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anAlarmEndsTheWait() throws Exception {
        Waiter.Alarm alarm = new Waiter.Alarm(waiter);
        CompletableFuture<Boolean> result = waitWith(alarm);
        untilItWaits();
        assertFalse(result.isDone());
        alarm.run();
        assertFalse(result.get(30, TimeUnit.SECONDS));
    }

    @Test
    void whatIsWaitedForCountsThoughTheAlarmRang() throws Exception {
        Waiter.Alarm alarm = new Waiter.Alarm(waiter);
        alarm.run();
        flag.set(true);
        assertTrue(waiter.await(flag, IS_SET, alarm));
    }

    @Test
    void anEarlierAlarmDoesNotEndALaterWait() throws Exception {
        Waiter.Alarm earlier = new Waiter.Alarm(waiter);
        CompletableFuture<Boolean> result = waitWith(new Waiter.Alarm(waiter));
        untilItWaits();
        earlier.run();
        assertFalse(result.isDone());
        flag.set(true);
        waiter.wake();
        assertTrue(result.get(30, TimeUnit.SECONDS));
    }

    @Test
    void namesWhoWaits() throws Exception {
        assertNull(waiter.waiting());
        CompletableFuture<Boolean> result = waitWith(null);
        untilItWaits();
        assertTrue(waiter.waiting().isVirtual());
        flag.set(true);
        waiter.wake();
        assertTrue(result.get(30, TimeUnit.SECONDS));
        assertEquals(null, waiter.waiting());
    }
}
