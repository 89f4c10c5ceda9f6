package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The beginning of one QUIC connection. */
@Name("io.shockwave.QuicConnect")
@Label("QUIC Connect")
@Description("A client begins a QUIC connection, or a server has got the first packet of one")
@Category("Shockwave")
@StackTrace(false)
public final class QuicConnectEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("Address and port")
    String peer;

    void fill(QuicConnection connection) {
        side = Events.side(connection);
        peer = connection.peer().toString();
    }
}
