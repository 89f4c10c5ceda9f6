package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.Origin;
import java.util.concurrent.TimeUnit;

/** Why a connection of HTTP/3 did not come about, in words. Owned by the request that wanted it. */
final class Http3Failure {
    private String text = "";
    private String advice = "";
    private boolean ofTls;

    /** @param ofTls whether it is the handshake, or the certificate, that failed */
    void set(String why, boolean ofTls) {
        this.text = why;
        this.ofTls = ofTls;
    }

    void unanswered(long waitNs, AltService service) {
        text = "no answer within " + TimeUnit.NANOSECONDS.toMillis(waitNs) + " ms";
        advice = " from UDP port " + service.port() + "; either nothing serves HTTP/3 there, or UDP is blocked on the way";
    }

    String text() {
        return text;
    }

    /** For a request that can go no other way. */
    HttpException exception(Origin origin) {
        return new HttpException(ofTls ? Kind.TLS : Kind.CONNECT, ofTls ? Phase.TLS : Phase.CONNECT, "no HTTP/3 connection to " + origin + ": " + text + advice, null);
    }
}
