package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls13.TlsServerSettings.ClientAuthentication;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a session is resumed and early data is taken (RFC 8446 4.2.10, 4.2.11, 4.6.1, 8; RFC 9001 4.5, 4.6), and when the handshake is a full one instead. */
class ResumptionTest {
    private static final long NOW_MS = TlsRig.NOW_MS;
    private static final long LIFETIME_MS = 3_600_000;
    private static final ReplayGuard ALWAYS = (_, _, _) -> true;

    private static TlsServerSettings server() {
        return TlsRig.serverSettings().withTickets(TlsRig.ticketKeys(), ALWAYS);
    }

    private static SessionTicket ticketOf(TlsClientSettings client, TlsServerSettings server) {
        TlsRig rig = new TlsRig(client, server);
        assertEquals(0, rig.run());
        rig.server.sendTicket(NOW_MS);
        assertEquals(0, rig.exchange(Integer.MAX_VALUE));
        return rig.clientTold.tickets.getFirst();
    }

    private static SessionTicket ticketOf(TlsServerSettings server) {
        return ticketOf(TlsRig.clientSettings(), server);
    }

    private static TlsRig use(SessionTicket ticket, TlsServerSettings server) {
        TlsRig rig = new TlsRig(TlsRig.clientSettings().withTicket(ticket, true), server);
        assertEquals("none", TlsError.name(rig.run()));
        assertTrue(rig.client.isComplete() && rig.server.isComplete());
        assertEquals(rig.client.isResumed(), rig.server.isResumed());
        assertEquals(rig.client.isEarlyDataAccepted(), rig.server.isEarlyDataAccepted());
        return rig;
    }

    /** At another time on both sides. */
    private static TlsRig useAt(SessionTicket ticket, TlsServerSettings server, long clientMs, long serverMs) {
        TlsRig rig = new TlsRig(TlsRig.clientSettings().withTicket(ticket, true), server);
        rig.client.start(clientMs);
        byte[] hello = rig.clientTold.take(EncryptionLevel.INITIAL);
        assertEquals(0, rig.server.receive(EncryptionLevel.INITIAL, hello, 0, hello.length, serverMs));
        assertEquals(0, rig.exchange(Integer.MAX_VALUE));
        return rig;
    }

    @Test
    void aTicketRemembersTheSession() {
        SessionTicket ticket = ticketOf(server());
        assertEquals("h3", ticket.alpn());
        assertEquals(TlsRig.NAME, ticket.serverName());
        assertEquals(CipherSuite.AES_128_GCM_SHA256, ticket.suite());
        assertEquals("of the server", new String(ticket.transportParameters(), StandardCharsets.US_ASCII));
        assertTrue(ticket.allowsEarlyData());
        assertEquals(NOW_MS + LIFETIME_MS, ticket.expiresMs());
        assertArrayEquals(new byte[] {7}, ticket.withApplicationState(new byte[] {7}).applicationState());
        TlsRig rig = use(ticket, server());
        assertFalse(rig.client.isResumed()); // Other keys: a full handshake.
        assertEquals(List.of(false), rig.clientTold.earlyData);
    }

    @Test
    void aResumedServerShowsNoCertificateAgain() {
        TlsServerSettings server = server();
        TlsRig rig = use(ticketOf(server), server);
        assertTrue(rig.client.isResumed() && rig.client.isEarlyDataAccepted());
        assertEquals(List.of(true), rig.clientTold.earlyData);
        assertEquals(List.of(true), rig.serverTold.earlyData);
        assertEquals(1, rig.client.peerCertificates().length);
    }

