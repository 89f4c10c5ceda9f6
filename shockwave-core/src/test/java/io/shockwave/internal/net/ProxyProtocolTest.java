package io.shockwave.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {
    private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";
    private static final String INET = "C0000207" + "C6336401" + "D431" + "01BB"; // 192.0.2.7:54321 to 198.51.100.1:443

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] v2(int versionAndCommand, int family, String rest) {
        byte[] tail = HexFormat.of().parseHex(rest);
        return v2(versionAndCommand, family, tail.length, tail);
    }

    private static byte[] v2(int versionAndCommand, int family, int length, byte[] tail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex(SIGNATURE));
        out.write(versionAndCommand);
        out.write(family);
        out.write(length >> 8);
        out.write(length);
        out.writeBytes(tail);
        return out.toByteArray();
    }

    /** What a parser made of the bytes, cut in pieces at these places. */
    private static String run(byte[] bytes, int... cuts) {
        ProxyProtocol proxy = new ProxyProtocol();
        int taken = 0;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            taken += proxy.receive(bytes, from, to - from);
            from = to;
        }
        String outcome = proxy.isDone() ? "done" : proxy.isViolated() ? "violated: " + proxy.violation() : "more";
        return outcome + " after " + taken + (proxy.hasAddresses() && proxy.isDone() ? " " + proxy.source() + " " + proxy.destination() : "");
    }

    private static String runAllWays(byte[] bytes) {
        String whole = run(bytes);
        int[] each = new int[bytes.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = i;
        }
        assertEquals(whole, run(bytes, each), "byte by byte");
        Random random = new Random(11);
        for (int round = 0; round < 20; round++) {
            int[] cuts = random.ints(random.nextInt(1, 6), 0, bytes.length + 1).sorted().toArray();
            assertEquals(whole, run(bytes, cuts), "cut at " + java.util.Arrays.toString(cuts));
        }
        return whole;
    }

    private static void isProxied(String expected, byte[] header) {
        assertEquals("done after " + header.length + " " + expected, runAllWays(header));
        byte[] withRequest = java.util.Arrays.copyOf(header, header.length + 18);
        System.arraycopy(ascii("GET / HTTP/1.1\r\n\r\n"), 0, withRequest, header.length, 18);
        assertEquals("done after " + header.length + " " + expected, runAllWays(withRequest));
    }

    private static void isDoneWithoutAddresses(byte[] header) {
        assertEquals("done after " + header.length, runAllWays(header));
    }

    private static void isViolated(String why, byte[] header) {
        String result = runAllWays(header);
        assertTrue(result.startsWith("violated: " + why), result);
    }

    @Test
    void readsVersion1OverIpv4() {
        isProxied("/192.0.2.7:54321 /198.51.100.1:443", ascii("PROXY TCP4 192.0.2.7 198.51.100.1 54321 443\r\n"));
        isProxied("/0.0.0.0:0 /255.255.255.255:65535", ascii("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::7", "::", "::1", "1::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2::7:8", "ABCD::ef01", "64:ff9b::192.0.2.33",
        "1:2:3:4:5:6:192.0.2.33", "fe80::1"})
    void readsVersion1OverIpv6(String address) throws Exception {
        byte[] header = ascii("PROXY TCP6 " + address + " 2001:db8::1 1 2\r\n");
        InetSocketAddress expected = new InetSocketAddress(InetAddress.getByName(address), 1);
        isProxied(expected + " " + new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 2), header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::", "1::2::3", "12345::", "g::", "1:", ":1", "1:2:3:4:5:6:7:", "::1%eth0", "[::1]", "::192.0.2",
        "::192.0.2.1:1", "1:2:3:4:5:6:7:192.0.2.1", "::192.0.2.256", "1::2:3:4:5:6:7:8", "192.0.2.1"})
    void refusesAddressesThatAreNotIpv6(String address) {
        isViolated("", ascii("PROXY TCP6 " + address + " 2001:db8::1 1 2\r\n"));
        assertEquals(0, AddressText.inet6(ascii(address), 0, address.length()).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.-4", "0x1.2.3.4", "1.2.3.4a", "16909060", "::1", "1.2.3.00", "1.2.3.4."})
    void refusesAddressesThatAreNotIpv4(String address) {
        isViolated("", ascii("PROXY TCP4 " + address + " 192.0.2.1 1 2\r\n"));
        assertEquals(0, AddressText.inet(ascii(address), 0, address.length()).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "+1", "01", "", "1 ", "1 2", "99999999999", "0x1", "1a", "000000"})
    void refusesMalformedPorts(String port) {
        isViolated("", ascii("PROXY TCP4 192.0.2.7 192.0.2.1 1 " + port + "\r\n"));
        isViolated("", ascii("PROXY TCP4 192.0.2.7 192.0.2.1 " + port + " 1\r\n"));
    }

    @Test
    void ignoresTheRestOfAnUnknownLine() {
        isDoneWithoutAddresses(ascii("PROXY UNKNOWN\r\n"));
        isDoneWithoutAddresses(ascii("PROXY UNKNOWN ffff:f...f:ffff anything 1 2\r\n"));
        isViolated("", ascii("PROXY UNKNOWNX\r\n"));
    }

    @Test
    void acceptsExactly107BytesOfVersion1() {
        byte[] longest = ascii("PROXY UNKNOWN " + "f".repeat(ProxyProtocol.MAX_V1_BYTES - 16) + "\r\n");
        assertEquals(107, longest.length);
        isDoneWithoutAddresses(longest);
    }

    @Test
    void rejects108BytesOfVersion1() {
        isViolated("the PROXY line is longer than 107 bytes", ascii("PROXY UNKNOWN " + "f".repeat(ProxyProtocol.MAX_V1_BYTES - 15) + "\r\n"));
        isViolated("the PROXY line is longer than 107 bytes", ascii("PROXY UNKNOWN " + "f".repeat(1_000)));
    }

    static Stream<Arguments> notAHeader() {
        return Stream.of(
                Arguments.of("an HTTP request", "GET / HTTP/1.1\r\n\r\n", 1),
                Arguments.of("POST", "POST / HTTP/1.1\r\n", 2),
                Arguments.of("PROPFIND", "PROPFIND / HTTP/1.1\r\n", 4),
                Arguments.of("a TLS hello", "\u0016\u0003\u0001", 1),
                Arguments.of("lower case", "proxy TCP4", 1),
                Arguments.of("an empty line", "\r\n\r\nGET", 5),
                Arguments.of("a TAB", "PROXY\tTCP4", 6));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void notAHeader(String name, String bytes, int firstWrong) {
        assertTrue(runAllWays(ascii(bytes)).startsWith("violated"));
        assertEquals("more after " + (firstWrong - 1), run(ascii(bytes.substring(0, firstWrong - 1))));
        assertTrue(run(ascii(bytes.substring(0, firstWrong))).startsWith("violated"), "noticed at its first wrong byte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r\n", "PROXY TCP4\r 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1  2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "PROXY TCP4 1.2.3.4\r\n", "PROXY TCP4\r\n", "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY \r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n"})
    void refusesMalformedLines(String line) {
        isViolated("", ascii(line));
    }

    @Test
    void readsVersion2() {
        isProxied("/192.0.2.7:54321 /198.51.100.1:443", v2(0x21, 0x11, INET));
        isProxied("/192.0.2.7:54321 /198.51.100.1:443", v2(0x21, 0x12, INET)); // datagrams: a proxy that ends QUIC
        isProxied("/[2001:db8:0:0:0:0:0:7]:80 /[2001:db8:0:0:0:0:0:1]:8080", v2(0x21, 0x21, "20010DB8000000000000000000000007" + "20010DB8000000000000000000000001" + "0050" + "1F90"));
    }

    @Test
    void skipsTlvs() {
        isProxied("/192.0.2.7:54321 /198.51.100.1:443", v2(0x21, 0x11, INET + "010008" + "687474702F312E31" + "040000" + "050001FF"));
    }

    @Test
    void refusesTlvsThatDoNotFillTheHeader() {
        isViolated("a TLV of the PROXY header is longer", v2(0x21, 0x11, INET + "010009" + "687474702F312E31"));
        isViolated("a TLV of the PROXY header is longer", v2(0x21, 0x11, INET + "01FFFF" + "00"));
        isViolated("the PROXY header ends within a TLV", v2(0x21, 0x11, INET + "04"));
        isViolated("the PROXY header ends within a TLV", v2(0x21, 0x11, INET + "040000" + "0400"));
    }

    @Test
    void localAndUnspecifiedTellNoAddresses() {
        isDoneWithoutAddresses(v2(0x20, 0x00, ""));
        isDoneWithoutAddresses(v2(0x20, 0x11, INET));
        isDoneWithoutAddresses(v2(0x20, 0x11, "FF")); // of LOCAL everything is to be skipped
        isDoneWithoutAddresses(v2(0x21, 0x00, "010203"));
        isDoneWithoutAddresses(v2(0x21, 0x31, "2F".repeat(216)));
        isDoneWithoutAddresses(v2(0x21, 0x32, "2F".repeat(220)));
    }

    @Test
    void refusesUnknownVersionsCommandsAndFamilies() {
        isViolated("the PROXY version", v2(0x11, 0x11, INET));
        isViolated("the PROXY version", v2(0x31, 0x11, INET));
        isViolated("the PROXY command", v2(0x22, 0x11, INET));
        for (int family : new int[] {0x01, 0x02, 0x10, 0x13, 0x20, 0x23, 0x30, 0x41, 0xF1}) {
            isViolated("the PROXY address family", v2(0x21, family, INET));
        }
    }

    @Test
    void refusesLengthsThatAreShorterThanTheAddresses() {
        isViolated("the PROXY header is shorter", v2(0x21, 0x11, INET.substring(2)));
        isViolated("the PROXY header is shorter", v2(0x21, 0x21, "00".repeat(35)));
        isViolated("the PROXY header is shorter", v2(0x21, 0x31, "00".repeat(215)));
    }

    @Test
    void acceptsExactlyTheLongestVersion2Header() {
        byte[] tail = new byte[ProxyProtocol.MAX_V2_LENGTH];
        tail[12] = 4;
        tail[13] = (byte) (tail.length - 15 >> 8);
        tail[14] = (byte) (tail.length - 15);
        isProxied("/0.0.0.0:0 /0.0.0.0:0", v2(0x21, 0x11, tail.length, tail));
        isDoneWithoutAddresses(v2(0x20, 0x00, tail.length, tail));
    }

    @Test
    void rejectsOneByteMoreOfVersion2BeforeReadingIt() {
        byte[] header = v2(0x21, 0x11, ProxyProtocol.MAX_V2_LENGTH + 1, new byte[0]);
        isViolated("the PROXY header is longer than 4112 bytes", header);
        isViolated("the PROXY header is longer than 4112 bytes", v2(0x20, 0x00, 65_535, new byte[0]));
    }

    @Test
    void wantsMoreUntilTheLastByte() {
        List<byte[]> headers = new ArrayList<>(List.of(ascii("PROXY TCP4 192.0.2.7 198.51.100.1 54321 443\r\n"), v2(0x21, 0x11, INET + "040000"), v2(0x20, 0x00, "")));
        for (byte[] header : headers) {
            for (int len = 0; len < header.length; len++) {
                assertEquals("more after " + len, run(java.util.Arrays.copyOf(header, len)));
            }
        }
    }

    @Test
    void takesNothingWhenItIsDoneOrViolated() {
        ProxyProtocol done = new ProxyProtocol();
        byte[] header = v2(0x20, 0x00, "");
        assertEquals(16, done.receive(header, 0, header.length));
        assertTrue(done.isDone());
        assertEquals(0, done.receive(header, 0, header.length));
        assertFalse(done.hasAddresses());
        assertThrows(IllegalStateException.class, done::source);
        assertThrows(IllegalStateException.class, done::destination);
        ProxyProtocol violated = new ProxyProtocol();
        assertEquals(1, violated.receive(ascii("GET"), 0, 3));
        assertEquals(0, violated.receive(header, 0, header.length));
        assertTrue(violated.isViolated());
    }
}
