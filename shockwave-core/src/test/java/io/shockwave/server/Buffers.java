package io.shockwave.server;

import io.shockwave.internal.dispatch.ServerBuffers;

/** What a server's pools have lent. */
final class Buffers {
    private Buffers() {
    }

    static long lentBytes(ShockwaveServer server) {
        return ServerBuffers.lentBytes(server);
    }
}
