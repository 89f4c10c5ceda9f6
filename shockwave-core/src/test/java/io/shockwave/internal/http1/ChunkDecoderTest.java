package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkDecoderTest {
    private static final Http1Limits SMALL = new Http1Limits(100, 100, 10, 10, 12);

    private static void accepts(String input, String data, String trailers) {
        Dechunked message = Dechunked.of(input);
        assertNull(message.violation());
        assertTrue(message.done());
        assertEquals(data, message.data());
        assertEquals(trailers, message.trailers());
        assertEquals(input.length(), message.consumed());
    }

    private static void rejects(Violation why, String input) {
        assertEquals(why, Dechunked.of(input).violation());
    }

    @Test
    void decodesChunksAndTrailers() {
        accepts("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", "");
        accepts("0\r\n\r\n", "", "");
        accepts("1\r\n\r\r\n2\r\n\r\n\r\n0\r\nA: b\r\nC: d\r\n\r\n", "\r\r\n", "A: b\nC: d\n");
    }

    @Test
    void stopsBehindTheTrailers() {
        assertEquals(10, Dechunked.of("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n").consumed() - 1);
    }

    @Test
    void takesHexadecimalInBothCases() {
        accepts("a\r\n0123456789\r\nA\r\n0123456789\r\n00000f\r\n0123456789abcde\r\n0\r\n\r\n", "0123456789" + "0123456789" + "0123456789abcde", "");
    }

    @Test
    void takesSixteenDigitsAndTheLargestLong() {
        accepts("0000000000000001\r\nx\r\n0000000000000000\r\n\r\n", "x", "");
        ChunkDecoder decoder = new ChunkDecoder();
        decoder.start(Http1Limits.CLIENT);
        byte[] line = Decoded.latin1("7fffffffffffffff\r\n");
        assertEquals(line.length, decoder.decode(line, 0, line.length));
        assertEquals(Long.MAX_VALUE, decoder.dataLeft());
        assertFalse(decoder.isLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000000000000000", "ffffffffffffffff", "10000000000000000", "00000000000000001", "00000000000000000", "fffffffffffffffff"})
    void rejectsSizesThatOverflow(String size) {
        rejects(Violation.CHUNK_SIZE_OVERFLOW, size + "\r\nx\r\n0\r\n\r\n");
        assertEquals(Violation.CHUNK_SIZE_OVERFLOW, Dechunked.of(size + "\r\nx", Http1Limits.CLIENT).violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";a", " 5", "\t5", "+5", "-5", "0x5", "5x", "g", "5_0", "5.", "\u00005", "5\u0000", "5,5", "\"5\"", "5\u00a0", "5h"})
    void rejectsMalformedSizes(String size) {
        rejects(Violation.CHUNK_SIZE_SYNTAX, size + "\r\nhello\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 ", "5\t", "5 \t", "5;a ", "5;a=b ", "5;a=\"b\" ", "5;", "5; ", "5;a=", "5;a= ", "5;a;", "5;=b", "5;a==b", "5;a=b=c", "5;a=\"b", "5;a=\"b\"c", "5;a=\"\u0000\"", "5;a=\"\u007f\"", "5;a b", "5;a=b c",
        "5;\u0000", "5;a=b,c", "5;a=(", "5 a", "5;a=\"b\\\u0001\"", "5;\"a\"=b", "5;a=\u00e9"})
    void rejectsMalformedExtensions(String line) {
        rejects(Violation.CHUNK_EXTENSION_SYNTAX, line + "\r\nhello\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {";a", ";a=b", ";a=\"b\"", ";a=\"\"", ";a=\"\\\"\\\\\"", ";a=\"\t \u00e9;=\"", ";a;b;c=d", " ;a", "\t ; a = b", ";a = \"b\" ;c", ";a ;b", "; a=b ; c"})
    void skipsExtensions(String extension) { // RFC 9112 7.1.1: a recipient must ignore those it does not know
        accepts("5" + extension + "\r\nhello\r\n0" + extension + "\r\nA: b\r\n\r\n", "hello", "A: b\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5;a=\"\n\"", "5;a=\"\r\n\"", "5;a=\"\r\"", "5;a=\"\\\n\"", "5;a\n", "5;\n", "5;a=\n", "5;a=b\n", "5;a=\"b\"\n", "5 \n", "5;a \n", "5;a= \n"})
    void rejectsLineEndsInExtensions(String line) {
        rejects(Violation.CHUNK_EXTENSION_SYNTAX, line + "\r\nhello\r\n0\r\n\r\n");
    }

    @Test
    void sizeLinesEndWithCrLf() {
        rejects(Violation.CHUNK_SIZE_SYNTAX, "5\nhello\r\n0\r\n\r\n");
        rejects(Violation.LINE_ENDING, "5\r\rhello\r\n0\r\n\r\n");
        rejects(Violation.LINE_ENDING, "5;a\rhello\r\n0\r\n\r\n");
        rejects(Violation.LINE_ENDING, "0\rX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "5\r\nhelloo\r\n0\r\n\r\n", "5\r\nhello\r\r\n0\r\n\r\n", "5\r\nhello \r\n0\r\n\r\n"})
    void dataEndsWithCrLf(String input) {
        Dechunked message = Dechunked.of(input);
        assertEquals(Violation.CHUNK_END, message.violation());
        assertEquals("hello", message.data());
    }

    @Test
    void anEmptyLineWhereASizeBelongsIsRefused() {
        rejects(Violation.CHUNK_SIZE_SYNTAX, "5\r\nhello\r\n\r\n0\r\n\r\n");
    }

    // ---- bounds

    @Test
    void acceptsExactlyTheBodyLimit() {
        assertEquals("0123456789", Dechunked.of("4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n", SMALL).data());
        assertTrue(Dechunked.of("a\r\n0123456789\r\n0\r\n\r\n", SMALL).done());
    }

    @Test
    void rejectsBodyLimitPlusOneBeforeItsData() {
        Dechunked message = Dechunked.of("4\r\n0123\r\n7\r\n4567890\r\n0\r\n\r\n", SMALL);
        assertEquals(Violation.BODY_TOO_LARGE, message.violation());
        assertEquals("0123", message.data());
        assertEquals(413, message.violation().status());
    }

    @Test
    void acceptsExactlyTheExtensionBytesOfAMessage() {
        assertTrue(Dechunked.of("1;a=bc\r\nx\r\n1 ;abc\r\nx\r\n0;\r\n".replace("0;\r\n", "0;a\r\n\r\n"), SMALL).done());
    }

    @Test
    void rejectsExtensionBytesPlusOne() {
        assertEquals(Violation.CHUNK_EXTENSIONS_TOO_LARGE, Dechunked.of("1;a=bc\r\nx\r\n1 ;abc\r\nx\r\n0;a\r\n\r\n", new Http1Limits(100, 100, 10, 10, 11)).violation());
        assertEquals(Violation.CHUNK_EXTENSIONS_TOO_LARGE, Dechunked.of("1;" + "a".repeat(5_000), Http1Limits.SERVER).violation());
    }

    @Test
    void oneDecoderServesManyMessages() {
        ChunkDecoder decoder = new ChunkDecoder();
        for (int i = 0; i < 3; i++) {
            decoder.start(SMALL);
            byte[] wire = Decoded.latin1("a;abcdefghijk\r\n");
            assertEquals(wire.length, decoder.decode(wire, 0, wire.length));
            assertEquals(10, decoder.dataLeft());
        }
    }
}
