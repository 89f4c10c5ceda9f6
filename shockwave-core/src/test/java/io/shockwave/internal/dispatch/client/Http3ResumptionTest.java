package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.pool.SessionStore;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client makes of a server's tickets and tokens, end to end over loopback. */
class Http3ResumptionTest extends Http3RelayRig {
    private Tls trust;

    @BeforeEach
    void start() throws IOException {
        identity = Tls.pem(chain, key);
        server = serve(0);
        relay = new UdpRelay(server.address().getPort());
        trust = Tls.trusting(authority);
        client = (PooledClient) ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
    }

    private ShockwaveServer serve(int port) throws IOException {
        return builder(port).handler((request, response) -> response.send(request.path())).start();
    }

    private SessionStore sessions() {
        return client.http3().sessions();
    }

    /** @return whether the session was resumed */
    private boolean get() throws IOException {
        try (ClientResponse response = client.request(Method.GET, "https://127.0.0.1:" + relay.port() + "/").send()) {
            assertEquals(200, response.status());
            return response.isResumed();
        }
    }

    /** What the connection begins with; the end of the one before may still be on its way to the relay. */
    private Optional<byte[]> firstInitial() {
        return relay.sent().stream().filter(datagram -> (datagram[0] & 0xB0) == 0x80).findFirst();
    }

    /** Length of the token in the first Initial packet that went out (RFC 9000 17.2.2). */
    private int tokenBytes() {
        byte[] first = firstInitial().orElseThrow();
        int at = 6 + first[5];
        at += 1 + first[at];
        int high = first[at] & 0xFF;
        return high >>> 6 == 0 ? high : (high & 0x3F) << 8 | first[at + 1] & 0xFF;
    }

    @Test
    void theNextConnectionResumesTheSessionAndBringsTheToken() throws Exception {
        assertFalse(get());
        assertEquals(0, tokenBytes());
        disconnect();
        for (int i = 0; i < 3; i++) {
            assertTrue(get(), "resumed");
            assertNotEquals(0, tokenBytes());
            disconnect();
        }
        assertEquals(4, server.stats().connectionsAccepted());
    }

    @Test
    void ticketsAndTokensAreUsedOnce() throws Exception {
        get();
        disconnect();
        int tickets = sessions().tickets();
        int tokens = sessions().tokens();
        relay.toServer(_ -> false);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                get();
            } catch (IOException _) {
                // It is not answered before the end.
            }
        });
        await("an attempt", () -> firstInitial().isPresent());
        assertEquals(tickets - 1, sessions().tickets());
        assertEquals(tokens - 1, sessions().tokens());
        asking.interrupt();
    }

    /** Its keys were in its memory alone. */
    @Test
    void aServerThatRestartedMakesANewSession() throws Exception {
        get();
        disconnect();
        server.close();
        identity = Tls.pem(chain, key);
        server = serve(server.address().getPort());
        assertFalse(get(), "not resumed");
        disconnect();
        assertTrue(get(), "resumed");
    }

    @Test
    void aReloadOfTheServersCertificatesEndsItsSessions() throws Exception {
        get();
        disconnect();
        identity.reload();
        assertFalse(get(), "not resumed");
    }

    @Test
    void aReloadOfTheTrustEndsTheClientsSessions() throws Exception {
        get();
        disconnect();
        trust.reload();
        assertFalse(get(), "not resumed");
        assertEquals(0, tokenBytes());
    }

    @Test
    void clientsShareNothing() throws Exception {
        get();
        disconnect();
        try (ShockwaveClient other = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
                ClientResponse response = other.request(Method.GET, "https://127.0.0.1:" + relay.port() + "/").send()) {
            assertFalse(response.isResumed());
        }
    }
}
