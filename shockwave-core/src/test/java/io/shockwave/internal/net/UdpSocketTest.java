package io.shockwave.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.internal.quic.PeerAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams between sockets of this machine, over NIO and over the batched calls of Linux: the same bytes in the same datagrams. */
class UdpSocketTest {
    private record Got(byte[] bytes, PeerAddress from, int ecn) {}

    private static final class Collector implements UdpSocket.Receiver {
        final LinkedBlockingQueue<Got> got = new LinkedBlockingQueue<>();
        final AtomicInteger writable = new AtomicInteger();

        @Override
        public void onDatagrams(byte[] buf, int off, int len, int segmentBytes, PeerAddress from, int ecn) {
            for (int at = off; at < off + len; at += segmentBytes) {
                got.add(new Got(Arrays.copyOfRange(buf, at, Math.min(at + segmentBytes, off + len)), from.copy(), ecn));
            }
        }

        @Override
        public void onWritable() {
            writable.incrementAndGet();
        }

        Got next() throws InterruptedException {
            Got one = got.poll(10, TimeUnit.SECONDS);
            assertTrue(one != null, "no datagram came");
            return one;
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
    void linuxSendsAndReceivesInBatches() {
        assertTrue(NativeUdpProbe.isUsable(), "this JVM is started with native access enabled");
    }

    private interface Work {
        void run() throws IOException;
    }

    private final List<UdpSocket> sockets = new ArrayList<>();
    private Reactor reactor;

    @BeforeEach
    void start() throws IOException {
        reactor = new Reactor("udp-test");
        reactor.start();
    }

    @AfterEach
    void stop() throws Exception {
        on(() -> sockets.forEach(UdpSocket::close));
        reactor.stop();
        reactor.join();
    }

    private void on(Work work) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        List<Throwable> failed = new ArrayList<>();
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                try {
                    work.run();
                } catch (Throwable t) {
                    failed.add(t);
                } finally {
                    done.countDown();
                }
            }
        });
        assertTrue(done.await(10, TimeUnit.SECONDS));
        if (!failed.isEmpty()) {
            throw new AssertionError(failed.get(0));
        }
    }

    private UdpSocket open(String host, boolean plain, UdpSocket.Receiver receiver) throws Exception {
        assumeTrue(plain || NativeUdpProbe.isUsable(), "no batched datagram calls here");
        UdpSocket socket = UdpSocket.open(reactor, new InetSocketAddress(InetAddress.getByName(host), 0), false, plain, receiver);
        assertEquals(!plain, socket.marks());
        sockets.add(socket);
        on(socket::register);
        return socket;
    }

    private static byte[] bytes(int len, int seed) {
        byte[] bytes = new byte[len];
        for (int i = 0; i < len; i++) {
            bytes[i] = (byte) (i * 31 + seed);
        }
        return bytes;
    }

    private static PeerAddress address(UdpSocket socket) {
        PeerAddress address = new PeerAddress();
        UdpSocket.set(address, socket.local());
        return address;
    }

    @ParameterizedTest
    @CsvSource({"true,127.0.0.1", "false,127.0.0.1", "true,::1", "false,::1"})
    void aBatchArrivesAsTheDatagramsItHolds(boolean plain, String host) throws Exception {
        Collector a = new Collector();
        Collector b = new Collector();
        UdpSocket from = open(host, plain, a);
        UdpSocket to = open(host, plain, b);
        for (int len : new int[] {1, 999, 1_000, 1_001, 12_345, 64_000}) {
            byte[] sent = bytes(len, len);
            on(() -> {
                from.send(sent, 0, len, 1_000, address(to), 0);
                from.flush();
            });
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int left = len; left > 0; left -= 1_000) {
                Got one = b.next();
                assertEquals(Math.min(1_000, left), one.bytes.length);
                assertEquals(address(from), one.from);
                all.writeBytes(one.bytes);
            }
            assertTrue(Arrays.equals(sent, all.toByteArray()), "bytes differ at " + len);
        }
        assertTrue(b.got.isEmpty());
    }

    @Test
    void marksOfTheCongestedPathAreCarriedBothWays() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            Collector b = new Collector();
            UdpSocket from = open(host, false, new Collector());
            UdpSocket to = open(host, false, b);
            for (int ecn = 0; ecn < 4; ecn++) {
                int mark = ecn;
                on(() -> {
                    from.send(bytes(300, mark), 0, 300, 100, address(to), mark);
                    from.flush();
                });
                for (int i = 0; i < 3; i++) {
                    assertEquals(mark, b.next().ecn, host);
                }
            }
        }
    }

    @Test
    void oneCallServesManyPeers() throws Exception {
        Collector[] collectors = new Collector[40];
        UdpSocket[] peers = new UdpSocket[collectors.length];
        for (int i = 0; i < peers.length; i++) {
            collectors[i] = new Collector();
            peers[i] = open("127.0.0.1", true, collectors[i]);
        }
        UdpSocket from = open("127.0.0.1", false, new Collector());
        on(() -> {
            for (int i = 0; i < peers.length; i++) { // more than one call takes
                from.send(bytes(50 + i, i), 0, 50 + i, 1_200, address(peers[i]), 0);
            }
            from.flush();
        });
        for (int i = 0; i < peers.length; i++) {
            assertTrue(Arrays.equals(bytes(50 + i, i), collectors[i].next().bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyDatagramIsPassedOver(boolean plain) throws Exception {
        // curl CVE-2026-11352: a datagram without bytes must neither end the loop nor spin it.
        Collector b = new Collector();
        UdpSocket to = open("127.0.0.1", plain, b);
        try (DatagramSocket foreign = new DatagramSocket()) {
            for (int i = 0; i < 200; i++) {
                foreign.send(new DatagramPacket(new byte[0], 0, to.local()));
            }
            foreign.send(new DatagramPacket(new byte[] {7}, 1, to.local()));
        }
        assertEquals(1, b.next().bytes.length);
        assertTrue(b.got.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatIsGoneDisturbsNoOther(boolean plain) throws Exception {
        Collector b = new Collector();
        UdpSocket from = open("127.0.0.1", plain, new Collector());
        UdpSocket to = open("127.0.0.1", plain, b);
        int closedPort;
        try (DatagramSocket gone = new DatagramSocket()) {
            closedPort = gone.getLocalPort();
        }
        PeerAddress nobody = address(to).copy();
        nobody.set(nobody.high(), nobody.low(), closedPort);
        for (int i = 0; i < 20; i++) {
            on(() -> {
                from.send(bytes(10, 1), 0, 10, 10, nobody, 0);
                from.send(bytes(10, 2), 0, 10, 10, address(to), 0);
                from.flush();
            });
            assertTrue(Arrays.equals(bytes(10, 2), b.next().bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDatagramTooLargeForThePathIsLostAndNothingElse(boolean plain) throws Exception {
        Collector b = new Collector();
        UdpSocket from = open("127.0.0.1", plain, new Collector());
        UdpSocket to = open("127.0.0.1", plain, b);
        on(() -> {
            from.send(new byte[65_000], 0, 65_000, 65_000, address(to), 0); // fits the loopback interface's MTU of 65,536
            from.send(bytes(10, 3), 0, 10, 10, address(to), 0);
            from.flush();
        });
        assertEquals(65_000, b.next().bytes.length);
        assertTrue(Arrays.equals(bytes(10, 3), b.next().bytes));
        assertFalse(from.isBlocked());
    }

    @Test
    void addressesSurviveTheWayThroughTheJdk() throws Exception {
        for (String text : new String[] {"192.0.2.1", "2001:db8::1", "::1", "255.255.255.255"}) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(text), 4433);
            PeerAddress peer = new PeerAddress();
            UdpSocket.set(peer, address);
            assertEquals(address, UdpSocket.toSocketAddress(peer));
        }
    }
}