    /** The secrets of a resumed session are new: there is always a key exchange. */
    @Test
    void secretsAreNeverTheSame() {
        TlsServerSettings server = server();
        Set<String> seen = new HashSet<>();
        TlsRig first = new TlsRig(TlsRig.clientSettings(), server);
        first.run();
        seen.add(first.clientTold.readSecrets.get(EncryptionLevel.APPLICATION));
        for (int i = 0; i < 3; i++) {
            first.server.sendTicket(NOW_MS);
        }
        first.exchange(Integer.MAX_VALUE);
        Set<String> tickets = new HashSet<>();
        for (SessionTicket ticket : first.clientTold.tickets) {
            tickets.add(Arrays.toString(ticket.psk()));
            tickets.add(Arrays.toString(ticket.ticket()));
            TlsRig rig = use(ticket, server);
            seen.add(rig.clientTold.readSecrets.get(EncryptionLevel.APPLICATION));
            seen.add(rig.clientTold.writeSecrets.get(EncryptionLevel.EARLY));
        }
        assertEquals(7, seen.size());
        assertEquals(6, tickets.size());
    }

    @Test
    void aTicketEndsWithItsLifetime() {
        TlsServerSettings server = server();
        long lastMs = NOW_MS + LIFETIME_MS - 1;
        assertTrue(useAt(ticketOf(server), server, lastMs, lastMs).server.isResumed());
        assertFalse(useAt(ticketOf(server), server, lastMs, lastMs + 1).server.isResumed()); // The server's clock.
        assertFalse(useAt(ticketOf(server), server, lastMs + 1, lastMs).server.isResumed()); // The client's.
        assertFalse(useAt(ticketOf(server), server, NOW_MS - 1, NOW_MS).server.isResumed()); // A clock that was set back.
        assertFalse(useAt(ticketOf(server), server, NOW_MS, NOW_MS - 1).server.isResumed());
    }

    /** RFC 8446 8.3: a hello that comes much later than its age says was kept by somebody. */
    @Test
    void earlyDataNeedsAPlausibleAge() {
        TlsServerSettings server = server();
        long laterMs = NOW_MS + 60_000;
        for (long skewMs : new long[] {0, ReplayGuard.AGE_TOLERANCE_MS, -ReplayGuard.AGE_TOLERANCE_MS}) {
            TlsRig rig = useAt(ticketOf(server), server, laterMs, laterMs + skewMs);
            assertTrue(rig.server.isResumed() && rig.server.isEarlyDataAccepted(), () -> "skew " + skewMs);
        }
        for (long skewMs : new long[] {ReplayGuard.AGE_TOLERANCE_MS + 1, -ReplayGuard.AGE_TOLERANCE_MS - 1}) {
            TlsRig rig = useAt(ticketOf(server), server, laterMs, laterMs + skewMs);
            assertTrue(rig.server.isResumed() && !rig.server.isEarlyDataAccepted(), () -> "skew " + skewMs);
            assertEquals(List.of(false), rig.clientTold.earlyData);
        }
    }

    @Test
    void theGuardIsAskedWithTheTicketsIdAndDecides() {
        Set<String> used = new HashSet<>();
        TlsServerSettings server = TlsRig.serverSettings().withTickets(TlsRig.ticketKeys(), (id, nowMs, freshUntilMs) -> {
            assertEquals(ServerTicket.NONCE_BYTES, id.length);
            assertEquals(NOW_MS, nowMs);
            assertEquals(NOW_MS + ReplayGuard.AGE_TOLERANCE_MS, freshUntilMs);
            return used.add(Arrays.toString(id));
        });
        Recording first = new Recording(TlsRig.clientSettings().withTicket(ticketOf(server), true), server);
        assertEquals(1, used.size());
        TlsRig.Told told = new TlsRig.Told();
        TlsEngine replayed = first.server(told);
        assertEquals(0, Recording.give(replayed, EncryptionLevel.INITIAL, first.ofClient.getFirst().bytes()));
        assertEquals(List.of(false), told.earlyData);
        assertNull(told.readSecrets.get(EncryptionLevel.EARLY));
        assertTrue(replayed.isResumed()); // Resumption itself cannot be replayed: the exchange of keys is new.
        use(ticketOf(server), server);
        assertEquals(2, used.size());
    }

