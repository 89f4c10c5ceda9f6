package io.shockwave.internal.quic;

import com.sun.management.ThreadMXBean;
import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;

/**
 * A program of its own, so that no other test's threads and types are seen: requests over one HTTP/3 connection on loopback, {@code PEM STREAMS}, and what the threads of both sides allocate. Prints
 * {@code native 1} if libcrypto protects its packets, {@code requests SERVER CLIENT CALLERS} in bytes a request and {@code bulk SERVER CLIENT CALLERS} in bytes a MiB, of the leanest of several windows.
 */
final class Http3AllocRun {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 30_000;
    private static final int REQUESTS = 2_000;
    private static final int WINDOWS = 6;
    /** Until code is compiled that leaves objects out, which on a busy machine may take a while. */
    private static final int MOST_WINDOWS = 40;
    private static final long LITTLE_BYTES = 32L * REQUESTS;
    private static final int BULK_MIB = 8;
    private static final byte[] SMALL = new byte[100];
    private static final byte[] LARGE = new byte[BULK_MIB << 20];

    private Http3AllocRun() {}

    public static void main(String[] args) throws Exception {
        Tls tls = Tls.selfSigned("127.0.0.1");
        Path pem = Path.of(args[0]);
        Files.writeString(pem, tls.certificatePem());
        int streams = Integer.parseInt(args[1]);
        System.out.println("native " + (NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256) ? 1 : 0));
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(tls)
                .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).shutdownGrace(Duration.ZERO).inlineHandler((request, response) -> response.send(request.path().is("/bulk") ? LARGE : SMALL)).start();
                ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(pem)).protocols(HttpVersion.HTTP_3).build()) {
            String base = "https://127.0.0.1:" + server.address().getPort();
            run(client, base + "/", streams, WARM_UP / streams, SMALL.length);
            print("requests", leanest(client, base + "/", streams, REQUESTS / streams, SMALL.length), (double) (REQUESTS / streams) * streams);
            run(client, base + "/bulk", 1, 4, LARGE.length);
            print("bulk", leanest(client, base + "/bulk", 1, 2, LARGE.length), 2.0 * BULK_MIB);
        }
    }

    private static void print(String what, long[] bytes, double by) {
        System.out.println(what + ' ' + bytes[0] / by + ' ' + bytes[1] / by + ' ' + bytes[2] / by);
    }

    /** What server, client and callers allocated, each in the window in which it was least. */
    private static long[] leanest(ShockwaveClient client, String url, int streams, int each, int bytes) throws Exception {
        long[] least = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        long server = thread("shockwave-\\d+-reactor-0");
        long reactor = thread("shockwave-client-http3-\\d+");
        boolean spares = NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256);
        for (int i = 0; i < WINDOWS || spares && i < MOST_WINDOWS && Math.max(least[0], Math.max(least[1], least[2])) > LITTLE_BYTES; i++) {
            long serverBefore = THREADS.getThreadAllocatedBytes(server);
            long reactorBefore = THREADS.getThreadAllocatedBytes(reactor);
            long callers = run(client, url, streams, each, bytes);
            least[0] = Math.min(least[0], THREADS.getThreadAllocatedBytes(server) - serverBefore);
            least[1] = Math.min(least[1], THREADS.getThreadAllocatedBytes(reactor) - reactorBefore);
            least[2] = Math.min(least[2], callers);
        }
        return least;
    }

    private static long thread(String name) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches(name)) {
                return thread.threadId();
            }
        }
        throw new IllegalStateException("no thread " + name);
    }

    /** So many requests on each of so many streams at once. @return the bytes that the calling threads allocated after their first request */
    private static long run(ShockwaveClient client, String url, int streams, int each, int bytes) throws Exception {
        Thread[] callers = new Thread[streams];
        long[] allocated = new long[streams];
        CyclicBarrier ready = new CyclicBarrier(streams);
        for (int i = 0; i < streams; i++) {
            int index = i;
            callers[i] = Thread.ofPlatform().start(() -> allocated[index] = ask(client, url, each, bytes, ready));
        }
        long sum = 0;
        for (int i = 0; i < streams; i++) {
            callers[i].join();
            if (allocated[i] < 0) {
                throw new IllegalStateException("a request failed");
            }
            sum += allocated[i];
        }
        return sum;
    }

    private static long ask(ShockwaveClient client, String url, int count, int bytes, CyclicBarrier ready) {
        try {
            ClientRequest request = client.get(url);
            byte[] buf = new byte[1 << 16];
            exchange(request, buf, bytes);
            ready.await();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 1; i < count; i++) {
                exchange(request, buf, bytes);
            }
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        } catch (Exception e) {
            e.printStackTrace();
            return -1;
        }
    }

    private static void exchange(ClientRequest request, byte[] buf, int bytes) throws IOException {
        try (ClientResponse response = request.send()) {
            int sum = 0;
            for (int n = response.body().read(buf, 0, buf.length); n >= 0; n = response.body().read(buf, 0, buf.length)) {
                sum += n;
            }
            if (response.status() != 200 || response.version() != HttpVersion.HTTP_3 || sum != bytes) {
                throw new IOException("not the answer: " + sum + " bytes");
            }
        }
    }
}
