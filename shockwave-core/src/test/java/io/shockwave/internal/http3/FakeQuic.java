package io.shockwave.internal.http3;

import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.quic.QuicTransport;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Two ends of a connection in memory, which keep the promises of the transport's interfaces: bounded send buffers, streams in order but one before the other as chance has it, bytes in pieces, what is declined
 * offered again on request. No packets, no loss, no time.
 */
final class FakeQuic {
    /** How bytes are cut: 0 whole, n in pieces of n, -1 at random. */
    int pieces;
    int sendBufferBytes = 1 << 16;
    final Random random;
    final End client = new End(false);
    final End server = new End(true);

    FakeQuic(int pieces, long seed) {
        this.pieces = pieces;
        random = new Random(seed);
    }

    /** One half of a stream, from whoever writes it. */
    static final class Half {
        byte[] bytes = new byte[256];
        int from;
        int to;
        boolean fin;
        boolean finTaken; // by the reader
        boolean wantsRoom;
        boolean declined;
        long reset = -1;
        boolean resetTold;
        long stopped = -1;
        boolean stopTold;
        boolean opened;
        boolean acked;

        int held() {
            return to - from;
        }

        void add(byte[] buf, int off, int len) {
            if (to + len > bytes.length) {
                int held = held();
                byte[] larger = held + len <= bytes.length ? bytes : new byte[Math.max(bytes.length * 2, held + len)];
                System.arraycopy(bytes, from, larger, 0, held);
                bytes = larger;
                from = 0;
                to = held;
            }
            System.arraycopy(buf, off, bytes, to, len);
            to += len;
        }

        boolean isOver() {
            return finTaken || resetTold || stopped >= 0 && reset >= 0;
        }
    }

    final class End implements QuicTransport {
        final boolean isServer;
        QuicSink sink;
        final Map<Long, Half> out = new TreeMap<>(); // what this end writes
        final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();
        final Map<Long, String> priorities = new TreeMap<>();
        final ArrayDeque<Long> dead = new ArrayDeque<>();
        long nextBidi;
        long nextUni;
        int bidiLimit = 100;
        int uniLimit = 100;
        boolean wantedBidi;
        boolean wantedUni;
        boolean closed;
        boolean closeTold;
        boolean early;
        /** No write finds room from now on. */
        boolean full;
        long closeCode = -1;
        String closeReason = "";

        End(boolean isServer) {
            this.isServer = isServer;
            nextBidi = isServer ? 1 : 0;
            nextUni = isServer ? 3 : 2;
        }

        End other() {
            return isServer ? client : server;
        }

        @Override
        public long openBidirectional() {
            if (nextBidi / 4 >= bidiLimit) {
                wantedBidi = true;
                return NONE;
            }
            long id = nextBidi;
            nextBidi += 4;
            out.put(id, new Half());
            other().out.put(id, new Half());
            return id;
        }

        @Override
        public long openUnidirectional() {
            if (nextUni / 4 >= uniLimit) {
                wantedUni = true;
                return NONE;
            }
            long id = nextUni;
            nextUni += 4;
            out.put(id, new Half());
            return id;
        }

        void allow(int bidi, int uni) {
            bidiLimit += bidi;
            uniLimit += uni;
            if (wantedBidi && bidi > 0) {
                wantedBidi = false;
                sink.onStreamsAvailable(true);
            }
            if (wantedUni && uni > 0) {
                wantedUni = false;
                sink.onStreamsAvailable(false);
            }
        }

        @Override
        public int write(long stream, byte[] buf, int off, int len, boolean fin) {
            Half half = out.get(stream);
            if (closed || half == null || half.fin || half.reset >= 0) {
                return -1;
            }
            int n = full ? 0 : Math.min(len, sendBufferBytes - half.held());
            half.add(buf, off, n);
            if (n < len) {
                half.wantsRoom = true;
            } else if (fin) {
                half.fin = true;
            }
            return n;
        }

        @Override
        public int writable(long stream) {
            Half half = out.get(stream);
            return closed || half == null || half.fin || half.reset >= 0 ? 0 : sendBufferBytes - half.held();
        }

        @Override
        public void reset(long stream, long errorCode) {
            Half half = out.get(stream);
            if (half != null && half.reset < 0 && !half.finTaken) {
                half.reset = errorCode;
                half.from = half.to;
            }
        }

        @Override
        public void stopSending(long stream, long errorCode) {
            Half half = other().out.get(stream);
            if (half != null && half.stopped < 0 && !half.finTaken) {
                half.stopped = errorCode;
            }
        }

        @Override
        public int read(long stream, byte[] dst, int off, int len) {
            throw new AssertionError("not used by HTTP/3");
        }

        @Override
        public void resume(long stream) {
            Half half = other().out.get(stream);
            if (half == null || !half.declined || closed) {
                return;
            }
            half.declined = false;
            offer(stream, half, offeredLen);
        }

        private int offeredLen = Integer.MAX_VALUE;

        /** Offers what is there to this end. */
        private boolean offer(long stream, Half half, int most) {
            int n = Math.min(most, half.held());
            boolean fin = half.fin && n == half.held();
            if (n == 0 && !fin) {
                return false;
            }
            byte[] copy = new byte[n + 6];
            Arrays.fill(copy, (byte) 0x5A);
            System.arraycopy(half.bytes, half.from, copy, 3, n);
            int taken = sink.onStreamData(stream, copy, 3, n, fin);
            if (taken < 0 || taken > n) {
                throw new AssertionError("took " + taken + " of " + n);
            }
            for (int i = 0; i < 3; i++) {
                if (copy[i] != 0x5A || copy[copy.length - 1 - i] != 0x5A) {
                    throw new AssertionError("wrote into what was lent");
                }
            }
            if (half.reset >= 0) {
                return true;
            }
            half.from += taken;
            if (taken < n) {
                half.declined = true;
            } else if (fin) {
                half.finTaken = true;
            }
            return true;
        }

