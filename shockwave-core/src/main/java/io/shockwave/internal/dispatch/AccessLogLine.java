package io.shockwave.internal.dispatch;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;

/**
 * Writes one line of the common log format, {@code host - - [day/month/year:h:m:s +0000] "method target version" status bytes}, into a reused array.
 * Confined to its reactor: it keeps the date of the last second.
 *
 * <p>What a peer sent cannot leave its place in the line: of the target every byte that is not visible ASCII, and every quote and backslash, is written as {@code \xHH}, so a reader can
 * also restore it. A target that would exceed {@link #MAX_TARGET_BYTES} is cut and ends in {@code \...}, which no escaped target can hold.
 */
public final class AccessLogLine {
    /** Bytes that an address may take: an IPv6 address in text has 39, with a mapped IPv4 part 45, and a zone a few more. */
    public static final int MAX_HOST_BYTES = 64;
    /** Bytes that a target may take in the line, escapes and the mark included. Longer ones say little more, and this bounds what a peer can write to a disk. */
    public static final int MAX_TARGET_BYTES = 1_024;
    /** The least length of the array for {@link #format}: both bounds, a method of 32 bytes, a version, a date, a status, 19 digits and what separates them. */
    public static final int MAX_BYTES = MAX_HOST_BYTES + MAX_TARGET_BYTES + 128;

    private static final byte[] DATE_FRAME = {'[', '0', '1', '/', 'J', 'a', 'n', '/', '1', '9', '7', '0', ':', '0', '0', ':', '0', '0', ':', '0', '0', ' ', '+', '0', '0', '0', '0', ']'};
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final String HEX = "0123456789ABCDEF";
    private static final int ESCAPE_BYTES = 4;
    private static final int SECONDS_PER_DAY = 86_400;

    private final byte[] date = DATE_FRAME.clone();
    private long dateSeconds = Long.MIN_VALUE;

    /**
     * Writes the line with its line feed to {@code dst} from 0 on.
     *
     * @param dst at least {@link #MAX_BYTES} long
     * @param host the peer's address in ASCII, made once per connection; what exceeds {@link #MAX_HOST_BYTES} is dropped, and 0 bytes show as {@code -}
     * @param x the exchange, {@code null}, or one whose request line was refused, shows as {@code "-"}: its method and version mean nothing
     * @param status the final status; 0, shown as {@code -}, if the connection ended without one
     * @param contentBytes bytes of content that were sent, without the head; 0 shows as {@code -}
     * @param epochSeconds the time of the answer
     * @return the length of the line
     */
    public int format(byte[] dst, byte[] host, int hostLen, Exchange x, int status, long contentBytes, long epochSeconds) {
        int at = host(dst, host, hostLen);
        dst[at++] = ' ';
        dst[at++] = '-';
        dst[at++] = ' ';
        dst[at++] = '-';
        dst[at++] = ' ';
        if (epochSeconds != dateSeconds) {
            stamp(epochSeconds);
        }
        System.arraycopy(date, 0, dst, at, date.length);
        at += date.length;
        dst[at++] = ' ';
        dst[at++] = '"';
        at = x == null || x.received.lineLen() == 0 ? text(dst, at, "-") : request(dst, at, x);
        dst[at++] = '"';
        dst[at++] = ' ';
        at = numberOrDash(dst, at, status);
        dst[at++] = ' ';
        at = numberOrDash(dst, at, contentBytes);
        dst[at++] = '\n';
        return at;
    }

    private static int host(byte[] dst, byte[] host, int hostLen) {
        if (hostLen == 0) {
            return text(dst, 0, "-");
        }
        int len = Math.min(hostLen, MAX_HOST_BYTES);
        System.arraycopy(host, 0, dst, 0, len);
        return len;
    }

    private static int request(byte[] dst, int off, Exchange x) {
        int at = text(dst, off, x.method.toString());
        dst[at++] = ' ';
        at = target(dst, at, x.received.bytes(), x.received.lineLen());
        dst[at++] = ' ';
        return text(dst, at, x.version.toString());
    }

    private static int target(byte[] dst, int off, byte[] src, int len) {
        int end = off + MAX_TARGET_BYTES;
        int at = off;
        int cut = off; // behind the last byte after which the mark still fits
        for (int i = 0; i < len; i++) {
            int b = src[i] & 0xFF;
            boolean plain = b > ' ' && b < 0x7F && b != '"' && b != '\\';
            if (at + (plain ? 1 : ESCAPE_BYTES) > end) {
                return text(dst, cut, "\\...");
            }
            if (plain) {
                dst[at++] = (byte) b;
            } else {
                dst[at++] = '\\';
                dst[at++] = 'x';
                dst[at++] = (byte) HEX.charAt(b >> 4);
                dst[at++] = (byte) HEX.charAt(b & 15);
            }
            if (at + ESCAPE_BYTES <= end) {
                cut = at;
            }
        }
        return at;
    }

    private static int text(byte[] dst, int off, String ascii) {
        int len = ascii.length();
        for (int i = 0; i < len; i++) {
            dst[off + i] = (byte) ascii.charAt(i);
        }
        return off + len;
    }

    private static int numberOrDash(byte[] dst, int off, long value) {
        if (value <= 0) {
            return text(dst, off, "-");
        }
        int len = HeaderBlock.decimalLength(value);
        HeaderBlock.putDecimal(dst, off, len, value);
        return off + len;
    }

    /** Days to a civil date by counting 400-year eras from 1 March 0000, so that the leap day is the last of its year. */
    private void stamp(long epochSeconds) {
        long days = Math.floorDiv(epochSeconds, (long) SECONDS_PER_DAY);
        int second = (int) Math.floorMod(epochSeconds, (long) SECONDS_PER_DAY);
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 2 : monthFromMarch - 10; // 0 is January
        int year = (int) (yearOfEra + era * 400 + (month < 2 ? 1 : 0));
        HeaderBlock.putDecimal(date, 1, 2, day);
        for (int i = 0; i < 3; i++) {
            date[4 + i] = (byte) MONTHS.charAt(month * 3 + i);
        }
        HeaderBlock.putDecimal(date, 8, 4, year);
        HeaderBlock.putDecimal(date, 13, 2, second / 3_600);
        HeaderBlock.putDecimal(date, 16, 2, second / 60 % 60);
        HeaderBlock.putDecimal(date, 19, 2, second % 60);
        dateSeconds = epochSeconds;
    }
}
