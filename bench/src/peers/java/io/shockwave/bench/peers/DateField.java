package io.shockwave.bench.peers;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** {@code Date}, computed once a second, for servers that leave it to the application. */
final class DateField {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT);

    private record Entry(long second, String text) {}

    private static volatile Entry current = new Entry(0, "");

    private DateField() {}

    static String now() {
        long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        Entry entry = current;
        if (entry.second != second) {
            entry = new Entry(second, FORMAT.format(ZonedDateTime.now(ZoneOffset.UTC)));
            current = entry;
        }
        return entry.text;
    }
}
