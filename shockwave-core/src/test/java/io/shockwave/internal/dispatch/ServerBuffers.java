package io.shockwave.internal.dispatch;

import io.shockwave.server.ShockwaveServer;

/** Lets tests see what the stats do not tell apart. */
public final class ServerBuffers {
    private ServerBuffers() {
    }

    /** Bytes of pooled buffers in the hands of connections and exchanges, those that wait for reuse aside. */
    public static long lentBytes(ShockwaveServer server) {
        return ((ServerDriver) server).lentBytes();
    }
}
