package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.RandomBytes;
import org.junit.jupiter.api.Test;

/** RFC 9000 17.4. */
class LatencySpinTest {
    private static final RandomBytes ONES = (dst, off, len) -> java.util.Arrays.fill(dst, off, off + len, (byte) 1);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aServerRepeatsAndAClientTurnsOver() {
        LatencySpin server = new LatencySpin(true, true, ONES);
        LatencySpin client = new LatencySpin(true, false, ONES);
        assertFalse(server.next(true), "both begin with 0");
        assertFalse(client.next(true));
        client.received(server.next(true));
        assertTrue(client.next(true));
        server.received(client.next(true));
        assertTrue(server.next(true));
        client.received(server.next(true));
        assertFalse(client.next(true));
        server.received(client.next(true));
        assertFalse(server.next(true));
    }

    @Test
    void anotherPathOrIdBeginsWithZero() {
        LatencySpin client = new LatencySpin(true, false, ONES);
        client.received(false);
        assertTrue(client.next(true));
        assertFalse(client.next(false), "a path that is merely tried");
        client.reset();
        assertFalse(client.next(true));
    }

    @Test
    void oneInSixteenDoesNotShowIt() {
        SeededBytes random = new SeededBytes(1);
        int noisy = 0;
        for (int i = 0; i < 16_000; i++) {
            LatencySpin spin = new LatencySpin(true, true, random);
            spin.received(false);
            boolean any = false;
            for (int n = 0; n < 24; n++) {
                any |= spin.next(true);
            }
            noisy += any ? 1 : 0;
        }
        assertTrue(noisy > 800 && noisy < 1_200, "noisy: " + noisy + " of 16,000, where 1,000 are expected");
    }

    /** The system's random bytes allocate, so no packet may ask for them. */
    @Test
    void noiseAsksForRandomBytesOnceAPath() {
        int[] asked = {0};
        SeededBytes random = new SeededBytes(3);
        LatencySpin spin = new LatencySpin(false, true, (dst, off, len) -> {
            asked[0]++;
            random.fill(dst, off, len);
        });
        for (int i = 0; i < 10_000; i++) {
            spin.randomBit();
        }
        assertEquals(1, asked[0]);
        spin.reset();
        assertEquals(2, asked[0]);
    }

    /** RFC 9000 9.5: what was seen on one path must not link another to it. */
    @Test
    void noiseOfAnotherPathDoesNotGoOnWithThatOfTheFirst() {
        LatencySpin stays = new LatencySpin(false, true, new SeededBytes(4));
        LatencySpin moves = new LatencySpin(false, true, new SeededBytes(4));
        for (int i = 0; i < 100; i++) {
            assertEquals(stays.randomBit(), moves.randomBit());
        }
        moves.reset();
        int equal = 0;
        for (int i = 0; i < 1_000; i++) {
            equal += stays.randomBit() == moves.randomBit() ? 1 : 0;
        }
        assertTrue(equal > 400 && equal < 600, equal + " of 1,000 bits are the same");
    }

    @Test
    void whereItIsOffPacketsBearNoiseWhateverComes() {
        LatencySpin spin = new LatencySpin(false, true, new SeededBytes(2));
        int ones = 0;
        for (int i = 0; i < 10_000; i++) {
            spin.received(true);
            ones += spin.next(true) ? 1 : 0;
        }
        assertTrue(ones > 4_700 && ones < 5_300, "ones: " + ones + " of 10,000");
    }

    /** Counts the changes of the bit in what a client sends, over some round trips of 100 ms. */
    private static int edges(boolean used, long seed) {
        SimNetwork network = new SimNetwork(seed);
        QuicSettings settings = new QuicSettings().isSpinBitUsed(used);
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings().isSpinBitUsed(used)).serve(TestApp::echoing);
        SimQuic client = new SimQuic(network, "client", 1, settings);
        client.host.to(server.host).latencyMs(50);
        server.host.to(client.host).latencyMs(50);
        TestApp app = new TestApp();
        client.connect(server, app, network);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        int[] last = {-1};
        int[] edges = {0};
        server.onDatagram = first -> {
            if ((first & 0x80) == 0) {
                int bit = first >> 5 & 1;
                edges[0] += last[0] >= 0 && bit != last[0] ? 1 : 0;
                last[0] = bit;
            }
        };
        for (int i = 0; i < 100; i++) { // a packet each 10 ms
            app.connection.sender().ping();
            client.endpoint.wake(app.connection);
            network.run(network.nowNs() + SECOND / 100, () -> false);
        }
        return edges[0];
    }

    @Test
    void theBitTurnsOverOnceARoundTrip() {
        int edges = edges(true, 1);
        assertTrue(edges >= 7 && edges <= 11, "edges in 1 s: " + edges);
        int noise = edges(false, 1);
        assertTrue(noise > 20, "edges of noise: " + noise);
    }

    @Test
    void byDefaultItIsOff() {
        assertFalse(new QuicSettings().isSpinBitUsed());
        assertFalse(new io.shockwave.QuicOptions().spinBit());
        assertEquals(true, new io.shockwave.QuicOptions().spinBit(true).spinBit());
    }
}
