package io.shockwave.bench.http3;

import com.sun.management.ThreadMXBean;
import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.server.ShockwaveServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The server that {@code bench/http3.sh} measures: {@code PORT PEM}. It answers inline with 1,000 bytes, or with 100 MiB for {@code /bulk}, writes its certificate to PEM, and answers each
 * line of its input with the bytes that its threads have allocated. It ends with its input.
 */
public final class Http3Server {
    private static final byte[] SMALL = new byte[1_000];
    private static final byte[] BULK = new byte[100 << 20];

    private Http3Server() {}

    public static void main(String[] args) throws IOException {
        Tls tls = Tls.selfSigned("localhost", "127.0.0.1");
        Files.writeString(Path.of(args[1]), tls.certificatePem());
        ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]))).reactors(1).tls(tls)
            .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).inlineHandler((request, response) -> response.send(request.path().is("/bulk") ? BULK : SMALL)).start();
        try (server) {
            System.out.println("ready");
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (in.readLine() != null) {
                System.out.println(threads.getTotalThreadAllocatedBytes());
            }
        }
    }
}
