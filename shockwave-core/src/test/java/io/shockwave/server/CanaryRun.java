package io.shockwave.server;

import io.shockwave.Ascii;
import io.shockwave.Tls;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.server.CanaryHandler.Kept;
import io.shockwave.server.CanaryHandler.Wanted;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A server, clients that ask, err, stall and vanish, and the rule that each sees its own bytes alone. As a program of its own it runs without checks of stale views. */
final class CanaryRun {
    private static final int CLIENTS = 10;
    /** How long the server waits for a client that stalls; a first handshake on a busy machine takes most of a second. */
    private static final Duration STALL = Duration.ofMillis(2_000);
    private static final Duration TLS_STALL = Duration.ofMillis(3_000);
    /** Which all but those that stall exceed. */
    private static final int BODY_BYTES_PER_SECOND = 100_000;
    private static final String[] KINDS = {"slice", "slice", "retained", "text", "bytes", "stream", "cut", "fails", "full"};

    private final Mode mode;
    private final SSLContext tls;
    private final CanaryHandler handler;
    private final AtomicInteger ids = new AtomicInteger(1);
    private final Set<Integer> answered = ConcurrentHashMap.newKeySet();
    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private TestServer server;

    /** Whether clients break off. */
    private volatile boolean leaving;

    private CanaryRun(Mode mode, SSLContext tls) {
        this.mode = mode;
        this.tls = tls;
        this.handler = new CanaryHandler(mode == Mode.INLINE);
    }

    /** Without TLS, in this JVM as it was started: {@code mode offHeap exchanges}. */
    public static void main(String[] args) throws Exception {
        System.out.println(play(Mode.valueOf(args[0]), Boolean.parseBoolean(args[1]), null, null, Integer.parseInt(args[2])));
    }

    /** @return what was done, for people; @param identity and tls null for cleartext */
    static String play(Mode mode, boolean offHeap, Tls identity, SSLContext tls, int exchangesPerClient) throws Exception {
        CanaryRun run = new CanaryRun(mode, tls);
        try (TestServer server = TestServer.start(mode, run.handler, b -> {
            Duration stall = tls == null ? STALL : TLS_STALL;
            b.headTimeout(stall).minBodyRate(BODY_BYTES_PER_SECOND, stall).bufferBytes(2_048).reactors(2).offHeapArenas(offHeap).maxArenaBytes(CanaryHandler.LIMIT_BYTES);
            return identity == null ? b : b.tls(identity);
        })) {
            run.server = server;
            // Unchecked, a stale view shows poison until its memory serves another exchange; one that is lost inline keeps that memory for good.
            boolean poisonLasts = Lifetime.CHECKED || mode == Mode.VIRTUAL;
            run.leaving = poisonLasts;
            run.round(exchangesPerClient);
            List<Kept> ended = List.copyOf(run.handler.kept);
            if (ended.isEmpty()) {
                throw new AssertionError("nothing was kept");
            }
            ended.forEach(run::isOver);
            if (Lifetime.CHECKED && mode == Mode.VIRTUAL) { // inline, and unchecked, their objects serve the next exchange
                run.handler.meanwhile = () -> ended.forEach(run::isOver);
            }
            run.leaving = true;
            run.round(exchangesPerClient / 2);
            run.handler.meanwhile = () -> { };
            if (poisonLasts) {
                ended.forEach(run::isOver);
            }
            run.handler.kept.forEach(CanaryRun::isWhole);
            run.none();
            return mode + (offHeap ? ", off-heap" : ", heap") + (tls == null ? "" : ", TLS") + ": " + run.handler.handled + " handled, " + run.answered.size() + " answered whole, " + run.handler.refused
                    + " at the arena's limit, " + run.handler.kept.size() + " kept, " + server.stats().timeouts() + " timeouts, " + server.stats().rejected() + " refused, " + server.stats().peerResets() + " cut by clients";
        }
    }

