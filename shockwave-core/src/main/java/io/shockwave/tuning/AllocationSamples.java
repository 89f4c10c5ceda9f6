package io.shockwave.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Samples of allocations by Flight Recorder, gathered by type and place. Immutable once made.
 *
 * <p>{@code jdk.ObjectAllocationSample} says what stood on the stack for how many bytes; it does not say how large the object was. That comes from the events of new thread-local buffers, of
 * which a sample is taken.
 */
final class AllocationSamples {
    static final AllocationSamples NONE = new AllocationSamples();
    private static final String SAMPLE = "jdk.ObjectAllocationSample";
    private static final String IN_NEW_TLAB = "jdk.ObjectAllocationInNewTLAB";
    private static final String OUTSIDE_TLAB = "jdk.ObjectAllocationOutsideTLAB";

    private static final String TRACKER = AllocationTracker.class.getName();

    private record Place(String type, String at, String via) {
    }

    private static final class Sum {
        long weight;
        long samples;
        long sizes;
        long sized;
    }

    private final Map<Place, Sum> places = new HashMap<>();
    private long weight;
    private long count;

    private AllocationSamples() {
    }

    static AllocationSamples record(long[] threads, AllocationTracker.Operation work) throws Exception {
        Set<Long> wanted = new HashSet<>();
        for (long id : threads) {
            wanted.add(id);
        }
        Path file = Files.createTempFile("shockwave-allocations", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(SAMPLE).with("throttle", "5000/s").withStackTrace();
            recording.enable(IN_NEW_TLAB).withStackTrace();
            recording.enable(OUTSIDE_TLAB).withStackTrace();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
            return read(file, wanted);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static AllocationSamples read(Path file, Set<Long> threads) throws IOException {
        AllocationSamples samples = new AllocationSamples();
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        events.sort(Comparator.comparing(RecordedEvent::getStartTime));
        Set<Long> unseen = new HashSet<>(threads);
        for (RecordedEvent event : events) {
            // A sample weighs what its thread allocated since the one before, and the first what it allocated before the recording.
            if (event.getThread() != null && threads.contains(event.getThread().getJavaThreadId())) {
                samples.add(event, event.getEventType().getName().equals(SAMPLE) && unseen.remove(event.getThread().getJavaThreadId()));
            }
        }
        return samples;
    }

    private void add(RecordedEvent event, boolean first) {
        String name = event.getEventType().getName();
        boolean sample = name.equals(SAMPLE);
        if (!sample && !name.equals(IN_NEW_TLAB) && !name.equals(OUTSIDE_TLAB)) {
            return;
        }
        Place place = place(event);
        if (place == null) {
            return;
        }
        Sum sum = places.computeIfAbsent(place, at -> new Sum());
        if (sample) {
            long bytes = first ? 1 : event.getLong("weight");
            sum.weight += bytes;
            sum.samples++;
            weight += bytes;
            count++;
        } else {
            sum.sizes += event.getLong("allocationSize");
            sum.sized++;
        }
    }

    /** Where it happened; {@code null} if this tool itself allocated. */
    private static Place place(RecordedEvent event) {
        String type = typeName(Objects.requireNonNullElse(event.getClass("objectClass").getName(), "?"));
        if (event.getStackTrace() == null) {
            return new Place(type, "?", "");
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        String top = "";
        for (RecordedFrame frame : frames) {
            String owner = frame.getMethod().getType().getName();
            if (owner.equals(AllocationSamples.class.getName()) || owner.startsWith(TRACKER) && (owner.length() == TRACKER.length() || owner.charAt(TRACKER.length()) == '$')) {
                return null;
            }
            String text = owner + '.' + frame.getMethod().getName() + (frame.getLineNumber() > 0 ? ":" + frame.getLineNumber() : "");
            if (!isJdk(owner)) {
                return new Place(type, text, top);
            }
            if (top.isEmpty()) {
                top = text;
            }
        }
        return new Place(type, top.isEmpty() ? "?" : top, "");
    }

    private static boolean isJdk(String owner) {
        return owner.startsWith("java.") || owner.startsWith("javax.") || owner.startsWith("jdk.") || owner.startsWith("sun.") || owner.startsWith("com.sun.");
    }

    /** As it stands in a source file: {@code byte[]} for {@code [B}. */
    static String typeName(String name) {
        int dimensions = 0;
        while (name.startsWith("[", dimensions)) {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        String element = switch (name.charAt(dimensions)) {
            case 'B' -> "byte";
            case 'C' -> "char";
            case 'D' -> "double";
            case 'F' -> "float";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'S' -> "short";
            case 'Z' -> "boolean";
            default -> name.substring(dimensions + 1, name.length() - 1);
        };
        return element + "[]".repeat(dimensions);
    }

    long count() {
        return count;
    }

    /** Objects per operation, where an operation allocates these bytes; -1 if nothing is known. */
    double allocations(double bytesPerOperation) {
        double sum = 0;
        boolean known = false;
        for (AllocationReport.Site site : sites(bytesPerOperation)) {
            if (site.allocationsPerOperation() >= 0) {
                sum += site.allocationsPerOperation();
                known = true;
            }
        }
        return known ? sum : -1;
    }

    List<AllocationReport.Site> sites(double bytesPerOperation) {
        List<AllocationReport.Site> sites = new ArrayList<>();
        places.forEach((place, sum) -> {
            if (sum.samples > 0) {
                double bytes = bytesPerOperation * sum.weight / weight;
                sites.add(new AllocationReport.Site(place.type, place.at, place.via, bytes, sum.sized == 0 ? -1 : bytes * sum.sized / sum.sizes, sum.samples));
            }
        });
        sites.sort(Comparator.comparingDouble(AllocationReport.Site::bytesPerOperation).reversed().thenComparing(AllocationReport.Site::at).thenComparing(AllocationReport.Site::type));
        return sites;
    }
}
