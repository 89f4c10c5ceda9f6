package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A peer with valid keys that sends any frames in any order. Whatever they are, the connection goes on or closes with a code that the RFCs name, nothing is thrown, and memory stays within what the
 * settings allow.
 */
class QuicHostileFuzzTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SEEDS = Integer.getInteger("sim.seeds", 60);
    private static final int PACKETS = 300;

    private static long value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(4);
            case 1 -> random.nextInt(1 << 10);
            case 2 -> random.nextInt(1 << 20);
            case 3 -> random.nextLong() & VarInt.MAX;
            default -> VarInt.MAX - random.nextInt(3);
        };
    }

    /** Mostly such as a peer could name. */
    private static long stream(Random random) {
        return random.nextInt(10) == 0 ? value(random) : random.nextInt(40);
    }

    private static void frame(Forge forge, Random random) {
        byte[] dst = forge.frames;
        int at = forge.len;
        switch (random.nextInt(20)) {
            case 0 -> forge.upTo(FrameEncoder.ping(dst, at));
            case 1 -> forge.upTo(FrameEncoder.resetStream(dst, at, stream(random), value(random), value(random)));
            case 2 -> forge.upTo(FrameEncoder.stopSending(dst, at, stream(random), value(random)));
            case 3 -> forge.upTo(FrameEncoder.maxData(dst, at, value(random)));
            case 4 -> forge.upTo(FrameEncoder.maxStreamData(dst, at, stream(random), value(random)));
            case 5 -> forge.upTo(FrameEncoder.maxStreams(dst, at, random.nextBoolean(), random.nextInt(1 << 20)));
            case 6 -> forge.upTo(FrameEncoder.dataBlocked(dst, at, value(random)));
            case 7 -> forge.upTo(FrameEncoder.streamDataBlocked(dst, at, stream(random), value(random)));
            case 8 -> forge.upTo(FrameEncoder.streamsBlocked(dst, at, random.nextBoolean(), random.nextInt(1 << 20)));
            case 9 -> {
                byte[] id = new byte[8];
                random.nextBytes(id);
                long sequence = random.nextInt(12);
                forge.upTo(FrameEncoder.newConnectionId(dst, at, sequence, Math.min(sequence, random.nextInt(12)), id, 0, 8, new byte[16], 0));
            }
            case 10 -> forge.upTo(FrameEncoder.retireConnectionId(dst, at, random.nextInt(8)));
            case 11 -> forge.upTo(FrameEncoder.pathChallenge(dst, at, random.nextLong()));
            case 12 -> forge.upTo(FrameEncoder.pathResponse(dst, at, random.nextLong()));
            case 13 -> {
                if (random.nextInt(30) == 0) {
                    forge.crypto(random.nextInt(100), new byte[random.nextInt(50)]);
                }
            }
            case 14 -> {
                AckRanges ranges = new AckRanges();
                for (int i = 0; i < 5; i++) {
                    ranges.add(random.nextInt(12));
                }
                forge.upTo(ranges.write(dst, at, 100, random.nextInt(1000)));
            }
            default -> forge.stream(stream(random) & ~1L, random.nextInt(10) == 0 ? value(random) >>> 1 : random.nextInt(5_000), new byte[random.nextInt(200)], random.nextInt(5) == 0);
        }
    }

    @Test
    void anyFramesInAnyOrderAreTakenOrAnsweredWithACodeOfTheRfcs() {
        int closed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SimNetwork network = new SimNetwork(seed);
            Random random = network.random;
            TestApp app = new TestApp();
            SimQuic server = new SimQuic(network, "server", 2, new QuicSettings().datagramFrameBytes(100)).serve(TestApp::echoing);
            SimQuic client = new SimQuic(network, "client", 1, new QuicSettings());
            client.connect(server, app, network);
            assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()));
            network.run(2 * SECOND, () -> false);
            TestApp victim = server.accepted.get(0);
            victim.appetite = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(300);
            Forge forge = new Forge(app.connection, server, client.host.address());
            long now = network.nowNs();
            int most = new QuicSettings().connectionWindowBytes() * 9 / 8 + 200 * 2 * ChunkedBytes.CHUNK_BYTES + new QuicSettings().maxSendBufferBytes();
            for (int i = 0; i < PACKETS && !victim.closed; i++) {
                forge.clear();
                int frames = 1 + random.nextInt(4);
                for (int f = 0; f < frames && forge.len < 1_000; f++) {
                    frame(forge, random);
                }
                if (forge.len < 4) {
                    forge.upTo(FrameEncoder.padding(forge.frames, forge.len, 4));
                }
                if (random.nextInt(50) == 0) {
                    forge.frames[random.nextInt(forge.len)] ^= (byte) (1 << random.nextInt(8));
                }
                now += random.nextInt(3_000_000);
                if (server.endpoint.deadline() <= now) {
                    server.endpoint.timeout(now);
                }
                forge.sendFrom(random.nextInt(20) == 0 ? PeerAddress.ofIpv4(random.nextInt(), 9) : client.host.address(), now);
                if (random.nextBoolean()) {
                    Forge.drain(server, now);
                }
                int ofSeed = seed;
                assertTrue(server.slab.lentBytes() <= most, () -> "seed " + ofSeed + " holds " + server.slab.lentBytes());
            }
            if (victim.closed) {
                closed++;
                assertTrue(victim.closeCode > 0 && victim.closeCode <= QuicError.VERSION_NEGOTIATION_ERROR || victim.closeCode >> 8 == 1, "seed " + seed + " code " + victim.closeCode);
            }
            for (int i = 0; i < 400 && server.endpoint.connections() > 0; i++) {
                now += SECOND / 2;
                if (server.endpoint.deadline() <= now) {
                    server.endpoint.timeout(now);
                }
                Forge.drain(server, now);
            }
            assertEquals(0, server.endpoint.connections(), "seed " + seed);
            assertEquals(0, server.slab.lentBytes(), "seed " + seed);
            assertEquals(0, server.endpoint.routes().size(), "seed " + seed);
        }
        assertTrue(closed > SEEDS / 2, "closed " + closed);
    }
}
