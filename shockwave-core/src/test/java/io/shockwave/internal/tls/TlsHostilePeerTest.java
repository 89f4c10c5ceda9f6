package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer must not get: a hang, an exception in the driver, memory for a promise, work without end. */
final class TlsHostilePeerTest {
    @TempDir
    static Path folder;
    private static TlsConfig client;
    private static TlsConfig server;

    private final Slab slab = new Slab(1 << 20);
    private final TlsViews views = new TlsViews();
    private final byte[] wire = new byte[1 << 18];
    private final byte[] plain = new byte[1 << 15];

    @BeforeAll
    static void readCertificates() throws IOException {
        TestCertificates ca = TestCertificates.authority("Test CA");
        Issued site = ca.issue(Kind.EC_P256, "localhost");
        client = TlsConfig.trusting(ca.write(folder.resolve("ca.pem")));
        server = TlsConfig.pem(site.writeChain(folder.resolve("site.pem")), site.writeKey(folder.resolve("site.key")), new char[0]);
    }

    private TlsSession fresh() {
        return server.serverSession(slab, views, "http/1.1");
    }

    private int receive(TlsSession session, byte... bytes) {
        return session.receive(bytes, 0, bytes.length, plain, 0, plain.length);
    }

    private byte[] transmitted(TlsSession session) {
        return Arrays.copyOf(wire, session.transmit(TlsPair.NOTHING, 0, 0, wire, 0, wire.length));
    }

    // ---- before the handshake ----

