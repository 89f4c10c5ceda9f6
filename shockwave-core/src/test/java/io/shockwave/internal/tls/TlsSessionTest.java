package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsSessionTest {
    @TempDir
    static Path folder;
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static TlsConfig client;
    private static TlsConfig server;

    @BeforeAll
    static void readCertificates() throws IOException {
        client = TlsConfig.trusting(CA.write(folder.resolve("ca.pem")));
        server = pem("server", CA.issue(Kind.EC_P256, "localhost"));
    }

    private static TlsConfig pem(String name, Issued issued) throws IOException {
        return TlsConfig.pem(issued.writeChain(folder.resolve(name + ".pem")), issued.writeKey(folder.resolve(name + ".key")), new char[0]);
    }

    private static TlsPair pair(String version, long seed, int maxChunk, int maxRoom) {
        return new TlsPair(client, "localhost", version.equals("TLSv1.2") ? server.onlyTls12() : server, seed, maxChunk, maxRoom);
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    // ---- handshake ----

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindOfKeyServesBothVersions(Kind kind) throws IOException {
        TlsConfig own = pem(kind.name(), CA.issue(kind, "localhost"));
        TlsPair new13 = TlsPair.of(client, "localhost", own).run();
        assertTrue(new13.client.tls.isOpen() && new13.server.tls.isOpen(), new13::describe);
        assertEquals("TLSv1.3", new13.client.tls.session().getProtocol());
        TlsPair old12 = TlsPair.of(client, "localhost", own.onlyTls12()).run();
        assertTrue(old12.client.tls.isOpen() && old12.server.tls.isOpen(), old12::describe);
        assertEquals("TLSv1.2", old12.client.tls.session().getProtocol());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aHandshakeByteByByteIsTheSame(String version) {
        TlsPair pair = pair(version, 1, 1, 64).run();
        assertTrue(pair.client.tls.isOpen() && pair.server.tls.isOpen(), pair::describe);
        assertEquals(version, pair.server.tls.session().getProtocol());
        assertTrue(pair.server.tasks > 0, "the server's signature is a task for another thread");
    }

    /** The JDK's own bounds are 20,480 sessions, and each host or client makes another. */
    @Test
    void sessionsThatAreKeptAreBounded() {
        TlsPair pair = pair("TLSv1.2", 1, 1 << 14, 1 << 14).run();
        for (TlsSession side : new TlsSession[] {pair.client.tls, pair.server.tls}) {
            int most = side.session().getSessionContext().getSessionCacheSize();
            assertTrue(most > 0 && most <= 1_024, () -> most + " sessions");
        }
    }

    @Test
    void anOldVersionIsRefusedByTls13Only() {
        TlsPair pair = TlsPair.of(client.onlyTls12(), "localhost", (TlsConfig) server.onlyTls13()).run();
        assertTrue(pair.server.tls.isFailed() && pair.client.tls.isFailed(), pair::describe);
        assertTrue(pair.client.tls.failure().getMessage().contains("protocol_version"), pair::describe);
    }

    @Test
    void anEndOfTheConnectionInsideTheHandshakeIsAFailure() {
        TlsPair pair = pair("TLSv1.3", 1, 1 << 15, 64);
        pair.server.wireEnded = true;
        pair.server.wire = new byte[] {22, 3, 1};
        pair.client.wireEnded = true;
        byte[] hello = new byte[pair.client.tls.transmitRoomBytes()];
        pair.client.tls.transmit(TlsPair.NOTHING, 0, 0, hello, 0, hello.length);
        pair.run();
        assertTrue(pair.server.tls.isFailed() && pair.server.tls.isDone(), pair::describe);
        assertTrue(pair.client.tls.isFailed() && pair.client.tls.isDone(), pair::describe);
        assertNothingLent(pair);
    }

    // ---- ALPN ----

    @Test
    void theServersPreferenceChoosesTheProtocol() {
        TlsPair pair = new TlsPair(client, "localhost", server, 1, 999, 99, new String[] {"http/1.1", "h2"}, new String[] {"h2", "http/1.1"}).run();
        assertEquals("h2", pair.client.tls.protocol());
        assertEquals("h2", pair.server.tls.protocol());
    }

    @Test
    void noCommonProtocolIsTheAlertNoApplicationProtocol() {
        TlsPair pair = new TlsPair(client, "localhost", server, 1, 999, 99, new String[] {"h2"}, new String[] {"http/1.1"}).run();
        assertTrue(pair.server.tls.isFailed() && pair.server.tls.isDone(), pair::describe);
        assertTrue(pair.client.tls.isFailed(), pair::describe);
        assertTrue(pair.client.tls.failure().getMessage().contains("no_application_protocol"), pair::describe);
    }

    @Test
    void aClientWithoutAlpnIsServed() {
        TlsPair pair = new TlsPair(client, "localhost", server, 1, 999, 99, new String[0], new String[] {"h2", "http/1.1"}).run();
        assertTrue(pair.server.tls.isOpen(), pair::describe);
        assertEquals("", pair.server.tls.protocol());
        assertEquals("", pair.client.tls.protocol());
    }

    // ---- data ----

    @ParameterizedTest
    @CsvSource({"TLSv1.3,70000,100000", "TLSv1.3,1000,50", "TLSv1.3,40000,300", "TLSv1.2,70000,100000", "TLSv1.2,1000,50", "TLSv1.2,40000,300"})
    void bothDirectionsAtOnceArriveWholeAtRandomSplits(String version, int maxChunk, int maxRoom) {
        for (long seed = 1; seed <= 4; seed++) {
            TlsPair pair = pair(version, seed, maxChunk, maxRoom);
            byte[] up = bytes(300_001, seed);
            byte[] down = bytes(500_003, -seed);
            pair.client.send(up);
            pair.server.send(down);
            pair.run();
            assertArrayEquals(up, pair.server.got.toByteArray(), "seed " + seed);
            assertArrayEquals(down, pair.client.got.toByteArray(), "seed " + seed);
            assertNothingLent(pair);
        }
    }

    @Test
    void dataByteByByteIsTheSame() {
        TlsPair pair = pair("TLSv1.3", 1, 1, 3);
        byte[] up = bytes(20_000, 1);
        pair.client.send(up);
        pair.run();
        assertArrayEquals(up, pair.server.got.toByteArray());
        assertNothingLent(pair);
    }

    @Test
    void withoutRoomForARecordNothingIsTransmitted() {
        TlsPair pair = pair("TLSv1.3", 1, 9999, 99).run();
        byte[] room = new byte[pair.client.tls.transmitRoomBytes()];
        assertEquals(0, pair.client.tls.transmit(bytes(5, 1), 0, 5, room, 0, room.length - 1));
        assertEquals(0, pair.client.tls.consumed());
        assertTrue(pair.client.tls.transmit(bytes(5, 1), 0, 5, room, 0, room.length) > 5);
        assertEquals(5, pair.client.tls.consumed());
    }

    @Test
    void aPartOfARecordIsHeldInAsMuchAsCame() {
        TlsPair pair = pair("TLSv1.3", 1, 1 << 16, 1 << 15).run();
        assertEquals(0, pair.server.tls.heldBytes(), "between two records");
        byte[] record = new byte[pair.client.tls.transmitRoomBytes()];
        int length = pair.client.tls.transmit(bytes(16_000, 1), 0, 16_000, record, 0, record.length);
        byte[] plain = new byte[20_000];
        assertEquals(0, pair.server.tls.receive(record, 0, 400, plain, 0, plain.length));
        assertEquals(512, pair.server.tls.heldBytes(), "a header that promises 16 KiB lends none of it");
        assertEquals(16_000, pair.server.tls.receive(record, 400, length - 400, plain, 0, plain.length));
        assertEquals(0, pair.server.tls.heldBytes());
        assertArrayEquals(bytes(16_000, 1), Arrays.copyOf(plain, 16_000));
    }

    @Test
    void releaseGivesEverythingBack() {
        TlsPair pair = pair("TLSv1.3", 1, 1 << 16, 1 << 15).run();
        byte[] record = new byte[2 * pair.client.tls.transmitRoomBytes()];
        int length = pair.client.tls.transmit(bytes(20_000, 1), 0, 20_000, record, 0, record.length);
        pair.server.tls.receive(record, 0, length - 1, new byte[10], 0, 10);
        assertTrue(pair.server.tls.heldBytes() > 16_384);
        pair.server.tls.release();
        pair.server.tls.release();
        assertEquals(0, pair.slab.lentBytes());
        assertTrue(pair.server.tls.isDone());
        assertEquals(0, pair.server.tls.receive(record, 0, 100, new byte[10], 0, 10));
    }

    // ---- closing ----

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void closeNotifyIsAProperEnd(String version) {
        TlsPair pair = pair(version, 3, 4000, 100);
        pair.server.send(bytes(50_000, 1));
        pair.run();
        pair.server.tls.close();
        pair.server.tls.close();
        pair.run();
        assertTrue(pair.server.tls.isDone(), "nothing follows close_notify");
        assertTrue(pair.client.tls.isInputClosed());
        assertEquals(50_000, pair.client.got.size());
        pair.client.tls.receiveEnd();
        assertFalse(pair.client.tls.isTruncated());
        assertFalse(pair.client.tls.isFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEndWithoutCloseNotifyIsATruncation(String version) {
        TlsPair pair = pair(version, 3, 4000, 100);
        pair.server.send(bytes(50_000, 1));
        pair.run();
        pair.client.wireEnded = true;
        pair.run();
        assertTrue(pair.client.tls.isInputClosed());
        assertTrue(pair.client.tls.isTruncated());
        assertFalse(pair.client.tls.isFailed(), "the bytes before it are good");
    }

    @Test
    void inTls13TheOtherDirectionGoesOnAfterCloseNotify() {
        TlsPair pair = pair("TLSv1.3", 3, 4000, 100).run();
        pair.client.tls.close();
        pair.run();
        assertTrue(pair.server.tls.isInputClosed());
        assertFalse(pair.server.tls.isDone());
        pair.server.send(bytes(70_000, 2));
        pair.run();
        assertArrayEquals(bytes(70_000, 2), pair.client.got.toByteArray());
        pair.server.tls.close();
        pair.run();
        assertTrue(pair.server.tls.isDone() && pair.client.tls.isDone());
        assertNothingLent(pair);
    }

    @Test
    void inTls12CloseNotifyIsAnsweredAndEndsBothDirections() {
        TlsPair pair = pair("TLSv1.2", 3, 4000, 100).run();
        pair.client.tls.close();
        pair.run();
        assertTrue(pair.server.tls.isInputClosed() && pair.server.tls.isDone());
        assertTrue(pair.client.tls.isInputClosed() && pair.client.tls.isDone());
    }

    @Test
    void dataThatWaitsForRoomOutlivesTheEndOfTheConnection() {
        TlsPair pair = pair("TLSv1.3", 1, 1 << 16, 1 << 15).run();
        pair.server.tls.transmit(TlsPair.NOTHING, 0, 0, new byte[0], 0, 0);
        byte[] wire = new byte[4 * pair.server.tls.transmitRoomBytes()];
        int length = pair.server.tls.transmit(bytes(40_000, 1), 0, 40_000, wire, 0, wire.length);
        pair.server.tls.close();
        length += pair.server.tls.transmit(TlsPair.NOTHING, 0, 0, wire, length, wire.length - length);
        assertEquals(10, pair.client.tls.receive(wire, 0, length, new byte[10], 0, 10));
        pair.client.tls.receiveEnd();
        assertFalse(pair.client.tls.isInputClosed());
        pair.run();
        assertEquals(40_000 - 10, pair.client.got.size());
        assertTrue(pair.client.tls.isInputClosed());
        assertFalse(pair.client.tls.isTruncated(), "its close_notify had come");
    }

    // ---- sessions ----

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSecondConnectionResumesTheSessionOfTheFirst(String version) throws IOException {
        TlsConfig fresh = TlsConfig.trusting(folder.resolve("ca.pem"));
        TlsConfig own = version.equals("TLSv1.2") ? server.onlyTls12() : server;
        TlsPair first = TlsPair.of(fresh, "localhost", own).run();
        TlsPair second = TlsPair.of(fresh, "localhost", own).run();
        assertTrue(second.client.tls.isOpen(), second::describe);
        assertTrue(second.server.sent < first.server.sent - 300, "no certificate is sent again: " + first.server.sent + ", then " + second.server.sent);
    }

    @Test
    void aReloadedServerResumesNothingOfBefore() throws IOException {
        TlsConfig fresh = TlsConfig.trusting(folder.resolve("ca.pem"));
        TlsConfig own = pem("reloaded", CA.issue(Kind.EC_P256, "localhost"));
        TlsPair first = TlsPair.of(fresh, "localhost", own).run();
        own.reload();
        TlsPair second = TlsPair.of(fresh, "localhost", own).run();
        assertTrue(second.client.tls.isOpen(), second::describe);
        assertTrue(second.server.sent > first.server.sent - 100, first.server.sent + ", then " + second.server.sent);
    }

    private static void assertNothingLent(TlsPair pair) {
        assertEquals(0, pair.slab.lentBytes(), "an idle session holds no array");
    }
}
