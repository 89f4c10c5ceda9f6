package io.shockwave.internal.files;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** Dates of RFC 9110 5.6.7: written as IMF-fixdate, read in all three forms. Stateless. */
public final class HttpDate {
    /** What {@link #parse} returns for text that is no date. */
    public static final long NONE = Long.MIN_VALUE;

    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String[] LONG_DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

    private HttpDate() {
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}; for years 0 to 9999. */
    public static String format(long epochSeconds) {
        LocalDateTime t = LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC);
        int day = t.getDayOfWeek().ordinal() * 3;
        int month = t.getMonthValue() * 3 - 3;
        return String.format(Locale.ROOT, "%s, %02d %s %04d %02d:%02d:%02d GMT", DAYS.substring(day, day + 3), t.getDayOfMonth(), MONTHS.substring(month, month + 3), t.getYear(),
                t.getHour(), t.getMinute(), t.getSecond());
    }

    /**
     * Seconds since 1970; {@link #NONE} for anything but a date. The name of the day is not compared with the date.
     *
     * @param nowSeconds decides the century of the obsolete RFC 850 form
     */
    public static long parse(CharSequence value, long nowSeconds) {
        String s = value.toString();
        try {
            if (s.length() == 29 && s.charAt(3) == ',' && s.charAt(4) == ' ' && s.endsWith(" GMT") && isDay(s) && s.charAt(7) == ' ' && s.charAt(11) == ' ') {
                return at(number(s, 12, 16), month(s, 8), number(s, 5, 7), s, 16);
            }
            if (s.length() == 24 && s.charAt(3) == ' ' && s.charAt(7) == ' ' && isDay(s) && s.charAt(19) == ' ') {
                int day = s.charAt(8) == ' ' ? number(s, 9, 10) : number(s, 8, 10);
                return at(number(s, 20, 24), month(s, 4), day, s, 10);
            }
            return rfc850(s, nowSeconds);
        } catch (DateTimeException noSuchDate) {
            return NONE;
        }
    }

    private static long rfc850(String s, long nowSeconds) {
        for (String day : LONG_DAYS) {
            int n = day.length();
            if (s.length() == n + 24 && s.startsWith(day) && s.startsWith(", ", n) && s.charAt(n + 4) == '-' && s.charAt(n + 8) == '-' && s.endsWith(" GMT")) {
                int now = LocalDateTime.ofEpochSecond(nowSeconds, 0, ZoneOffset.UTC).getYear();
                int year = now - now % 100 + number(s, n + 9, n + 11);
                // More than 50 years in the future is the most recent year in the past with these digits.
                return at(year > now + 50 ? year - 100 : year, month(s, n + 5), number(s, n + 2, n + 4), s, n + 11);
            }
        }
        return NONE;
    }

    private static boolean isDay(String s) {
        int at = DAYS.indexOf(s.substring(0, 3));
        return at >= 0 && at % 3 == 0;
    }

    private static int month(String s, int at) {
        int found = MONTHS.indexOf(s.substring(at, at + 3));
        return found >= 0 && found % 3 == 0 ? found / 3 + 1 : 0;
    }

    /** The time {@code " hh:mm:ss"} at {@code off} of the given day. A leap second counts as the second before it. */
    private static long at(int year, int month, int day, String s, int off) {
        if (s.charAt(off) != ' ' || s.charAt(off + 3) != ':' || s.charAt(off + 6) != ':') {
            return NONE;
        }
        int second = number(s, off + 7, off + 9);
        return LocalDateTime.of(year, month, day, number(s, off + 1, off + 3), number(s, off + 4, off + 6), second == 60 ? 59 : second).toEpochSecond(ZoneOffset.UTC);
    }

    private static int number(String s, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = s.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException(s);
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