    private void round(int exchanges) throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(ids.get() * 31L + i);
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    client(random, exchanges);
                } catch (Throwable t) {
                    wrong.add(t);
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        none();
        Await.quiet(server.server);
        Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server) + " bytes are still lent");
    }

    private void none() {
        wrong.addAll(handler.wrong);
        if (!wrong.isEmpty()) {
            AssertionError all = new AssertionError(wrong.size() + " exchanges saw what is not theirs, or broke");
            wrong.stream().limit(5).forEach(all::addSuppressed);
            throw all;
        }
    }

    // ---- what was kept

    /**
     * Stale views tell that they are, or show poison, and never bytes of anybody. An inline handler does not say when it is done with an exchange whose connection was lost: that one stays as it is,
     * and serves nobody else.
     */
    private void isOver(Kept kept) {
        if (mode == Mode.INLINE && isOfLost(kept.path())) {
            return;
        }
        throwsOrPoison(() -> kept.path().toString());
        throwsOrPoison(() -> kept.value().toString());
        throwsOrPoison(() -> kept.slice().toString());
        throwsOrPoison(() -> {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < kept.slice().length(); i++) {
                all.append(kept.slice().charAt(i));
            }
            return all.toString();
        });
        throwsOrPoison(() -> kept.fields().toString());
        isWhole(kept);
    }

    private boolean isOfLost(Ascii path) {
        try {
            Wanted wanted = Wanted.of(path);
            return !answered.contains(wanted.id());
        } catch (RuntimeException staleOrPoison) {
            return false;
        }
    }

    private void throwsOrPoison(java.util.function.Supplier<String> read) {
        String got;
        try {
            got = read.get();
        } catch (IllegalStateException stale) {
            return;
        }
        if (Lifetime.CHECKED) {
            wrong.add(new AssertionError("a stale view was read: " + cut(got)));
        }
        for (int i = 0; i < got.length(); i++) {
            if (got.charAt(i) != (Lifetime.POISON & 0xFF)) {
                wrong.add(new AssertionError("a stale view shows a byte of somebody at " + i + " of " + got.length() + ": " + cut(got)));
                return;
            }
        }
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), 200));
    }

    /** What was retained is as it was. */
    private static void isWhole(Kept kept) {
        Canary.check("a retained field", kept.id(), 1, 20, kept.ownFields().first(CanaryHandler.SMALL).orElse(""));
        Canary.check("retained memory", kept.id(), 101, kept.ownLen(), kept.ownSlice());
        if (Wanted.of(kept.ownPath()).id() != kept.id()) {
            throw new AssertionError("a retained path: " + kept.ownPath());
        }
    }

    // ---- a client

    private Raw connect() throws IOException {
        return tls == null ? server.connect() : new Raw(tls.getSocketFactory().createSocket(Raw.connected(server.server.address()), "localhost", server.server.address().getPort(), true));
    }

    private void client(Random random, int exchanges) throws IOException {
        Raw raw = connect();
        for (int i = 0; i < exchanges; i++) {
            int longLen = random.nextInt(3) == 0 ? random.nextInt(random.nextInt(4) == 0 ? 6_000 : 300) : 0;
            String kind = KINDS[random.nextInt(KINDS.length)];
            int most = kind.equals("stream") && mode == Mode.INLINE ? 1_500 : 20_000; // inline a stream cannot wait for room
            Wanted wanted = new Wanted(kind, ids.getAndIncrement(), longLen, random.nextBoolean() ? 0 : random.nextInt(9_000), random.nextInt(most));
            int fate = leaving ? random.nextInt(30) : 5 + random.nextInt(25);
            if (fate < 4 || fate == 4 && i % 8 == 0) {
                breakOff(raw, request(wanted, random), fate, random);
                raw = connect();
            } else if (fate == 5) {
                raw.send("GET " + wanted.path() + " HTTP/1.1\r\nHost: h\r\nX-Small: " + Canary.text(wanted.id(), 1, 20) + "\r\nContent-Length: x\r\n\r\n");
                Raw.Reply reply = raw.reply();
                isBare(reply, 400);
                raw.close();
                raw = connect();
            } else {
                try {
                    raw.send(request(wanted, random));
                    if (!isAnswered(raw, wanted)) {
                        raw.close();
                        raw = connect();
                    }
                } catch (IOException e) {
                    throw new IOException(wanted + ", request " + i + " of its client", e);
                }
            }
        }
        raw.close();
    }

    private static String request(Wanted wanted, Random random) {
        int id = wanted.id();
        String fields = " HTTP/1.1\r\nHost: h\r\nX-Small: " + Canary.text(id, 1, 20) + "\r\n";
        if (wanted.longLen() > 0) {
            fields += "X-Long: " + Canary.text(id, 2, wanted.longLen()) + "\r\nX-Long: " + Canary.text(id, 4, wanted.longLen()) + "\r\n";
        }
        String target = wanted.path() + '?' + Canary.text(id, 0, 12);
        String content = Canary.text(id, 3, wanted.contentLen());
        if (content.isEmpty()) {
            return "GET " + target + fields + "\r\n";
        }
        if (random.nextBoolean()) {
            return "POST " + target + fields + "Content-Length: " + content.length() + "\r\n\r\n" + content;
        }
        int cut = random.nextInt(content.length());
        return "POST " + target + fields + "Transfer-Encoding: chunked\r\n\r\n" + chunk(content.substring(0, cut)) + chunk(content.substring(cut)) + "0\r\n\r\n";
    }

    private static String chunk(String content) {
        return content.isEmpty() ? "" : Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }

    /** Sends a part of a request, or all, and leaves: by a reset, by closing, without waiting for the answer, or by silence until the server gives up. */
    private void breakOff(Raw raw, String request, int way, Random random) throws IOException {
        boolean whole = way == 1 || way == 3;
        raw.trySend(whole ? request : request.substring(0, 1 + random.nextInt(request.length() - 1)));
        if (way == 4) {
            try {
                while (!raw.line().isEmpty()) {
                    continue; // its answer is 408, or that of a handler which did not wait for the content
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // It was closed.
            }
        } else if (way >= 2) {
            if (random.nextBoolean()) {
                raw.trySend("");
                byte[] some = new byte[1 + random.nextInt(2_000)];
                raw.socket.setSoTimeout(20);
                try {
                    raw.read(some);
                } catch (IOException e) {
                    // Nothing came.
                }
            }
            raw.reset();
        }
        raw.close();
    }

    /** @return whether the connection can go on */
    private boolean isAnswered(Raw raw, Wanted wanted) throws IOException {
        int id = wanted.id();
        if (wanted.kind().equals("cut")) {
            String all = raw.rest();
            int end = all.indexOf("\r\n\r\n");
            if (end > 0) {
                Canary.check("a cut answer's field", id, 100, all.substring(all.indexOf("X-Echo: ") + 8).indexOf('\r'), all.substring(all.indexOf("X-Echo: ") + 8).split("\r")[0]);
                String content = all.substring(end + 4);
                Canary.checkBegin("a cut answer", id, 6, content.substring(content.indexOf('\n') + 1).split("\r")[0]);
            }
            return false;
        }
        Raw.Reply reply = raw.reply();
        if (wanted.kind().equals("fails") || wanted.kind().equals("full")) {
            isBare(reply, 500);
            return !"close".equals(reply.field("Connection"));
        }
        if (reply.status() != 200) {
            throw new AssertionError("status " + reply.status() + " for " + wanted);
        }
        String echo = reply.field("X-Echo");
        Canary.check("an answer's field", id, 100, echo.length(), echo);
        if (wanted.longLen() > 0) {
            Canary.check("an answer's long field", id, 5, wanted.longLen(), reply.field("X-Long"));
        }
        Canary.check("an answer", id, 6, wanted.answerLen(), reply.content());
        if (wanted.kind().equals("stream")) {
            Canary.check("a trailer", id, 7, 30, raw.trailers.substring("X-End: ".length(), raw.trailers.length() - 2));
        }
        answered.add(id);
        return !"close".equals(reply.field("Connection"));
    }

    /** An error's answer says nothing of its request, nor of anybody's. */
    private static void isBare(Raw.Reply reply, int status) {
        if (reply.status() != status || reply.head().contains("X-") || reply.content().length() > (status == 500 ? 0 : 60) || reply.head().length() > 200) {
            throw new AssertionError("an answer that should be bare: " + reply);
        }
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
