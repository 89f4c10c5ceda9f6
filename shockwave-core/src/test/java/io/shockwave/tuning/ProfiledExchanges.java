package io.shockwave.tuning;

import io.shockwave.ArenaSlice;
import io.shockwave.RequestArena;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A program of its own, so that nothing else is on the heap: a server with idle and active connections and a client with responses open, profiled, and the JVM's own histogram. Prints lines of
 * {@code kind name instances bytes}.
 */
final class ProfiledExchanges {
    private static final int IDLE = 200;
    private static final int ACTIVE = 20;

    private ProfiledExchanges() {
    }

    public static void main(String[] args) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(ACTIVE);
        List<Socket> sockets = new ArrayList<>();
        List<ClientResponse> responses = new ArrayList<>();
        Map<String, long[]> before = HeapHistogram.take();
        try (ShockwaveServer server = builder(args).handler((request, response) -> {
            RequestArena arena = request.arena();
            ArenaSlice text = arena.ascii("hello");
            arena.writer(6_000).ascii(text).slice().slice(1, 2);
            if (request.path().is("/wait")) {
                entered.countDown();
                release.await();
            }
            response.send(request.path().is("/long") ? "x".repeat(200_000) : text);
        }).start(); ShockwaveClient client = client(args)) {
            if (args.length == 0) {
                for (int i = 0; i < IDLE + ACTIVE; i++) {
                    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
                    sockets.add(socket);
                    socket.getOutputStream().write(("GET /" + (i < IDLE ? "" : "wait") + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    if (i < IDLE) {
                        while (socket.getInputStream().read() != 'h' || socket.getInputStream().read() != 'e' || socket.getInputStream().read() != 'l') {
                            continue; // to the content
                        }
                    }
                }
                entered.await();
            }
            String base = (args.length == 0 ? "http://127.0.0.1:" : "https://localhost:") + server.address().getPort();
            for (int i = 0; i < 10; i++) {
                responses.add(client.get(base + "/long?" + i).send());
            }
            for (int i = 0; i < 10; i++) {
                responses.get(i).body().read(new byte[100], 0, 100);
                if (i % 2 == 0) {
                    responses.get(i).close();
                }
            }
            Thread.sleep(300); // whatever is on its way comes to rest
            MemoryReport servers = MemoryProfiler.profile(server);
            MemoryReport clients = MemoryProfiler.profile(client);
            Map<String, long[]> after = HeapHistogram.take();
            print("server", servers);
            print("client", clients);
            after.forEach((name, sum) -> {
                long[] old = before.getOrDefault(name, new long[2]);
                System.out.println("histogram " + name + ' ' + (sum[0] - old[0]) + ' ' + (sum[1] - old[1]));
            });
            System.out.println("shown\n" + servers + clients);
            release.countDown();
            for (ClientResponse response : responses) {
                response.close();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static ShockwaveServer.Builder builder(String[] args) throws Exception {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).shutdownGrace(Duration.ZERO);
        return args.length == 0 ? builder : builder.tls(Tls.pem(java.nio.file.Path.of(args[0]), java.nio.file.Path.of(args[1])));
    }

    private static ShockwaveClient client(String[] args) throws Exception {
        ShockwaveClient.Builder builder = ShockwaveClient.builder().maxConnectionsPerOrigin(16);
        return args.length == 0 ? builder.build() : builder.tls(Tls.trusting(java.nio.file.Path.of(args[2]))).build();
    }

    private static void print(String kind, MemoryReport report) {
        for (MemoryReport.ClassSize each : report.classes()) {
            System.out.println(kind + ' ' + each.name() + ' ' + each.instances() + ' ' + each.bytes());
        }
    }
}
