package io.shockwave.internal.quic;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any frames in any packets at any moment of a handshake and after it, sealed with the right keys, and any datagrams between them. The connection goes on or ends with a code that the RFCs name, nothing is
 * thrown, memory stays within its bounds, and when all is over nothing is left.
 */
class QuicConnectionFuzzTest {
    private static final long MS = 1_000_000L;
    private static final long MOST_HELD = new QuicSettings().maxConnectionWindowBytes() + 2L * new QuicSettings().maxSendBufferBytes() + (1 << 20);
    private static final int MOST_PACKETS = 64;
    private static final PacketType[] TYPES = {PacketType.INITIAL, PacketType.HANDSHAKE, PacketType.ONE_RTT};

    /** Client and server, and who of them is under attack by one that has the other's keys. */
    private static final class Rig {
        final SimNetwork network = new SimNetwork(9);
        final TestApp app = new TestApp();
        final SimQuic server = new SimQuic(network, "server", 2, new QuicSettings().datagramFrameBytes(100)).serve(TestApp::echoing);
        final SimQuic client = new SimQuic(network, "client", 1, new QuicSettings().datagramFrameBytes(100));
        final boolean attacksServer;
        final QuicConnection forger;
        final SimQuic victim;
        private final byte[] source;
        private long number = 1_000;
        private long now = 1;

        /** @param flights that pass before the attack */
        Rig(int flights) {
            client.connect(server, app, network);
            for (int i = 0; i < flights; i++) {
                fly(i % 2 == 0 ? client : server, i % 2 == 0 ? server : client);
            }
            attacksServer = flights % 2 == 0;
            victim = attacksServer ? server : client;
            byte[] firstId = app.connection.handshake().originalId();
            forger = attacksServer ? app.connection : flights == 1 ? server.endpoint.routes().byChosen(firstId, 0, firstId.length) : server.accepted.get(0).connection;
            source = forger.localIds().first();
        }

        private void fly(SimQuic from, SimQuic to) {
            byte[] buf = new byte[16 << 10];
            Outgoing out = new Outgoing();
            now += MS;
            int n;
            while ((n = from.endpoint.transmit(buf, 0, buf.length, now, out)) > 0) {
                for (int at = 0; at < n; at += out.segmentBytes) {
                    to.endpoint.receive(buf.clone(), at, Math.min(out.segmentBytes, n - at), from.host.address(), 0, 0, now);
                }
            }
        }

        /** What one step says: which packet, what to do besides, and its frames. */
        void step(int what, byte[] frames) {
            now += (what >> 3 & 3) == 3 ? 40 * MS : MS / 10;
            if (victim.endpoint.deadline() <= now) {
                victim.endpoint.timeout(now);
            }
            if ((what & 3) == 3) {
                datagram(frames.clone());
            } else {
                seal(TYPES[what & 3], (what & 0x20) != 0, frames);
            }
            if ((what & 4) != 0) {
                Forge.drain(victim, now);
            }
            check(victim.slab.lentBytes() <= MOST_HELD, victim.slab.lentBytes() + " bytes held");
        }

        private void seal(PacketType type, boolean damagesFirst, byte[] frames) {
            PacketProtection keys = type == PacketType.ONE_RTT ? forger.phases().write() : forger.space(type.space()).write();
            if (keys == null) {
                return;
            }
            byte[] buf = new byte[2_000];
            PeerIds ids = forger.peerIds();
            byte[] id = ids.id(ids.current());
            int at = type == PacketType.ONE_RTT ? PacketEncoder.shortHeader(buf, 0, true, false, forger.phases().writePhaseBit(), id, id.length, ++number, 4)
                    : PacketEncoder.longHeader(buf, 0, forger.version(), type, true, id, id.length, source, source.length, new byte[0], 0, ++number, 4);
            buf[0] |= (byte) (damagesFirst ? type == PacketType.ONE_RTT ? 0x18 : 0x0C : 0);
            System.arraycopy(frames, 0, buf, at, frames.length);
            int len = type == PacketType.INITIAL ? Math.max(frames.length, 1_200 - at - PacketProtection.TAG_BYTES) : frames.length;
            receive(buf, PacketEncoder.seal(buf, 0, at, len, number, 4, keys));
        }

