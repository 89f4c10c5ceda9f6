package collectors;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/** Serves and fetches while the collector of this JVM is kept at work, in the clear and over TLS, and prints what came back; at last the collections, on a line of their own. */
final class Collectors {

    private static final int LARGE = 3 << 20;
    private static final int SMALL_ONES = 200;
    private static final int CALLERS = 4;
    private static final AtomicInteger FAILED = new AtomicInteger();
    private static byte[] garbage = {};

    private Collectors() {
    }

    public static void main(String[] args) throws Exception {
        Path scratch = Files.createTempDirectory("collectors");
        Path pem = scratch.resolve("server.pem");
        Tls identity = Tls.selfSigned();
        Files.writeString(pem, identity.certificatePem());
        exercise("clear", null, null);
        exercise("TLS", identity, Tls.trusting(pem));
        Files.delete(pem);
        Files.delete(scratch);
        long collections = 0;
        StringBuilder names = new StringBuilder();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += collector.getCollectionCount();
            names.append(collector.getName()).append(", ");
        }
        System.out.println("collections " + collections + " by " + names);
        System.exit(FAILED.get() == 0 ? 0 : 1);
    }

    private static void exercise(String title, Tls identity, Tls trust) throws Exception {
        ShockwaveServer.Builder server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(2)
                .handler(Collectors::answer).sendDate(false).onHandlerError(Collectors::failed);
        ShockwaveClient.Builder client = ShockwaveClient.builder();
        if (identity != null) {
            server.tls(identity);
            client.tls(trust);
        }
        try (ShockwaveServer running = server.start(); ShockwaveClient asking = client.build()) {
            String base = (identity == null ? "http" : "https") + "://localhost:" + running.address().getPort();
            System.out.println(title + " large " + fetch(asking.request(Method.GET, base + "/large")));
            System.out.println(title + " echo " + fetch(asking.request(Method.POST, base + "/echo").body(pattern(LARGE))));
            Thread[] callers = new Thread[CALLERS];
            for (int i = 0; i < CALLERS; i++) {
                int seed = i;
                callers[i] = Thread.ofVirtual().start(() -> small(asking, base, seed));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            System.out.println(title + " fields " + fields(asking, base));
            System.out.println(title + " answered " + running.stats().responses2xx() + ", failed " + running.stats().responses5xx());
        }
    }

    private static void answer(ServerRequest request, ServerResponse response) throws IOException {
        if (request.path().is("/large")) {
            byte[] chunk = pattern(1 << 14);
            try (BodyWriter out = response.stream()) {
                for (int sent = 0; sent < LARGE; sent += chunk.length) {
                    out.write(chunk, 0, chunk.length);
                    garbage = new byte[chunk.length]; // 3 MB of it for a response, so that objects move while it is under way
                }
            }
        } else if (request.path().is("/echo")) {
            byte[] content = request.body().readAll(LARGE);
            response.headers().set(HeaderName.CONTENT_TYPE, "application/octet-stream");
            response.send(content);
        } else if (request.path().is("/fields")) {
            for (int i = 0; i < 60; i++) {
                response.headers().add(HeaderName.of("x-field-" + i), "value " + i + "-".repeat(50));
            }
            response.send("fields");
        } else {
            garbage = new byte[1 << 14];
            response.send("you asked for " + request.path() + '?' + request.query());
        }
    }

    private static void small(ShockwaveClient client, String base, int seed) {
        try {
            for (int i = 0; i < SMALL_ONES; i++) {
                String query = "n=" + seed + "-" + i;
                try (ClientResponse response = client.get(base + "/small?" + query).send()) {
                    String text = new String(response.body().readAll(1_000), StandardCharsets.US_ASCII);
                    if (response.status() != 200 || !text.equals("you asked for /small?" + query)) {
                        throw new IOException(response.status() + " " + text);
                    }
                }
                if (i % 100 == 50 && seed == 0) {
                    System.gc();
                }
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private static String fields(ShockwaveClient client, String base) throws IOException {
        CRC32 sum = new CRC32();
        int count = 0;
        try (ClientResponse response = client.get(base + "/fields").send()) {
            for (var field : response.headers()) {
                sum.update((field.getKey() + field.getValue()).getBytes(StandardCharsets.US_ASCII));
                count++;
            }
            response.body().readAll(1_000);
        }
        return count + " " + sum.getValue();
    }

    private static String fetch(ClientRequest request) throws IOException {
        CRC32 sum = new CRC32();
        long bytes = 0;
        try (ClientResponse response = request.send(); InputStream in = response.body().asInputStream()) {
            byte[] buf = new byte[10_000];
            for (int n; (n = in.read(buf)) >= 0;) {
                sum.update(buf, 0, n);
                bytes += n;
            }
            return response.status() + " " + bytes + " " + sum.getValue();
        }
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    private static void failed(Throwable cause) {
        FAILED.incrementAndGet();
        cause.printStackTrace();
    }
}
