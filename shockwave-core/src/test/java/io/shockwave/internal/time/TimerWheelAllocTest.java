package io.shockwave.internal.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.AllocationGate;
import org.junit.jupiter.api.Test;

class TimerWheelAllocTest {
    private final TimerWheel wheel = new TimerWheel();
    private long nowNs;

    @Test
    void scheduleCancelAndExpireAllocateNothing() throws Exception {
        TimerWheel.Sink again = (owner, atNs) -> wheel.schedule(atNs + 30_000_000_000L, owner);
        for (int i = 0; i < 1_000; i++) {
            wheel.schedule(i * 30_000_000L, this);
        }
        assertEquals(0.0, AllocationGate.bytesPerOp(100_000, () -> {
            nowNs += 1_000_000;
            int id = wheel.schedule(nowNs + 5_000_000, this);
            wheel.expire(nowNs, again);
            wheel.reschedule(id, nowNs + 9_000_000);
            wheel.cancel(id);
            wheel.nextDeadlineNs();
        }));
        assertEquals(1_000, wheel.size());
    }
}
