package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.pool.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** The sentences of the client's exceptions: what failed, with whom, after how long. Stateless. */
final class Failures {
    private Failures() {
    }

    static HttpException timeout(Phase phase, Origin origin, long limitNs) {
        Events.timeout(phase, origin, limitNs);
        String what = switch (phase) {
            case RESOLVE -> "the name was not resolved";
            case CONNECT -> "no connection was made";
            case PROXY -> "the proxy did not answer";
            case TLS -> "the TLS handshake did not end";
            case POOL -> "no connection of the pool became free";
            case REQUEST -> "the request could not be sent: the peer took no bytes";
            case FIRST_BYTE -> "no byte of the response came";
            case BETWEEN_BYTES -> "no more bytes of the response came";
            case TOTAL, NONE -> "the exchange did not end";
        };
        return new HttpException(Kind.TIMEOUT, phase, phase + " timeout with " + origin + ": " + what + " within " + TimeUnit.NANOSECONDS.toMillis(limitNs) + " ms", null);
    }

    /** @param in what came is read from the start of its array; null where that is not known */
    static HttpException violation(Violation why, Origin origin, boolean hasHead, ByteBuffer in) {
        // RFC 8446 5.1, 6: an alert, in a record of TLS.
        if (!hasHead && !origin.isSecure() && in != null && in.array()[0] == 0x15 && in.array()[1] == 0x03) {
            return new HttpException(Kind.PROTOCOL, Phase.NONE, origin + " speaks TLS, not plain HTTP: ask for https://" + origin.toString().substring("http://".length()), null);
        }
        return violation(why, origin, hasHead);
    }

    /** As the above. @param e how the waiting ended */
    static HttpException timeout(Phase phase, Origin origin, long limitNs, IOException e) {
        HttpException timeout = timeout(phase, origin, limitNs);
        timeout.addSuppressed(e);
        return timeout;
    }

    /** A connection failed while it was used. @param isClosed by the client's own close */
    static HttpException lost(IOException e, Origin origin, boolean isClosed, String when) {
        if (e instanceof HttpException said) {
            return said;
        }
        if (Thread.currentThread().isInterrupted()) {
            return cancelled(origin, e);
        }
        return isClosed ? clientClosed(e) : reset(origin, when, e);
    }

    static HttpException violation(Violation why, Origin origin, boolean hasHead) {
        Events.violation(Events.CLIENT, why);
        Kind kind = switch (why) {
            case TRUNCATED -> Kind.RESET;
            case HEADERS_TOO_LARGE, HEADERS_TOO_MANY, BODY_TOO_LARGE -> Kind.TOO_LARGE;
            default -> Kind.PROTOCOL;
        };
        String part = hasHead ? "the content of the response from " : "the response from ";
        return new HttpException(kind, Phase.NONE, part + origin + " is not valid: " + why.text(), null);
    }

    static HttpException cancelled(Origin origin, Throwable cause) {
        return new HttpException(Kind.CLOSED, Phase.NONE, "the exchange with " + origin + " was cancelled by interrupt", cause);
    }

    static HttpException clientClosed(Throwable cause) {
        return new HttpException(Kind.CLOSED, Phase.NONE, "the client is closed", cause);
    }

    static HttpException reset(Origin origin, String when, Throwable cause) {
        String why = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new HttpException(Kind.RESET, Phase.NONE, "the connection to " + origin + " ended " + when + why, cause);
    }
}
