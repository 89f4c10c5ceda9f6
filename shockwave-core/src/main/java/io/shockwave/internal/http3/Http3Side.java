package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Violation;

/** What the two sides of a connection do differently when something happens to a stream with a message, or to the connection. Owned by an engine, which is one. */
abstract class Http3Side {
    /** Whether the peer is a client. */
    abstract boolean readsRequests();

    /** The peer's first bytes on a bidirectional stream. @return null if nothing of it is read */
    abstract Http3Stream begin(long stream);

    /** A head is complete and valid. @param last whether its stream ends with it */
    abstract void head(Http3Stream s, boolean last);

    /** Content that the application wants or not, of which not more than announced arrived. @return the bytes taken */
    abstract int deliver(Http3Stream s, byte[] buf, int off, int len);

    abstract void contentEnd(Http3Stream s);

    /** A message is malformed, or over a limit. */
    abstract void messageFault(Http3Stream s, Violation why);

    /** The stream is given up because the connection holds too much. */
    abstract void overloaded(Http3Stream s);

    /** The peer reset its half of a stream that carries a message. */
    abstract void reset(Http3Stream s, long errorCode);

    /** The peer wants no more of our half. */
    abstract void stopped(Http3Stream s, long errorCode);

    /** All of our message was given to the transport. */
    abstract void written(Http3Stream s);

    abstract void interimSent(Http3Stream s);

    /** The transport took bytes. */
    abstract void progressed(Http3Stream s);

    abstract void fileWanted(Http3Stream s);

    abstract void brokenContent(Http3Stream s);

    abstract void tooLargeForPeer(Http3Stream s);

    /** What it says itself in the heads that it sends. */
    abstract OwnFields ownFields();

    /** Whether a promise may come on this stream. */
    boolean acceptsPromise(Http3Stream s) {
        return false;
    }

    /** A promise is complete. */
    void promise(Http3Stream s, byte[] buf, int off, int len) {
        throw new IllegalStateException("none is accepted");
    }

    /** The peer opened a push stream, whose push id comes next. */
    boolean acceptsPushStream() {
        return false;
    }

    /** The push id of a push stream is there. @return false if nothing of it is read */
    boolean pushBegan(Http3Stream s, long pushId) {
        throw new IllegalStateException("none is accepted");
    }

    /** The exchange on a push stream is over. */
    abstract void pushEnded(Http3Stream s);

    /** No exchange is in progress any more. */
    void idle() {}

    /** Draining begins: what the peer begins from now on is refused. @return its lowest id, for GOAWAY */
    abstract long refuseFrom();

    abstract Http3Error goAwayReceived(long id);

    Http3Error maxPushIdReceived(long id) {
        throw new IllegalStateException("of clients alone, and refused before");
    }

    abstract Http3Error cancelPushReceived(long id);

    Http3Error priorityReceived(boolean push, long id, int priority) {
        throw new IllegalStateException("of clients alone, and refused before");
    }

    /** @return what is wrong with them; null for nothing */
    Http3Error settingsReceived() {
        return null;
    }

    abstract void datagram(Http3Stream s, byte[] buf, int off, int len);

    /** A datagram came for a request that cannot have any: its stream is given up (RFC 9297 2). */
    abstract void unwantedDatagram(Http3Stream s);

    abstract void connectionClosed(long errorCode, boolean application, boolean byPeer, String reason);

    abstract void streamsAvailable();

    /** Our SETTINGS are sent. */
    void started() {}

    /** A push stream that awaits its promise was reset. */
    void pushStreamLost(Http3Stream uni) {
        throw new IllegalStateException("none is accepted");
    }

    /** Streams of ours that were opened in early data are gone. */
    void earlyDataRejected() {
        throw new IllegalStateException("nothing was sent in early data");
    }
}
