package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Many packets that were lost together. */
@Name("io.shockwave.QuicLossBurst")
@Label("QUIC Loss Burst")
@Description("At least 16 packets of a QUIC connection were deemed lost at once, or persistent congestion was seen (RFC 9002 7.6)")
@Category("Shockwave")
@StackTrace(false)
public final class QuicLossBurstEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("Address and port")
    String peer;

    @Label("Packets")
    int packets;

    @Label("Persistent Congestion")
    boolean persistent;

    @Label("Smoothed Round Trip")
    @Timespan
    long roundTrip;

    void fill(QuicConnection connection, int lost, boolean isPersistent) {
        side = Events.side(connection);
        peer = connection.peer().toString();
        packets = lost;
        persistent = isPersistent;
        roundTrip = connection.smoothedRttNs();
    }
}
