package io.shockwave.tuning;

import io.shockwave.client.PoolStats;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.dispatch.HandlerViews;
import io.shockwave.internal.dispatch.ServerDriver;
import io.shockwave.internal.dispatch.client.ClientLoans;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells what a server or client holds, now, while it works. Stateless; from any thread, best not from a handler on a reactor.
 *
 * <p>Follows references from the server or client through our own classes and adds up the sizes of what it finds, as HotSpot lays objects out in this JVM. What a server's reactors are doing
 * meanwhile is not stopped, so that figures of a busy one are a moment apart. The JDK's channels and TLS engines are counted, and their bytes estimated.
 */
public final class MemoryProfiler {
    private static final String EXCHANGE = "io.shockwave.internal.dispatch.ServerExchange";
    private static final String CONNECTION = "io.shockwave.internal.dispatch.ServerConnection";
    private static final String HTTP3_CONNECTION = "io.shockwave.internal.dispatch.Http3ServerConnection";
    private static final String LENT_OFF_HEAP = "arena bytes lent outside the heap";
    private static final long REACTOR_WAIT_S = 2;
    /** Measured on JDK 25 with compressed references: what the heap grew by for each idle TLS 1.3 connection with AES-GCM, less what is counted here. */
    private static final long TLS_ENGINE_BYTES = 5_120;
    /** Measured like that: the cipher of one direction's AES header protection. */
    private static final long CIPHER_BYTES = 560;
    /** What one connected TCP channel on a selector is made of in the JDK: classes, and how many of each. */
    private static final String[] CHANNEL_CLASSES = {"sun.nio.ch.SocketChannelImpl", "java.io.FileDescriptor", "sun.nio.ch.SelectionKeyImpl", "java.util.concurrent.locks.ReentrantLock",
        "java.util.concurrent.locks.ReentrantLock", "java.util.concurrent.locks.ReentrantLock$NonfairSync", "java.util.concurrent.locks.ReentrantLock$NonfairSync", "java.net.InetSocketAddress",
        "java.net.InetSocketAddress", "java.net.InetSocketAddress$InetSocketAddressHolder", "java.net.InetSocketAddress$InetSocketAddressHolder", "java.net.Inet4Address", "java.net.Inet4Address",
        "java.net.InetAddress$InetAddressHolder", "java.net.InetAddress$InetAddressHolder", "java.lang.Object", "java.lang.Object", "java.lang.Object", "java.util.HashMap$Node"};

    private MemoryProfiler() {
    }

    /** @throws IllegalArgumentException if it is not one of this library's */
    public static MemoryReport profile(ShockwaveServer server) {
        if (!(server instanceof ServerDriver)) {
            throw new IllegalArgumentException("not a server of this library: " + server.getClass().getName());
        }
        Map<String, Long> slabs = new HashMap<>();
        ObjectShapes shapes = new ObjectShapes();
        HeapWalk walk = new HeapWalk(shapes, object -> {
            Object views = HandlerViews.sample(object);
            return views != null ? List.of(views) : more(object, slabs);
        });
        walk.walk(server);
        ServerStats stats = server.stats();
        LinkedHashMap<String, Long> counts = new LinkedHashMap<>();
        counts.put("connections open", stats.connectionsOpen());
        counts.put("connections idle", Math.max(0, instances(walk, CONNECTION) + instances(walk, HTTP3_CONNECTION) - walk.exchangesLent)); // at least: over HTTP/3 one has many exchanges
        counts.put("exchanges lent", walk.exchangesLent);
        counts.put("exchanges free", instances(walk, EXCHANGE) - walk.exchangesLent);
        slabCounts(counts, slabs);
        counts.put("header spills", stats.headerSpills());
        counts.put("requests", stats.requests());
        return report("server", walk, shapes, counts);
    }

    /** @throws IllegalArgumentException if it is not one of this library's */
    public static MemoryReport profile(ShockwaveClient client) {
        ClientLoans loans = ClientLoans.of(client);
        Map<String, Long> slabs = new HashMap<>();
        ObjectShapes shapes = new ObjectShapes();
        HeapWalk walk = new HeapWalk(shapes, object -> more(object, slabs));
        walk.walk(client);
        walk.addCopies(loans.sample(), loans.exchanges());
        int unseen = Math.max(loans.buffers() - walk.lentBuffers, 0);
        if (unseen > 0) {
            HeapWalk.Sum lent = walk.components.computeIfAbsent(HeapWalk.LENT, name -> new HeapWalk.Sum());
            lent.objects += 2L * unseen;
            lent.bytes += unseen * (shapes.array(byte.class, loans.bufferBytes()) + shapes.instance(java.nio.ByteBuffer.allocate(0).getClass()));
        }
        addLentArenas(walk, slabs);
        PoolStats stats = client.poolStats();
        LinkedHashMap<String, Long> counts = new LinkedHashMap<>();
        counts.put("connections leased", (long) stats.leased());
        counts.put("connections idle", (long) stats.idle());
        counts.put("callers waiting", (long) stats.waiting());
        counts.put("exchanges lent", (long) loans.exchanges());
        counts.put("exchanges lent at most", (long) loans.mostExchanges());
        counts.put("buffers lent", (long) loans.buffers());
        counts.put("buffers lent at most", (long) loans.mostBuffers());
        slabCounts(counts, slabs);
        counts.put("header spills", stats.headerSpills());
        counts.put("URL cache entries", instances(walk, "io.shockwave.internal.pool.UrlCache$Node"));
        return report("client", walk, shapes, counts);
    }

