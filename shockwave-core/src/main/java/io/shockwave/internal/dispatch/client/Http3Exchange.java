package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest.InterimListener;
import io.shockwave.internal.dispatch.DatagramBox;
import io.shockwave.internal.dispatch.Waiter;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.pool.AltService;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP/3 half of a {@link ClientExchange}: no lease, but a call on a connection that others use too, and why it was taken or not. Used by the thread that uses the exchange.
 */
final class Http3Exchange {
    /** Content that waits between the reactor and a thread, in each direction. */
    static final int BUFFER_BYTES = 1 << 16;

    private final ClientExchange exchange;
    private final ClientSettings settings;
    private final Watchdog watchdog;
    private final Exchange x;
    private Http3Call call; // made with the first use
    private TimeLimit limit;
    private Waiter.Alarm alarm;
    private boolean attached;
    private boolean used;
    private boolean unanswered;
    private long earlyLimitNs;
    private AltService alternative; // null if none was tried
    private String alternativeFailure = "";
    private Http3Tunnel tunnel; // null until it is asked for
    private Phase waitPhase = Phase.NONE;
    private long waitDeadlineNs;

    Http3Exchange(ClientExchange exchange, ClientSettings settings, Watchdog watchdog) {
        this.exchange = exchange;
        this.settings = settings;
        this.watchdog = watchdog;
        this.x = exchange.x;
    }

    // ---- coming and going

    void attach(Http3ClientConnection shared) {
        if (call == null) {
            call = new Http3Call(x);
            newLimit();
        }
        call.connection = shared;
        call.early = !shared.isEstablished();
        used = true;
        unanswered = false;
        attached = true;
    }

    /** The exchange is lent for a promise, on the reactor. */
    void lendTo(Http3ClientConnection shared) {
        if (call == null) {
            call = new Http3Call(x);
            newLimit();
        }
        x.owner = call;
        call.connection = shared;
        call.of = exchange;
        call.datagrams = null;
        call.wantsInterims = false;
        call.bufferBytes = BUFFER_BYTES;
        tried(shared.service(), "");
    }

    boolean isAttached() {
        return attached;
    }

    void detach() {
        attached = false;
    }

    /** Ends it where it stands, if it has not ended. */
    void cancel() {
        endTunnel();
        call.awaitFree();
        attached = false;
    }

    private void endTunnel() {
        if (tunnel != null) {
            tunnel.end();
            tunnel = null;
        }
    }

    /** Whether the exchange became a stream of bytes both ways. */
    boolean isTunnel() {
        return used && x.method == Method.CONNECT && call.headDone && x.status < 300;
    }

    Http3Tunnel tunnel() {
        if (tunnel == null) {
            tunnel = new Http3Tunnel(this, call, exchange.origin());
        }
        return tunnel;
    }

    /** Makes it ready for another exchange: whatever was still being sent is given up. */
    void recycle() {
        endTunnel();
        if (call != null) {
            call.awaitFree();
        }
        alternative = null;
        used = false;
    }

    /** Whether the connection resumed a session. */
    boolean isResumed() {
        return used && call.connection.isResumed();
    }

    /** Whether the request went out before the handshake was complete, and was not refused for it. */
    boolean isEarly() {
        return used && call.sentEarly;
    }

    /** How long a request that goes out early waits for the handshake, as others do before they go out. */
    void earlyLimit(long limitNs) {
        earlyLimitNs = limitNs;
    }

    // ---- waiting

    /** From now on {@code phase} must end before {@code deadlineNs}, of the watchdog's clock. */
    void arm(long deadlineNs, Phase phase) {
        waitDeadlineNs = deadlineNs;
        waitPhase = phase;
    }

    /** Waits within the armed limit. */
    void await(Waiter.Condition<Http3Call> condition) throws IOException {
        if (condition.holds(call)) {
            return;
        }
        // The watchdog looks at limits now and then; a timer of each wait's own would cost more than the wait.
        limit.arm(waitDeadlineNs, waitPhase);
        boolean inTime;
        try {
            inTime = call.await(condition, alarm);
        } finally {
            if (!limit.disarm()) {
                newLimit(); // the one before rings once, perhaps only now
            }
        }
        if (!inTime) {
            throw Failures.timeout(waitPhase, exchange.origin(), exchange.limitNs(waitPhase));
        }
    }

    private void newLimit() {
        alarm = call.newAlarm();
        limit = new TimeLimit(watchdog, alarm);
    }

    /** The end of the armed limit, by {@link System#nanoTime}. */
    private long deadlineNs() {
        return waitDeadlineNs == TimeLimit.NONE ? Waiter.FOREVER : System.nanoTime() + waitDeadlineNs - watchdog.now();
    }

