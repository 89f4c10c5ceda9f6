package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.quic.QuicSink;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The end of one QUIC connection. */
@Name("io.shockwave.QuicClose")
@Label("QUIC Close")
@Description("A QUIC connection ended, in good order or not")
@Category("Shockwave")
@StackTrace(false)
public final class QuicCloseEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("Address and port")
    String peer;

    @Label("Kind")
    @Description("application or transport, from which space the code is; idle, reset, handshake_timeout, no_version and no_path have none")
    String kind;

    @Label("Error Code")
    @Description("0 where there is none")
    long errorCode;

    @Label("By Peer")
    boolean byPeer;

    @Label("Reason")
    String reason;

    @Label("Handshake Complete")
    boolean handshakeComplete;

    @Label("Age")
    @Timespan
    long age;

    void fill(QuicConnection connection, long code, boolean application, boolean peerClosed, String why, long ageNs) {
        side = Events.side(connection);
        peer = connection.peer().toString();
        kind = kind(code, application);
        errorCode = Math.max(0, code);
        byPeer = peerClosed;
        reason = why;
        handshakeComplete = connection.isHandshakeComplete();
        age = ageNs;
    }

    private static String kind(long code, boolean application) {
        if (application) {
            return "application";
        }
        if (code >= 0) {
            return "transport";
        }
        return code == QuicSink.IDLE ? "idle" : code == QuicSink.STATELESS_RESET ? "reset" : code == QuicSink.HANDSHAKE_TIMEOUT ? "handshake_timeout"
                : code == QuicSink.NO_COMMON_VERSION ? "no_version" : "no_path";
    }
}
