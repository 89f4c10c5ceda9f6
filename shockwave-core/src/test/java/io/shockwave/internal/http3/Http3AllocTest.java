package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.AllocationGate;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.quic.QuicTransport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A request and its response cost no allocation in either engine, in any tier: from the client's fields to the client's end, over a wire of two arrays. */
@Tag("tier")
class Http3AllocTest {
    private static final int STREAMS = 64;
    private static final byte[] BODY = "{\"hello\":\"world\"}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PATH = "/api/items?page=2".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HOST = "shop.example.com".getBytes(StandardCharsets.US_ASCII);

    /** One end: what it writes lies in arrays that are reused. */
    private static final class Wire implements QuicTransport {
        final byte[][] bytes = new byte[STREAMS][];
        final long[] ids = new long[STREAMS];
        final int[] lens = new int[STREAMS];
        final boolean[] fins = new boolean[STREAMS];
        final boolean[] known = new boolean[STREAMS];
        final boolean isServer;
        QuicSink peer;
        long nextBidi;
        long nextUni;

        Wire(boolean isServer) {
            this.isServer = isServer;
            nextUni = isServer ? 3 : 2;
            for (int i = 0; i < STREAMS; i++) {
                bytes[i] = new byte[4_096];
                ids[i] = NONE;
            }
        }

        private int slot(long stream) {
            for (int i = 0; i < STREAMS; i++) {
                if (ids[i] == stream) {
                    return i;
                }
            }
            for (int i = 0; i < STREAMS; i++) {
                if (ids[i] == NONE) {
                    ids[i] = stream;
                    lens[i] = 0;
                    fins[i] = false;
                    known[i] = false;
                    return i;
                }
            }
            throw new IllegalStateException();
        }

        /** Gives the other end everything. @return whether there was something */
        boolean deliver() {
            boolean any = false;
            for (int i = 0; i < STREAMS; i++) {
                if (ids[i] != NONE && (lens[i] > 0 || fins[i])) {
                    any = true;
                    boolean ours = ((ids[i] & 1) == 1) == isServer;
                    if (ours && !known[i]) {
                        known[i] = true;
                        peer.onStreamOpened(ids[i]);
                    }
                    int len = lens[i];
                    lens[i] = 0;
                    if (peer.onStreamData(ids[i], bytes[i], 0, len, fins[i]) != len) {
                        throw new IllegalStateException("declined");
                    }
                    if (fins[i]) {
                        ids[i] = NONE;
                    }
                }
            }
            return any;
        }

        @Override
        public long openBidirectional() {
            long id = nextBidi;
            nextBidi += 4;
            return id;
        }

        @Override
        public long openUnidirectional() {
            long id = nextUni;
            nextUni += 4;
            return id;
        }

        @Override
        public int write(long stream, byte[] buf, int off, int len, boolean fin) {
            int i = slot(stream);
            System.arraycopy(buf, off, bytes[i], lens[i], len);
            lens[i] += len;
            fins[i] = fin;
            return len;
        }

        @Override
        public int writable(long stream) {
            return 1_000;
        }

        @Override
        public void reset(long stream, long errorCode) {
            throw new IllegalStateException();
        }

        @Override
        public void stopSending(long stream, long errorCode) {
            throw new IllegalStateException();
        }

        @Override
        public int read(long stream, byte[] dst, int off, int len) {
            throw new IllegalStateException();
        }

        @Override
        public void resume(long stream) {}

        @Override
        public void priority(long stream, int urgency, boolean incremental) {}

        @Override
        public boolean sendDatagram(byte[] buf, int off, int len) {
            return false;
        }

        @Override
        public int maxDatagramBytes() {
            return 0;
        }

        @Override
        public void close(long applicationErrorCode, String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public PeerAddress peer() {
            throw new IllegalStateException();
        }

        @Override
        public boolean isServer() {
            return isServer;
        }

        @Override
        public boolean isHandshakeComplete() {
            return true;
        }

        @Override
        public boolean isEarlyData() {
            return false;
        }

        @Override
        public boolean isClosed() {
            return false;
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
            return 0;
        }
    }

    private final Slab slab = new Slab(1 << 20);
    private final Wire toServer = new Wire(false);
    private final Wire toClient = new Wire(true);
    private final Exchange[] free = {new Exchange(slab), new Exchange(slab), new Exchange(slab), new Exchange(slab)};
    private int freeCount = free.length;
    private final Exchange asked = new Exchange(slab);
    private final byte[] date = "Sun, 06 Nov 1994 08:49:37 GMT".getBytes(StandardCharsets.US_ASCII);
    private Http3ServerEngine server;
    private Http3ClientEngine client;
    private long contentBytes;
    private long finished;
    private boolean ring;

