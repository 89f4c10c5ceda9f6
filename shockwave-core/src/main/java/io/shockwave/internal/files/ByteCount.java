package io.shockwave.internal.files;

import java.util.Locale;

/** Numbers of bytes as people read them. Stateless. */
public final class ByteCount {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteCount() {
    }

    /** Three significant digits and a binary unit. */
    public static String of(double bytes) {
        if (bytes < 1_023.5) {
            return Math.round(bytes) + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1_024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f %s" : value < 99.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }
}
