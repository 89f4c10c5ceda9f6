package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;

/** The requests that a server read behind the one in progress: a list that begins at that one's {@code following}, so that a connection without any keeps nothing for them. */
final class ReadAhead {
    private ReadAhead() {
    }

    /** Reads at most this many, and tells the sink of those that are plain. @return the bytes used */
    static int read(Exchange inProgress, ExchangeSink sink, Http1Settings settings, byte[] buf, int off, int len, int most) {
        int at = off;
        int end = off + len;
        Exchange last = inProgress;
        for (int i = 0; i < most && at < end; i++) {
            Exchange next = sink.lendAhead();
            RequestCodec its = RequestCodec.start(next, settings.limits());
            last.following = next;
            last = next;
            at += its.decoder.decode(buf, at, end - at);
            if (its.decoder.violation() != null || !its.decoder.isDone() || its.judge(next, settings.limits()) != null || !its.isPlain(next)) {
                break;
            }
            its.ahead = true;
            sink.onAhead(next);
        }
        return at - off;
    }

    /** Takes the first of them out. @return null if there is none */
    static Exchange unlink(Exchange inProgress) {
        Exchange next = inProgress.following;
        if (next != null) {
            inProgress.following = next.following;
            next.following = null;
        }
        return next;
    }

    /** Of what was read ahead, only what is being answered already stays. */
    static void dropUnanswered(Exchange inProgress, ExchangeSink sink) {
        Exchange before = inProgress;
        while (before != null && before.following != null) {
            Exchange next = before.following;
            if (!RequestCodec.of(next).ahead || sink.revoke(next)) {
                before.following = null;
                drop(next, sink);
            }
            before = before.following;
        }
    }

    /** This one and all behind it. */
    static void drop(Exchange first, ExchangeSink sink) {
        for (Exchange next = first; next != null;) {
            Exchange dropped = next;
            next = dropped.following;
            dropped.following = null;
            sink.onDropped(dropped);
        }
    }

    /** Whether the request behind this one is being answered already: a connection that is to end does so after it. */
    static boolean isFollowed(Exchange inProgress, ExchangeSink sink) {
        return isAnnounced(inProgress.following) && !sink.isRevoked(inProgress.following);
    }

    /** Whether the request behind this one was taken back before it was answered. */
    static boolean isRevokedBehind(Exchange inProgress, ExchangeSink sink) {
        return isAnnounced(inProgress.following) && sink.isRevoked(inProgress.following);
    }

    private static boolean isAnnounced(Exchange next) {
        return next != null && RequestCodec.of(next).ahead;
    }
}
