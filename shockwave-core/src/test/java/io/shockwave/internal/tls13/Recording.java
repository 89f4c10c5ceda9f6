package io.shockwave.internal.tls13;

import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls.JcaTlsKeys;
import io.shockwave.internal.tls13.TlsServerSettings.ClientAuthentication;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One handshake that went well, message by message, and engines that come to the same point again and again: their chance is seeded, so that what the other side said the
 * first time fits each of them.
 */
final class Recording {
    /** A message and the level it travels at. */
    record Message(EncryptionLevel level, byte[] bytes) {
        int type() {
            return bytes[0] & 0xFF;
        }
    }

    /** Seeded chance. */
    private static final class Seeded extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final transient Random random;

        Seeded(long seed) {
            random = new Random(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }

    final TlsClientSettings clientSettings;
    final TlsServerSettings serverSettings;
    /** What each side said, in order; tickets of the server included. */
    final List<Message> ofClient = new ArrayList<>();
    final List<Message> ofServer = new ArrayList<>();

    Recording(TlsClientSettings client, TlsServerSettings server) {
        clientSettings = client;
        serverSettings = server;
        TlsRig.Told clientTold = new TlsRig.Told();
        TlsRig.Told serverTold = new TlsRig.Told();
        TlsEngine c = client(clientTold);
        TlsEngine s = server(serverTold);
        c.start(TlsRig.NOW_MS);
        while (record(clientTold, s, ofClient) | record(serverTold, c, ofServer)) {
            if (s.isComplete() && serverSettings.tickets() != TicketKeys.NONE && ofServer.stream().noneMatch(m -> m.type() == HandshakeType.NEW_SESSION_TICKET)) {
                s.sendTicket(TlsRig.NOW_MS);
            }
        }
        if (!c.isComplete() || !s.isComplete()) {
            throw new AssertionError("client: " + TlsError.name(c.error()) + ", server: " + TlsError.name(s.error()));
        }
    }

    private static boolean record(TlsRig.Told from, TlsEngine to, List<Message> all) {
        boolean moved = false;
        for (EncryptionLevel level : EncryptionLevel.values()) {
            byte[] flight = from.take(level);
            for (byte[] message : Wire.messages(flight)) {
                all.add(new Message(level, message));
                to.receive(level, message, 0, message.length, TlsRig.NOW_MS);
                moved = true;
            }
        }
        return moved;
    }

    /** The same client as ever. A ticket is used by each of them. */
    TlsEngine client(TlsSink sink) {
        TlsClientSettings settings = clientSettings.ticket().isEmpty() ? clientSettings : clientSettings.withTicket(copyOf(clientSettings.ticket()), clientSettings.earlyData());
        return TlsEngine.client(settings, sink, new JcaTlsKeys(new Seeded(1)), bytes(2));
    }

    private static SessionTicket copyOf(Optional<SessionTicket> ticket) {
        SessionTicket t = ticket.orElseThrow();
        return new SessionTicket(t.ticket(), t.psk().clone(), t.suite(), t.obfuscatedAge(TlsRig.NOW_MS), TlsRig.NOW_MS, t.expiresMs(), t.allowsEarlyData(), t.alpn(), t.serverName(),
                t.transportParameters(), t.peerChain(), t.applicationState());
    }

    TlsEngine server(TlsSink sink) {
        return TlsEngine.server(serverSettings, sink, new JcaTlsKeys(new Seeded(3)), bytes(4));
    }

    private static io.shockwave.internal.exchange.RandomBytes bytes(long seed) {
        Random random = new Random(seed);
        return (dst, off, len) -> {
            byte[] bytes = new byte[len];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, dst, off, len);
        };
    }

    /** The place of the first message of this type among those of a side. */
    static int find(List<Message> said, int type) {
        for (int i = 0; i < said.size(); i++) {
            if (said.get(i).type() == type) {
                return i;
            }
        }
        throw new AssertionError("no message of type " + type);
    }

    /** A side that took all messages of the other before this one. */
    TlsEngine before(boolean client, int number) {
        return before(client, number, new TlsRig.Told());
    }

    TlsEngine before(boolean client, int number, TlsSink sink) {
        TlsEngine engine = client ? client(sink) : server(sink);
        engine.start(TlsRig.NOW_MS);
        List<Message> said = client ? ofServer : ofClient;
        for (int i = 0; i < number; i++) {
            int error = give(engine, said.get(i).level(), said.get(i).bytes());
            if (error != 0) {
                throw new AssertionError("message " + said.get(i).type() + ": " + TlsError.name(error));
            }
        }
        return engine;
    }

    static int give(TlsEngine engine, EncryptionLevel level, byte[] bytes) {
        byte[] copy = Arrays.copyOf(bytes, bytes.length);
        int error = engine.receive(level, copy, 0, copy.length, TlsRig.NOW_MS);
        if (!Arrays.equals(copy, bytes)) {
            throw new AssertionError("wrote into what it was to read");
        }
        return error;
    }

    /** What comes of another message in the place of one that was said. */
    String outcome(boolean client, int type, byte[] instead) {
        List<Message> said = client ? ofServer : ofClient;
        int number = find(said, type);
        return TlsError.name(give(before(client, number), said.get(number).level(), instead));
    }

    byte[] bytesOf(boolean ofServerSide, int type) {
        List<Message> said = ofServerSide ? ofServer : ofClient;
        return said.get(find(said, type)).bytes();
    }

    /** With a client's certificate and a ticket at the end: every message there is. */
    static Recording full() {
        TlsClientSettings client = TlsRig.clientSettings().withCredentials(TlsRig.credentials(Kind.EC_P256));
        byte[] name = TlsRig.issued(Kind.EC_P256).certificate().getIssuerX500Principal().getEncoded();
        TlsServerSettings server = TlsRig.serverSettings().withClients(ClientAuthentication.REQUIRED, TlsRig.TRUSTS_ALL, List.of(name)).withTickets(TlsRig.ticketKeys(), (_, _, _) -> true);
        return new Recording(client, server);
    }

    /** Resumed, with early data. */
    static Recording resumed() {
        TlsServerSettings server = TlsRig.serverSettings().withTickets(TlsRig.ticketKeys(), (_, _, _) -> true);
        TlsRig first = new TlsRig(TlsRig.clientSettings(), server);
        first.run();
        first.server.sendTicket(TlsRig.NOW_MS);
        first.exchange(Integer.MAX_VALUE);
        return new Recording(TlsRig.clientSettings().withTicket(first.clientTold.tickets.getFirst(), true), server);
    }

    /** With a HelloRetryRequest. */
    static Recording retried() {
        return new Recording(TlsRig.clientSettings().withGroups(List.of(NamedGroup.SECP256R1, NamedGroup.X25519), 1), TlsRig.serverSettings().withGroups(List.of(NamedGroup.X25519)));
    }
}
