package io.shockwave.bench.layout;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.VarHandle;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The journal of what traced code reads and writes in memory, kept while {@link #begin} to {@link #end}: {@link TracingLoader} has every access call here. Thread-safe; guarded by its class.
 * Allocates nothing while it records, so that it does not part what is allocated beside it.
 */
public final class Trace {
    /** One access: {@code what} is the number of a field, or one of those below. */
    record Access(Object object, int what, int from, int count) {
    }

    static final int ELEMENTS = -1;
    /** All of it was written, as it was made. */
    static final int WHOLE = -2;
    /** It belongs to no message, but to what all connections use. */
    static final int SHARED = -3;
    /** A constant, and so are the elements of a table. */
    static final int CONSTANT = -4;

    private static final int MOST = 1 << 20;
    private static final List<String> FIELDS = new ArrayList<>(); // owner, then name
    private static final Map<String, Integer> IDS = new HashMap<>();
    private static final Set<String> CONSTANTS = Collections.newSetFromMap(new IdentityHashMap<>());
    private static final Object[] OBJECTS = new Object[MOST];
    private static final int[] NUMBERS = new int[MOST * 3];
    private static final ClassValue<Map<String, Integer>> OF_HANDLES = new ClassValue<>() {
        @Override
        protected Map<String, Integer> computeValue(Class<?> type) {
            return new HashMap<>();
        }
    };
    private static volatile boolean on;
    private static Thread beginner;
    private static boolean wantsBeginner;
    private static int count;

    static synchronized int field(String owner, String name) {
        return IDS.computeIfAbsent(owner + ' ' + name, key -> {
            FIELDS.add(key);
            return FIELDS.size() - 1;
        });
    }

    /** The class, with dots, and the name of a field. */
    static synchronized String[] field(int id) {
        return FIELDS.get(id).split(" ");
    }

    static synchronized void constant(String text) {
        CONSTANTS.add(text.intern());
    }

    /** The texts that stand in the traced classes. */
    static synchronized List<String> constants() {
        return List.copyOf(CONSTANTS);
    }

    /** @param mine whether to record what this thread does, or what all others do */
    public static synchronized void begin(boolean mine) {
        count = 0;
        beginner = Thread.currentThread();
        wantsBeginner = mine;
        on = true;
    }

    public static void pause() {
        on = false;
    }

    /** What was touched since {@link #begin}. */
    static synchronized List<Access> end() {
        on = false;
        if (count == MOST) {
            throw new IllegalStateException("more was touched than the journal holds");
        }
        List<Access> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new Access(OBJECTS[i], NUMBERS[3 * i], NUMBERS[3 * i + 1], NUMBERS[3 * i + 2]));
        }
        return all;
    }

    /** Lets go of what was recorded. */
    static synchronized void clear() {
        java.util.Arrays.fill(OBJECTS, null);
    }

    private static synchronized void add(Object object, int what, int from, int n) {
        if (on && count < MOST && wantsBeginner == (beginner == Thread.currentThread()) && object != null && n > 0) {
            OBJECTS[count] = object;
            NUMBERS[3 * count] = what;
            NUMBERS[3 * count + 1] = from;
            NUMBERS[3 * count++ + 2] = n;
        }
    }

    // ---- called by traced code

    public static void field(Object object, int id) {
        if (on) {
            add(object, id, 0, 1);
        }
    }

    public static void element(Object array, int index) {
        if (on) {
            add(array, ELEMENTS, index, 1);
        }
    }

    public static void elements(Object array, int from, int n) {
        if (on) {
            add(array, ELEMENTS, from, n);
        }
    }

    /** It was made, so all of it was written. */
    public static void made(Object object) {
        if (on) {
            add(object, WHOLE, 0, 1);
        }
    }

    /** A plain object of the JDK came into the code's hands, which only methods of the JDK can look into: all of it counts. */
    public static void held(Object object) {
        if (on && (object instanceof String || object instanceof StringBuilder || object instanceof Collection || object instanceof Map || object instanceof URI || object instanceof ByteBuffer)) {
            add(object, WHOLE, 0, 1);
        }
    }

    /** An array that a method of the JDK made. */
    public static void fresh(Object array) {
        made(array);
    }

    public static void constant(Object object) {
        if (on) {
            add(object, CONSTANT, 0, 1);
        }
    }

    public static void shared(Object object) {
        if (on) {
            add(object, SHARED, 0, 1);
        }
    }

    /** A handle's access to a field. */
    public static void handle(VarHandle handle, Object object) {
        if (on) {
            add(object, id(handle), 0, 1);
        }
    }

    private static synchronized int id(VarHandle handle) {
        Map<String, Integer> known = OF_HANDLES.get(handle.coordinateTypes().get(0));
        String name = handle.describeConstable().orElseThrow().constantName();
        Integer id = known.get(name);
        if (id == null) {
            id = field(handle.coordinateTypes().get(0).getName(), name.equals(ConstantDescs.DEFAULT_NAME) ? handle.toString() : name);
            known.put(name, id);
        }
        return id;
    }

    /** A handle's access to an array, of bytes perhaps as something wider. */
    public static void handle(VarHandle handle, Object array, int index) {
        if (on) {
            Class<?> type = handle.varType();
            elements(array, index, array instanceof byte[] ? type == long.class ? Long.BYTES : type == int.class ? Integer.BYTES : 1 : 1);
        }
    }

    private Trace() {
    }
}
