package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.http3.ClientApp;
import io.shockwave.internal.http3.Http3ClientEngine;
import io.shockwave.internal.http3.Http3ServerEngine;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.http3.ServerApp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** HTTP/3 over QUIC connections and a simulated network: what was asked is answered, whatever becomes of packets. */
class Http3SimTest {
    private static final long SECOND = 1_000_000_000L;

    /** A client and a server with their engines, on a network of this seed. */
    private static final class Rig {
        final SimNetwork network;
        final SimQuic server;
        final SimQuic client;
        final ServerApp serverApp;
        final ClientApp clientApp;
        Http3ServerEngine serverEngine;

        Rig(long seed, int maxPushes) {
            network = new SimNetwork(seed);
            server = new SimQuic(network, "server", 2, new QuicSettings());
            client = new SimQuic(network, "client", 1, new QuicSettings());
            serverApp = new ServerApp(server.slab);
            clientApp = new ClientApp(client.slab);
            Http3Settings s = Http3Settings.server(Http1Limits.SERVER, new byte[0]);
            Http3Settings pushing = new Http3Settings(s.limits(), s.tableBytes(), s.blockedStreams(), s.maxExchanges(), s.resetsPerSecond(), s.heldSectionBytes(), true, false, maxPushes, s.maxInterim(),
                    s.headTimeoutNs(), s.idleTimeoutNs(), s.minBodyRate(), s.bodyGraceNs(), false, s.serverName());
            server.endpoint.serve(SimQuic.serverTls(), c -> {
                serverEngine = new Http3ServerEngine(c, serverApp, server.slab, pushing, network.nowNs());
                serverApp.engine = serverEngine;
                return serverEngine;
            });
        }

        void connect(int maxPushes) {
            Http3Settings c = Http3Settings.client(Http1Limits.CLIENT);
            Http3Settings pushing = new Http3Settings(c.limits(), c.tableBytes(), c.blockedStreams(), c.maxExchanges(), c.resetsPerSecond(), c.heldSectionBytes(), false, false, maxPushes, c.maxInterim(),
                    c.headTimeoutNs(), c.idleTimeoutNs(), c.minBodyRate(), c.bodyGraceNs(), false, c.serverName());
            clientApp.engine = new Http3ClientEngine(clientApp, client.slab, pushing, network.nowNs());
            QuicConnection connection = client.endpoint.connect(server.host.address(), 0, SimQuic.clientTls(), clientApp.engine, new byte[0], network.nowNs());
            clientApp.engine.attach(connection);
            assertTrue(network.run(20 * SECOND, () -> clientApp.engine.hasPeerSettings() && serverEngine.hasPeerSettings()), network::events);
        }

        void run() {
            assertTrue(network.run(network.nowNs() + 120 * SECOND, () -> clientApp.engine.exchanges() == 0 && serverEngine.exchanges() == 0), () -> clientApp.events + "\n" + serverApp.events + network.events());
        }
    }

    private static String text(int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append(i).append(' ');
        }
        return text.substring(0, bytes);
    }

    @Test
    void manyRequestsOnOneConnection() {
        Rig rig = new Rig(1, 0);
        rig.client.host.to(rig.server.host).latencyMs(10);
        rig.server.host.to(rig.client.host).latencyMs(10);
        rig.connect(0);
        for (int round = 0; round < 20; round++) {
            List<ClientApp.Call> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(rig.clientApp.get("/"));
            }
            rig.run();
            for (ClientApp.Call call : calls) {
                assertEquals("200 5 [hello|] finished", call.toString());
            }
        }
    }

    @Test
    void contentAndPushesOverABadNetwork() {
        for (long seed = 0; seed < 15; seed++) {
            Rig rig = new Rig(seed, 8);
            rig.client.host.to(rig.server.host).latencyMs(15).loss(0.1).reorder(0.2, 10).duplicate(0.05);
            rig.server.host.to(rig.client.host).latencyMs(15).loss(0.1).reorder(0.2, 10).duplicate(0.05);
            rig.serverApp.routes.put("/page", (app, x) -> {
                Exchange promised = app.lend();
                promised.method = Method.GET;
                byte[] line = "/style".getBytes(StandardCharsets.US_ASCII);
                promised.received.line(line, 0, line.length);
                promised.received.add(HeaderName.HOST, "example.com");
                if (app.engine.push(x, promised)) {
                    app.answer(promised, 200, "style");
                } else {
                    app.giveBack(promised);
                }
                app.answer(x, 200, "page");
            });
            rig.connect(4);
            List<ClientApp.Call> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(rig.clientApp.post("/echo", text(40_000 + i)));
            }
            ClientApp.Call page = rig.clientApp.get("/page");
            rig.run();
            for (int i = 0; i < calls.size(); i++) {
                assertEquals("200 " + (40_000 + i) + " [" + text(40_000 + i) + "|] finished", calls.get(i).toString(), "seed " + seed);
            }
            assertEquals("200 4 [page|] finished", page.toString());
            assertEquals("[200 5 [style|] finished]", rig.clientApp.pushed.toString(), "seed " + seed);
        }
    }

    /** The connection closes when everything has arrived, and not before. */
    @Test
    void drainingLosesNothing() {
        Rig rig = new Rig(3, 0);
        rig.client.host.to(rig.server.host).latencyMs(20).loss(0.1);
        rig.server.host.to(rig.client.host).latencyMs(20).loss(0.1);
        rig.connect(0);
        ClientApp.Call call = rig.clientApp.post("/echo", text(100_000));
        assertTrue(rig.network.run(rig.network.nowNs() + 20 * SECOND, () -> rig.serverApp.events.indexOf("head") >= 0));
        rig.serverEngine.drain();
        assertTrue(rig.network.run(rig.network.nowNs() + 60 * SECOND, () -> rig.clientApp.engine.isClosed() && rig.serverEngine.isClosed()), rig.network::events);
        assertEquals("200 100000 [" + text(100_000) + "|] finished", call.toString());
        assertTrue(rig.clientApp.events.toString().endsWith("goaway\nclosed NO_ERROR\n"), rig.clientApp.events.toString());
    }
}
