package io.shockwave.internal.dispatch;

import io.shockwave.server.ShockwaveServer;

/** Placeholder until the server lands. */
public final class ServerDriver {
    private ServerDriver() {
    }

    public static ShockwaveServer.Builder builder() {
        throw new IllegalStateException("the server is not part of this build");
    }
}
