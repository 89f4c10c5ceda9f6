package io.shockwave.internal.events;

import javax.net.ssl.SSLSession;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One TLS handshake. Confined to whoever drives the session. */
@Name("io.shockwave.TlsHandshake")
@Label("TLS Handshake")
@Description("From the start of a TLS session to its first byte of data or its failure")
@Category("Shockwave")
@StackTrace(false)
public final class TlsHandshakeEvent extends Event {
    @Label("Side")
    String side;

    @Label("Peer")
    @Description("The name that the client asked for; empty on a server")
    String peer;

    @Label("Protocol")
    String protocol;

    @Label("Cipher Suite")
    String cipherSuite;

    @Label("Failure")
    @Description("Empty on success")
    String failure;

    /** It is complete. */
    public void succeeded(SSLSession session) {
        end();
        if (shouldCommit()) {
            protocol = session.getProtocol();
            cipherSuite = session.getCipherSuite();
            commit();
        }
    }

    /** It failed. */
    public void failed(Throwable why) {
        end();
        if (shouldCommit()) {
            failure = String.valueOf(why.getMessage());
            commit();
        }
    }
}
