package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpDatagrams;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ClientResponse.Upgraded;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.Tunnel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Datagrams of tunnels (RFC 9297) by the public API of both sides: in frames of QUIC, and in capsules where a side does not allow those. */
class Http3DatagramsTest extends Http3Rig {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final byte[] buf = new byte[70_000];

    private String heard() throws InterruptedException {
        String text = told.poll(40, TimeUnit.SECONDS);
        assertNotNull(text, "nothing was told");
        return text;
    }

    private void serve(boolean datagrams, boolean atClient) throws IOException {
        server = builder().datagrams(datagrams).handler(this::echo3).start();
        client = only().datagrams(atClient).build();
    }

    /** Sends back what comes, until the client ends. */
    private void echo3(ServerRequest request, ServerResponse response) throws IOException {
        if (request.method() != Method.CONNECT) {
            response.headers().set(HeaderName.UPGRADE, "connect-udp");
        }
        try (Tunnel tunnel = response.upgrade()) {
            HttpDatagrams datagrams = tunnel.datagrams();
            told.add("most " + datagrams.maxBytes());
            byte[] one = new byte[70_000];
            for (int n = datagrams.receive(one, 0, one.length); n >= 0; n = datagrams.receive(one, 0, one.length)) {
                datagrams.send(one, 0, n);
            }
            told.add("ended");
        }
    }

    private ClientResponse connect() throws IOException {
        ClientResponse response = request(Method.CONNECT, "/udp").protocol("connect-udp").send();
        assertEquals(200, response.status());
        return response;
    }

