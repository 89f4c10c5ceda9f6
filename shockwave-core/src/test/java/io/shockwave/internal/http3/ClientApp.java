package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A client's driver for tests: what became of each exchange, as text. */
public final class ClientApp implements Http3ClientSink {
    static final byte[] HOST = "example.com".getBytes(StandardCharsets.US_ASCII);

    /** One exchange and what was told of it. */
    public static final class Call {
        public final Exchange x;
        final StringBuilder log = new StringBuilder();
        final StringBuilder content = new StringBuilder();
        String end = "";
        long refusedWith = -1;
        boolean started;

        Call(Exchange x) {
            this.x = x;
            x.owner = this;
        }

        /** All that was told. */
        @Override
        public String toString() {
            return log + (content.isEmpty() ? "" : "[" + content + "]") + end;
        }
    }

    final Slab slab;
    final List<Call> calls = new ArrayList<>();
    public final List<Call> pushed = new ArrayList<>();
    final Set<String> refusedPushes = new HashSet<>();
    public final StringBuilder events = new StringBuilder();
    public Http3ClientEngine engine;
    int room = Integer.MAX_VALUE;
    int takenBack;
    byte[] upload = {};
    int uploaded;

    public ClientApp(Slab slab) {
        this.slab = slab;
    }

    public Call call(Method method, String path) {
        Exchange x = new Exchange(slab);
        x.reset();
        x.method = method;
        byte[] line = path.getBytes(StandardCharsets.US_ASCII);
        x.sent.line(line, 0, line.length);
        return new Call(x);
    }

    public Call start(Call call) {
        calls.add(call);
        call.started = engine.start(call.x, HOST, false);
        return call;
    }

    public Call get(String path) {
        return start(call(Method.GET, path));
    }

    public Call post(String path, String content) {
        Call call = call(Method.POST, path);
        body(call, content);
        return start(call);
    }

    public static void body(Call call, String content) {
        call.x.source = Exchange.Source.BYTES;
        call.x.sendBytes = content.getBytes(StandardCharsets.ISO_8859_1);
        call.x.sendOff = 0;
        call.x.sendLength = call.x.sendBytes.length;
    }

    private static Call of(Exchange x) {
        Call call = (Call) x.owner;
        if (!call.end.isEmpty()) {
            throw new AssertionError("told of an exchange that is over: " + call);
        }
        return call;
    }

    @Override
    public void onInterim(Exchange x) {
        of(x).log.append(x.status).append(x.received.size() == 0 ? " " : " {" + x.received.toString().trim() + "} ");
    }

    @Override
    public void onHead(Exchange x) {
        of(x).log.append(x.status).append(' ').append(x.receivedLength).append(' ');
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        int n = Math.min(room, len);
        room -= n;
        of(x).content.append(new String(buf, off, n, StandardCharsets.ISO_8859_1));
        return n;
    }

    @Override
    public void onContentEnd(Exchange x) {
        of(x).content.append("|");
        if (x.hasReceivedTrailers()) {
            of(x).content.append(x.receivedTrailers().toString().trim());
        }
    }

    @Override
    public void onFailed(Exchange x, Violation why) {
        of(x).end = " failed " + why;
    }

    @Override
    public void onFinished(Exchange x) {
        of(x).end = " finished";
    }

    @Override
    public void onRefused(Exchange x, long errorCode) {
        of(x).refusedWith = errorCode;
        of(x).end = " refused";
    }

    @Override
    public void onProgress(Exchange x) {
        of(x);
    }

    @Override
    public void onFileWanted(Exchange x) {
        of(x);
        while (uploaded < upload.length) {
            int n = engine.fileContent(x, upload, uploaded, Math.min(500, upload.length - uploaded));
            if (n == 0) {
                return;
            }
            uploaded += n;
        }
        if (x.sendLength == Exchange.UNKNOWN) {
            engine.endContent(x);
        }
    }

    @Override
    public void onStreamsAvailable() {
        events.append("streams\n");
    }

    @Override
    public void onGoAway() {
        events.append("goaway\n");
    }

    @Override
    public void onSettings() {
        events.append("settings\n");
    }

    @Override
    public void onDatagram(Exchange x, byte[] buf, int off, int len) {
        events.append("datagram ").append(new String(buf, off, len, StandardCharsets.ISO_8859_1)).append('\n');
    }

    @Override
    public Exchange lendPushed() {
        Exchange x = new Exchange(slab);
        x.reset();
        return x;
    }

    @Override
    public boolean onPromise(Exchange parent, Exchange promised) {
        String path = new String(promised.sent.bytes(), 0, promised.sent.lineLen(), StandardCharsets.US_ASCII);
        events.append("promise ").append(promised.method).append(' ').append(path).append(' ').append(promised.sent.first(HeaderName.HOST).orElse("-")).append('\n');
        if (refusedPushes.contains(path)) {
            return false;
        }
        pushed.add(new Call(promised));
        return true;
    }

    @Override
    public void takeBack(Exchange promised) {
        takenBack++;
        promised.reset();
    }

    @Override
    public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        events.append("closed ").append(Http3Error.of(errorCode)).append('\n');
    }
}
