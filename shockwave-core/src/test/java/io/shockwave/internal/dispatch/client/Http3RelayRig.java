package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server over HTTP/3 behind a relay that sees every datagram, and a client that keeps what the server gives it for later connections. */
@Timeout(120)
abstract class Http3RelayRig {
    private static final long PATIENCE_NS = 60_000_000_000L;

    @TempDir
    static Path folder;

    static Path chain;
    static Path key;
    static Path authority;
    Tls identity;
    ShockwaveServer server;
    UdpRelay relay;
    PooledClient client;

    @BeforeAll
    static void certificate() throws IOException {
        TestCertificates ca = TestCertificates.authority("CA");
        Issued site = ca.issue(Kind.EC_P256, "localhost", "127.0.0.1");
        chain = site.writeChain(folder.resolve("site.pem"));
        key = site.writeKey(folder.resolve("site.key"));
        authority = ca.write(folder.resolve("ca.pem"));
    }

    @AfterEach
    void end() {
        client.close();
        relay.close();
        server.close();
    }

    ShockwaveServer.Builder builder(int port) throws IOException {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_3).shutdownGrace(Duration.ZERO);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < endNs, what);
            Thread.sleep(5);
        }
    }

    /** The next request needs another connection; what the server gave has arrived. */
    void disconnect() throws InterruptedException {
        await("a ticket and a token", () -> client.http3().sessions().tickets() > 0 && client.http3().sessions().tokens() > 0);
        client.http3().reactor().hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                client.http3().closeOpen();
            }
        });
        await("no connection", () -> client.http3().openConnections() == 0);
        relay.forget();
    }
}
