package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Accepted;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.TcpChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A channel that knows whose it is: by its socket, or by what a proxy says. Its addresses are made when somebody asks. Confined to its reactor but for {@link #remote} and {@link #local}. */
abstract class AddressedChannel extends TcpChannel {
    private final int remoteHost; // of IPv4
    private final char remotePort;
    private SocketAddress remote; // null until somebody asks, if those two tell it
    private SocketAddress local;
    private byte[] hostText;

    AddressedChannel(Reactor reactor, Accepted accepted) {
        super(reactor, accepted);
        remoteHost = (int) (accepted.packedRemote() >>> 16);
        remotePort = (char) accepted.packedRemote();
        remote = accepted.remote();
        local = accepted.local();
    }

    /** From here on these are meant, which a proxy named. */
    final void addresses(SocketAddress source, SocketAddress destination) {
        remote = source;
        local = destination;
    }

    public final SocketAddress remote() {
        SocketAddress known = remote;
        if (known == null) {
            known = Accepted.address((long) remoteHost << 16 | remotePort);
            remote = known;
        }
        return known;
    }

    public final SocketAddress local() {
        return local;
    }

    public final byte[] hostText() {
        if (hostText == null) {
            String host = remote() instanceof InetSocketAddress inet && inet.getAddress() != null ? inet.getAddress().getHostAddress() : "unix";
            hostText = host.getBytes(StandardCharsets.US_ASCII);
        }
        return hostText;
    }
}
