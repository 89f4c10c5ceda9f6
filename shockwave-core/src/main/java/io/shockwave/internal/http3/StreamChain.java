package io.shockwave.internal.http3;

/** The streams with messages in progress, in the order of their beginning; those too that have no id yet. Owned by an engine. */
final class StreamChain {
    /** The oldest; the next is linked. Null when there is none. */
    Http3Stream first;
    private Http3Stream last;

    void add(Http3Stream s) {
        s.previous = last;
        if (last == null) {
            first = s;
        } else {
            last.next = s;
        }
        last = s;
    }

    /** Takes it out, if it is in. */
    void remove(Http3Stream s) {
        if (s.previous == null && first != s) {
            return;
        }
        if (s.previous == null) {
            first = s.next;
        } else {
            s.previous.next = s.next;
        }
        if (s.next == null) {
            last = s.previous;
        } else {
            s.next.previous = s.previous;
        }
        s.previous = null;
        s.next = null;
    }
}
