package io.shockwave.tuning;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.net.ssl.SSLEngine;

/**
 * Follows references from a server or client through our own classes and counts what it meets, by component and by class. It does not follow them into the JDK's classes, of which it knows
 * strings, buffers, arrays and collections, nor into the application's. Reads fields while others write them: each value is one that was there, the whole is no single moment. Confined to one thread.
 */
final class HeapWalk {
    static final String HEADERS = "header blocks";
    static final String ARENAS = "arenas";
    static final String LENT = "buffers lent";
    static final String FREE = "buffers free";
    static final String EXCHANGES_LENT = "exchanges lent";
    static final String EXCHANGES_FREE = "exchanges free";
    static final String CONNECTIONS = "connections";
    static final String HTTP3_CONNECTIONS = "HTTP/3 connections";
    static final String QUIC_ENDPOINTS = "QUIC endpoints";
    static final String POOL = "pool";
    static final String URLS = "URL cache";
    static final String TLS = "TLS sessions";
    static final String REACTORS = "reactors";
    static final String REST = "configuration and the rest";
    private static final String OURS = "io.shockwave.";
    private static final String QUIC_CONNECTION = "io.shockwave.internal.quic.QuicConnection";
    /** Below it an array is a text or a constant, not a buffer. */
    private static final int LEAST_BUFFER_BYTES = 512;

    static final class Sum {
        long objects;
        long bytes;
        long nativeBytes;

        void add(long size) {
            objects++;
            bytes += size;
        }
    }

    /** What meets objects that have more to tell than their fields. */
    interface Visitor {
        /** More objects that belong to this one; they are walked too. */
        Collection<?> visit(Object object);
    }

    private record Step(Object object, String component, Object from) {
    }

    final Map<String, Sum> components = new TreeMap<>();
    final Map<String, Sum> classes = new TreeMap<>();
    long channels;
    long tlsEngines;
    long ciphers;
    long http3Connections;
    long exchangesLent;
    int lentBuffers;
    private final ObjectShapes shapes;
    private final Visitor visitor;
    private final Map<Class<?>, Field[]> references = new HashMap<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Step> steps = new ArrayDeque<>();

    HeapWalk(ObjectShapes shapes, Visitor visitor) {
        this.shapes = shapes;
        this.visitor = visitor;
    }