    /** What the arenas of open responses have borrowed: nothing of the client refers to it. */
    private static void addLentArenas(HeapWalk walk, Map<String, Long> counts) {
        long heap = counts.getOrDefault("arena bytes lent", 0L) - counts.getOrDefault(LENT_OFF_HEAP, 0L);
        long outside = counts.getOrDefault(LENT_OFF_HEAP, 0L);
        if (heap + outside > 0) {
            HeapWalk.Sum arenas = walk.components.computeIfAbsent(HeapWalk.ARENAS, name -> new HeapWalk.Sum());
            arenas.objects++;
            arenas.bytes += heap;
            arenas.nativeBytes += outside;
        }
    }

    private static long instances(HeapWalk walk, String name) {
        HeapWalk.Sum sum = walk.classes.get(name);
        return sum == null ? 0 : sum.objects;
    }

    private static void slabCounts(Map<String, Long> counts, Map<String, Long> slabs) {
        for (String name : List.of("slab bytes lent", "slab bytes lent at most", "slab bytes free", "arena bytes lent", LENT_OFF_HEAP, "arena bytes lent at most", "arena bytes free", "arena limits hit")) {
            counts.put(name, slabs.getOrDefault(name, 0L));
        }
    }

    private static Collection<?> more(Object object, Map<String, Long> slabs) {
        if (object instanceof Slab slab) {
            slabs.merge("slab bytes lent", slab.lentBytes(), Long::sum);
            slabs.merge("slab bytes lent at most", slab.mostLentBytes(), Long::sum); // of each reactor at its own time
            slabs.merge("slab bytes free", slab.freeBytes(), Long::sum);
        }
        if (object instanceof ChunkStore chunks) {
            slabs.merge("arena bytes lent", chunks.lentBytes(), Long::sum);
            slabs.merge(LENT_OFF_HEAP, chunks.backing() == ChunkStore.Backing.NATIVE ? chunks.lentBytes() : 0, Long::sum);
            slabs.merge("arena bytes lent at most", chunks.mostLentBytes(), Long::sum);
            slabs.merge("arena bytes free", chunks.freeBytes(), Long::sum);
            slabs.merge("arena limits hit", chunks.refusals(), Long::sum);
        }
        return object instanceof Reactor reactor ? attachments(reactor) : List.of();
    }

    /** What a reactor serves; its own thread must say. Nothing if it ended. */
    private static List<Object> attachments(Reactor reactor) {
        if (reactor.isCurrent()) {
            return reactor.attachments();
        }
        CompletableFuture<List<Object>> answer = new CompletableFuture<>();
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                answer.complete(onReactor.attachments());
            }
        });
        try {
            return answer.get(REACTOR_WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | TimeoutException e) {
            return List.of();
        }
    }

    private static MemoryReport report(String subject, HeapWalk walk, ObjectShapes shapes, LinkedHashMap<String, Long> counts) {
        List<MemoryReport.Component> components = new ArrayList<>();
        walk.components.forEach((name, sum) -> components.add(new MemoryReport.Component(name, sum.objects, sum.bytes, sum.nativeBytes, false)));
        components.sort(Comparator.comparingLong(MemoryReport.Component::bytes).reversed().thenComparing(MemoryReport.Component::name));
        counts.put("JDK channels", walk.channels);
        counts.put("JDK TLS engines", walk.tlsEngines);
        counts.put("JDK ciphers", walk.ciphers);
        counts.put("HTTP/3 connections", walk.http3Connections);
        components.add(new MemoryReport.Component("JDK channels and keys", 0, walk.channels * channelBytes(shapes), 0, true));
        components.add(new MemoryReport.Component("JDK TLS engines", 0, walk.tlsEngines * TLS_ENGINE_BYTES, 0, true));
        components.add(new MemoryReport.Component("JDK ciphers", 0, walk.ciphers * CIPHER_BYTES, 0, true));
        List<MemoryReport.ClassSize> classes = new ArrayList<>();
        walk.classes.forEach((name, sum) -> classes.add(new MemoryReport.ClassSize(name, sum.objects, sum.bytes)));
        classes.sort(Comparator.comparingLong(MemoryReport.ClassSize::bytes).reversed().thenComparing(MemoryReport.ClassSize::name));
        return new MemoryReport(subject, components, classes, counts);
    }

    private static long channelBytes(ObjectShapes shapes) {
        long bytes = shapes.array(Object.class, 2);
        for (String name : CHANNEL_CLASSES) {
            try {
                bytes += shapes.instance(Class.forName(name, false, ClassLoader.getPlatformClassLoader()));
            } catch (ClassNotFoundException otherJdk) {
                bytes += shapes.instance(Object.class);
            }
        }
        return bytes;
    }
}
