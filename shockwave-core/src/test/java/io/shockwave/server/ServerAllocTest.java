package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.BodyReader;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.RequestArena;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's steady state over cleartext with an inline handler allocates nothing, whatever the tier: measured on the reactor's thread over real sockets. */
@Tag("tier")
class ServerAllocTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 30_000;
    private static final int REQUESTS = 100_000;
    /** Requests written at once: more round trips would only take longer, the server does the same for each. */
    private static final int BATCH = 50;
    /** A JIT compilation, a class loaded late or a method handle that is compiled after so many uses (7,864 bytes) may allocate once; one byte in ten requests would be more than this. */
    private static final long ONCE_BYTES = 4_096;
    /** Code that was compiled for memory on the heap alone is left when the first outside it comes, and runs interpreted for a while: what allocates with each request does so in every window. */
    private static final int MAX_WINDOWS = 3;

    private static final String GET = """
            GET /api/v1/items/42?expand=owner HTTP/1.1
            Host: www.example.com
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Accept-Language: en-US,en;q=0.5
            Accept-Encoding: gzip, deflate
            Referer: https://www.example.com/items
            Cookie: session=0123456789abcdef0123456789abcdef; theme=dark
            Cache-Control: no-cache
            X-Request-Id: 5f2c1c1e-7f5a-4f1e-9d7e-3c1a2b3c4d5e
            X-Custom-Thing: something that no table knows

            """.replace("\n", "\r\n");

    private static byte[] post() {
        byte[] head = """
                POST /upload HTTP/1.1
                Host: www.example.com
                Content-Type: application/octet-stream
                Content-Length: 1024

                """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + 1024);
        Arrays.fill(all, head.length, all.length, (byte) 'x');
        return all;
    }

    /** Answers GET with a constant, and any content with its length, without allocating. */
    private static final class Quiet implements Handler, BodyReader.DataListener {
        private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] TYPE = "text/plain".getBytes(StandardCharsets.US_ASCII);
        private ServerResponse response;
        private long received;

        @Override
        public void handle(ServerRequest request, ServerResponse to) throws IOException {
            if (request.method() != Method.POST) {
                if (!request.path().is("/api/v1/items/42") || request.headers().indexOf(HeaderName.COOKIE, 0) < 0) {
                    throw new IllegalStateException("not what was sent");
                }
                to.headers().add(HeaderName.CONTENT_TYPE, "text/plain").add(HeaderName.CACHE_CONTROL, "no-store");
                to.send(HELLO);
                return;
            }
            response = to;
            received = 0;
            request.body().onData(this);
        }

        @Override
        public void onData(byte[] buf, int off, int len) {
            received += len;
        }

        @Override
        public void onEnd() {
            try {
                response.headers().add(HeaderName.AGE, received);
                response.send(HELLO);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onError(HttpException cause) {
            throw new IllegalStateException(cause);
        }
    }

    /** A handler that makes texts, numbers and its answer in its arena. */
    private static void inArena(ServerRequest request, ServerResponse response) throws IOException {
        RequestArena arena = request.arena();
        ArenaSlice path = arena.ascii(request.path());
        ArenaSlice bytes = arena.bytes(700).put(699, (byte) 'x');
        ArenaWriter out = arena.writer(64);
        for (int i = 0; i < 60; i++) {
            out.ascii("{\"item\":").decimal(i * 1_000L).utf8(",\"name\":\"\u00e4 name\"}").write((byte) ',');
        }
        response.headers().add(HeaderName.CONTENT_TYPE, "application/json").add(HeaderName.ETAG, path.slice(0, 4)).add(HeaderName.AGE, bytes.length());
        response.send(out.ascii("Hello, World!").slice());
    }

    @Test
    void anArenaAllocatesNothing() throws Exception {
        measure(GET.getBytes(StandardCharsets.US_ASCII), ServerAllocTest::inArena, false);
    }

    @Test
    void anArenaOutsideTheHeapAllocatesNothing() throws Exception {
        measure(GET.getBytes(StandardCharsets.US_ASCII), ServerAllocTest::inArena, true);
    }

    @Test
    void getWithTenFieldsAllocatesNothing() throws Exception {
        measure(GET.getBytes(StandardCharsets.US_ASCII), new Quiet(), false);
    }

    @Test
    void postOfOneKilobyteAllocatesNothing() throws Exception {
        measure(post(), new Quiet(), false);
    }

    /** Content that stays in the handler's array until the socket takes it. */
    @Test
    void contentThatIsLeftInItsArrayAllocatesNothing() throws Exception {
        byte[] content = new byte[40_000];
        System.arraycopy(Quiet.HELLO, 0, content, content.length - Quiet.HELLO.length, Quiet.HELLO.length);
        measure(GET.getBytes(StandardCharsets.US_ASCII), (request, response) -> response.send(content), false, 10_000);
    }

    /** Content outside the heap, which is copied behind its head where it is short, and goes to the socket from where it is else. */
    @ParameterizedTest
    @ValueSource(ints = {13, 4_000, 16_384, 40_000})
    void contentInADirectBufferAllocatesNothing(int length) throws Exception {
        ByteBuffer content = ByteBuffer.allocateDirect(length).put(length - Quiet.HELLO.length, Quiet.HELLO);
        measure(GET.getBytes(StandardCharsets.US_ASCII), (request, response) -> response.send(content), false, 20_000);
    }

    private static void measure(byte[] request, Handler handler, boolean offHeap) throws Exception {
        measure(request, handler, offHeap, REQUESTS);
    }

    private static void measure(byte[] request, Handler handler, boolean offHeap, int requests) throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder()
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).inlineHandler(handler).offHeapArenas(offHeap).start();
                SocketChannel socket = SocketChannel.open(server.address())) {
            long reactor = reactorOf(server);
            int answerBytes = answerLength(socket, request);
            int warmUp = Math.min(WARM_UP, requests);
            exchange(socket, request, answerBytes, warmUp);
            long bytes = Long.MAX_VALUE;
            int windows = 0;
            while (bytes > ONCE_BYTES && windows++ < MAX_WINDOWS) {
                long before = THREADS.getThreadAllocatedBytes(reactor);
                exchange(socket, request, answerBytes, requests);
                bytes = THREADS.getThreadAllocatedBytes(reactor) - before;
            }
            assertTrue(bytes <= ONCE_BYTES, "the reactor allocated " + bytes + " bytes over " + requests + " requests");
            assertEquals(1 + warmUp + windows * requests, server.stats().responses2xx());
        }
    }

    private static long reactorOf(ShockwaveServer server) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("shockwave-\\d+-reactor-0") && thread.isAlive()) {
                return thread.threadId();
            }
        }
        throw new IllegalStateException("no reactor of " + server);
    }

    private static int answerLength(SocketChannel socket, byte[] request) throws IOException {
        socket.write(ByteBuffer.wrap(request));
        ByteBuffer answer = ByteBuffer.allocate(1 << 16);
        do {
            socket.read(answer);
        } while (!new String(answer.array(), Math.max(0, answer.position() - 13), Math.min(13, answer.position()), StandardCharsets.US_ASCII).equals("Hello, World!"));
        return answer.position();
    }

    private static void exchange(SocketChannel socket, byte[] request, int answerBytes, int count) throws IOException {
        ByteBuffer out = ByteBuffer.allocateDirect(request.length * BATCH);
        ByteBuffer in = ByteBuffer.allocateDirect(answerBytes * BATCH);
        for (int i = 0; i < BATCH; i++) {
            out.put(request);
        }
        for (int done = 0; done < count; done += BATCH) {
            out.clear();
            while (out.hasRemaining()) {
                socket.write(out);
            }
            in.clear();
            while (in.hasRemaining()) {
                if (socket.read(in) < 0) {
                    throw new IOException("the server closed the connection");
                }
            }
        }
    }
}
