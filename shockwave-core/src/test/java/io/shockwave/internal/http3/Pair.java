package io.shockwave.internal.http3;

import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;

/** A client's engine and a server's, with a connection in memory between them. */
final class Pair {
    static final byte[] SERVER_NAME = "test".getBytes(StandardCharsets.US_ASCII);
    static final long SECOND = 1_000_000_000L;
    static final Http1Limits LIMITS = new Http1Limits(200, 2_000, 20, 100_000, 0);

    final Slab slab = new Slab(1 << 20);
    final FakeQuic quic;
    final ServerApp server = new ServerApp(slab);
    final ClientApp client = new ClientApp(slab);
    final Http3ServerEngine serverEngine;
    final Http3ClientEngine clientEngine;

    Pair() {
        this(0, 1);
    }

    Pair(int pieces, long seed) {
        this(pieces, seed, serverSettings(0), clientSettings(0));
    }

    Pair(int pieces, long seed, Http3Settings serverSettings, Http3Settings clientSettings) {
        quic = new FakeQuic(pieces, seed);
        serverEngine = new Http3ServerEngine(quic.server, server, slab, serverSettings, 0);
        clientEngine = new Http3ClientEngine(client, slab, clientSettings, 0);
        clientEngine.attach(quic.client);
        server.engine = serverEngine;
        client.engine = clientEngine;
        quic.server.sink = serverEngine;
        quic.client.sink = clientEngine;
    }

    static Http3Settings serverSettings(int maxPushes) {
        return new Http3Settings(LIMITS, 4_096, 16, 20, 10, 16_384, true, true, maxPushes, 8, 10 * SECOND, 60 * SECOND, 100, 5 * SECOND, false, SERVER_NAME);
    }

    static Http3Settings clientSettings(int maxPushes) {
        return new Http3Settings(LIMITS, 4_096, 16, 20, 10, 16_384, false, true, maxPushes, 8, Long.MAX_VALUE, Long.MAX_VALUE, 0, Long.MAX_VALUE, false, new byte[0]);
    }

    Pair connect() {
        quic.handshake();
        quic.run();
        return this;
    }

    Pair run() {
        quic.run();
        return this;
    }
}