    /** Sends it until it comes back, as any may be lost; what comes late of those before is skipped. @return its length */
    private int exchanged(HttpDatagrams datagrams, byte[] sent, int room) throws Exception {
        CountDownLatch back = new CountDownLatch(1);
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                do {
                    assertTrue(datagrams.send(sent, 0, sent.length));
                } while (!back.await(1, TimeUnit.SECONDS));
            } catch (IOException | InterruptedException e) {
                // The receiver sees what that was.
            }
        });
        int n;
        do {
            n = datagrams.receive(buf, 0, room);
        } while (n >= 0 && (n != sent.length || !Arrays.equals(sent, 0, Math.min(n, room), buf, 0, Math.min(n, room))));
        back.countDown();
        sender.join();
        return n;
    }

    private void echoes(HttpDatagrams datagrams) throws Exception {
        for (int i = 0; i < 50; i++) {
            byte[] ping = ("ping " + i).getBytes(StandardCharsets.US_ASCII);
            assertEquals(ping.length, exchanged(datagrams, ping, buf.length));
        }
        assertEquals(0, exchanged(datagrams, new byte[0], buf.length));
    }

    private void ends(Upgraded tunnel, HttpDatagrams datagrams) throws IOException {
        tunnel.endOutput();
        assertThrows(IllegalStateException.class, () -> datagrams.send(new byte[1], 0, 1));
        for (int n = 0; n >= 0; ) {
            n = datagrams.receive(buf, 0, buf.length);
        }
    }

    @Test
    void framesOfQuicCarryThemWhereBothAllowIt() throws Exception {
        serve(true, true);
        try (ClientResponse response = connect()) {
            Upgraded tunnel = response.upgraded();
            HttpDatagrams datagrams = tunnel.datagrams();
            assertSame(datagrams, tunnel.datagrams());
            echoes(datagrams);
            int most = datagrams.maxBytes();
            assertTrue(most > 1_000 && most < 2_000, "a packet's worth: " + most);
            assertEquals(most, exchanged(datagrams, new byte[most], buf.length));
            assertFalse(datagrams.send(new byte[2_000], 0, 2_000));
            assertEquals(500, exchanged(datagrams, new byte[500], 10), "the length tells of what did not fit");
            assertThrows(IllegalStateException.class, () -> tunnel.in().read());
            assertThrows(IllegalStateException.class, () -> tunnel.out().write(1));
            ends(tunnel, datagrams);
        }
        assertFalse(heard().equals("most 65535"));
        assertEquals("ended", heard());
    }

    @Test
    void capsulesCarryThemWhereOneSideDoesNot() throws Exception {
        for (int i = 1; i < 4; i++) {
            serve((i & 1) == 0, (i & 2) == 0);
            try (ClientResponse response = connect()) {
                Upgraded tunnel = response.upgraded();
                HttpDatagrams datagrams = tunnel.datagrams();
                assertEquals(65_535, datagrams.maxBytes());
                echoes(datagrams);
                assertEquals(65_535, exchanged(datagrams, new byte[65_535], buf.length));
                assertFalse(datagrams.send(new byte[65_536], 0, 65_536));
                ends(tunnel, datagrams);
            }
            assertEquals("most 65535", heard());
            assertEquals("ended", heard());
            close();
        }
    }

    @Test
    void capsulesCarryThemOverHttp1() throws Exception {
        server = builder().handler(this::echo3).start();
        client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_1_1).build();
        ClientRequest request = client.request(Method.GET, url("/udp"));
        request.headers().set(HeaderName.UPGRADE, "connect-udp").set(HeaderName.of("Capsule-Protocol"), "?1");
        try (ClientResponse response = request.send()) {
            assertEquals(101, response.status());
            Upgraded tunnel = response.upgraded();
            HttpDatagrams datagrams = tunnel.datagrams();
            assertEquals(65_535, datagrams.maxBytes());
            echoes(datagrams);
            assertThrows(IllegalStateException.class, () -> tunnel.in().read());
        }
        assertEquals("most 65535", heard());
    }

    @Test
    void otherCapsulesAreSkippedAndACutOneIsAnError() throws Exception {
        server = builder().datagrams(true).handler((_, response) -> {
            Tunnel tunnel = response.upgrade();
            HttpDatagrams datagrams = tunnel.datagrams();
            byte[] one = new byte[100];
            told.add("got " + datagrams.receive(one, 0, one.length) + " " + one[0]);
            told.add(assertThrows(HttpException.class, () -> datagrams.receive(one, 0, one.length)).kind().name());
        }).start();
        client = only().datagrams(true).build();
        try (ClientResponse response = connect()) {
            Upgraded tunnel = response.upgraded();
            byte[] unknown = new byte[100_004];
            unknown[0] = 0x29; // type 0x29, 100,000 bytes
            unknown[1] = (byte) 0x80;
            unknown[2] = 0x01;
            unknown[3] = (byte) 0x86;
            unknown[4] = (byte) 0x9F;
            tunnel.out().write(unknown);
            tunnel.out().write(new byte[] {0, 2, 7, 7, 0, 5, 1});
            assertEquals("got 2 7", heard());
            tunnel.endOutput();
            assertEquals("PROTOCOL", heard());
            assertThrows(HttpException.class, () -> tunnel.in().read()); // RFC 9297 3.3: the stream is reset
        }
    }

    @Test
    void theOldestOfManyAreDroppedAndCounted() throws Exception {
        server = builder().datagrams(true).handler((request, response) -> {
            try (Tunnel tunnel = response.upgrade()) {
                HttpDatagrams datagrams = tunnel.datagrams();
                byte[] one = new byte[1_000];
                for (int i = 0; i < 5_000; i++) {
                    one[0] = (byte) (i >> 8);
                    one[1] = (byte) i;
                    assertTrue(datagrams.send(one, 0, one.length));
                }
                Thread last = Thread.ofVirtual().start(() -> resend(datagrams, one)); // for it may be lost on the way
                datagrams.receive(new byte[10], 0, 10); // until the client has seen the last
                last.interrupt();
                last.join();
                told.add("dropped " + datagrams.dropped());
            }
        }).start();
        client = only().datagrams(true).build();
        try (ClientResponse response = connect()) {
            HttpDatagrams datagrams = response.upgraded().datagrams();
            int seen = 0;
            int last = -1;
            while (last < 4_999) { // the newest is what is kept
                assertEquals(1_000, datagrams.receive(buf, 0, buf.length));
                last = (buf[0] & 0xFF) << 8 | buf[1] & 0xFF;
                seen++;
            }
            Thread seenLast = Thread.ofVirtual().start(() -> resend(datagrams, new byte[1]));
            long dropped = Long.parseLong(heard().substring("dropped ".length()));
            seenLast.interrupt();
            seenLast.join();
            assertTrue(seen > 0 && dropped >= 0 && dropped < 5_000, seen + " came, " + dropped + " were dropped");
        }
    }

    private static void resend(HttpDatagrams datagrams, byte[] one) {
        try {
            while (true) {
                Thread.sleep(100);
                datagrams.send(one, 0, one.length);
            }
        } catch (IOException | InterruptedException e) {
            // The client has seen it, or is gone.
        }
    }

    @Test
    void closingWakesWhoWaitsForOne() throws Exception {
        serve(true, true);
        try (ClientResponse response = connect()) {
            Upgraded tunnel = response.upgraded();
            HttpDatagrams datagrams = tunnel.datagrams();
            Thread.ofVirtual().start(() -> {
                try {
                    told.add("received " + datagrams.receive(new byte[10], 0, 10));
                } catch (IOException e) {
                    told.add("woken");
                }
            });
            heard(); // the server's
            tunnel.reset();
            assertEquals("woken", heard());
            assertThrows(IOException.class, () -> datagrams.send(new byte[1], 0, 1));
        }
    }

    @Test
    void aPlainConnectHasNoFrames() throws Exception {
        serve(true, true);
        try (ClientResponse response = request(Method.CONNECT, "/").send()) {
            HttpDatagrams datagrams = response.upgraded().datagrams();
            assertEquals(65_535, datagrams.maxBytes());
            echoes(datagrams);
        }
        assertEquals("most 65535", heard());
    }
}
