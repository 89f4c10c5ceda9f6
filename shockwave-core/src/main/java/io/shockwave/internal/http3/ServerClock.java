package io.shockwave.internal.http3;

/**
 * The time limits of one connection of a server: how long heads may take, how slowly content may arrive, how long it may be without use. Owned by its engine. While requests are in progress
 * it looks at all of them each time the shorter limit has passed, so a limit is kept within twice its length.
 */
final class ServerClock {
    enum Verdict { FINE, HEAD_LATE, BLOCKED, CONTENT_SLOW }

    private final Http3Settings settings;
    private long deadlineNs;
    private boolean looking;

    ServerClock(Http3Settings settings, long nowNs) {
        this.settings = settings;
        idle(nowNs);
    }

    private static long later(long nowNs, long delayNs) {
        return delayNs > Long.MAX_VALUE - nowNs ? Http3Engine.NONE : nowNs + delayNs;
    }

    long deadline() {
        return deadlineNs;
    }

    /** A request began. */
    void busy(long nowNs) {
        if (!looking) {
            looking = true;
            deadlineNs = later(nowNs, Math.min(settings.headTimeoutNs(), settings.bodyGraceNs()));
        }
    }

    /** No request is in progress. */
    void idle(long nowNs) {
        looking = false;
        deadlineNs = later(nowNs, settings.idleTimeoutNs());
    }

    /** All requests were judged. */
    void looked(long nowNs, boolean busy) {
        looking = false;
        if (busy) {
            busy(nowNs);
        } else {
            idle(nowNs);
        }
    }

    void stop() {
        deadlineNs = Http3Engine.NONE;
    }

    /** Whether a stream keeps to the limits; begins its next window if it does. */
    Verdict judge(Http3Stream s, long nowNs) {
        long elapsedNs = nowNs - s.windowStartNs;
        if (s.reading == Http3Stream.Reading.HEAD) {
            return elapsedNs < settings.headTimeoutNs() ? Verdict.FINE : s.blocked ? Verdict.BLOCKED : Verdict.HEAD_LATE;
        }
        boolean waitsForPeer = s.reading != Http3Stream.Reading.ENDED && !s.waits() && !s.tunnel && s.continueDecided;
        if (waitsForPeer && elapsedNs >= settings.bodyGraceNs()) {
            if (s.windowBytes < settings.minBodyRate() * (elapsedNs / 1_000_000L) / 1000L) {
                return Verdict.CONTENT_SLOW;
            }
            s.windowStartNs = nowNs;
            s.windowBytes = 0;
        }
        return Verdict.FINE;
    }
}
