package io.shockwave.internal.events;

import io.shockwave.HttpException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One dial of a client. Confined to the thread that dials. */
@Name("io.shockwave.Connect")
@Label("Connect")
@Description("A client opens a connection: name, addresses, proxy and TLS")
@Category("Shockwave")
@StackTrace(false)
public final class ConnectEvent extends Event {
    @Label("Origin")
    String origin;

    @Label("Remote Address")
    @Description("What answered, the proxy if there is one; empty on failure")
    String remote;

    @Label("Failure")
    @Description("Kind and phase of what failed; empty on success")
    String failure;

    /** It ended with a connection. */
    public void succeeded(SocketChannel channel) {
        end();
        if (shouldCommit()) {
            try {
                remote = String.valueOf(channel.getRemoteAddress());
            } catch (IOException closed) {
                remote = "";
            }
            commit();
        }
    }

    /** It ended without. */
    public void failed(Throwable why) {
        end();
        if (shouldCommit()) {
            failure = why instanceof HttpException known ? known.kind() + " " + known.phase() : why.getClass().getName();
            commit();
        }
    }
}
