package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1DateTest {
    private static final long EXAMPLE = 784_111_777L; // the date that RFC 9110 5.6.7 writes in its three forms
    private static final long ABSENT = Long.MIN_VALUE;
    private static final long NOW = Instant.parse("2026-06-01T00:00:00Z").getEpochSecond();

    private static long parse(String text) {
        byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.ISO_8859_1);
        return Http1Date.parse(bytes, 2, text.length(), NOW, ABSENT);
    }

    private static String format(long seconds) {
        byte[] bytes = new byte[Http1Date.BYTES + 2];
        Http1Date.format(seconds, bytes, 1);
        assertEquals(0, bytes[0] + bytes[30]);
        return new String(bytes, 1, Http1Date.BYTES, StandardCharsets.US_ASCII);
    }

    @Test
    void writesTheExampleOfTheRfc() {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", format(EXAMPLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void readsTheThreeFormsOfTheRfc(String text) {
        assertEquals(EXAMPLE, parse(text));
    }

    @Test
    void agreesWithTheJdkOnTenThousandDates() {
        DateTimeFormatter jdk = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            long seconds = random.nextLong(-62_135_596_800L, 253_402_300_800L);
            String text = jdk.format(Instant.ofEpochSecond(seconds));
            assertEquals(text, format(seconds));
            assertEquals(seconds, parse(text));
        }
    }

    @Test
    void everyDayFrom1899To2101RoundTrips() {
        for (long day = Instant.parse("1899-01-01T00:00:00Z").getEpochSecond(); day < Instant.parse("2101-01-01T00:00:00Z").getEpochSecond(); day += 86_400) {
            assertEquals(day + 86_399, parse(format(day + 86_399)));
        }
    }

    @Test
    void writesYears0To9999Only() {
        assertEquals("Sat, 01 Jan 0000 00:00:00 GMT", format(-62_167_219_200L));
        assertEquals("Fri, 31 Dec 9999 23:59:59 GMT", format(253_402_300_799L));
        assertThrows(IllegalArgumentException.class, () -> format(-62_167_219_201L));
        assertThrows(IllegalArgumentException.class, () -> format(253_402_300_800L));
    }

    @ParameterizedTest
    @CsvSource({"26,2026", "75,2075", "77,1977", "94,1994", "00,2000", "99,1999"})
    void aTwoDigitYearIsAtMostFiftyYearsAhead(String digits, int year) { // RFC 9110 5.6.7
        assertEquals(Instant.parse(year + "-03-01T00:00:00Z").getEpochSecond(), parse("Monday, 01-Mar-" + digits + " 00:00:00 GMT"));
    }

    @ParameterizedTest
    @CsvSource({"10,2110", "30,2130", "31,2031", "80,2080", "99,2099"})
    void whichHoldsInTheLaterHalfOfACenturyToo(String digits, int year) {
        byte[] text = Decoded.latin1("Monday, 01-Mar-" + digits + " 00:00:00 GMT");
        assertEquals(Instant.parse(year + "-03-01T00:00:00Z").getEpochSecond(), Http1Date.parse(text, 0, text.length, Instant.parse("2080-06-01T00:00:00Z").getEpochSecond(), ABSENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tue, 29 Feb 2000 00:00:00 GMT", "Thu, 29 Feb 2024 00:00:00 GMT", "Sun, 31 Dec 2023 23:59:60 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"})
    void acceptsLeapDaysAndLeapSeconds(String text) {
        assertEquals(text.substring(5, 16), format(parse(text)).substring(5, 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 gmt", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 1900 00:00:00 GMT", "Sun, 29 Feb 2023 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 UTC", "Someday, 06-Nov-94 08:49:37 GMT", "Sunday, 32-Oct-94 08:49:37 GMT", "Sunday, 06-Nov-xx 08:49:37 GMT",
        "Sun Nov 06 08:49:37 94  ", "Sun Nov 6 08:49:37 1994 ", "Sun Nov  6 08:49:37 1994x", "Sun Nov  x 08:49:37 1994", "Sun Nov  0 08:49:37 1994", "Sun Nov  6 08:49:37  994", "Sun Nox  6 08:49:37 1994", "1994-11-06T08:49:37Z........", "0"})
    void rejectsEverythingElse(String text) {
        assertEquals(ABSENT, parse(text));
    }

    @Test
    void anyBytesAreEitherADateOrNot() {
        Random random = new Random(7);
        String[] valid = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"};
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = valid[i % 3].getBytes(StandardCharsets.US_ASCII);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            int len = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            byte[] exact = new byte[len];
            System.arraycopy(bytes, 0, exact, 0, len);
            Http1Date.parse(exact, 0, len, NOW, ABSENT);
        }
    }
}
