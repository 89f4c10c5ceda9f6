package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.Method;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.pool.UrlEntry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** The hops of one request (RFC 9110 15.4): where it goes next, with which method, and what it may take along. Used by the sending thread. */
final class Redirection {
    private final Redirects policy;
    private final int maxHops;
    private final Set<String> visited = new HashSet<>();
    private Method method;
    private int hops;
    private boolean dropsCredentials;
    private boolean dropsContent;

    Redirection(Redirects policy, int maxHops, Method method, UrlEntry first) {
        this.policy = policy;
        this.maxHops = maxHops;
        this.method = method;
        visited.add(method + " " + first.text());
    }

    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** The method of the next request. */
    Method method() {
        return method;
    }

    /** Whether a field of the user's stays behind from now on: credentials once an origin was left, a description of content once the content was dropped. */
    boolean drops(int id) {
        return dropsCredentials && (id == HeaderName.AUTHORIZATION.id() || id == HeaderName.COOKIE.id() || id == HeaderName.PROXY_AUTHORIZATION.id() || id == HeaderName.HOST.id())
                || dropsContent && (id == HeaderName.CONTENT_TYPE.id() || id == HeaderName.CONTENT_ENCODING.id() || id == HeaderName.CONTENT_LANGUAGE.id()
                        || id == HeaderName.CONTENT_LOCATION.id() || id == HeaderName.CONTENT_LENGTH.id() || id == HeaderName.TRANSFER_ENCODING.id() || id == HeaderName.EXPECT.id());
    }

    /** Whether the content stays behind. */
    boolean dropsContent() {
        return dropsContent;
    }

    /**
     * Decides about one redirect.
     *
     * @param location the value of the field; {@code null} without one
     * @param replayable whether the content can be sent again
     * @return the next URL; {@code null} when the policy or the response itself says that it is the answer
     * @throws HttpException for a Location that is malformed, a loop, or too many hops
     */
    UrlEntry next(UrlEntry from, int status, String location, boolean hasContent, boolean replayable) throws HttpException {
        if (location == null) {
            return null;
        }
        String text = Location.resolve(from.scheme(), new String(from.hostField(), StandardCharsets.ISO_8859_1), new String(from.target(), StandardCharsets.ISO_8859_1), location);
        if (!text.regionMatches(true, 0, "http://", 0, 7) && !text.regionMatches(true, 0, "https://", 0, 8)) {
            return null; // mailto: and the like are for the user to open
        }
        UrlEntry to;
        try {
            to = UrlEntry.parse(text);
        } catch (IllegalArgumentException e) {
            throw new HttpException(Kind.PROTOCOL, HttpException.Phase.NONE, "a redirect from " + from.origin() + " has a malformed Location: " + e.getMessage(), e);
        }
        boolean sameOrigin = to.origin().equals(from.origin());
        if (from.isSecure() && !to.isSecure() || !sameOrigin && policy != Redirects.ALWAYS) {
            return null;
        }
        Method next = status == 303 && method != Method.HEAD || (status == 301 || status == 302) && method == Method.POST ? Method.GET : method;
        boolean keepsContent = next.equals(method);
        if (hasContent && keepsContent && !replayable && !dropsContent) {
            return null;
        }
        if (++hops > maxHops) {
            throw new HttpException(Kind.PROTOCOL, "more than " + maxHops + " redirects; the last leads from " + from.text() + " to " + to.text());
        }
        if (!visited.add(next + " " + to.text())) {
            throw new HttpException(Kind.PROTOCOL, "a redirect loop: " + from.text() + " leads back to " + to.text());
        }
        method = next;
        dropsContent |= !keepsContent;
        dropsCredentials |= !sameOrigin;
        return to;
    }
}