    void walk(Object root) {
        push(root, REST, null);
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            take(step);
        }
    }

    /** Adds what {@code copies} objects like this one would add, which need not be one. */
    void addCopies(Object sample, int copies) {
        Map<String, Sum> componentsBefore = copyOf(components);
        Map<String, Sum> classesBefore = copyOf(classes);
        push(sample, REST, null);
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            take(step);
        }
        scale(components, componentsBefore, copies);
        scale(classes, classesBefore, copies);
    }

    private static Map<String, Sum> copyOf(Map<String, Sum> sums) {
        Map<String, Sum> copy = new HashMap<>();
        sums.forEach((name, sum) -> {
            Sum same = new Sum();
            same.objects = sum.objects;
            same.bytes = sum.bytes;
            copy.put(name, same);
        });
        return copy;
    }

    private static void scale(Map<String, Sum> sums, Map<String, Sum> before, int copies) {
        sums.forEach((name, sum) -> {
            Sum old = before.getOrDefault(name, new Sum());
            sum.objects = old.objects + (sum.objects - old.objects) * copies;
            sum.bytes = old.bytes + (sum.bytes - old.bytes) * copies;
        });
    }

    private void push(Object object, String component, Object from) {
        if (object != null && !isShared(object) && seen.add(object)) {
            steps.push(new Step(object, component, from));
        }
    }

    /** What exists once for all, or is no memory of ours. */
    private static boolean isShared(Object object) {
        return object instanceof Enum || object instanceof HeaderName || object instanceof Method || object instanceof Class || object instanceof Thread || object instanceof ClassLoader
                || object instanceof Reference;
    }

    private void take(Step step) {
        Object object = step.object;
        Class<?> type = object.getClass();
        if (isOurs(type)) {
            takeOurs(step, type);
        } else if (type.isArray()) {
            takeArray(step, type.getComponentType());
        } else if (object instanceof String text) {
            add(step.component, shapes.string(text), 0);
        } else if (object instanceof MemorySegment segment) {
            add(step.component, shapes.instance(type), segment.isNative() ? segment.byteSize() : 0);
        } else if (object instanceof ByteBuffer buffer) {
            boolean direct = buffer.isDirect();
            String component = bufferComponent(step, buffer.capacity());
            add(component, shapes.instance(type), direct ? buffer.capacity() : 0);
            lentBuffers += component.equals(LENT) ? 1 : 0;
            if (buffer.hasArray()) {
                push(buffer.array(), step.component, step.from);
            }
        } else if (object instanceof Collection<?> all) {
            add(step.component, shapes.instance(type) + shapes.array(Object.class, all.size()), 0);
            for (Object element : all.toArray()) {
                push(element, step.component, step.from);
            }
        } else if (object instanceof Map<?, ?> map) {
            add(step.component, shapes.instance(type) + shapes.array(Object.class, 2 * map.size()), 0);
            for (Map.Entry<?, ?> entry : List.copyOf(map.entrySet())) {
                add(step.component, shapes.instance(entry.getClass()), 0);
                push(entry.getKey(), step.component, step.from);
                push(entry.getValue(), step.component, step.from);
            }
        } else if (object instanceof SelectableChannel) {
            channels++;
        } else if (object instanceof SSLEngine) {
            tlsEngines++;
        } else if (object instanceof Cipher) {
            ciphers++;
        } else if (type.getName().startsWith("java.util.concurrent.") || type.getName().startsWith("java.time.")) {
            add(step.component, shapes.instance(type), 0);
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(OURS) || type.getName().startsWith("org.eclipse.collections.");
    }

    private void takeOurs(Step step, Class<?> type) {
        String component = component(step, type);
        long bytes = shapes.instance(type);
        http3Connections += type.getName().equals(QUIC_CONNECTION) ? 1 : 0;
        exchangesLent += component.equals(EXCHANGES_LENT) && !component.equals(step.component) ? 1 : 0;
        add(component, bytes, 0);
        classes.computeIfAbsent(type.getName(), name -> new Sum()).add(bytes);
        for (Field field : references(type)) {
            try {
                push(field.get(step.object), component, step.object);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        for (Object more : visitor.visit(step.object)) {
            push(more, component, step.object);
        }
    }

    private void takeArray(Step step, Class<?> element) {
        int length = java.lang.reflect.Array.getLength(step.object);
        String component = element == byte.class ? bufferComponent(step, length) : step.component;
        long bytes = shapes.array(element, length);
        add(component, bytes, 0);
        if (isOurs(element)) {
            classes.computeIfAbsent(step.object.getClass().getName(), name -> new Sum()).add(bytes);
        }
        if (!element.isPrimitive()) {
            for (Object each : (Object[]) step.object) {
                push(each, step.component, step.from);
            }
        }
    }

    private void add(String component, long bytes, long nativeBytes) {
        Sum sum = components.computeIfAbsent(component, name -> new Sum());
        sum.add(bytes);
        sum.nativeBytes += nativeBytes;
    }

    private static String bufferComponent(Step step, int length) {
        boolean holder = step.component.equals(CONNECTIONS) || step.component.equals(HTTP3_CONNECTIONS) || step.component.equals(EXCHANGES_LENT) || step.component.equals(TLS);
        return holder && length >= LEAST_BUFFER_BYTES ? LENT : step.component;
    }

    private static String component(Step step, Class<?> type) {
        String name = type.getName().substring(type.getName().indexOf('.', OURS.length()) + 1);
        if (name.startsWith("header.")) {
            return HEADERS;
        }
        if (name.startsWith("tls.") || name.startsWith("net.TlsPipe")) {
            return TLS;
        }
        if (name.startsWith("pool.")) {
            return name.startsWith("pool.Url") ? URLS : POOL;
        }
        return switch (name) {
            case "memory.Scratch", "memory.Chunk", "memory.ChunkStore", "memory.ArenaViews", "memory.ArenaView", "memory.ArenaOut", "dispatch.HandlerArena", "dispatch.ConnectionState" -> ARENAS;
            case "memory.Slab", "dispatch.client.BufferStore" -> FREE;
            case "dispatch.ServerExchange", "dispatch.client.ClientExchange" -> {
                String from = step.from == null ? "" : step.from.getClass().getSimpleName();
                yield from.equals("ServerReactor") || from.equals("ExchangeStore") ? EXCHANGES_FREE : EXCHANGES_LENT;
            }
            case "exchange.ByteRing" -> step.component.equals(EXCHANGES_LENT) ? LENT : step.component;
            case "dispatch.ServerConnection", "dispatch.client.ClientConnection" -> CONNECTIONS;
            case "dispatch.Http3ServerConnection", "dispatch.client.Http3ClientConnection", "dispatch.client.Http3Route", "quic.QuicConnection", "http3.Http3ServerEngine", "http3.Http3ClientEngine" ->
                HTTP3_CONNECTIONS;
            case "dispatch.QuicListener", "dispatch.client.Http3Client", "quic.QuicEndpoint", "quic.QuicContext", "quic.RestStore" -> QUIC_ENDPOINTS;
            case "net.Reactor", "dispatch.ServerReactor" -> REACTORS;
            default -> step.component;
        };
    }

    private Field[] references(Class<?> type) {
        Field[] known = references.get(type);
        if (known == null) {
            List<Field> all = new ArrayList<>();
            for (Class<?> at = type; at != null && isOurs(at); at = at.getSuperclass()) {
                for (Field field : at.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive() && field.trySetAccessible()) {
                        all.add(field);
                    }
                }
            }
            known = all.toArray(new Field[0]);
            references.put(type, known);
        }
        return known;
    }
}
