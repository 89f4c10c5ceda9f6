package io.shockwave.internal.net;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * What is made of buffers whose positions are not ours to move, kept so that a buffer which is sent again and again costs no object each time. Holds neither buffers nor what is made of
 * them: the collector takes both as if they were not here. Confined to its reactor.
 */
final class BufferViews<V> {
    /** Buffers that are known at a time; a power of two. One more than has place costs objects of some 150 bytes. */
    private static final int SLOTS = 32;

    private record Slot<V>(WeakReference<ByteBuffer> buffer, WeakReference<V> view) {}

    private final Function<ByteBuffer, V> maker;
    private final List<Slot<V>> slots = new ArrayList<>(Collections.nCopies(SLOTS, null));

    BufferViews(Function<ByteBuffer, V> maker) {
        this.maker = maker;
    }

    V of(ByteBuffer buffer) {
        int at = System.identityHashCode(buffer) & SLOTS - 1;
        Slot<V> slot = slots.get(at);
        V known = slot != null && slot.buffer.refersTo(buffer) ? slot.view.get() : null;
        if (known != null) {
            return known;
        }
        V made = maker.apply(buffer);
        slots.set(at, new Slot<>(new WeakReference<>(buffer), new WeakReference<>(made)));
        return made;
    }
}
