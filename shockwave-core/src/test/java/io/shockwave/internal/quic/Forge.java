package io.shockwave.internal.quic;

/** Puts frames of the test's choice into packets that are sealed with a connection's own keys: a peer that finished its handshake honestly and then goes wild. */
final class Forge {
    final byte[] frames = new byte[1400];
    int len;
    /** Set in the first byte of each packet beyond what belongs there. */
    int firstBits;
    /** The number of the receiver's address that they come to. */
    int local;

    private final QuicConnection as;
    private final SimQuic to;
    private final PeerAddress from;

    Forge(QuicConnection as, SimQuic to, PeerAddress from) {
        this.as = as;
        this.to = to;
        this.from = from.copy();
    }

    Forge clear() {
        len = 0;
        return this;
    }

    /** Takes note of what an encoder wrote up to this offset. */
    Forge upTo(int end) {
        len = end;
        return this;
    }

    void stream(long stream, long offset, byte[] data, boolean fin) {
        int at = FrameEncoder.streamHeader(frames, len, stream, offset, data.length, true, fin);
        System.arraycopy(data, 0, frames, at, data.length);
        len = at + data.length;
    }

    void crypto(long offset, byte[] data) {
        int at = FrameEncoder.cryptoHeader(frames, len, offset, data.length);
        System.arraycopy(data, 0, frames, at, data.length);
        len = at + data.length;
    }

    /** Sends what was written as a 1-RTT packet at the time of the simulation, and lets the receiver answer into nowhere. */
    int send(long nowNs) {
        return sendFrom(from, nowNs);
    }

    int sendFrom(PeerAddress source, long nowNs) {
        byte[] buf = new byte[1500];
        LossRecovery loss = as.loss();
        long number = loss.nextNumber(PacketSpace.APPLICATION);
        PeerIds ids = as.peerIds();
        int payloadOff = PacketEncoder.shortHeader(buf, 0, true, false, as.phases().writePhaseBit(), ids.id(ids.current()), ids.length(ids.current()), number, 4);
        buf[0] |= (byte) firstBits;
        System.arraycopy(frames, 0, buf, payloadOff, len);
        int end = PacketEncoder.seal(buf, 0, payloadOff, len, number, 4, as.phases().write());
        loss.onPacketSent(PacketSpace.APPLICATION, number, end, 0, FrameRecords.NONE, nowNs);
        to.endpoint.receive(buf, 0, end, source, local, 0, nowNs);
        return end;
    }

    /** Whatever the receiver has to say is lost; the bytes of it. */
    static long drain(SimQuic of, long nowNs) {
        return drain(of, null, nowNs);
    }

    /** As above, with the bytes to one address alone. */
    static long drain(SimQuic of, PeerAddress to, long nowNs) {
        byte[] buf = new byte[16 << 10];
        Outgoing out = new Outgoing();
        long bytes = 0;
        int n;
        while ((n = of.endpoint.transmit(buf, 0, buf.length, nowNs, out)) > 0) {
            bytes += to == null || to.equals(out.to) ? n : 0;
        }
        return bytes;
    }
}
