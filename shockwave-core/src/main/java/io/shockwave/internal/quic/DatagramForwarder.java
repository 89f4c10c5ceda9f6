package io.shockwave.internal.quic;

/** Carries datagrams to the thread whose connection they are for. Called on the thread of the endpoint that they came to. */
@FunctionalInterface
public interface DatagramForwarder {
    /**
     * Takes a copy of a datagram to {@link QuicEndpoint#receiveForwarded} of another member of the group.
     *
     * @param member its index
     * @return whether there was room on the way; otherwise it is lost, as on any path
     */
    boolean forward(int member, byte[] buf, int off, int len, PeerAddress from, int local, int ecn);
}