    /** @throws HttpException if the exchange cannot be completed any more */
    void check() throws HttpException {
        Http3Call.End end = call.end;
        if (end == Http3Call.End.REFUSED) {
            throw new HttpException(Kind.RESET, Phase.NONE, "the request to " + exchange.origin() + " was refused: " + call.reason, null);
        }
        if (end == Http3Call.End.UNSUPPORTED) {
            throw new HttpException(Kind.PROTOCOL, Phase.NONE, "no tunnel through " + exchange.origin() + ": " + call.reason, null);
        }
        if (end == Http3Call.End.FAILED) {
            boolean headDone = exchange.isHeadDone();
            if (call.violation != null && call.violation != Violation.CONNECTION_BROKEN) {
                throw Failures.violation(call.violation, exchange.origin(), headDone);
            }
            throw Failures.reset(exchange.origin(), headDone ? "while the content of the response was read" : "while the response was awaited", call.reason.isEmpty() ? null : new IOException(call.reason));
        }
    }

    // ---- the request

    /** The request is set in the exchange, and starts with {@link #send}. */
    void prepare(byte[] host, boolean holdContent, boolean wantsInterims) {
        call.host = host;
        call.holdContent = holdContent;
        call.wantsInterims = wantsInterims;
        call.bufferBytes = BUFFER_BYTES;
    }

    void send(Object content, long expectNs) throws IOException {
        boolean connect = x.method == Method.CONNECT;
        if (content != null || connect) {
            x.source = Exchange.Source.RING;
            x.outbound.open(BUFFER_BYTES);
        }
        if (connect) {
            x.sendLength = Exchange.UNKNOWN;
        }
        call.datagrams = settings.datagrams() && !x.protocol.isEmpty() ? new DatagramBox() : null;
        call.start(call.connection);
        if (call.early && !call.await(Http3Call.CONNECTED_OR_OVER, System.nanoTime() + earlyLimitNs)) {
            unanswered = true;
            throw new HttpException(Kind.CONNECT, Phase.CONNECT, "no HTTP/3 connection to " + exchange.origin() + ": no answer within " + TimeUnit.NANOSECONDS.toMillis(earlyLimitNs) + " ms", null);
        }
        if (expectNs != 0) {
            exchange.arm(Math.min(expectNs, settings.firstByteNs()), Phase.FIRST_BYTE);
            call.await(Http3Call.CONTINUE_OR_ANSWER, deadlineNs());
            call.post(Http3Call.RELEASE); // RFC 9110 10.1.1: a client does not wait for 100 for ever
        }
        if (content != null) {
            new Http3Upload(exchange, call, settings).run(content);
        }
    }

    // ---- the response

    void readHead(InterimListener interims) throws IOException {
        exchange.arm(settings.firstByteNs(), Phase.FIRST_BYTE);
        while (!call.headDone) {
            await(Http3Call.HEAD_OR_INTERIM);
            tellInterims(interims);
            if (!call.headDone) {
                check();
            }
        }
        tellInterims(interims);
        if (x.method == Method.CONNECT && !isTunnel()) {
            x.sendEnded = true; // it was declined: nothing will be written
            call.post(Http3Call.PROGRESS);
        }
        exchange.onHead(x);
    }

    private void tellInterims(InterimListener interims) {
        for (Http3Call.Interim interim = call.nextInterim(); interim != null; interim = call.nextInterim()) {
            interims.onInterim(interim.status(), interim.fields());
        }
    }

    boolean isContentEnded() {
        return call.contentEnded;
    }

    /** Waits until there is content, or its end. */
    void awaitContent() throws IOException {
        if (call.hasContent() || call.contentEnded) {
            return;
        }
        await(Http3Call.CONTENT_OR_END);
        if (!call.contentEnded && !call.hasContent()) {
            check();
        }
    }

    /** Moves what is there to the exchange. @return whether that was the last */
    boolean takeContent() {
        boolean last = call.contentEnded; // before the ring is looked at: what it holds then is all there is
        if (x.inbound.isOpen()) {
            for (int len = x.inbound.peekLen(); len > 0; len = x.inbound.peekLen()) {
                int n = exchange.onContent(x, x.inbound.array(), x.inbound.peekOff(), len);
                x.inbound.skip(n);
                if (n < len) {
                    break;
                }
            }
            call.tookContent();
        }
        return last && !call.hasContent();
    }

    // ---- failures, and why

    /** Whether the request can be sent again: it was provably not processed, or the connection was lost without an answer to a request that may be repeated. */
    boolean mayRepeat() {
        boolean broken = call.violation == null || call.violation == Violation.CONNECTION_BROKEN;
        boolean lost = call.end == Http3Call.End.FAILED && broken && !call.received && x.method.isIdempotent();
        boolean neverConnected = call.early && call.end == Http3Call.End.FAILED && !call.received && !call.connection.isEstablished(); // and methods that only read alone are sent so
        return call.end == Http3Call.End.REFUSED || lost || neverConnected || unanswered && settings.http1();
    }

    /** Where HTTP/3 was tried, and what hindered it. @param failure empty if nothing did */
    void tried(AltService service, String failure) {
        alternative = service;
        alternativeFailure = failure;
    }

    /** The alternative that was tried; null if none was. */
    AltService alternative() {
        return alternative;
    }

    String versionReason() {
        if (alternative == null) {
            return "the server has not said that it serves HTTP/3";
        }
        String at = "HTTP/3 at " + alternative.host() + " port " + alternative.port();
        return alternativeFailure.isEmpty() ? at : at + " was not used: " + alternativeFailure;
    }
}
