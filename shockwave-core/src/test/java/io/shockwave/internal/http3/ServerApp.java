package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A server's driver for tests: what its engine told, by exchange, and applications by path. */
public final class ServerApp implements Http3ServerSink {
    final Slab slab;
    public final Map<String, BiConsumer<ServerApp, Exchange>> routes = new TreeMap<>();
    public final Map<Exchange, StringBuilder> contents = new IdentityHashMap<>();
    public final StringBuilder events = new StringBuilder();
    final ArrayDeque<Exchange> spare = new ArrayDeque<>();
    final Map<Exchange, Boolean> inProgress = new IdentityHashMap<>();
    public Http3ServerEngine engine;
    boolean releasesAtOnce = true;
    int room = Integer.MAX_VALUE;
    public int finished;
    int cancelled;
    byte[] file = {};
    final Map<Exchange, Integer> filePosition = new IdentityHashMap<>();
    String datagrams = "";

    public ServerApp(Slab slab) {
        this.slab = slab;
        routes.put("/", (app, x) -> app.answer(x, 200, "hello"));
        routes.put("/echo", (app, x) -> { });
    }

    public static String path(Exchange x) {
        return new String(x.received.bytes(), x.pathOff, x.pathLen, StandardCharsets.ISO_8859_1);
    }

    public void answer(Exchange x, int status, String text) {
        x.status = status;
        x.source = Exchange.Source.BYTES;
        x.sendBytes = text.getBytes(StandardCharsets.ISO_8859_1);
        x.sendOff = 0;
        x.sendLength = x.sendBytes.length;
        engine.respond(x);
    }

    void log(String what, Exchange x) {
        events.append(what).append(' ').append(x.method).append(' ').append(path(x)).append('\n');
    }

    @Override
    public Exchange lend() {
        Exchange x = spare.isEmpty() ? new Exchange(slab) : spare.poll();
        x.reset();
        inProgress.put(x, true);
        contents.put(x, new StringBuilder());
        return x;
    }

    @Override
    public void onHead(Exchange x) {
        known(x);
        log("head", x);
        BiConsumer<ServerApp, Exchange> route = routes.get(path(x));
        if (route != null) {
            route.accept(this, x);
        } else {
            answer(x, 404, "nothing at " + path(x));
        }
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        known(x);
        int n = Math.min(room, len);
        room -= n;
        contents.get(x).append(new String(buf, off, n, StandardCharsets.ISO_8859_1));
        return n;
    }

    @Override
    public void onContentEnd(Exchange x) {
        known(x);
        events.append("end ").append(path(x));
        if (x.hasReceivedTrailers()) {
            events.append(' ').append(x.receivedTrailers().toString().trim());
        }
        events.append('\n');
        if (path(x).equals("/echo")) {
            answer(x, 200, contents.get(x).toString());
        }
    }

    @Override
    public void onContentFailed(Exchange x, Violation why) {
        known(x);
        events.append("failed ").append(why).append('\n');
        if (why == Violation.BODY_TOO_LARGE || why == Violation.BODY_TOO_SLOW) {
            answer(x, why.status(), "no");
        }
    }

    @Override
    public void onFinished(Exchange x) {
        known(x);
        finished++;
        events.append("finished\n");
        giveBack(x);
    }

    public void giveBack(Exchange x) {
        inProgress.remove(x);
        x.reset();
        spare.add(x);
    }

    @Override
    public void onCancelled(Exchange x, long errorCode) {
        known(x);
        cancelled++;
        events.append("cancelled ").append(Http3Error.of(errorCode)).append('\n');
        giveBack(x);
        if (releasesAtOnce) {
            engine.released();
        }
    }

    @Override
    public void onInterimSent(Exchange x) {
        known(x);
        events.append("interim sent\n");
    }

    @Override
    public byte[] date() {
        return new byte[0];
    }

    @Override
    public void onRejected(Exchange x, Violation why) {
        known(x);
        events.append("rejected ").append(why).append('\n');
    }

    @Override
    public void onProgress(Exchange x) {
        known(x);
    }

    @Override
    public void onResponseSent(Exchange x) {
        known(x);
        events.append("sent\n");
        if (!path(x).equals("/early")) {
            engine.abandonContent(x);
        }
    }

    @Override
    public void onFileWanted(Exchange x) {
        known(x);
        int from = filePosition.getOrDefault(x, 0);
        while (engine.wantsFile(x) && from < file.length) {
            int n = engine.fileContent(x, file, from, Math.min(777, file.length - from));
            if (n == 0) {
                break;
            }
            from += n;
            filePosition.put(x, from);
        }
    }

    @Override
    public void onDatagram(Exchange x, byte[] buf, int off, int len) {
        datagrams += new String(buf, off, len, StandardCharsets.ISO_8859_1) + "\n";
        engine.sendDatagram(x, buf, off, len);
    }

    @Override
    public void onGoAway(long pushId) {
        events.append("goaway ").append(pushId).append('\n');
    }

    @Override
    public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        if (!inProgress.isEmpty()) {
            throw new AssertionError("exchanges that were not told of the end");
        }
        events.append("closed ").append(Http3Error.of(errorCode)).append('\n');
    }

    void known(Exchange x) {
        if (!inProgress.containsKey(x)) {
            throw new AssertionError("told of an exchange that is not in progress");
        }
    }

    static String header(Exchange x, String name) {
        return x.received.first(HeaderName.of(name)).orElse("-");
    }
}
