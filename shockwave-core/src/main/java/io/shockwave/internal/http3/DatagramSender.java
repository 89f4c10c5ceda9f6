package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;

/** What sends the datagrams of exchanges: an engine. */
public interface DatagramSender {
    /** Whether there is room to send one; after a no, {@link Http3Sink#onDatagramRoom} tells of it. */
    boolean hasDatagramRoom();

    /** Sends a datagram that belongs to the exchange. @return false if the peer takes none, it is too large, or there is no room; it can be lost all the same */
    boolean sendDatagram(Exchange x, byte[] buf, int off, int len);
}
