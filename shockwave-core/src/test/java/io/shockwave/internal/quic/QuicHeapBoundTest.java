package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.tuning.OwnBytes;
import org.junit.jupiter.api.Test;

/** All that a peer can make one connection keep, at once and each queue to its bound: counted on the heap, with what is borrowed. */
class QuicHeapBoundTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int STREAM_WINDOW = 32 << 10;
    private static final int CONNECTION_WINDOW = 256 << 10;
    private static final int STREAMS = 50;
    private static final byte[] ONE = {1};

    /** Bytes beyond a gap lie in chunks of 4 KiB with a bit for each byte; each stream may begin one more of them than its bytes fill. */
    private static final long CHUNK = ChunkedBytes.CHUNK_BYTES + ChunkedBytes.CHUNK_BYTES / 8 + 2 * 32;
    private static final long REASSEMBLY = (CONNECTION_WINDOW / ChunkedBytes.CHUNK_BYTES + 2 * STREAMS) * CHUNK;
    /** A stream's two halves, lists and windows, its place in the table, and tables of chunks. */
    private static final long STREAM_OBJECTS = 2 * STREAMS * 1_200L;
    private static final long CRYPTO = (CryptoStream.MAX_AHEAD_BYTES / ChunkedBytes.CHUNK_BYTES + 2) * CHUNK;
    /** Ranges of packets, ids, challenges, records of frames and packets of ours that nobody acknowledges. */
    private static final long REST = 16 << 10;
    private static final long BOUND = REASSEMBLY + STREAM_OBJECTS + CRYPTO + REST;

    private final SimNetwork network = new SimNetwork(5);
    private final TestApp app = new TestApp();
    private final SimQuic server = new SimQuic(network, "server", 2, new QuicSettings().connectionWindowBytes(CONNECTION_WINDOW).maxConnectionWindowBytes(CONNECTION_WINDOW)
            .streamWindowBytes(STREAM_WINDOW).maxStreamWindowBytes(STREAM_WINDOW).maxBidirectionalStreams(STREAMS).maxUnidirectionalStreams(STREAMS)).serve(TestApp::new);
    private final SimQuic client = new SimQuic(network, "client", 1, new QuicSettings());

    private long held() {
        return OwnBytes.of(server.endpoint) - server.slab.freeBytes();
    }

    @Test
    void whateverAPeerSendsAConnectionKeepsNoMoreThanItsBounds() {
        client.connect(server, app, network);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        network.run(2 * SECOND, () -> false);
        QuicConnection victim = server.accepted.get(0).connection;
        server.accepted.get(0).appetite = 0;
        Forge forge = new Forge(app.connection, server, client.host.address());
        long before = held();
        streams(forge);
        crypto(forge);
        challengesIdsAndGaps(forge);
        long after = held();
        assertFalse(victim.isClosed(), server.accepted.get(0).closeReason);
        System.out.printf("a flooded QUIC connection holds %,d bytes, of %,d that its bounds allow%n", after - before, BOUND);
        assertTrue(after - before <= BOUND, after - before + " bytes, more than " + BOUND);
        assertTrue(after - before >= CONNECTION_WINDOW, after - before + " bytes: the flood did not arrive");
        victim.close(0, "");
        network.run(network.nowNs() + 30 * SECOND, () -> false);
        assertTrue(server.slab.lentBytes() == 0, server.slab.lentBytes() + " bytes are not given back");
    }

    /** Single bytes beyond gaps, on each stream that is allowed, as far apart as the windows let them be. */
    private void streams(Forge forge) {
        long left = CONNECTION_WINDOW;
        for (int i = 0; i < 2 * STREAMS; i++) {
            long stream = i < STREAMS ? 4L * i : 4L * (i - STREAMS) + 2;
            long upTo = Math.min(STREAM_WINDOW, left - (2 * STREAMS - 1 - i));
            for (long at = 1; at < upTo; at += 509) {
                forge.clear().stream(stream, at, ONE, false);
                forge.send(network.nowNs());
            }
            forge.clear().stream(stream, upTo - 1, ONE, false);
            forge.send(network.nowNs());
            left -= upTo;
        }
        Forge.drain(server, network.nowNs());
    }

    private void crypto(Forge forge) {
        long base = 0;
        for (long at = base + 1; at < CryptoStream.MAX_AHEAD_BYTES - 1; at += 509) {
            forge.clear().crypto(at, ONE);
            forge.send(network.nowNs());
        }
        Forge.drain(server, network.nowNs());
    }

    private void challengesIdsAndGaps(Forge forge) {
        byte[] id = new byte[8];
        for (int i = 0; i < 2_000; i++) {
            forge.clear().upTo(FrameEncoder.pathChallenge(forge.frames, 0, i));
            forge.send(network.nowNs());
            app.connection.loss().onPacketSent(PacketSpace.APPLICATION, app.connection.loss().nextNumber(PacketSpace.APPLICATION), 30, 0, FrameRecords.NONE, network.nowNs());
            if (i % 50 == 0) {
                Forge.drain(server, network.nowNs());
            }
        }
        for (int i = 0; i < PeerIds.MAX_RETIRING; i++) {
            id[0] = (byte) (i + 1);
            id[1] = (byte) 0xAA;
            byte[] token = new byte[16];
            token[0] = (byte) (i + 1);
            forge.clear().upTo(FrameEncoder.newConnectionId(forge.frames, 0, 10 + i, 9 + i, id, 0, 8, token, 0));
            forge.send(network.nowNs());
            if (server.accepted.get(0).closed) {
                return;
            }
            if (i >= 8) {
                break; // half of what closes it
            }
        }
    }
}
