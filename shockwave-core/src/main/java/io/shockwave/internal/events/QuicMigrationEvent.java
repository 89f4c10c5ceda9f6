package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One change of a connection's path. */
@Name("io.shockwave.QuicMigration")
@Label("QUIC Migration")
@Description("A QUIC connection goes on on another path (RFC 9000 9); the peer is where it is from now on")
@Category("Shockwave")
@StackTrace(false)
public final class QuicMigrationEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("Address and port")
    String peer;

    @Label("Rebinding")
    @Description("On the same host from another port, as NATs do, so that what was learnt of the path still holds")
    boolean rebinding;

    void fill(QuicConnection connection, boolean portOnly) {
        side = Events.side(connection);
        peer = connection.peer().toString();
        rebinding = portOnly;
    }
}