    @Test
    void withoutAGuardTicketsInviteNoEarlyData() {
        TlsServerSettings server = TlsRig.serverSettings().withTickets(TlsRig.ticketKeys(), ReplayGuard.REFUSES);
        SessionTicket ticket = ticketOf(server);
        assertFalse(ticket.allowsEarlyData());
        TlsRig rig = use(ticket, server);
        assertTrue(rig.client.isResumed());
        assertEquals(List.of(), rig.clientTold.earlyData);
        assertNull(rig.clientTold.writeSecrets.get(EncryptionLevel.EARLY));
    }

    @Test
    void changedContextsEndEarlyDataOrTheSession() {
        TlsServerSettings server = server().withContexts(new byte[] {1}, new byte[] {1});
        TlsRig same = use(ticketOf(server), server);
        assertTrue(same.client.isResumed() && same.client.isEarlyDataAccepted());
        TlsRig lowered = use(ticketOf(server), server.withContexts(new byte[] {1}, new byte[] {2}));
        assertTrue(lowered.client.isResumed() && !lowered.client.isEarlyDataAccepted());
        TlsRig otherVersion = use(ticketOf(server), server.withContexts(new byte[] {2}, new byte[] {1}));
        assertFalse(otherVersion.client.isResumed() || otherVersion.client.isEarlyDataAccepted());
    }

    @Test
    void anotherNameIsAnotherSession() {
        TlsServerSettings server = server();
        SessionTicket ticket = ticketOf(server);
        TlsRig rig = new TlsRig(new TlsClientSettings("other.test", TlsRig.TRUSTS_ALL, TlsRig.PROTOCOLS).withTicket(ticket, true), server);
        assertEquals(0, rig.run());
        assertFalse(rig.client.isResumed());
        assertEquals(List.of(), rig.clientTold.earlyData); // Not even offered.
    }

    /** The client may not notice, but the server does. */
    @Test
    void aServerDoesNotResumeForAnotherName() {
        TlsServerSettings server = server();
        SessionTicket t = ticketOf(server);
        SessionTicket renamed = new SessionTicket(t.ticket(), t.psk(), t.suite(), t.obfuscatedAge(NOW_MS), NOW_MS, t.expiresMs(), true, t.alpn(), "other.test", t.transportParameters(), t.peerChain(), new byte[0]);
        TlsRig rig = new TlsRig(new TlsClientSettings("other.test", TlsRig.TRUSTS_ALL, TlsRig.PROTOCOLS).withTicket(renamed, true), server);
        assertEquals(0, rig.run());
        assertFalse(rig.server.isResumed());
        assertEquals(List.of(false), rig.clientTold.earlyData);
    }

    @Test
    void anotherSuiteOfTheSameHashResumesWithoutEarlyData() {
        TlsServerSettings server = server();
        SessionTicket ticket = ticketOf(server);
        TlsRig rig = use(ticket, server.withSuites(List.of(CipherSuite.CHACHA20_POLY1305_SHA256)));
        assertTrue(rig.client.isResumed() && !rig.client.isEarlyDataAccepted());
        TlsRig otherHash = use(ticketOf(server), server.withSuites(List.of(CipherSuite.AES_256_GCM_SHA384)));
        assertFalse(otherHash.client.isResumed());
    }

    @Test
    void aRetryForAnotherHashDropsTheTicket() {
        TlsServerSettings server = server();
        SessionTicket ticket = ticketOf(server);
        TlsRig rig = use(ticket, server.withSuites(List.of(CipherSuite.AES_256_GCM_SHA384)).withGroups(List.of(NamedGroup.SECP384R1)));
        assertTrue(rig.client.wasRetried());
        assertFalse(rig.client.isResumed());
        assertEquals(List.of(false), rig.clientTold.earlyData);
    }

