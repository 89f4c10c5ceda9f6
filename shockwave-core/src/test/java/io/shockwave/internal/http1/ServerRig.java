package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.Splits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A server's engine without socket, thread or clock: what it told its sink as text, what it transmitted, and a scripted application. */
final class ServerRig implements ExchangeSink, Splits.Run<String> {
    /** What is done with a request. */
    interface App {
        void onHead(ServerRig rig, Exchange x);
    }

    /** Small, so that both sides of each bound are short texts. */
    static final Http1Limits LIMITS = new Http1Limits(100, 400, 8, 1_000, 50);
    static final long SECOND = 1_000_000_000L;
    static final byte[] NO_SERVER_NAME = {};
    /** Less than most heads have, more than the least that the engine asks for. */
    private static final int ROOM = 80;

    final Slab slab = new Slab(1 << 20);
    final Http1ServerEngine engine;
    final StringBuilder events = new StringBuilder();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final StringBuilder content = new StringBuilder();
    private final App app;
    private byte[] kept = {};
    long now;
    int room = Integer.MAX_VALUE;
    boolean deaf; // transmits nothing
    Exchange x;
    Exchange spare;
    int lent;
    int finished;

    ServerRig(App app) {
        this(settings(LIMITS, 0), app);
    }

    ServerRig(Http1Settings settings, App app) {
        this.app = app;
        this.engine = new Http1ServerEngine(this, settings, 0);
    }

    static Http1Settings settings(Http1Limits limits, int maxRequests) {
        return new Http1Settings(limits, 10 * SECOND, 60 * SECOND, 100, 5 * SECOND, maxRequests, false, NO_SERVER_NAME);
    }

    // ---- applications

    /** Answers 200 with the path as soon as the head is there; unread content is abandoned as if the handler had returned. */
    static void answersPath(ServerRig rig, Exchange x) {
        rig.answer(x, 200, path(x));
        if (x.receivedLength != 0) {
            rig.engine.abandonContent(rig.now);
        }
    }

    /** Reads the content and answers when it is complete; see {@link #onContentEnd}. */
    static void readsFirst(ServerRig rig, Exchange x) {
        rig.engine.wantContent();
    }

    static void doesNothing(ServerRig rig, Exchange x) {
        // The test does.
    }

    static String path(Exchange x) {
        return new String(x.received.bytes(), x.pathOff, x.pathLen, StandardCharsets.ISO_8859_1);
    }

    void answer(Exchange to, int status, String text) {
        to.status = status;
        to.source = Exchange.Source.BYTES;
        to.sendBytes = text.getBytes(StandardCharsets.ISO_8859_1);
        to.sendOff = 0;
        to.sendLength = to.sendBytes.length;
        engine.respond();
    }

    /** Begins a streamed answer of that length, which may be unknown. */
    void stream(Exchange to, int status, long length) {
        to.status = status;
        to.source = Exchange.Source.RING;
        to.sendLength = length;
        to.outbound.open(512);
        engine.respond();
    }

    void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (x.outbound.write(bytes, 0, bytes.length) != bytes.length) {
            throw new AssertionError("the ring is full");
        }
        goOn();
    }

    void endStream() {
        x.sendEnded = true;
        goOn();
    }

    // ---- driving

    ServerRig in(String bytes) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[kept.length + raw.length];
        System.arraycopy(kept, 0, all, 0, kept.length);
        System.arraycopy(raw, 0, all, kept.length, raw.length);
        int used = receive(all, 0, all.length);
        kept = java.util.Arrays.copyOfRange(all, used, all.length);
        return this;
    }

    int kept() {
        return kept.length;
    }

    /** Offers again what was not taken. */
    ServerRig goOn() {
        return in("");
    }

    ServerRig end() {
        engine.receiveEnd(now);
        return goOn();
    }

    ServerRig at(long timeNs) {
        now = timeNs;
        if (engine.deadline() <= now) {
            engine.timeout(now);
        }
        return goOn();
    }

    @Override
    public int receive(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        for (;;) {
            int before = at;
            if (at < end && !engine.isPaused()) {
                at += engine.receive(buf, at, end - at, now);
            }
            if (!transmit() && at == before) {
                return at - off;
            }
        }
    }

    private boolean transmit() {
        byte[] buf = new byte[ROOM];
        boolean any = false;
        while (!deaf && engine.isBusy()) {
            int n = engine.transmit(buf, 0, ROOM, now);
            out.write(buf, 0, n);
            any |= n > 0 || !engine.isBusy();
            if (n == 0) {
                break;
            }
        }
        return any;
    }

    @Override
    public String outcome() {
        return events + "[" + content + "]\n" + text() + (engine.isClosing() ? "<closing>" : "");
    }

    String text() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** What was transmitted since the last call. */
    String take() {
        String text = text();
        out.reset();
        return text;
    }

    String takeEvents() {
        String text = events.toString();
        events.setLength(0);
        return text;
    }

    // ---- what the engine tells

    @Override
    public Exchange lend() {
        lent++;
        if (spare == null) {
            spare = new Exchange(slab);
        }
        x = spare;
        spare = null;
        x.reset();
        return x;
    }

    @Override
    public void onHead(Exchange of) {
        same(of);
        events.append("head ").append(of.method).append(' ').append(path(of)).append('\n');
        app.onHead(this, of);
    }

    @Override
    public int onContent(Exchange of, byte[] buf, int off, int len) {
        same(of);
        int n = Math.min(len, room);
        room -= n;
        content.append(new String(buf, off, n, StandardCharsets.ISO_8859_1));
        return n;
    }

    @Override
    public void onContentEnd(Exchange of) {
        same(of);
        events.append("end");
        if (of.hasReceivedTrailers()) {
            for (int i = 0; i < of.receivedTrailers().size(); i++) {
                events.append(' ').append(of.receivedTrailers().first(io.shockwave.HeaderName.of("x-sum")).orElse("?"));
            }
        }
        events.append('\n');
        if (answersAtEnd && content.length() > 0) {
            answer(of, 200, content.toString());
        }
    }

    boolean answersAtEnd;

    ServerRig answersAtEnd() {
        answersAtEnd = true;
        return this;
    }

    @Override
    public void onContentFailed(Exchange of, Violation why) {
        same(of);
        events.append("failed ").append(why).append('\n');
    }

    @Override
    public void onFinished(Exchange of) {
        same(of);
        events.append("finished\n");
        finished++;
        of.reset();
        spare = of;
        x = null;
    }

    @Override
    public void onInterimSent(Exchange of) {
        same(of);
        events.append("interim\n");
    }

    @Override
    public byte[] date() {
        return Http1Encoder.ABSENT;
    }

    @Override
    public void onRejected(Exchange of, Violation why) {
        same(of);
        events.append("rejected ").append(why).append('\n');
    }

    private void same(Exchange of) {
        if (of != x) {
            throw new AssertionError("told of an exchange that is not in progress");
        }
    }
}
