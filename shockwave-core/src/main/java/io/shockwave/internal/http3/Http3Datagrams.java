package io.shockwave.internal.http3;

import io.shockwave.Method;

/** The datagrams of one connection (RFC 9297 2.1): each begins with a quarter of the number of the stream that it belongs to. Owned by an engine. */
final class Http3Datagrams {
    private final Http3Engine engine;

    Http3Datagrams(Http3Engine engine) {
        this.engine = engine;
    }

    void receive(byte[] buf, int off, int len) {
        if (len == 0 || len < VarInts.lengthOf(buf[off])) {
            engine.fail(Http3Error.DATAGRAM_ERROR);
            return;
        }
        long quarter = VarInts.get(buf, off);
        if (quarter > VarInts.MAX >>> 2) {
            engine.fail(Http3Error.DATAGRAM_ERROR);
            return;
        }
        Http3Stream s = engine.streams.get(quarter << 2);
        // Others may still come or be gone, or have ended on the peer's side: dropped, as the network could have done.
        if (s == null || s.x == null || !s.headTold && engine.readsRequests() || s.reading == Http3Stream.Reading.ENDED || !engine.settings.datagrams()) {
            return;
        }
        if (!mayHave(s)) {
            engine.unwantedDatagram(s);
            return;
        }
        int n = VarInts.lengthOf(buf[off]);
        engine.datagram(s, buf, off + n, len - n);
    }

    /** RFC 9297 2: only requests whose semantics know datagrams have them, which is for their protocol to say. */
    private static boolean mayHave(Http3Stream s) {
        return s.x.method == Method.CONNECT && !s.x.protocol.isEmpty();
    }

    /** @return false if it cannot be sent; null for {@code s} is a stream that is gone */
    boolean send(Http3Stream s, byte[] buf, int off, int len) {
        if (s == null || engine.isClosed() || !areAgreed() || isOutputOver(s)) {
            return false;
        }
        byte[] framed = engine.slab.lend(VarInts.MAX_BYTES + len);
        int n = VarInts.put(framed, 0, s.id >>> 2);
        System.arraycopy(buf, off, framed, n, len);
        boolean sent = engine.transport.sendDatagram(framed, 0, n + len);
        engine.slab.giveBack(framed);
        return sent;
    }

    /** The most bytes of one for the stream; 0 if none can be sent. */
    int maxBytes(Http3Stream s) {
        return s == null || !areAgreed() ? 0 : Math.max(0, engine.transport.maxDatagramBytes() - VarInts.length(s.id >>> 2));
    }

    /** RFC 9297 2.1: none is sent but while our side of the stream is open. */
    private static boolean isOutputOver(Http3Stream s) {
        return s.writing == Http3Stream.Writing.END || s.writing == Http3Stream.Writing.AWAIT_WRITER || s.writing == Http3Stream.Writing.DONE;
    }

    private boolean areAgreed() {
        return engine.settings.datagrams() && engine.peer.datagrams;
    }
}
