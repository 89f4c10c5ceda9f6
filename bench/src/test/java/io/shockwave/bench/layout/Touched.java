package io.shockwave.bench.layout;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/**
 * Objects and 64-byte cache lines that belong to one message in progress, read from the heap by JOL: everything that can be reached from the roots, but for what all connections share and for
 * the JDK's own machinery. Of buffers only the bytes in use count, since nothing else of them is touched.
 */
final class Touched {
    private static final int LINE_BYTES = 64;
    private static final int LIST_ENTRY_BYTES = 12;
    /** One for all connections, or what the application configured. */
    private static final Set<String> SHARED = Set.of("Reactor", "ServerReactor", "ServerSettings", "ServerDriver", "Slab", "ChunkStore", "PooledClient", "ClientSettings", "Watchdog", "ConnectionPool",
            "Http1Settings", "Http1Limits", "TlsConfig", "ServerTally", "Dispatcher", "BufferStore", "TimerWheel", "UrlCache");

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Long> lines = new HashSet<>();
    private final Deque<Object> left = new ArrayDeque<>();
    private final Map<Object, Integer> lengths = new IdentityHashMap<>();

    /** All that is reachable from a root, by JOL's own walk: for plain objects and collections. */
    Touched addGraph(Object root) {
        GraphLayout graph = GraphLayout.parseInstance(root);
        for (long address : graph.addresses()) {
            seen.add(address);
            touch(address, graph.record(address).size());
        }
        return this;
    }

    /** An object of which only this many bytes were used, behind its header. */
    Touched addUsed(Object object, int usedBytes) {
        seen.add(object);
        touch(VM.current().addressOf(object), Math.min(VM.current().sizeOf(object), 16L + usedBytes));
        return this;
    }

    static Touched by(Object... roots) throws ReflectiveOperationException {
        Touched touched = new Touched();
        for (Object root : roots) {
            touched.push(root);
        }
        while (!touched.left.isEmpty()) {
            touched.visit(touched.left.pop());
        }
        return touched;
    }

    int objects() {
        return seen.size();
    }

    int lines() {
        return lines.size();
    }

    private void push(Object object) {
        if (object != null && !isShared(object) && seen.add(object)) {
            left.push(object);
        }
    }

    private static boolean isShared(Object object) {
        Class<?> type = object.getClass();
        String name = type.getName();
        if (type.isArray() || object instanceof String) {
            return false;
        }
        assertFalse(object instanceof Collection || object instanceof Map, () -> "a collection belongs to a message, whose objects are not counted here: " + name);
        if (object instanceof ByteBuffer buffer) {
            return buffer.isDirect();
        }
        return object instanceof Enum || object instanceof Class || !name.startsWith("io.shockwave.") || type.isHidden() || SHARED.contains(type.getSimpleName())
                || name.equals("io.shockwave.HeaderName") || name.equals("io.shockwave.Method");
    }

    private void visit(Object object) throws ReflectiveOperationException {
        Class<?> type = object.getClass();
        if (type.getSimpleName().equals("HeaderBlock")) {
            block(object, type);
        } else if (object instanceof ByteBuffer buffer && buffer.hasArray()) {
            lengths.put(buffer.array(), Math.max(buffer.position(), buffer.limit() == buffer.capacity() ? 0 : buffer.limit()));
        }
        long from = VM.current().addressOf(object);
        long bytes = VM.current().sizeOf(object);
        Integer used = lengths.get(object);
        if (used != null) {
            bytes = Math.min(bytes, 16L + used);
        }
        touch(from, bytes);
        if (type.isArray()) {
            if (!type.getComponentType().isPrimitive()) {
                for (int i = 0; i < Array.getLength(object); i++) {
                    push(Array.get(object, i));
                }
            }
            return;
        }
        if (object instanceof String text) {
            touch(from + bytes, text.length()); // its array, which the JDK does not show; it follows its string
            return;
        }
        if (object instanceof ByteBuffer buffer) {
            push(buffer.array());
            return;
        }
        for (Class<?> level = type; level != Object.class; level = level.getSuperclass()) {
            for (Field field : level.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    push(field.get(object));
                }
            }
        }
    }

    /** A page's bytes lie at its start, its entries at its end. */
    private void block(Object block, Class<?> type) throws ReflectiveOperationException {
        byte[] page = (byte[]) value(block, type, "page");
        int used = (int) value(block, type, "used");
        int count = (int) value(block, type, "count");
        lengths.put(page, used);
        touch(VM.current().addressOf(page) + VM.current().sizeOf(page) - (long) count * LIST_ENTRY_BYTES, (long) count * LIST_ENTRY_BYTES);
    }

    private static Object value(Object owner, Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    private void touch(long from, long bytes) {
        if (bytes > 0) {
            for (long line = from / LINE_BYTES; line <= (from + bytes - 1) / LINE_BYTES; line++) {
                lines.add(line);
            }
        }
    }
}
