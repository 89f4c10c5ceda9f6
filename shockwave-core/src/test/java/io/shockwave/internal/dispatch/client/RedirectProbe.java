package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.pool.UrlEntry;

/** Shows tests the verdict on one hop without a connection. */
public final class RedirectProbe {
    private RedirectProbe() {
    }

    /** Whether it is followed, and whether credentials go along. */
    public static String verdict(String from, String location) {
        UrlEntry first = UrlEntry.parse(from);
        Redirection redirection = new Redirection(Redirects.ALWAYS, 10, Method.GET, first);
        try {
            UrlEntry next = redirection.next(first, 302, location, false, true);
            return next == null ? "no " : redirection.drops(HeaderName.COOKIE.id()) || redirection.drops(HeaderName.AUTHORIZATION.id()) ? "yes no" : "yes yes";
        } catch (HttpException e) {
            return e.getMessage();
        }
    }
}