        /** As it is, but for the ids, which lead to the victim. */
        private void datagram(byte[] bytes) {
            if (bytes.length > 6 && bytes[0] < 0) {
                PeerIds ids = forger.peerIds();
                byte[] id = ids.id(ids.current());
                byte[] long1 = new byte[Math.max(1_200, bytes.length + id.length + source.length)];
                int at = PacketEncoder.ids(long1, 1, bytes[1] << 24 | bytes[2] << 16 | bytes[3] << 8 | bytes[4], id, 0, id.length, source, 0, source.length);
                long1[0] = bytes[0];
                System.arraycopy(bytes, 5, long1, at, bytes.length - 5);
                receive(long1, (bytes[5] & 1) == 0 ? long1.length : at + bytes.length - 5);
            } else {
                receive(bytes, bytes.length);
            }
        }

        private void receive(byte[] buf, int len) {
            if (len > 0) {
                victim.endpoint.receive(buf, 0, len, (attacksServer ? client : server).host.address(), 0, 0, now);
            }
        }

        TestApp judge() {
            return !attacksServer ? app : server.accepted.isEmpty() ? null : server.accepted.get(0);
        }

        void end() {
            for (int i = 0; i < 2_000 && victim.endpoint.connections() > 0; i++) {
                now = Math.max(now + MS, Math.min(victim.endpoint.deadline(), now + 30_000 * MS));
                victim.endpoint.timeout(now);
                Forge.drain(victim, now);
            }
            check(victim.endpoint.connections() == 0, "a connection that does not end");
            check(victim.endpoint.halfOpen() == 0, "half open");
            check(victim.slab.lentBytes() == 0, victim.slab.lentBytes() + " bytes left");
            check(victim.endpoint.routes().size() == 0, "routes left");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Byte 0 says how many flights pass before, then come steps: what to do, the length of the frames, the frames. */
    @FuzzTest(maxDuration = "10m")
    void anyPackets(byte[] data) {
        if (data.length < 3) {
            return;
        }
        Rig rig = new Rig((data[0] & 0xFF) % 6);
        int at = 1;
        for (int i = 0; i < MOST_PACKETS && at + 2 <= data.length; i++) {
            int what = data[at];
            int len = Math.min(data.length - at - 2, 4 + 4 * (data[at + 1] & 0xFF));
            rig.step(what, Arrays.copyOfRange(data, at + 2, at + 2 + Math.max(4, len)));
            at += 2 + len;
        }
        TestApp judge = rig.judge();
        if (judge != null && judge.closed && !judge.closedByPeer) {
            check(!judge.closedByApplication, "an application's code");
            check(judge.closeCode >= 0 && judge.closeCode <= QuicError.VERSION_NEGOTIATION_ERROR && judge.closeCode != QuicError.INTERNAL_ERROR || judge.closeCode >> 8 == 1, "code " + judge.closeCode);
        }
        rig.end();
    }

    /** A server that serves knows nobody who comes with the bytes of others; datagrams begin with their length in two bytes. */
    @FuzzTest(maxDuration = "10m")
    void anyDatagramsOfStrangers(byte[] data) {
        SimNetwork network = new SimNetwork(3);
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::new);
        List<byte[]> datagrams = new ArrayList<>();
        int at = 0;
        while (at + 2 <= data.length) {
            int len = (data[at] & 0x07) << 8 | data[at + 1] & 0xFF;
            byte[] datagram = Arrays.copyOfRange(data, at + 2, at + 2 + Math.min(len, data.length - at - 2));
            datagrams.add((data[at] & 0x40) == 0 ? datagram : Arrays.copyOf(datagram, Math.max(1_200, datagram.length)));
            at += 2 + len;
        }
        long received = 0;
        long sent = 0;
        long now = 1;
        for (byte[] datagram : datagrams) {
            if (datagram.length > 0) {
                received += datagram.length;
                server.endpoint.receive(datagram, 0, datagram.length, PeerAddress.ofIpv4(0x7f000001, 9), 0, 0, now += MS);
                sent += Forge.drain(server, now);
            }
            check(sent <= 3 * received, sent + " bytes for " + received);
            check(server.slab.lentBytes() <= datagrams.size() * 40_000L, server.slab.lentBytes() + " bytes held");
        }
        for (int i = 0; i < 200 && server.endpoint.connections() > 0; i++) {
            now = Math.max(now + MS, Math.min(server.endpoint.deadline(), now + 30_000 * MS));
            server.endpoint.timeout(now);
            Forge.drain(server, now);
        }
        check(server.endpoint.connections() == 0 && server.slab.lentBytes() == 0 && server.endpoint.routes().size() == 0, "something is left");
    }
}
