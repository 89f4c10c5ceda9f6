package io.shockwave.internal.tls;

import io.shockwave.internal.memory.Slab;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Two sessions joined in memory, driven as the Javadoc of TlsSession says, with every size drawn from a seed. */
final class TlsPair {
    static final byte[] NOTHING = new byte[0];

    final Slab slab = new Slab(1 << 20);
    final Side client;
    final Side server;

    /** One end: its session, what it wants to send, what it got. */
    static final class Side {
        final TlsSession tls;
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        /** What the peer's session made and this one did not take yet. */
        byte[] wire = NOTHING;
        byte[] toSend = NOTHING;
        /** Bytes that this side put on the wire. */
        long sent;
        boolean wireEnded;
        int tasks;

        Side(TlsSession tls) {
            this.tls = tls;
        }

        void send(byte[] plain) {
            byte[] all = Arrays.copyOf(toSend, toSend.length + plain.length);
            System.arraycopy(plain, 0, all, toSend.length, plain.length);
            toSend = all;
        }

        void feed(byte[] bytes, int len) {
            byte[] all = Arrays.copyOf(wire, wire.length + len);
            System.arraycopy(bytes, 0, all, wire.length, len);
            wire = all;
        }
    }

    /** Draws sizes. */
    private final Random random;
    private final int maxChunk;
    private final int maxRoom;

    TlsPair(TlsConfig client, String host, TlsConfig server, long seed, int maxChunk, int maxRoom) {
        this(client, host, server, seed, maxChunk, maxRoom, new String[] {"http/1.1"}, new String[] {"http/1.1"});
    }

    TlsPair(TlsConfig client, String host, TlsConfig server, long seed, int maxChunk, int maxRoom, String[] offered, String[] known) {
        TlsViews views = new TlsViews();
        this.client = new Side(client.clientSession(slab, views, host, 443, offered));
        this.server = new Side(server.serverSession(slab, views, known));
        this.random = new Random(seed);
        this.maxChunk = maxChunk;
        this.maxRoom = maxRoom;
    }

    /** A client of any make. */
    TlsPair(TlsSession client, TlsConfig server) {
        this.client = new Side(client);
        this.server = new Side(server.serverSession(slab, new TlsViews(), "http/1.1"));
        this.random = new Random(1);
        this.maxChunk = 1 << 15;
        this.maxRoom = 1 << 15;
    }

    static TlsPair of(TlsConfig client, String host, TlsConfig server) {
        return new TlsPair(client, host, server, 1, 1 << 15, 1 << 15);
    }

    /** Drives both until neither can do anything more; fails when that does not come. */
    TlsPair run() {
        for (int step = 0; step < 20_000_000; step++) {
            boolean progress = step(client, server);
            progress |= step(server, client);
            if (!progress) {
                return this;
            }
        }
        throw new AssertionError("no end: " + describe());
    }

    String describe() {
        return "client open " + client.tls.isOpen() + " failed " + (client.tls.isFailed() ? client.tls.failure() : "no")
                + ", server open " + server.tls.isOpen() + " failed " + (server.tls.isFailed() ? server.tls.failure() : "no");
    }

    private boolean step(Side side, Side peer) {
        TlsSession tls = side.tls;
        if (tls.needsTask()) {
            side.tasks++;
            tls.delegatedTask().run();
            tls.taskDone();
            receive(side, NOTHING, 0);
            return true;
        }
        if (tls.wantsTransmit() || side.toSend.length > 0 && tls.isOpen() && !tls.isDone()) {
            return transmit(side, peer);
        }
        if (tls.hasMore()) {
            receive(side, NOTHING, 0);
            return true;
        }
        if (side.wire.length > 0) {
            int len = 1 + random.nextInt(Math.min(maxChunk, side.wire.length));
            byte[] chunk = Arrays.copyOf(side.wire, len);
            side.wire = Arrays.copyOfRange(side.wire, len, side.wire.length);
            receive(side, chunk, len);
            return true;
        }
        if (side.wireEnded) {
            side.wireEnded = false;
            tls.receiveEnd();
            return true;
        }
        return false;
    }

    private void receive(Side side, byte[] chunk, int len) {
        byte[] room = new byte[random.nextInt(maxRoom + 1) + 7];
        int dstOff = 1 + random.nextInt(5);
        int put = side.tls.receive(chunk, 0, len, room, dstOff, room.length - dstOff - 1);
        side.got.write(room, dstOff, put);
        if (room[0] != 0 || room[room.length - 1] != 0) {
            throw new AssertionError("written outside of the room that was given");
        }
    }

    private boolean transmit(Side side, Side peer) {
        byte[] room = new byte[side.tls.transmitRoomBytes() * (1 + random.nextInt(3))];
        int used = Math.min(side.toSend.length, 1 + random.nextInt(40_000));
        int put = side.tls.transmit(side.toSend, 0, used, room, 0, room.length);
        used = side.tls.consumed();
        side.toSend = Arrays.copyOfRange(side.toSend, used, side.toSend.length);
        side.sent += put;
        peer.feed(room, put);
        return put > 0 || used > 0 || !side.tls.wantsTransmit();
    }
}
