package io.shockwave.internal.quic;

import java.nio.charset.StandardCharsets;

/**
 * How a connection ends (RFC 9000 10). Owned by a connection.
 *
 * <pre>
 *   OPEN ──close()──▶ CLOSING ──three PTO──▶ CLOSED
 *     │                  │ peer's CONNECTION_CLOSE      ▲
 *     ├─ peer closes ────┴──▶ DRAINING ──three PTO──────┤
 *     └─ idle, stateless reset, given up ───────────────┘
 * </pre>
 *
 * <p>While closing, every packet that comes is answered at first, then every second, fourth, eighth: a peer that goes on sending gets less and less back.
 */
final class ConnectionCloser {
    /** Longer reasons are cut: they are for a person. */
    static final int MAX_REASON_BYTES = 128;

    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int DRAINING = 2;
    private static final int CLOSED = 3;
    private static final byte[] NOTHING = {};
    /** Of all connections that are open; it stays so. */
    static final ConnectionCloser NOT_CLOSED = new ConnectionCloser();

    private int state = OPEN;
    private long errorCode;
    private boolean application;
    private long frameType;
    private byte[] reason = NOTHING;
    private int reasonLen;
    private boolean pending;
    private boolean sent;
    private int receivedSince;
    private int answerAfter = 1;
    private long endNs = Long.MAX_VALUE;

    boolean isOpen() {
        return state == OPEN;
    }

    boolean isClosing() {
        return state == CLOSING;
    }

    boolean isDraining() {
        return state == DRAINING;
    }

    boolean isClosed() {
        return state == CLOSED;
    }

    void close(long code, boolean ofApplication, long causingFrameType, String why) {
        state = CLOSING;
        errorCode = code;
        application = ofApplication;
        frameType = causingFrameType;
        reason = why.getBytes(StandardCharsets.UTF_8);
        reasonLen = Math.min(reason.length, MAX_REASON_BYTES);
        while (reasonLen < reason.length && reasonLen > 0 && (reason[reasonLen] & 0xC0) == 0x80) {
            reasonLen--;
        }
        pending = true;
    }

    void drain() {
        state = DRAINING;
        pending = false;
    }

    void end() {
        state = CLOSED;
        pending = false;
        endNs = Long.MAX_VALUE;
    }

    /** RFC 9000 10.2: three PTO from now. */
    void endAt(long newEndNs) {
        endNs = newEndNs;
    }

    /** A packet came while closing. */
    void onReceived() {
        if (state == CLOSING && ++receivedSince >= answerAfter) {
            receivedSince = 0;
            answerAfter = Math.min(1 << 20, answerAfter << 1);
            pending = true;
        }
    }

    boolean isPending() {
        return pending;
    }

    /** The first time, three PTO begin: what was called before may have been told an older time. */
    void onSent(long newEndNs) {
        pending = false;
        if (!sent) {
            sent = true;
            endNs = newEndNs;
        }
    }

    /** RFC 9000 10.2.3: an error of the application is hidden until the peer is known. */
    void write(PacketAssembler packet, boolean isOneRtt) {
        byte[] buf = packet.buf();
        int room = packet.room();
        int fits = Math.max(0, Math.min(reasonLen, room - 1 - 3 * VarInt.MAX_BYTES));
        if (application && isOneRtt) {
            packet.advance(FrameEncoder.applicationClose(buf, packet.at(), errorCode, reason, 0, fits));
        } else if (application) {
            packet.advance(FrameEncoder.connectionClose(buf, packet.at(), QuicError.APPLICATION_ERROR, 0, NOTHING, 0, 0));
        } else {
            packet.advance(FrameEncoder.connectionClose(buf, packet.at(), errorCode, frameType, reason, 0, fits));
        }
    }

    long deadline() {
        return endNs;
    }

    /** How it ended in the words of qlog. */
    static String trigger(long errorCode, boolean application) {
        if (application) {
            return "application";
        }
        if (errorCode == QuicSink.IDLE || errorCode == QuicSink.HANDSHAKE_TIMEOUT) {
            return "idle_timeout";
        }
        if (errorCode == QuicSink.NO_COMMON_VERSION) {
            return "version_mismatch";
        }
        return errorCode == QuicSink.STATELESS_RESET ? "stateless_reset" : "error";
    }

    /** What a peer gives as its reason: for messages and logs, in which it makes no lines of its own. */
    static String shown(byte[] buf, int off, int len) {
        return new String(buf, off, Math.min(len, MAX_REASON_BYTES), StandardCharsets.UTF_8).replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
