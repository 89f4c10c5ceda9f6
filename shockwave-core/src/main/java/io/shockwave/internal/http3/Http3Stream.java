package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.quic.QuicTransport;

/**
 * What a connection knows of one stream that carries a message, or of a unidirectional stream of the peer whose type is not known yet. Kept with its exchange and reused with it; confined to its connection.
 *
 * <pre>
 *   reading:  HEAD ──▶ CONTENT ──▶ TRAILED ──▶ ENDED        writing:  IDLE ──▶ HEAD ──▶ CONTENT ──▶ TRAILERS ──▶ END ──▶ DONE
 * </pre>
 */
final class Http3Stream {
    enum Reading { HEAD, CONTENT, TRAILED, ENDED }

    enum Writing { IDLE, HEAD, CONTENT, TRAILERS, END, AWAIT_WRITER, DONE }

    /** What the payload of the present frame is. */
    enum Payload { SKIPPED, DATA, SECTION, PROMISE }

    static final byte[] NOTHING = {};
    static final long NO_PUSH = -1L;

    /** A stream that the peer opened and that has not carried a byte. */
    static final Http3Stream OPENED = new Http3Stream();

    final Http3FrameDecoder frames = new Http3FrameDecoder();
    final VarInts number = new VarInts(); // the type of a unidirectional stream, or its push id
    long id = QuicTransport.NONE;
    Exchange x;
    Http3Stream previous;
    Http3Stream next;
    boolean unidirectional; // of the peer's
    boolean typed;
    long pushId;
    Http3Stream parent; // the request that a push answers besides

    // ---- reading
    Reading reading = Reading.HEAD;
    Payload payload = Payload.SKIPPED;
    byte[] section = NOTHING;
    int sectionLen;
    boolean blocked;
    boolean paused;
    boolean early; // its request waits for the handshake to complete
    boolean held; // a tunnel that was not accepted yet: what comes waits
    boolean tunnel;
    boolean left; // a client's tunnel from which nobody reads any more
    boolean finSeen;
    boolean headTold;
    long contentLeft;
    long contentBytes;
    int interims;
    long windowStartNs;
    long windowBytes;

    // ---- writing
    Writing writing = Writing.IDLE;
    boolean continueDecided;
    boolean continueDue;
    boolean interimDue;
    boolean bodiless;
    boolean rejected;
    boolean continued;
    boolean contentHeld; // until 100, or the driver, lets it go
    boolean dataBegun; // the one DATA frame of content of known length
    long announced;
    long frameLeft;
    boolean pumping;
    boolean again; // pumped from within
    byte[] pending = NOTHING;
    int pendingOff;
    int pendingLen;
    boolean pendingFin;
    byte[] host = NOTHING;

    /** Makes it ready for a stream. */
    void start(long streamId, Exchange exchange, long nowNs) {
        id = streamId;
        x = exchange;
        frames.start();
        number.start();
        previous = null;
        next = null;
        unidirectional = false;
        typed = false;
        pushId = NO_PUSH;
        parent = null;
        reading = Reading.HEAD;
        payload = Payload.SKIPPED;
        sectionLen = 0;
        blocked = false;
        paused = false;
        early = false;
        held = false;
        tunnel = false;
        left = false;
        finSeen = false;
        headTold = false;
        contentLeft = Exchange.UNKNOWN;
        contentBytes = 0;
        interims = 0;
        windowStartNs = nowNs;
        windowBytes = 0;
        writing = Writing.IDLE;
        continueDecided = true;
        continueDue = false;
        interimDue = false;
        bodiless = false;
        rejected = false;
        continued = false;
        contentHeld = false;
        dataBegun = false;
        announced = Exchange.UNKNOWN;
        frameLeft = 0;
        pumping = false;
        again = false;
        pendingLen = 0;
        pendingFin = false;
        host = NOTHING;
    }

    /** Lets go of everything. */
    void end(Slab slab) {
        dropSection(slab);
        dropPending(slab);
        id = QuicTransport.NONE;
        x = null;
        parent = null;
        host = NOTHING;
    }

    void dropSection(Slab slab) {
        if (section != NOTHING) {
            slab.giveBack(section);
            section = NOTHING;
        }
        sectionLen = 0;
        blocked = false;
    }

    void dropPending(Slab slab) {
        if (pending != NOTHING) {
            slab.giveBack(pending);
            pending = NOTHING;
        }
        pendingOff = 0;
        pendingLen = 0;
        pendingFin = false;
    }

    /** Whether bytes of the peer must wait. */
    boolean waits() {
        return blocked || paused || held || early;
    }
}