        @Override
        public void priority(long stream, int urgency, boolean incremental) {
            priorities.put(stream, urgency + (incremental ? "i" : ""));
        }

        @Override
        public boolean sendDatagram(byte[] buf, int off, int len) {
            datagrams.add(Arrays.copyOfRange(buf, off, off + len));
            return true;
        }

        @Override
        public int maxDatagramBytes() {
            return 1_000;
        }

        @Override
        public void close(long applicationErrorCode, String reason) {
            if (!closed) {
                closed = true;
                closeCode = applicationErrorCode;
                closeReason = reason;
                closeTold = true;
                sink.onClosed(applicationErrorCode, true, false, reason);
            }
        }

        @Override
        public PeerAddress peer() {
            throw new AssertionError("not used by HTTP/3");
        }

        @Override
        public boolean isServer() {
            return isServer;
        }

        @Override
        public boolean isHandshakeComplete() {
            return handshakeComplete;
        }

        @Override
        public boolean isEarlyData() {
            return early;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public String alpn() {
            return "h3";
        }

        @Override
        public String serverName() {
            return null;
        }

        @Override
        public long smoothedRttNs() {
            return 1_000_000;
        }

        // ---- for tests

        /** Writes bytes as a peer that is not an engine. */
        void raw(long stream, byte[] bytes, boolean fin) {
            int n = write(stream, bytes, 0, bytes.length, fin);
            if (n != bytes.length) {
                throw new AssertionError("took " + n + " of " + bytes.length);
            }
        }

        /** Bytes that this end wrote and the other has not read. */
        int unread(long stream) {
            return out.containsKey(stream) ? out.get(stream).held() : 0;
        }

        long resetCode(long stream) {
            return out.containsKey(stream) ? out.get(stream).reset : -2;
        }

        long stopCode(long stream) {
            return other().out.containsKey(stream) ? other().out.get(stream).stopped : -2;
        }

        /** Whether both halves ended. */
        boolean isDead(long stream) {
            return dead.contains(stream);
        }
    }

    boolean handshakeComplete;

    void handshake() {
        handshakeComplete = true;
        client.sink.onHandshakeComplete();
        server.sink.onHandshakeComplete();
    }

    /** Moves everything until nothing moves. */
    void run() {
        for (int turns = 0; step(); turns++) {
            if (turns > 5_000_000) {
                throw new AssertionError("it goes on for ever");
            }
        }
    }

    private boolean step() {
        boolean moved = close(client) | close(server);
        if (random.nextBoolean()) {
            moved |= deliver(client) | deliver(server);
        } else {
            moved |= deliver(server) | deliver(client);
        }
        return moved;
    }

    private static boolean close(End end) {
        End peer = end.other();
        if (peer.closed && !end.closed) {
            end.closed = true;
            end.closeTold = true;
            end.sink.onClosed(peer.closeCode, true, true, peer.closeReason);
            return true;
        }
        return false;
    }

    private boolean deliver(End from) {
        End to = from.other();
        boolean moved = false;
        if (from.closed || to.closed) {
            return false;
        }
        while (!from.datagrams.isEmpty() && !to.closed) {
            byte[] d = from.datagrams.poll();
            to.sink.onDatagram(d, 0, d.length);
            moved = true;
        }
        Long[] ids = from.out.keySet().toArray(new Long[0]);
        if (pieces != 0) {
            Collections.shuffle(Arrays.asList(ids), random);
        }
        for (Long id : ids) {
            if (!from.closed && !to.closed) {
                moved |= deliver(from, to, id, from.out.get(id));
            }
        }
        return moved;
    }

    private boolean deliver(End from, End to, long id, Half half) {
        boolean moved = false;
        boolean ofSender = ((id & 1) == 1) == from.isServer;
        if (half.stopped >= 0 && !half.stopTold && !half.finTaken) {
            half.stopTold = true;
            if (half.reset < 0) {
                half.reset = half.stopped;
                half.resetTold = true;
                half.from = half.to;
                from.sink.onStopSending(id, half.stopped);
            }
            moved = true;
        }
        boolean something = half.held() > 0 || half.fin || half.reset >= 0;
        if (!half.opened && ofSender && something) {
            half.opened = true;
            to.sink.onStreamOpened(id);
            moved = true;
        }
        if (half.reset >= 0 && !half.resetTold && !to.closed) {
            half.resetTold = true;
            if (half.stopped < 0) {
                to.sink.onStreamReset(id, half.reset);
            }
            moved = true;
        }
        if (half.reset < 0 && !half.declined && !half.finTaken && !to.closed && something) {
            int most = pieces == 0 ? Integer.MAX_VALUE : pieces > 0 ? pieces : 1 + random.nextInt(200);
            to.offeredLen = most;
            moved |= to.offer(id, half, most);
        }
        if (half.wantsRoom && !from.full && half.held() < sendBufferBytes / 2 && half.reset < 0 && !from.closed) {
            half.wantsRoom = false;
            from.sink.onWritable(id);
            moved = true;
        }
        if (half.isOver() && !half.acked) {
            half.acked = true;
            moved |= over(from, to, id);
        }
        return moved;
    }

    private boolean over(End from, End to, long id) {
        Half back = to.out.get(id);
        if (back != null && !back.acked || from.closed || to.closed) {
            return false;
        }
        from.dead.add(id);
        to.dead.add(id);
        from.sink.onStreamClosed(id);
        to.sink.onStreamClosed(id);
        return true;
    }
}