    private final class Server implements Http3ServerSink {
        @Override
        public Exchange lend() {
            Exchange x = free[--freeCount];
            x.reset();
            return x;
        }

        @Override
        public void onHead(Exchange x) {
            x.status = 200;
            x.sent.append(HeaderName.CONTENT_TYPE, HOST, 0, HOST.length);
            if (ring) {
                x.outbound.open(512);
                x.outbound.write(BODY, 0, BODY.length);
                x.source = Exchange.Source.RING;
                x.sendLength = Exchange.UNKNOWN;
                x.sendEnded = true;
            } else {
                x.source = Exchange.Source.BYTES;
                x.sendBytes = BODY;
                x.sendLength = BODY.length;
            }
            server.respond(x);
        }

        @Override
        public int onContent(Exchange x, byte[] buf, int off, int len) {
            return len;
        }

        @Override
        public void onContentEnd(Exchange x) {}

        @Override
        public void onContentFailed(Exchange x, Violation why) {
            throw new IllegalStateException(why.text());
        }

        @Override
        public void onFinished(Exchange x) {
            free[freeCount++] = x;
        }

        @Override
        public void onInterimSent(Exchange x) {}

        @Override
        public byte[] date() {
            return date;
        }

        @Override
        public void onRejected(Exchange x, Violation why) {
            throw new IllegalStateException(why.text());
        }

        @Override
        public void onProgress(Exchange x) {}

        @Override
        public void onResponseSent(Exchange x) {}

        @Override
        public void onFileWanted(Exchange x) {}

        @Override
        public void onCancelled(Exchange x, long errorCode) {
            throw new IllegalStateException();
        }

        @Override
        public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {}
    }

    private final class Client implements Http3ClientSink {
        @Override
        public void onInterim(Exchange x) {}

        @Override
        public void onHead(Exchange x) {}

        @Override
        public int onContent(Exchange x, byte[] buf, int off, int len) {
            contentBytes += len;
            return len;
        }

        @Override
        public void onContentEnd(Exchange x) {}

        @Override
        public void onFailed(Exchange x, Violation why) {
            throw new IllegalStateException(why.text());
        }

        @Override
        public void onFinished(Exchange x) {
            finished++;
        }

        @Override
        public void onRefused(Exchange x, long errorCode) {
            throw new IllegalStateException();
        }

        @Override
        public void onProgress(Exchange x) {}

        @Override
        public void onFileWanted(Exchange x) {}

        @Override
        public void onStreamsAvailable() {}

        @Override
        public void onGoAway() {}

        @Override
        public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {}
    }

    private void request() {
        asked.reset();
        asked.method = Method.GET;
        asked.sent.line(PATH, 0, PATH.length);
        asked.sent.append(HeaderName.ACCEPT, HOST, 0, HOST.length);
        asked.sent.append(HeaderName.USER_AGENT, PATH, 0, PATH.length);
        if (!client.start(asked, HOST, false)) {
            throw new IllegalStateException();
        }
        while (toServer.deliver() | toClient.deliver()) {
            // until nothing moves
        }
    }

    private void gate(boolean withRing) throws Exception {
        ring = withRing;
        server = new Http3ServerEngine(toClient, new Server(), slab, Http3Settings.server(Http1Limits.SERVER, HOST), 0);
        client = new Http3ClientEngine(new Client(), slab, Http3Settings.client(Http1Limits.CLIENT), 0);
        client.attach(toServer);
        toServer.peer = server;
        toClient.peer = client;
        server.onHandshakeComplete();
        client.onHandshakeComplete();
        long[] requests = new long[1];
        assertEquals(0.0, AllocationGate.bytesPerOp(20_000, () -> {
            requests[0]++;
            request();
            server.onStreamClosed(toServer.nextBidi - 4);
            client.onStreamClosed(toServer.nextBidi - 4);
        }));
        assertEquals(requests[0], finished);
        assertEquals(requests[0] * BODY.length, contentBytes);
    }

    @Test
    void contentFromAnArray() throws Exception {
        gate(false);
    }

    @Test
    void contentFromARing() throws Exception {
        gate(true);
    }
}