    /** Without early data: the protocol may be another one, as RFC 8446 4.2.11 has it. With it, never. */
    @Test
    void anotherProtocolTakesNoEarlyData() {
        TlsServerSettings server = new TlsServerSettings(TlsRig.credentials(Kind.EC_P256), List.of("h3", "other")).withTickets(TlsRig.ticketKeys(), ALWAYS);
        TlsClientSettings both = new TlsClientSettings(TlsRig.NAME, TlsRig.TRUSTS_ALL, List.of("h3", "other"));
        SessionTicket ticket = ticketOf(both, server);
        TlsServerSettings reordered = new TlsServerSettings(server.credentials(), List.of("other", "h3")).withTickets(server.tickets(), ALWAYS);
        TlsRig rig = new TlsRig(both.withTicket(ticket, true), reordered);
        assertEquals(0, rig.run());
        assertEquals("other", rig.client.alpn());
        assertTrue(rig.client.isResumed());
        assertEquals(List.of(false), rig.clientTold.earlyData);
    }

    @Test
    void whoMustShowACertificateCannotResumeWithoutOne() {
        TlsServerSettings open = server();
        SessionTicket anonymous = ticketOf(open);
        TlsServerSettings required = open.withClients(ClientAuthentication.REQUIRED, TlsRig.TRUSTS_ALL, List.of());
        TlsRig rig = new TlsRig(TlsRig.clientSettings().withTicket(anonymous, true), required);
        assertEquals("certificate_required", TlsError.name(rig.run()));
        assertFalse(rig.server.isResumed());
    }

    @Test
    void theClientsCertificateIsJudgedAgain() {
        TlsClientSettings client = TlsRig.clientSettings().withCredentials(TlsRig.credentials(Kind.EC_P384));
        boolean[] trusted = {true};
        TlsServerSettings server = server().withClients(ClientAuthentication.REQUIRED, _ -> trusted[0] ? TlsError.NONE : TlsError.CERTIFICATE_EXPIRED, List.of());
        TlsRig known = new TlsRig(client.withTicket(ticketOf(client, server), true), server);
        assertEquals(0, known.run());
        assertTrue(known.server.isResumed());
        assertArrayEquals(new Object[] {TlsRig.issued(Kind.EC_P384).certificate()}, known.server.peerCertificates());
        SessionTicket ticket = ticketOf(client, server);
        trusted[0] = false;
        TlsRig expired = new TlsRig(client.withTicket(ticket, true), server);
        assertEquals("certificate_expired", TlsError.name(expired.run()));
        assertFalse(expired.server.isResumed());
    }

    @Test
    void noTicketsWithoutKeysOrBeforeTheEnd() {
        TlsRig rig = new TlsRig();
        rig.server.sendTicket(NOW_MS);
        assertEquals(0, rig.run());
        rig.server.sendTicket(NOW_MS);
        assertEquals(0, rig.serverTold.take(EncryptionLevel.APPLICATION).length);
    }

    @Test
    void onlySomeTicketsAreTried() {
        TlsServerSettings server = server();
        Recording recording = new Recording(TlsRig.clientSettings().withTicket(ticketOf(server), true), server);
        Wire.Hello hello = new Wire.Hello(recording.ofClient.getFirst().bytes());
        byte[] own = hello.data(ExtensionType.PRE_SHARED_KEY);
        int identities = 2 + Wire.number(own, 0, 2);
        byte[] strange = Wire.join(Wire.vector(2, new byte[90]), new byte[4]);
        byte[] none = Wire.vector(1, new byte[32]);
        for (int before : new int[] {ServerHandshake.MAX_TICKETS_TRIED - 1, ServerHandshake.MAX_TICKETS_TRIED}) {
            byte[] list = Wire.join(repeat(strange, before), Arrays.copyOfRange(own, 2, identities));
            byte[] binders = Wire.join(repeat(none, before), none);
            byte[] changed = hello.put(ExtensionType.PRE_SHARED_KEY, Wire.join(Wire.vector(2, list), Wire.vector(2, binders))).encode();
            // The binder is not made anew: it is wrong where the ticket is found, and never looked at where it is not.
            String expected = before < ServerHandshake.MAX_TICKETS_TRIED ? "decrypt_error" : "none";
            assertEquals(expected, recording.outcome(false, HandshakeType.CLIENT_HELLO, changed));
        }
    }

