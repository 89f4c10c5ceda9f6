package io.shockwave.internal.http3;

import io.shockwave.internal.memory.Slab;

/** The streams that we open for the connection's life (RFC 9114 6.2.1, RFC 9204 4.2): control, QPACK encoder, QPACK decoder. Owned by an engine. */
final class OwnStreams {
    final CriticalStream control;
    final CriticalStream encoder;
    final CriticalStream decoder;
    private final boolean decodes;

    /** @param decodes whether our decoder has a table: without one it has nothing to say (RFC 9204 4.2) */
    OwnStreams(Http3Engine engine, Slab slab, boolean decodes) {
        control = new CriticalStream(engine, slab, FrameType.STREAM_CONTROL);
        encoder = new CriticalStream(engine, slab, FrameType.STREAM_ENCODER);
        decoder = new CriticalStream(engine, slab, FrameType.STREAM_DECODER);
        this.decodes = decodes;
    }

    /** Opens what is not open yet, as far as the peer allows. The encoder's is opened with its first instruction. */
    void open() {
        control.open();
        if (decodes) {
            decoder.open();
        }
    }

    boolean has(long stream) {
        return control.is(stream) || encoder.is(stream) || decoder.is(stream);
    }

    /** There is room on a stream. @return whether it is one of these */
    boolean flush(long stream) {
        CriticalStream one = control.is(stream) ? control : encoder.is(stream) ? encoder : decoder.is(stream) ? decoder : null;
        if (one == null) {
            return false;
        }
        one.flush();
        return true;
    }

    /** Whether more has to wait than is kept: the connection is to be closed. */
    boolean isOverflowed() {
        return control.isOverflowed() || decoder.isOverflowed() || encoder.isOverflowed();
    }

    /** They are gone, and with them what waited: others are opened in their place. */
    void restart() {
        control.restart();
        encoder.restart();
        decoder.restart();
    }

    void release() {
        control.release();
        encoder.release();
        decoder.release();
    }
}
