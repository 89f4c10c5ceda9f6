package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rings: bytes (0), protocols (1), the world (2), and the public packages around them. A ring names only rings below it, and protocols have no socket, thread, clock, lock
 * or randomness of their own. Read from the class files, so that a fully qualified name or a descriptor counts as an import does.
 */
class LayeringTest {
    private static final int API = 3;
    /** Ring of each package below io/shockwave/internal; a new package must be added here, or the test fails. */
    private static final Map<String, Integer> RINGS = Map.ofEntries(
            Map.entry("header", 0), Map.entry("memory", 0), Map.entry("time", 0),
            Map.entry("exchange", 1), Map.entry("http1", 1), Map.entry("hpack", 1), Map.entry("http2", 1), Map.entry("qpack", 1), Map.entry("http3", 1), Map.entry("tls13", 1), Map.entry("quic", 1),
            Map.entry("net", 2), Map.entry("events", 2), Map.entry("tls", 2), Map.entry("pool", 2), Map.entry("files", 2), Map.entry("dispatch", 2), Map.entry("dispatch/client", 2));
    /** Values of the public API that the rings speak in: they name nothing but bytes. */
    private static final Set<String> SHARED = Set.of("ArenaLimitException", "ArenaSlice", "ArenaWriter", "Ascii", "Headers", "MutableHeaders", "HeaderName", "Method", "HttpVersion");
    /** What no protocol may touch. The lock of the slab is ring 0's own. */
    private static final Pattern WORLD = Pattern.compile(
            "java/net/.*|java/nio/channels/.*|java/nio/file/.*|java/io/File.*|java/lang/Thread.*|java/util/concurrent/(?!atomic/).*|java/util/Random|java/util/random/.*|java/security/SecureRandom"
                    + "|java/time/(Clock|Instant|LocalDate.*|ZonedDateTime|OffsetDateTime)|java/util/(Timer|Date)|javax/net/.*|java/lang/System\\$Logger|java/lang/ProcessHandle|java/util/Locale");
    private static final Set<String> WORLD_METHODS = Set.of("java/lang/System.nanoTime", "java/lang/System.currentTimeMillis", "java/lang/Math.random", "java/util/UUID.randomUUID");
    private static final Pattern NAMED = Pattern.compile("io/shockwave/[A-Za-z0-9_/$]+|java[x]?/[A-Za-z0-9_/$]+");

    private final List<String> broken = new ArrayList<>();

    private static Path classes() {
        try {
            return Path.of(Method.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, ClassModel> all() throws IOException {
        Map<String, ClassModel> all = new TreeMap<>();
        Path root = classes();
        try (Stream<Path> files = Files.walk(root.resolve("io/shockwave"))) {
            files.filter(f -> f.toString().endsWith(".class")).forEach(f -> {
                try {
                    ClassModel model = ClassFile.of().parse(f);
                    all.put(model.thisClass().asInternalName(), model);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return all;
    }

    /** Every class that the constant pool names, in a class entry, a descriptor or a signature. */
    private static Set<String> named(ClassModel model) {
        Set<String> names = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof ClassEntry named) {
                collect(named.asInternalName(), names);
            } else if (entry instanceof Utf8Entry text && (text.stringValue().startsWith("(") || text.stringValue().startsWith("L") || text.stringValue().startsWith("<") || text.stringValue().startsWith("["))) {
                collect(text.stringValue(), names);
            }
        }
        return names;
    }

    private static void collect(String text, Set<String> names) {
        Matcher matcher = NAMED.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
    }

    private static String packageOf(String name) {
        String rest = name.substring("io/shockwave/".length());
        int slash = rest.lastIndexOf('/');
        return slash < 0 ? "" : rest.substring(0, slash);
    }

    /** The ring of a class; -1 for what every ring may name. */
    private static int ring(String name) {
        String in = packageOf(name);
        if (in.isEmpty()) {
            String outer = name.substring(name.lastIndexOf('/') + 1).replaceAll("\\$.*", "");
            return SHARED.contains(outer) ? -1 : API;
        }
        if (!in.startsWith("internal/")) {
            return API;
        }
        Integer ring = RINGS.get(in.substring("internal/".length()));
        assertTrue(ring != null, "a package without a ring: " + in);
        return ring;
    }

    /** The one way in which the API lies below: rings 2 and above implement it, so its types may be named there. */
    @Test
    void aRingNamesOnlyRingsBelowIt() throws IOException {
        Map<String, ClassModel> all = all();
        assertTrue(all.size() > 50, "found only " + all.keySet());
        all.forEach((name, model) -> {
            int own = ring(name);
            if (own < 0) {
                own = 0;
            }
            for (String other : named(model)) {
                if (other.startsWith("io/shockwave/") && all.containsKey(other) && ring(other) > own && !(own == 2 && ring(other) == API)) {
                    broken.add(name + " (ring " + own + ") names " + other + " (ring " + ring(other) + ")");
                }
            }
        });
        assertEquals(List.of(), broken);
    }

    @Test
    void protocolsHaveNoSocketThreadClockLockOrChance() throws IOException {
        int seen = 0;
        for (Map.Entry<String, ClassModel> one : all().entrySet()) {
            if (ring(one.getKey()) != 1) {
                continue;
            }
            seen++;
            for (String other : named(one.getValue())) {
                if (WORLD.matcher(other).matches()) {
                    broken.add(one.getKey() + " names " + other);
                }
            }
            for (PoolEntry entry : one.getValue().constantPool()) {
                if (entry instanceof MemberRefEntry member && WORLD_METHODS.contains(member.owner().asInternalName() + "." + member.name().stringValue())) {
                    broken.add(one.getKey() + " calls " + member.owner().asInternalName() + "." + member.name().stringValue());
                }
            }
        }
        assertTrue(seen > 10, "found only " + seen + " classes of protocols");
        assertEquals(List.of(), broken);
    }

    @Test
    void nothingButTheCommandLineNamesTheCommandLine() throws IOException {
        all().forEach((name, model) -> {
            if (packageOf(name).startsWith("cli")) {
                return;
            }
            for (String other : named(model)) {
                if (other.startsWith("io/shockwave/cli/")) {
                    broken.add(name + " names " + other);
                }
            }
        });
        assertEquals(List.of(), broken);
    }

    /** That the net has no hole: what is known to be named is found. */
    @Test
    void whatIsNamedIsFound() throws IOException {
        Map<String, ClassModel> all = all();
        Set<String> engine = named(all.get("io/shockwave/internal/http1/Http1ServerEngine"));
        assertTrue(engine.contains("io/shockwave/internal/exchange/Exchange") && engine.contains("io/shockwave/HeaderName"), engine::toString);
        Set<String> reactor = named(all.get("io/shockwave/internal/net/Reactor"));
        assertTrue(reactor.stream().anyMatch(n -> WORLD.matcher(n).matches()), reactor::toString);
        assertFalse(WORLD.matcher("java/util/Arrays").matches());
    }
}
