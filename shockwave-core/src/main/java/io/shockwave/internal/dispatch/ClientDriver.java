package io.shockwave.internal.dispatch;

import io.shockwave.client.ShockwaveClient;

/** Placeholder until the client lands. */
public final class ClientDriver {
    private ClientDriver() {
    }

    public static ShockwaveClient.Builder builder() {
        throw new IllegalStateException("the client is not part of this build");
    }
}
