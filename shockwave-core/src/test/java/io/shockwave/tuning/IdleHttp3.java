package io.shockwave.tuning;

import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One side of HTTP/3 connections that are idle, as a program of its own, so that nothing else is on its heap. {@code server PEM} or {@code client PORT PEM}, steered by the lines of its input:
 *
 * <pre>
 *   open N       a client opens N more connections, and gets something over each
 *   heap         tells the heap's classes after a collection: a line "class name instances bytes" each
 *   profile      tells the classes that {@link MemoryProfiler} finds: "class name instances bytes", and its components: "component name|bytes"
 * </pre>
 *
 * <p>Each answer ends with a line "done".
 */
final class IdleHttp3 {
    private static int opened;

    private IdleHttp3() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("server")) {
            Tls tls = Tls.selfSigned("*.idle.example");
            Files.writeString(Path.of(args[1]), tls.certificatePem());
            try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(tls)
                    .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).idleTimeout(Duration.ofMinutes(10)).shutdownGrace(Duration.ZERO)
                    .inlineHandler((request, response) -> response.send("hello")).start()) {
                System.out.println("port " + server.address().getPort());
                obey(null, 0, () -> MemoryProfiler.profile(server));
            }
        } else {
            try (ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(Path.of(args[2]))).protocols(HttpVersion.HTTP_3)
                    .resolver(host -> new InetAddress[] {InetAddress.getLoopbackAddress()}).build()) {
                obey(client, Integer.parseInt(args[1]), () -> MemoryProfiler.profile(client));
            }
        }
    }

    private interface Profile {
        MemoryReport take();
    }

    private static void obey(ShockwaveClient client, int port, Profile profile) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("open ")) {
                for (int i = Integer.parseInt(line.substring(5)); i > 0; i--) {
                    open(client, "https://host" + opened++ + ".idle.example:" + port + "/");
                }
            } else if (line.equals("heap")) {
                HeapHistogram.take().forEach((name, sum) -> System.out.println("class " + name + ' ' + sum[0] + ' ' + sum[1]));
            } else {
                MemoryReport report = profile.take();
                for (MemoryReport.ClassSize each : report.classes()) {
                    System.out.println("class " + each.name() + ' ' + each.instances() + ' ' + each.bytes());
                }
                for (MemoryReport.Component each : report.components()) {
                    System.out.println("component " + each.name() + '|' + each.bytes());
                }
            }
            System.out.println("done");
        }
    }

    private static void open(ShockwaveClient client, String url) {
        try (ClientResponse response = client.get(url).send()) {
            if (response.status() != 200 || response.version() != HttpVersion.HTTP_3 || response.body().readAll(100).length != 5) {
                throw new IllegalStateException("not the answer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
