package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Secrets are told to whom they are meant for, and overwritten when they have served. */
class SecretsTest {
    /** Keeps the very arrays it is told, as nobody may. */
    private static final class Grabbing implements TlsSink {
        private final TlsRig.Told told = new TlsRig.Told();
        private final List<byte[]> arrays = new ArrayList<>();

        @Override
        public void onHandshakeBytes(EncryptionLevel level, byte[] buf, int off, int len) {
            told.onHandshakeBytes(level, buf, off, len);
        }

        @Override
        public void onReadSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
            arrays.add(secret);
            told.onReadSecret(level, suite, secret);
        }

        @Override
        public void onWriteSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
            arrays.add(secret);
            told.onWriteSecret(level, suite, secret);
        }

        @Override
        public int onPeerTransportParameters(byte[] buf, int off, int len) {
            return 0;
        }

        @Override
        public int localTransportParameters(byte[] dst, int off) {
            return 1;
        }

        @Override
        public void onEarlyData(boolean accepted) {
            told.onEarlyData(accepted);
        }

        @Override
        public void onTicket(SessionTicket ticket) {
            told.onTicket(ticket);
        }

        @Override
        public void onHandshakeComplete() {
            told.onHandshakeComplete();
        }

        @Override
        public void onKeyLog(String label, byte[] clientRandom, byte[] secret) {
            told.onKeyLog(label, clientRandom, secret);
        }
    }

    private static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    @Test
    void allAreOverwrittenAtTheEnd() {
        Grabbing clientSink = new Grabbing();
        Grabbing serverSink = new Grabbing();
        TlsEngine client = TlsEngine.client(TlsRig.clientSettings(), clientSink, TlsRig.keys(), TlsRig.random());
        TlsEngine server = TlsEngine.server(TlsRig.serverSettings(), serverSink, TlsRig.keys(), TlsRig.random());
        client.start(TlsRig.NOW_MS);
        while (TlsRig.carry(clientSink.told, server, 1_000) | TlsRig.carry(serverSink.told, client, 1_000)) {
            assertEquals(0, client.error() | server.error());
        }
        assertTrue(client.isComplete() && server.isComplete());
        assertEquals(4, clientSink.arrays.size());
        assertEquals(4, serverSink.arrays.size());
        clientSink.arrays.forEach(a -> assertTrue(isZero(a)));
        serverSink.arrays.forEach(a -> assertTrue(isZero(a)));
    }

    @Test
    void allAreOverwrittenWhenItFailsOrIsClosed() {
        Recording recording = Recording.full();
        for (boolean fails : new boolean[] {true, false}) {
            Grabbing sink = new Grabbing();
            TlsEngine server = recording.before(false, 1, sink);
            assertEquals(3, sink.arrays.size());
            assertFalse(isZero(sink.arrays.get(1))); // Still needed for the client's Finished.
            if (fails) {
                Recording.give(server, EncryptionLevel.HANDSHAKE, new byte[4]);
            } else {
                server.close();
                assertEquals(TlsError.INTERNAL_ERROR, Recording.give(server, EncryptionLevel.HANDSHAKE, recording.ofClient.get(1).bytes()));
            }
            sink.arrays.forEach(a -> assertTrue(isZero(a)));
            assertFalse(server.isComplete());
        }
    }

    @Test
    void theKeyLogIsWrittenWhenAskedFor() {
        TlsServerSettings tickets = TlsRig.serverSettings().withTickets(TlsRig.ticketKeys(), (_, _, _) -> true);
        TlsRig first = new TlsRig(TlsRig.clientSettings(), tickets);
        assertEquals(0, first.run());
        first.server.sendTicket(TlsRig.NOW_MS);
        first.exchange(Integer.MAX_VALUE);
        assertEquals(List.of(), first.clientTold.keyLog);
        assertEquals(List.of(), first.serverTold.keyLog);
        TlsRig logged = new TlsRig(TlsRig.clientSettings().withTicket(first.clientTold.tickets.getFirst(), true).withKeyLog(), tickets.withKeyLog());
        assertEquals(0, logged.run());
        Map<String, String> lines = new TreeMap<>();
        for (String line : logged.clientTold.keyLog) {
            lines.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
        }
        assertEquals(List.of("CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"),
                List.copyOf(lines.keySet()));
        assertEquals(logged.clientTold.keyLog, logged.serverTold.keyLog);
        assertEquals(logged.clientTold.writeSecrets.get(EncryptionLevel.EARLY), logged.client.suite() + " " + lines.get("CLIENT_EARLY_TRAFFIC_SECRET"));
        assertEquals(logged.clientTold.readSecrets.get(EncryptionLevel.APPLICATION), logged.client.suite() + " " + lines.get("SERVER_TRAFFIC_SECRET_0"));
    }
}
