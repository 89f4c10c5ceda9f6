package io.shockwave.tuning;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes objects take on the heap, computed as HotSpot lays them out (since JDK 15): within a class the widest primitives come first and references last, each in the smallest gap that
 * holds it, gaps of superclasses included, else behind the last field; the whole is rounded up to the object alignment. Header and reference sizes are read from the VM's options, so compact
 * headers and uncompressed references are taken into account. Padding asked for by the JDK's {@code @Contended} is not. Confined to one thread.
 */
final class ObjectShapes {
    private static final int LENGTH_BYTES = 4;

    private record Gap(int off, int len) {
    }

    private record Shape(int end, List<Gap> gaps) {
    }

    private final int headerBytes;
    private final int referenceBytes;
    private final int alignment;
    private final Map<Class<?>, Shape> shapes = new HashMap<>();

    ObjectShapes() {
        HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        referenceBytes = isOn(vm, "UseCompressedOops") ? 4 : 8;
        headerBytes = isOn(vm, "UseCompactObjectHeaders") ? 8 : isOn(vm, "UseCompressedClassPointers") ? 12 : 16;
        alignment = Integer.parseInt(option(vm, "ObjectAlignmentInBytes", "8"));
    }

    private static boolean isOn(HotSpotDiagnosticMXBean vm, String name) {
        return Boolean.parseBoolean(option(vm, name, "true"));
    }

    private static String option(HotSpotDiagnosticMXBean vm, String name, String absent) {
        try {
            return vm.getVMOption(name).getValue();
        } catch (IllegalArgumentException unknown) {
            return absent; // an option that is no longer one is always on
        }
    }

    /** Of an instance that is no array. */
    long instance(Class<?> type) {
        return round(shape(type).end);
    }

    long array(Class<?> element, int length) {
        int bytes = width(element);
        int base = headerBytes + LENGTH_BYTES;
        return round((base + bytes - 1L) / bytes * bytes + (long) bytes * length);
    }

    /** Of the text and its array: Latin-1 takes a byte for each character, other text two. */
    long string(String text) {
        boolean latin1 = text.chars().allMatch(c -> c < 0x100);
        return instance(String.class) + array(byte.class, latin1 ? text.length() : 2 * text.length());
    }

    private long round(long bytes) {
        return (bytes + alignment - 1) / alignment * alignment;
    }

    private int width(Class<?> type) {
        return !type.isPrimitive() ? referenceBytes : type == long.class || type == double.class ? 8 : type == int.class || type == float.class ? 4
                : type == short.class || type == char.class ? 2 : 1;
    }

    private Shape shape(Class<?> type) {
        Shape known = shapes.get(type);
        if (known == null) {
            known = type == Object.class || type == null ? new Shape(headerBytes, List.of()) : lay(type);
            shapes.put(type, known);
        }
        return known;
    }

    private Shape lay(Class<?> type) {
        Shape above = shape(type.getSuperclass());
        List<Gap> gaps = new ArrayList<>(above.gaps);
        int[] widths = Arrays.stream(type.getDeclaredFields()).filter(field -> !Modifier.isStatic(field.getModifiers())).map(Field::getType)
                .sorted((a, b) -> a.isPrimitive() == b.isPrimitive() ? width(b) - width(a) : a.isPrimitive() ? -1 : 1).mapToInt(this::width).toArray();
        int end = above.end;
        for (int width : widths) {
            int best = -1;
            for (int i = 0; i < gaps.size(); i++) {
                Gap gap = gaps.get(i);
                int pad = Math.floorMod(-gap.off, width);
                if (gap.len - pad >= width && (best < 0 || gap.len < gaps.get(best).len)) {
                    best = i;
                }
            }
            if (best < 0) {
                int at = end + Math.floorMod(-end, width);
                add(gaps, end, at);
                end = at + width;
            } else {
                Gap gap = gaps.remove(best);
                int at = gap.off + Math.floorMod(-gap.off, width);
                add(gaps, gap.off, at);
                add(gaps, at + width, gap.off + gap.len);
            }
        }
        return new Shape(end, gaps);
    }

    private static void add(List<Gap> gaps, int from, int to) {
        if (to > from) {
            gaps.add(new Gap(from, to - from));
        }
    }
}
