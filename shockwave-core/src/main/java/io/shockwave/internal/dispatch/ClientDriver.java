package io.shockwave.internal.dispatch;

import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.dispatch.client.ClientBuilder;

/** Where the client's public API enters its driver. Stateless. */
public final class ClientDriver {
    private ClientDriver() {
    }

    public static ShockwaveClient.Builder builder() {
        return new ClientBuilder();
    }
}
