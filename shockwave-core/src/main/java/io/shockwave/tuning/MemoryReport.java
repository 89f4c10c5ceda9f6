package io.shockwave.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a server or client holds.
 *
 * @param subject {@code server} or {@code client}
 * @param components by what it is for, the largest first; those that are estimates say so
 * @param classes of our own, the largest first
 * @param counts what there is, was most, and happened, by name
 */
public record MemoryReport(String subject, List<Component> components, List<ClassSize> classes, SequencedMap<String, Long> counts) {
    /**
     * One use of memory.
     *
     * @param objects on the heap; 0 for an estimate
     * @param heapBytes on the Java heap
     * @param nativeBytes outside it
     * @param estimated whether it was not counted but computed from how many there are
     */
    public record Component(String name, long objects, long heapBytes, long nativeBytes, boolean estimated) {
        long bytes() {
            return heapBytes + nativeBytes;
        }
    }

    /** The instances of one class, without what they refer to. */
    public record ClassSize(String name, long instances, long bytes) {
    }

    public MemoryReport {
        components = List.copyOf(components);
        classes = List.copyOf(classes);
        counts = new LinkedHashMap<>(counts);
    }

    /** On the heap, without estimates. */
    public long heapBytes() {
        return components.stream().filter(component -> !component.estimated).mapToLong(Component::heapBytes).sum();
    }

    /** Outside the heap, without estimates. */
    public long nativeBytes() {
        return components.stream().filter(component -> !component.estimated).mapToLong(Component::nativeBytes).sum();
    }

    /** Of what was not counted. */
    public long estimatedBytes() {
        return components.stream().filter(Component::estimated).mapToLong(Component::bytes).sum();
    }

    /** The bytes of one component; 0 if there is none of that name. */
    public long bytes(String component) {
        return components.stream().filter(each -> each.name.equals(component)).mapToLong(Component::bytes).sum();
    }

    /** For people: a tree with aligned numbers. */
    @Override
    public String toString() {
        TextTable table = new TextTable("lrrr").row(subject, "heap bytes", "native bytes", "objects");
        List<Component> counted = new ArrayList<>(components);
        counted.removeIf(Component::estimated);
        List<Component> estimates = new ArrayList<>(components);
        estimates.removeIf(component -> !component.estimated);
        table.row("├─ counted", TextTable.number(heapBytes()), TextTable.number(nativeBytes()), TextTable.number(counted.stream().mapToLong(Component::objects).sum()));
        rows(table, "│  ", counted);
        table.row("├─ estimated", TextTable.number(estimates.stream().mapToLong(Component::heapBytes).sum()), TextTable.number(estimates.stream().mapToLong(Component::nativeBytes).sum()), "");
        rows(table, "│  ", estimates);
        table.row("└─ counts", "", "", "");
        int left = counts.size();
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            table.row((--left == 0 ? "   └─ " : "   ├─ ") + count.getKey(), "", "", TextTable.number(count.getValue()));
        }
        return table.toString();
    }

    private static void rows(TextTable table, String indent, List<Component> components) {
        for (int i = 0; i < components.size(); i++) {
            Component each = components.get(i);
            table.row(indent + (i + 1 == components.size() ? "└─ " : "├─ ") + each.name, TextTable.number(each.heapBytes), TextTable.number(each.nativeBytes),
                    each.estimated ? "" : TextTable.number(each.objects));
        }
    }

    /** For programs. */
    public String toJson() {
        JsonText json = new JsonText().open('{').name("subject").value(subject).name("heapBytes").value(heapBytes()).name("nativeBytes").value(nativeBytes()).name("estimatedBytes")
                .value(estimatedBytes()).name("components").open('[');
        for (Component each : components) {
            json.open('{').name("name").value(each.name).name("objects").value(each.objects).name("heapBytes").value(each.heapBytes).name("nativeBytes").value(each.nativeBytes).name("estimated")
                    .value(each.estimated).close('}');
        }
        json.close(']').name("classes").open('[');
        for (ClassSize each : classes) {
            json.open('{').name("name").value(each.name).name("instances").value(each.instances).name("bytes").value(each.bytes).close('}');
        }
        json.close(']').name("counts").open('{');
        counts.forEach((name, value) -> json.name(name).value((long) value));
        return json.close('}').close('}').toString();
    }
}
