package io.shockwave.bench.layout;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Objects and 64-byte cache lines that traced code touched, from where JOL finds them on the heap: of an object its header and the fields in question, of an array its header and the range. */
final class Touched {
    private static final int LINE_BYTES = 64;
    /** One for all connections of a server or client, or what the application configured. */
    private static final Set<String> SHARED = Set.of("Reactor", "ServerReactor", "ServerSettings", "ServerDriver", "Slab", "Lending", "ChunkStore", "PooledClient", "ClientSettings", "Watchdog", "ConnectionPool",
            "PoolCore", "PoolGroup", "PoolLimits", "LeaseList", "Http1Settings", "Http1Limits", "TlsConfig", "ServerTally", "Dispatcher", "BufferStore", "TimerWheel", "UrlCache", "ExchangeStore", "Lender", "CounterRow", "DateText", "HeaderName", "Method", "Counters", "Handoff", "NioPoller");

    private final Set<Long> objects = new HashSet<>();
    private final Set<Long> lines = new HashSet<>();
    private final Map<String, Integer> byClass = new TreeMap<>();
    private final Map<String, Set<Long>> linesOfClass = new HashMap<>();

    static boolean isShared(String className) {
        return SHARED.contains(className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1));
    }

    private static boolean isShared(Object object) {
        return object instanceof Enum || object instanceof java.util.HashMap && !(object instanceof java.util.LinkedHashMap) || object instanceof ByteBuffer buffer && buffer.isDirect() || isShared(object.getClass().getName());
    }

    /** @param wantsShared to count what is left out otherwise: what belongs to no message and no connection */
    static Touched of(List<Trace.Access> accesses, boolean wantsShared) {
        Set<Object> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Trace.Access access : accesses) {
            if (access.what() == Trace.SHARED || access.what() == Trace.CONSTANT || isShared(access.object())) {
                shared.add(access.object());
                if (access.what() == Trace.CONSTANT && access.object() instanceof Object[] table) {
                    Collections.addAll(shared, table);
                }
            }
        }
        Set<Long> constants = new HashSet<>();
        for (String text : Trace.constants()) {
            constants.addAll(GraphLayout.parseInstance(text).addresses());
        }
        Touched touched = new Touched();
        Set<Object> whole = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Trace.Access access : accesses) {
            if (access.what() == Trace.SHARED || access.what() == Trace.CONSTANT || shared.contains(access.object()) != wantsShared) {
                continue;
            }
            if (access.what() == Trace.WHOLE) {
                if (whole.add(access.object())) {
                    touched.whole(access.object(), constants);
                }
            } else {
                touched.part(access);
            }
        }
        return touched;
    }

    int objects() {
        return objects.size();
    }

    int lines() {
        return lines.size();
    }

    /** Objects and lines by class. */
    String detail() {
        StringBuilder text = new StringBuilder();
        byClass.forEach((name, n) -> text.append(String.format("    %3d %-70s %3d lines%n", n, name, linesOfClass.get(name).size())));
        return text.toString();
    }

    private void whole(Object object, Set<Long> constants) {
        if (object instanceof ByteBuffer || object.getClass().isArray() || object.getClass().getName().startsWith("io.shockwave.")) {
            touch(object, 0, VM.current().sizeOf(object));
            return;
        }
        GraphLayout graph = GraphLayout.parseInstance(object);
        for (long address : graph.addresses()) {
            if (!constants.contains(address)) {
                touch(address, graph.record(address).klass().getSimpleName(), 0, graph.record(address).size());
            }
        }
    }

    private void part(Trace.Access access) {
        Object object = access.object();
        if (object instanceof Record) { // of which JOL cannot tell the fields' places
            touch(object, 0, VM.current().sizeOf(object));
            return;
        }
        ClassLayout layout = ClassLayout.parseInstance(object);
        touch(object, 0, layout.headerSize());
        if (access.what() == Trace.ELEMENTS) {
            long scale = VM.current().arrayIndexScale(object.getClass().getComponentType().getName());
            touch(object, VM.current().arrayBaseOffset(object.getClass().getComponentType().getName()) + access.from() * scale, access.count() * scale);
            return;
        }
        String[] field = Trace.field(access.what());
        FieldLayout found = null;
        for (FieldLayout one : layout.fields()) {
            if (one.name().equals(field[1]) && (found == null || field[0].endsWith(one.hostClass()))) {
                found = one;
            }
        }
        if (found == null) {
            throw new IllegalStateException("no field " + field[1] + " in " + object.getClass());
        }
        touch(object, found.offset(), found.size());
    }

    private void touch(Object object, long off, long bytes) {
        touch(VM.current().addressOf(object), object.getClass().getName().replaceAll(".*\\.", ""), off, bytes);
    }

    private void touch(long address, String name, long off, long bytes) {
        if (objects.add(address)) {
            byClass.merge(name, 1, Integer::sum);
        }
        for (long line = (address + off) / LINE_BYTES; line <= (address + off + bytes - 1) / LINE_BYTES; line++) {
            lines.add(line);
            linesOfClass.computeIfAbsent(name, n -> new HashSet<>()).add(line);
        }
    }
}
