package io.shockwave.internal.dispatch;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http3.DatagramSender;
import io.shockwave.internal.memory.Slab;

/** The datagrams of a tunnel over HTTP/3 between its thread and the reactor, in both directions. Made with the tunnel; what it holds is thread-safe. */
public final class DatagramBox {
    /** The reactor's side has not told {@link #maxBytes} yet. */
    public static final int UNTOLD = -1;
    /** No packet of ours carries more. */
    private static final int PACKET_BYTES = 1 << 11;

    final DatagramRing in = new DatagramRing();
    final DatagramRing out = new DatagramRing();
    /** What a datagram may hold now; 0 if none can go in a frame of QUIC. Told by the reactor's side. */
    public volatile int maxBytes = UNTOLD;

    /** Whether none waits to be received. */
    public boolean isReceivedEmpty() {
        return in.isEmpty();
    }

    /** Datagrams that came, on the reactor. */
    public void arrived(byte[] buf, int off, int len) {
        in.offer(buf, off, len);
    }

    /** Sends what waits, on the reactor, as far as there is room. What is longer than what a path that became narrower carries is lost. @return whether some still waits */
    public boolean drain(DatagramSender sender, Exchange x, Slab slab) {
        if (out.isEmpty()) {
            return false;
        }
        byte[] buf = slab.lend(PACKET_BYTES);
        boolean room = sender.hasDatagramRoom();
        for (int n = room ? out.poll(buf, 0, buf.length) : DatagramRing.NONE; n >= 0; n = room ? out.poll(buf, 0, buf.length) : DatagramRing.NONE) {
            if (n > buf.length || !sender.sendDatagram(x, buf, 0, n)) {
                out.countDropped();
            }
            room = sender.hasDatagramRoom();
        }
        slab.giveBack(buf);
        return !room && !out.isEmpty();
    }
}
