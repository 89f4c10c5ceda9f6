package io.shockwave.cli;

import io.shockwave.internal.files.ByteCount;
import java.io.PrintStream;
import java.util.Locale;

/** Shows a transfer on one line of a terminal: part, rate, time left. Its own thread draws; the transferring thread only counts. */
final class ProgressBar implements AutoCloseable {
    private static final long FRAME_MS = 200;
    /** Transfers that are over sooner need no bar. */
    private static final long FIRST_FRAME_MS = 300;
    /** How often the terminal is asked for its width, in frames: it may be resized, and asking starts a process. */
    private static final int WIDTH_FRAMES = 15;
    /** The rate follows what happened in about this time. */
    private static final double RATE_MEMORY_S = 3.0;
    private static final int MIN_BAR = 8;
    private static final int MAX_BAR = 40;
    private static final double NS = 1e9;
    private static final String ERASE_LINE = "\r\u001b[K";
    private static final String EIGHTHS = "\u258f\u258e\u258d\u258c\u258b\u258a\u2589";

    private final PrintStream out;
    private final String name;
    private final long before;
    private final long total;
    private final boolean utf8;
    private final boolean colours;
    private final long startNs = System.nanoTime();
    private final Thread painter;
    private volatile long received;
    private int columns;

    /**
     * @param before bytes that were there already, from an earlier transfer
     * @param total bytes in all, with those; -1 when unknown
     */
    ProgressBar(PrintStream out, String name, long before, long total) {
        this.out = out;
        this.name = name;
        this.before = before;
        this.total = total;
        utf8 = Terminal.isUtf8();
        colours = Terminal.hasColours(Terminal.ERR);
        painter = Thread.ofPlatform().daemon().name("shockwave-progress").unstarted(this::paint);
    }

    ProgressBar start() {
        painter.start();
        return this;
    }

    /** Tells how many bytes came so far in this transfer. */
    void received(long bytes) {
        received = bytes;
    }

    private void paint() {
        double rate = 0;
        long lastNs = startNs;
        long lastBytes = 0;
        try {
            Thread.sleep(FIRST_FRAME_MS);
            for (int frame = 0;; frame++) {
                if (frame % WIDTH_FRAMES == 0) {
                    columns = Terminal.columns();
                }
                long nowNs = System.nanoTime();
                long bytes = received;
                double seconds = (nowNs - lastNs) / NS;
                double weight = lastBytes == 0 ? 1 : 1 - Math.exp(-seconds / RATE_MEMORY_S);
                rate += ((bytes - lastBytes) / seconds - rate) * weight;
                lastNs = nowNs;
                lastBytes = bytes;
                out.print("\r" + line(name, before + bytes, total, rate, columns - 1, utf8, colours) + "\u001b[K");
                out.flush();
                Thread.sleep(FRAME_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is over
        }
    }

    /** One frame, at most {@code width} columns wide; what does not fit is left out, the least useful first. */
    static String line(String name, long bytes, long total, double rate, int width, boolean utf8, boolean colours) {
        boolean known = total > 0 && bytes <= total;
        String part = known ? String.format(Locale.ROOT, "%3d%%", bytes * 100 / total) : "";
        String size = known ? ByteCount.of(bytes) + " of " + ByteCount.of(total) : ByteCount.of(bytes);
        String speed = ByteCount.of(rate) + "/s";
        String left = known && rate > 0 ? time((total - bytes) / rate) + " left" : "";
        String tail = join(size, speed, left);
        int room = width - part.length() - 2 - tail.length() - 2;
        if (room < MIN_BAR + 2) {
            tail = join(speed, left, "");
            room = width - part.length() - 2 - tail.length() - 2;
        }
        int title = Math.clamp(room - MIN_BAR - 4L, 0, name.length());
        String shownName = title == name.length() ? name + "  " : title < 6 ? "" : name.substring(0, title - 3) + "...  ";
        int bar = known ? Math.min(room - shownName.length() - 2, MAX_BAR) : 0;
        String drawn = bar >= MIN_BAR ? bar(bytes, total, bar, utf8, colours) + "  " : "";
        String line = shownName + (part.isEmpty() ? "" : part + "  ") + drawn + tail;
        return drawn.isEmpty() && line.length() > width ? line.substring(0, Math.max(width, 0)) : line;
    }

    private static String join(String a, String b, String c) {
        StringBuilder joined = new StringBuilder(a);
        for (String next : new String[] {b, c}) {
            if (!next.isEmpty()) {
                joined.append("  ").append(next);
            }
        }
        return joined.toString();
    }

    private static String bar(long bytes, long total, int width, boolean utf8, boolean colours) {
        StringBuilder bar = new StringBuilder();
        if (!utf8) {
            int full = (int) ((double) bytes / total * (width - 2));
            bar.append('[').append("=".repeat(full)).append(" ".repeat(width - 2 - full)).append(']');
            return bar.toString();
        }
        int eighths = (int) ((double) bytes / total * width * 8);
        int full = eighths / 8;
        bar.append("\u2588".repeat(full));
        if (eighths % 8 > 0) {
            bar.append(EIGHTHS.charAt(eighths % 8 - 1));
            full++;
        }
        String rest = (colours ? "\u001b[2m" : "") + "\u2591".repeat(width - full) + (colours ? "\u001b[0m" : "");
        return (colours ? "\u001b[32m" : "") + bar + (colours ? "\u001b[0m" : "") + (full < width ? rest : "");
    }

    /** {@code 4.2 s}, {@code 3:07}, {@code 2:03:07}. */
    static String time(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3_600 ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3_600, whole / 60 % 60, whole % 60);
    }

    /** Takes the line away. */
    @Override
    public void close() {
        painter.interrupt();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (columns > 0) { // something was drawn
            out.print(ERASE_LINE);
            out.flush();
        }
    }

    /** The transfer in one line, for good. */
    String summary() {
        double seconds = (System.nanoTime() - startNs) / NS;
        return name + ": " + ByteCount.of(received) + " in " + time(seconds) + " (" + ByteCount.of(received / Math.max(seconds, 1e-3)) + "/s)";
    }
}
