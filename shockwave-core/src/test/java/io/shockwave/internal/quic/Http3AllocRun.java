package io.shockwave.internal.quic;

import com.sun.management.ThreadMXBean;
import io.shockwave.BodyReader;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/**
 * A program of its own, so that no other test's threads and types are seen: requests over HTTP/3 connections on loopback, {@code PEM CONNECTIONS STREAMS}, and what the threads of both sides allocate.
 * Each connection has a client of its own. Prints {@code native 1} if libcrypto protects its packets, {@code requests SERVER CLIENTS CALLERS} in bytes a request, and {@code down} and {@code up} likewise in
 * bytes a MiB over one connection, of the leanest of several windows.
 */
final class Http3AllocRun {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 30_000;
    private static final int REQUESTS = 2_000;
    /** So that what a thread does with its first request is little of all. */
    private static final int LEAST_EACH = 100;
    private static final int WINDOWS = 6;
    /** Until code is compiled that leaves objects out, which on a busy machine may take a while. */
    private static final int MOST_WINDOWS = 40;
    private static final long MOST_NS = 30_000_000_000L;
    private static final int LITTLE_BYTES = 32;
    private static final int BULK_MIB = 8;
    private static final int BULK_EACH = 4;
    private static final byte[] NOTHING = {};
    private static final byte[] SMALL = new byte[100];
    private static final byte[] LARGE = new byte[BULK_MIB << 20];
    private static final Counting UP = new Counting();

    private Http3AllocRun() {}

    public static void main(String[] args) throws Exception {
        Tls tls = Tls.selfSigned("127.0.0.1");
        Path pem = Path.of(args[0]);
        Files.writeString(pem, tls.certificatePem());
        int connections = Integer.parseInt(args[1]);
        int streams = Integer.parseInt(args[2]);
        System.out.println("native " + (NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256) ? 1 : 0));
        List<ShockwaveClient> clients = new ArrayList<>();
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(tls)
                .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).shutdownGrace(Duration.ZERO).inlineHandler(Http3AllocRun::answer).start()) {
            for (int i = 0; i < connections; i++) {
                clients.add(ShockwaveClient.builder().tls(Tls.trusting(pem)).protocols(HttpVersion.HTTP_3).build());
            }
            String base = "https://127.0.0.1:" + server.address().getPort();
            Load small = new Load(clients, streams, base + "/", NOTHING, SMALL.length);
            small.run(WARM_UP / (connections * streams));
            print("requests", leanest(small, Math.max(LEAST_EACH, REQUESTS / (connections * streams)), 1), 1);
            Load down = new Load(clients.subList(0, 1), 1, base + "/down", NOTHING, LARGE.length);
            down.run(4);
            print("down", leanest(down, BULK_EACH, BULK_MIB), BULK_MIB);
            Load up = new Load(clients.subList(0, 1), 1, base + "/up", LARGE, SMALL.length);
            up.run(4);
            print("up", leanest(up, BULK_EACH, BULK_MIB), BULK_MIB);
        } finally {
            for (ShockwaveClient client : clients) {
                client.close();
            }
        }
    }

    private static void answer(ServerRequest request, ServerResponse response) throws IOException {
        if (request.path().is("/up")) {
            request.body().onData(UP.to(response));
        } else {
            response.send(request.path().is("/down") ? LARGE : SMALL);
        }
    }

    /** Counts what comes up, one request at a time, and answers when it is whole. */
    private static final class Counting implements BodyReader.DataListener {
        private ServerResponse response;
        private long bytes;

        Counting to(ServerResponse to) {
            response = to;
            bytes = 0;
            return this;
        }

        @Override
        public void onData(byte[] buf, int off, int len) {
            bytes += len;
        }

        @Override
        public void onEnd() {
            try {
                response.status(bytes == LARGE.length ? 200 : 400).send(SMALL);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onError(HttpException cause) {
            cause.printStackTrace();
        }
    }

    private static void print(String what, double[] bytes, double by) {
        System.out.println(what + ' ' + bytes[0] / by + ' ' + bytes[1] / by + ' ' + bytes[2] / by);
    }

    /** What server, clients and callers allocated for an exchange, each in the window in which it was least. */
    private static double[] leanest(Load load, int each, int littles) throws Exception {
        double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        boolean spares = NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256);
        double exchanges = (double) load.clients.size() * load.streams * each;
        long[] server = threads("shockwave-\\d+-reactor-0");
        long[] reactors = threads("shockwave-client-http3-\\d+");
        long from = System.nanoTime();
        for (int i = 0; i < WINDOWS || spares && i < MOST_WINDOWS && System.nanoTime() - from < MOST_NS && Math.max(least[0], Math.max(least[1], least[2])) > littles * LITTLE_BYTES; i++) {
            long serverBefore = allocated(server);
            long reactorsBefore = allocated(reactors);
            long callers = load.run(each);
            least[0] = Math.min(least[0], (allocated(server) - serverBefore) / exchanges);
            least[1] = Math.min(least[1], (allocated(reactors) - reactorsBefore) / exchanges);
            least[2] = Math.min(least[2], callers / exchanges);
        }
        return least;
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += THREADS.getThreadAllocatedBytes(thread);
        }
        return sum;
    }

    private static long[] threads(String name) {
        long[] found = Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().matches(name)).mapToLong(Thread::threadId).toArray();
        if (found.length == 0) {
            throw new IllegalStateException("no thread " + name);
        }
        return found;
    }

    /** Requests of one kind, on so many streams of each client at once. */
    private record Load(List<ShockwaveClient> clients, int streams, String url, byte[] content, int bytes) {
        /** So many requests on each stream. @return the bytes that the calling threads allocated after their first request */
        long run(int each) throws Exception {
            Thread[] callers = new Thread[clients.size() * streams];
            long[] allocated = new long[callers.length];
            CyclicBarrier ready = new CyclicBarrier(callers.length);
            for (int i = 0; i < callers.length; i++) {
                int index = i;
                callers[i] = Thread.ofPlatform().start(() -> allocated[index] = ask(clients.get(index / streams), each, ready));
            }
            long sum = 0;
            for (int i = 0; i < callers.length; i++) {
                callers[i].join();
                if (allocated[i] < 0) {
                    throw new IllegalStateException("a request failed");
                }
                sum += allocated[i];
            }
            return sum;
        }

        private long ask(ShockwaveClient client, int count, CyclicBarrier ready) {
            try {
                ClientRequest request = content.length > 0 ? client.request(Method.POST, url).body(content) : client.get(url);
                byte[] buf = new byte[1 << 16];
                exchange(request, buf);
                ready.await();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 1; i < count; i++) {
                    exchange(request, buf);
                }
                return THREADS.getCurrentThreadAllocatedBytes() - before;
            } catch (Exception e) {
                e.printStackTrace();
                return -1;
            }
        }

        private void exchange(ClientRequest request, byte[] buf) throws IOException {
            try (ClientResponse response = request.send()) {
                int sum = 0;
                for (int n = response.body().read(buf, 0, buf.length); n >= 0; n = response.body().read(buf, 0, buf.length)) {
                    sum += n;
                }
                if (response.status() != 200 || response.version() != HttpVersion.HTTP_3 || sum != bytes) {
                    throw new IOException("not the answer: " + response.status() + ", " + sum + " bytes");
                }
            }
        }
    }
}
