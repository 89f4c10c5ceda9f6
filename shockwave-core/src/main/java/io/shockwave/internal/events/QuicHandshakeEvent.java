package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One QUIC handshake that was completed. */
@Name("io.shockwave.QuicHandshake")
@Label("QUIC Handshake")
@Description("A handshake of QUIC is complete; one that is not ends with QuicClose")
@Category("Shockwave")
@StackTrace(false)
public final class QuicHandshakeEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("Address and port")
    String peer;

    @Label("Time")
    @Description("Since the connection began")
    @Timespan
    long time;

    @Label("Server Name")
    @Description("The name that the client asked for; empty if none")
    String serverName;

    @Label("Early Data")
    @Description("Whether 0-RTT was taken")
    boolean earlyData;

    @Label("Cipher Suite")
    String cipherSuite;

    @Label("Group")
    @Description("Of the key exchange")
    String group;

    void fill(QuicConnection connection, long tookNs) {
        side = Events.side(connection);
        peer = connection.peer().toString();
        time = tookNs;
        serverName = connection.serverName();
        earlyData = connection.tls().isEarlyDataAccepted();
        cipherSuite = connection.tls().suite().name();
        group = connection.tls().group().name();
    }
}