    private static byte[] repeat(byte[] part, int times) {
        byte[][] parts = new byte[times][];
        Arrays.fill(parts, part);
        return Wire.join(parts);
    }

    /** No bit of a sealed ticket can be changed, and no other server's key opens it. */
    @Test
    void ticketsAreSealed() {
        TicketKeys keys = TlsRig.ticketKeys();
        ServerTicket ticket = new ServerTicket(CipherSuite.AES_256_GCM_SHA384, NOW_MS, 100, 0xFFFF_FFFEL, new byte[48], "h3", "a.test", new byte[255], new byte[] {3}, TlsRig.issued(Kind.ED25519)
                .chain().toArray(Handshake.NOBODY), new byte[0]);
        byte[] sealed = ticket.seal(keys.current(NOW_MS), TlsRig.random());
        ServerTicket opened = ServerTicket.open(keys, sealed, 0, sealed.length, NOW_MS);
        assertEquals(ticket.suite() + " " + ticket.issuedMs() + " " + ticket.lifetimeS() + " " + ticket.ageAdd() + ticket.alpn() + ticket.serverName(),
                opened.suite() + " " + opened.issuedMs() + " " + opened.lifetimeS() + " " + opened.ageAdd() + opened.alpn() + opened.serverName());
        assertArrayEquals(ticket.peerChain(), opened.peerChain());
        assertArrayEquals(ticket.sessionContext(), opened.sessionContext());
        assertArrayEquals(Arrays.copyOfRange(sealed, 16, 28), opened.id());
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 4;
            assertNull(ServerTicket.open(keys, changed, 0, changed.length, NOW_MS));
            assertNull(ServerTicket.open(keys, sealed, 0, i, NOW_MS));
        }
        assertNull(ServerTicket.open(TlsRig.ticketKeys(), sealed, 0, sealed.length, NOW_MS));
        assertNull(ServerTicket.open(TicketKeys.NONE, sealed, 0, sealed.length, NOW_MS));
    }

    @Test
    void aTicketWithALongChainIsNotMade() {
        X509Certificate[] chain = new X509Certificate[10];
        Arrays.fill(chain, TlsRig.issued(Kind.RSA_2048).certificate());
        ServerTicket ticket = new ServerTicket(CipherSuite.AES_128_GCM_SHA256, NOW_MS, 100, 0, new byte[32], "h3", "", new byte[0], new byte[0], chain, new byte[0]);
        assertEquals(0, ticket.seal(TlsRig.ticketKeys().current(NOW_MS), TlsRig.random()).length);
    }

    @Test
    void ticketsAreWipedWithTheirUse() {
        TlsServerSettings server = server();
        SessionTicket ticket = ticketOf(server);
        use(ticket, server);
        assertArrayEquals(new byte[32], ticket.psk());
        assertFalse(ticket.isUsable(NOW_MS));
        assertFalse(use(ticket, server).client.isResumed()); // Not with a key of zeros.
    }

    /** QUIC begins again after Version Negotiation: the ticket was of another version. */
    @Test
    void aClosedHandshakeTakesItsTicketAlong() {
        TlsServerSettings server = server();
        SessionTicket ticket = ticketOf(server);
        TlsEngine given = TlsEngine.client(TlsRig.clientSettings().withTicket(ticket, true), new TlsRig.Told(), TlsRig.keys(), TlsRig.random());
        given.start(NOW_MS);
        given.close();
        assertFalse(use(ticket, server).client.isResumed());
    }
}
