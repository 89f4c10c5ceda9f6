package io.shockwave.internal.http1;

import java.nio.charset.StandardCharsets;

/** Dates of fields (RFC 9110 5.6.7) as seconds since 1970, written and read without allocating. Stateless. */
public final class Http1Date {
    /** The length of an IMF-fixdate: {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static final int BYTES = 29;

    private static final byte[] DAYS = "SunMonTueWedThuFriSat".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);
    private static final String[] LONG_DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    private static final long DAY_SECONDS = 86_400;
    /** RFC 9110 5.6.7 writes years with four digits. */
    private static final long FIRST_SECOND = -62_167_219_200L;
    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int INVALID = -1;

    private Http1Date() {
    }

    /** Writes {@link #BYTES} bytes; the year must be 0 to 9999. */
    public static void format(long epochSecond, byte[] dst, int off) {
        if (epochSecond < FIRST_SECOND || epochSecond > LAST_SECOND) {
            throw new IllegalArgumentException("not in the years 0 to 9999: " + epochSecond);
        }
        long day = Math.floorDiv(epochSecond, DAY_SECONDS);
        int second = (int) Math.floorMod(epochSecond, DAY_SECONDS);
        System.arraycopy(DAYS, (int) Math.floorMod(day + 4, 7L) * 3, dst, off, 3); // 1970 began on a Thursday
        dst[off + 3] = ',';
        dst[off + 4] = ' ';
        // Days since 1 March of year 0: a leap day is then the last of its year (the usual civil calendar arithmetic).
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10;
        int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);
        two(dst, off + 5, dayOfYear - (153 * marchMonth + 2) / 5 + 1);
        dst[off + 7] = ' ';
        System.arraycopy(MONTHS, month * 3, dst, off + 8, 3);
        dst[off + 11] = ' ';
        two(dst, off + 12, year / 100);
        two(dst, off + 14, year % 100);
        dst[off + 16] = ' ';
        two(dst, off + 17, second / 3_600);
        dst[off + 19] = ':';
        two(dst, off + 20, second / 60 % 60);
        dst[off + 22] = ':';
        two(dst, off + 23, second % 60);
        dst[off + 25] = ' ';
        dst[off + 26] = 'G';
        dst[off + 27] = 'M';
        dst[off + 28] = 'T';
    }

    private static void two(byte[] dst, int off, int value) {
        dst[off] = (byte) ('0' + value / 10);
        dst[off + 1] = (byte) ('0' + value % 10);
    }

    /**
     * Reads an IMF-fixdate, an rfc850-date or an asctime-date, exactly as their grammars are; the day name must be a day's but need not fit the date.
     *
     * @param nowSeconds the present: a year of two digits that seems to be more than 50 years in the future means the most recent one in the past
     * @param absent what is returned for anything else
     */
    public static long parse(byte[] buf, int off, int len, long nowSeconds, long absent) {
        if (len < 24) {
            return absent;
        }
        if (buf[off + 3] == ',') {
            return len == BYTES ? fixdate(buf, off, absent) : absent;
        }
        return buf[off + 3] == ' ' ? asctime(buf, off, len, absent) : rfc850(buf, off, len, nowSeconds, absent);
    }

    private static long fixdate(byte[] buf, int off, long absent) {
        if (index(DAYS, buf, off) < 0 || !is(buf, off + 3, ", ") || buf[off + 7] != ' ' || buf[off + 11] != ' ' || buf[off + 16] != ' ' || !is(buf, off + 25, " GMT")) {
            return absent;
        }
        return seconds(number(buf, off + 12, 4), index(MONTHS, buf, off + 8), number(buf, off + 5, 2), time(buf, off + 17), absent);
    }

    /** Sun Nov  6 08:49:37 1994 */
    private static long asctime(byte[] buf, int off, int len, long absent) {
        if (len != 24 || index(DAYS, buf, off) < 0 || buf[off + 7] != ' ' || buf[off + 10] != ' ' || buf[off + 19] != ' ') {
            return absent;
        }
        int day = buf[off + 8] == ' ' ? number(buf, off + 9, 1) : number(buf, off + 8, 2);
        return seconds(number(buf, off + 20, 4), index(MONTHS, buf, off + 4), day, time(buf, off + 11), absent);
    }

    /** Sunday, 06-Nov-94 08:49:37 GMT */
    private static long rfc850(byte[] buf, int off, int len, long nowSeconds, long absent) {
        int at = off;
        for (String day : LONG_DAYS) {
            if (len == day.length() + 24 && is(buf, off, day)) {
                at = off + day.length();
            }
        }
        if (at == off || !is(buf, at, ", ") || buf[at + 4] != '-' || buf[at + 8] != '-' || buf[at + 11] != ' ' || !is(buf, at + 20, " GMT")) {
            return absent;
        }
        int twoDigits = number(buf, at + 9, 2);
        int month = index(MONTHS, buf, at + 5);
        int day = number(buf, at + 2, 2);
        int time = time(buf, at + 12);
        if (twoDigits < 0) {
            return absent;
        }
        long nowYear = 1970 + Math.floorDiv(nowSeconds, 31_556_952L); // the mean length of a Gregorian year: a day off at new year, decades within the rule
        long year = nowYear - Math.floorMod(nowYear, 100L) + twoDigits;
        if (year <= nowYear - 50) {
            year += 100;
        }
        if (year > nowYear + 50) {
            year -= 100;
        }
        return seconds((int) year, month, day, time, absent);
    }

    private static long seconds(int year, int month, int day, int time, long absent) {
        if (year < 0 || month < 0 || time < 0 || day < 1 || day > daysOf(year, month)) {
            return absent;
        }
        int marchYear = month < 2 ? year - 1 : year;
        long era = Math.floorDiv(marchYear, 400);
        int yearOfEra = (int) (marchYear - era * 400);
        int marchMonth = month < 2 ? month + 10 : month - 2;
        int dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return (era * 146_097 + dayOfEra - 719_468) * DAY_SECONDS + time;
    }

    private static int daysOf(int year, int month) {
        if (month == 1) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
    }

    /** Seconds of the day; a leap second counts as the one before it, which is all that a comparison needs. */
    private static int time(byte[] buf, int off) {
        int hour = number(buf, off, 2);
        int minute = number(buf, off + 3, 2);
        int second = number(buf, off + 6, 2);
        boolean valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60 && buf[off + 2] == ':' && buf[off + 5] == ':';
        return valid ? hour * 3_600 + minute * 60 + Math.min(second, 59) : INVALID;
    }

    private static int number(byte[] buf, int off, int digits) {
        int value = 0;
        for (int i = off; i < off + digits; i++) {
            int digit = buf[i] - '0';
            if (digit < 0 || digit > 9) {
                return INVALID;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int index(byte[] names, byte[] buf, int off) {
        for (int i = 0; i < names.length; i += 3) {
            if (names[i] == buf[off] && names[i + 1] == buf[off + 1] && names[i + 2] == buf[off + 2]) {
                return i / 3;
            }
        }
        return INVALID;
    }

    private static boolean is(byte[] buf, int off, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (buf[off + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
