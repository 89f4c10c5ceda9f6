package io.shockwave.tuning;

import java.util.List;

/** For tests of other packages: the heap that our own objects take which can be reached from one. */
public final class OwnBytes {
    private OwnBytes() {}

    public static long of(Object root) {
        HeapWalk walk = new HeapWalk(new ObjectShapes(), _ -> List.of());
        walk.walk(root);
        long bytes = 0;
        for (HeapWalk.Sum each : walk.components.values()) {
            bytes += each.bytes;
        }
        return bytes;
    }
}
