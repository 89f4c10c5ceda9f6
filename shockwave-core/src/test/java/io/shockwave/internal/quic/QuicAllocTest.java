package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.internal.testing.SilentSink;
import io.shockwave.internal.tls13.CipherSuite;
import org.junit.jupiter.api.Test;

/** Bytes that a warmed-up connection allocates, with a protection that allocates nothing of its own. */
class QuicAllocTest {
    /** Seals with zeros, so that what is measured is ours. */
    private static final class Open implements PacketProtection {
        @Override
        public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
            return payloadLen + TAG_BYTES;
        }

        @Override
        public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
            return payloadLen - TAG_BYTES;
        }

        @Override
        public long mask(byte[] buf, int sampleOff) {
            return 0;
        }

        @Override
        public long confidentialityLimit() {
            return Long.MAX_VALUE;
        }

        @Override
        public long integrityLimit() {
            return Long.MAX_VALUE;
        }

        @Override
        public PacketProtection nextPhase() {
            return new Open();
        }

        @Override
        public void wipe() {}
    }

    private static final PacketProtectionProvider OPEN = new PacketProtectionProvider() {
        @Override
        public PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret) {
            return new Open();
        }

        @Override
        public String name() {
            return "open";
        }
    };

    /** Counts, and echoes where it serves. */
    private static final class Lean extends SilentSink {
        private final byte[] answer = new byte[1000];
        private QuicConnection connection;
        private boolean echo;
        private boolean complete;
        private int ended;
        private int closed;
        private long bytes;

        @Override
        public void onHandshakeComplete() {
            complete = true;
        }

        @Override
        public int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
            bytes += len;
            if (fin) {
                ended++;
                if (echo) {
                    connection.write(stream, answer, 0, answer.length, true);
                }
            }
            return len;
        }

        @Override
        public void onStreamClosed(long stream) {
            closed++;
        }
    }

    private final SimNetwork network = new SimNetwork(1);
    private final SimQuic server = new SimQuic(network, "server", 2, new QuicSettings(), OPEN);
    private final SimQuic client = new SimQuic(network, "client", 1, new QuicSettings(), OPEN);
    private final Lean app = new Lean();
    private final Lean peer = new Lean();
    private final byte[] buf = new byte[16 << 10];
    private final Outgoing out = new Outgoing();
    private final byte[] request = new byte[1000];
    private final byte[] bulk = new byte[64 << 10];
    private long now;

    private void connect() {
        peer.echo = true;
        server.endpoint.serve(SimQuic.serverTls(), c -> {
            peer.connection = c;
            return peer;
        });
        app.connection = client.endpoint.connect(server.host.address(), 0, SimQuic.clientTls(), app, new byte[0], 0);
        for (int i = 0; i < 100 && !app.complete; i++) {
            turn();
        }
        for (int i = 0; i < 200; i++) {
            turn();
        }
        assertTrue(app.complete && peer.complete);
    }

    /** A quarter of a millisecond: all that is due is said and heard. */
    private void turn() {
        now += 250_000;
        if (client.endpoint.deadline() <= now) {
            client.endpoint.timeout(now);
        }
        if (server.endpoint.deadline() <= now) {
            server.endpoint.timeout(now);
        }
        carry(client, server);
        carry(server, client);
    }

    private void carry(SimQuic from, SimQuic to) {
        int n;
        while ((n = from.endpoint.transmit(buf, 0, buf.length, now, out)) > 0) {
            for (int at = 0; at < n; at += out.segmentBytes) {
                to.endpoint.receive(buf, at, Math.min(out.segmentBytes, n - at), from.host.address(), 0, out.ecn, now);
            }
        }
    }

    @Test
    void anExchangeOnAStreamAllocatesNothing() throws Exception {
        connect();
        int[] turns = new int[1];
        double bytes = AllocationGate.bytesPerOp(2_000, () -> {
            int before = app.ended;
            long stream = app.connection.openBidirectional();
            app.connection.write(stream, request, 0, request.length, true);
            while (app.ended == before) {
                turn();
                turns[0]++;
            }
        });
        assertEquals(0.0, bytes);
        assertTrue(app.closed > 3_000);
    }

    @Test
    void bulkAllocatesNothing() throws Exception {
        connect();
        long stream = app.connection.openUnidirectional();
        double bytes = AllocationGate.bytesPerOp(300, () -> {
            long target = peer.bytes + bulk.length;
            int at = 0;
            while (peer.bytes < target) {
                if (at < bulk.length) {
                    at += app.connection.write(stream, bulk, at, bulk.length - at, false);
                }
                turn();
            }
        });
        assertEquals(0.0, bytes);
    }
}