    @Test
    void plaintextHttpGetsAFatalAlertAtItsFirstByte() {
        byte[] request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int length : new int[] {1, 2, 4, 5, request.length}) {
            TlsSession session = fresh();
            receive(session, Arrays.copyOf(request, length));
            assertTrue(session.isFailed() && session.wantsTransmit() && !session.isDone(), "after " + length + " bytes");
            byte[] alert = transmitted(session);
            assertEquals(7, alert.length);
            assertEquals(21, alert[0], "content type alert");
            assertEquals(2, alert[5], "fatal");
            assertTrue(session.isDone());
            assertFalse(session.wantsTransmit());
            assertTrue(session.failure().getMessage().contains("does not speak TLS"), session.failure().getMessage());
        }
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void aPlaintextAnswerFailsAClient() {
        TlsSession session = client.clientSession(slab, views, "localhost", 443, "http/1.1");
        transmitted(session);
        receive(session, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertTrue(session.isFailed());
        assertEquals(7, transmitted(session).length);
        assertTrue(session.isDone());
    }

    @Test
    void anSslVersion2HelloIsRefused() {
        TlsSession session = fresh();
        receive(session, (byte) 0x80, (byte) 0x2E, (byte) 1, (byte) 3, (byte) 1);
        assertTrue(session.isFailed());
    }

    @Test
    void acceptsTheLongestRecordAndRefusesOneByteMoreFromItsHeader() {
        int longest = TlsSession.MAX_RECORD_BYTES - 5;
        TlsSession good = fresh();
        receive(good, (byte) 22, (byte) 3, (byte) 1, (byte) (longest >> 8), (byte) longest);
        assertFalse(good.isFailed(), "it may still come");
        TlsSession bad = fresh();
        receive(bad, (byte) 22, (byte) 3, (byte) 1, (byte) (longest + 1 >> 8), (byte) (longest + 1));
        assertTrue(bad.isFailed());
        assertEquals(22, transmitted(bad)[6], "record_overflow");
        good.release();
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void handshakeBytesAreBoundedOnBothSidesOfTheBound() {
        // A warning that the JDK lets pass without end: user_canceled without the close_notify that should follow.
        byte[] warning = {21, 3, 3, 0, 2, 1, 90};
        TlsSession session = fresh();
        int within = TlsSession.MAX_HANDSHAKE_BYTES / warning.length;
        for (int i = 0; i < within; i++) {
            receive(session, warning);
        }
        assertFalse(session.isFailed(), () -> session.failure().getMessage());
        receive(session, warning);
        assertTrue(session.isFailed());
        assertTrue(session.failure().getMessage().contains("131072"), session.failure().getMessage());
        transmitted(session);
        assertTrue(session.isDone());
    }

    @Test
    void anOversizedHandshakeMessageIsRefusedBeforeItIsComplete() {
        TlsSession session = fresh();
        byte[] record = new byte[5 + 16_384];
        record[0] = 22;
        record[1] = 3;
        record[2] = 1;
        record[3] = 0x40;
        record[5] = 1; // ClientHello of 16 MiB - 1.
        record[6] = (byte) 0xFF;
        record[7] = (byte) 0xFF;
        record[8] = (byte) 0xFF;
        for (int i = 0; i < 4 && !session.isFailed(); i++) {
            receive(session, record);
            record[5] = 0;
        }
        assertTrue(session.isFailed());
    }

    @Test
    void damagedHandshakesEndInAFailureOrWaitForMoreAndLeaveNothingBehind() {
        Random random = new Random(20_250_101);
        for (int round = 0; round < 400; round++) {
            TlsSession attacked = fresh();
            TlsSession honest = client.clientSession(slab, views, "localhost", 443, "http/1.1");
            byte[] hello = transmitted(honest);
            for (int i = random.nextInt(4); i >= 0; i--) {
                hello[random.nextInt(hello.length)] = (byte) random.nextInt();
            }
            receive(attacked, hello);
            drive(attacked);
            if (!attacked.isFailed()) {
                byte[] junk = new byte[1 + random.nextInt(300)];
                random.nextBytes(junk);
                receive(attacked, junk);
                drive(attacked);
                attacked.receiveEnd();
            }
            assertTrue(attacked.isFailed(), "round " + round);
            attacked.release();
            honest.release();
            assertEquals(0, slab.lentBytes(), "round " + round);
        }
    }

    private void drive(TlsSession session) {
        for (int i = 0; i < 100 && (session.needsTask() || session.wantsTransmit() || session.hasMore()); i++) {
            if (session.needsTask()) {
                session.delegatedTask().run();
                session.taskDone();
            }
            transmitted(session);
            receive(session);
        }
        assertFalse(session.needsTask() || session.wantsTransmit() || session.hasMore(), "it goes in circles");
    }

    // ---- after the handshake ----

    @Test
    void aDamagedRecordIsAFatalAlert() {
        TlsPair pair = TlsPair.of(client, "localhost", server).run();
        int length = pair.client.tls.transmit("hello".getBytes(StandardCharsets.US_ASCII), 0, 5, wire, 0, wire.length);
        wire[length - 1] ^= 1;
        assertEquals(0, pair.server.tls.receive(wire, 0, length, plain, 0, plain.length));
        assertTrue(pair.server.tls.isFailed() && pair.server.tls.wantsTransmit());
        pair.run();
        assertTrue(pair.server.tls.isDone());
        assertTrue(pair.client.tls.isFailed(), pair::describe);
        assertTrue(pair.client.tls.failure().getMessage().contains("bad_record_mac"), pair::describe);
        assertEquals(0, pair.slab.lentBytes());
    }

    @Test
    void plaintextInsideAnOpenSessionIsRefused() {
        TlsPair pair = TlsPair.of(client, "localhost", server).run();
        pair.server.feed("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII), 16);
        pair.run();
        assertTrue(pair.server.tls.isFailed() && pair.server.tls.isDone());
    }

    @Test
    void whatFollowsCloseNotifyIsIgnored() {
        TlsPair pair = TlsPair.of(client, "localhost", server).run();
        pair.client.tls.close();
        pair.run();
        receive(pair.server.tls, "anything".getBytes(StandardCharsets.US_ASCII));
        assertFalse(pair.server.tls.isFailed());
        assertEquals(0, pair.slab.lentBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {TlsSession.MAX_SILENT_RECORDS, TlsSession.MAX_SILENT_RECORDS + 1})
    void keyUpdatesAreAnsweredUpToTheBoundAndThenRefused(int count) throws SSLException {
        RawPeer peer = new RawPeer(client.clientEngine("localhost", 443, "http/1.1"), fresh());
        peer.handshake();
        for (int i = 0; i < count; i++) {
            peer.engine.beginHandshake(); // In an open TLS 1.3 engine: KeyUpdate with update_requested (RFC 8446 4.6.3).
            peer.exchange();
        }
        assertEquals(count > TlsSession.MAX_SILENT_RECORDS, peer.session.isFailed());
        if (!peer.session.isFailed()) {
            assertEquals(5, peer.sendPlain("hello"), "the new keys work");
            assertFalse(peer.session.isFailed());
        }
    }

    @Test
    void keyUpdatesBetweenDataAreAnsweredUpToTheirBound() throws SSLException {
        RawPeer peer = new RawPeer(client.clientEngine("localhost", 443, "http/1.1"), fresh());
        peer.handshake();
        for (int i = 0; i < TlsSession.MAX_ANSWERS; i++) {
            peer.engine.beginHandshake();
            peer.exchange();
            assertEquals(5, peer.sendPlain("hello"), "round " + i);
        }
        assertFalse(peer.session.isFailed());
        peer.engine.beginHandshake();
        peer.exchange();
        assertTrue(peer.session.isFailed());
        assertTrue(peer.session.failure().getMessage().contains("1024 updates"), peer.session.failure().getMessage());
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void aKeyUpdateIsNotFollowedByTheNextBeforeItsAnswerIsTaken() throws SSLException {
        RawPeer peer = new RawPeer(client.clientEngine("localhost", 443, "http/1.1"), fresh());
        peer.handshake();
        int length = 0;
        for (int i = 0; i < 10; i++) {
            peer.engine.beginHandshake();
            while (peer.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                length += peer.engine.wrap(ByteBuffer.allocate(0), ByteBuffer.wrap(wire, length, 20_000)).bytesProduced();
            }
        }
        peer.session.receive(wire, 0, length, plain, 0, plain.length);
        assertTrue(peer.session.wantsTransmit(), "the answer to the first one waits");
        assertFalse(peer.session.hasMore(), "and nothing is decrypted before it is taken");
        assertTrue(peer.session.heldBytes() > 0);
        int answers = 0;
        while (peer.session.wantsTransmit()) {
            assertTrue(transmitted(peer.session).length > 0);
            answers++;
            receive(peer.session);
        }
        assertTrue(answers > 0 && answers <= 10);
        assertFalse(peer.session.isFailed());
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void renegotiationIsRefused() throws SSLException {
        RawPeer peer = new RawPeer(client.onlyTls12().clientEngine("localhost", 443, "http/1.1"), fresh());
        peer.handshake();
        assertEquals(5, peer.sendPlain("hello"));
        peer.engine.beginHandshake();
        assertThrows(SSLException.class, peer::exchange, "the peer is told by an alert");
        assertTrue(peer.session.isFailed());
        assertTrue(peer.session.failure().getMessage().contains("renegotiation"), peer.session.failure().getMessage());
        assertTrue(peer.session.isDone());
    }

    @Test
    void aHelloRequestOfAServerIsRefusedByAClient() throws SSLException {
        SSLEngine raw = server.onlyTls12().serverEngine("http/1.1");
        RawPeer peer = new RawPeer(raw, client.clientSession(slab, views, "localhost", 443, "http/1.1"));
        peer.handshake();
        raw.beginHandshake();
        assertThrows(SSLException.class, peer::exchange);
        assertTrue(peer.session.isFailed());
    }

    @Test
    void aDriverThatReadsWhileItMustNotIsToldSo() {
        TlsPair pair = TlsPair.of(client, "localhost", server).run();
        byte[] big = new byte[TlsSession.MAX_HELD_BYTES + 1];
        byte[] hello = transmitted(client.clientSession(slab, views, "localhost", 443, "http/1.1"));
        TlsSession busy = fresh();
        receive(busy, hello);
        assertTrue(busy.needsTask());
        assertThrows(IllegalStateException.class, () -> receive(busy, big));
        assertTrue(pair.server.tls.isOpen());
    }

    /** A bare SSLEngine as the peer of a session, for what our own sessions never do. */
    private final class RawPeer {
        final SSLEngine engine;
        final TlsSession session;
        private final ByteBuffer in = ByteBuffer.allocate(1 << 17).flip();
        private final ByteBuffer out = ByteBuffer.allocate(1 << 17);

        RawPeer(SSLEngine engine, TlsSession session) {
            this.engine = engine;
            this.session = session;
        }

        void handshake() throws SSLException {
            engine.beginHandshake();
            exchange();
            assertTrue(session.isOpen(), () -> "failed: " + (session.isFailed() ? session.failure().toString() : "no"));
        }

        int sendPlain(String text) throws SSLException {
            out.clear();
            engine.wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), out);
            return session.receive(out.array(), 0, out.position(), plain, 0, plain.length);
        }

        /** Moves bytes both ways until nothing more comes. */
        void exchange() throws SSLException {
            for (int idle = 0; idle < 2; idle++) {
                while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    engine.getDelegatedTask().run();
                }
                out.clear();
                if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && engine.wrap(ByteBuffer.allocate(0), out).bytesProduced() > 0) {
                    idle = 0;
                }
                session.receive(out.array(), 0, out.position(), plain, 0, plain.length);
                drive(session, true);
                while (in.hasRemaining() && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP && engine.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
                    int before = in.remaining();
                    engine.unwrap(in, ByteBuffer.wrap(new byte[20_000]));
                    idle = 0;
                    if (in.remaining() == before) {
                        break;
                    }
                }
            }
        }

        private void drive(TlsSession driven, boolean all) {
            for (boolean more = all; more;) {
                if (driven.needsTask()) {
                    driven.delegatedTask().run();
                    driven.taskDone();
                }
                int length = driven.transmit(TlsPair.NOTHING, 0, 0, wire, 0, wire.length);
                in.compact();
                in.put(wire, 0, length);
                in.flip();
                driven.receive(wire, 0, 0, plain, 0, plain.length);
                more = driven.needsTask() || driven.wantsTransmit() || driven.hasMore();
            }
        }
    }
}
