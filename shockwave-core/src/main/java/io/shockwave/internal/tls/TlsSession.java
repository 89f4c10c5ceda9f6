package io.shockwave.internal.tls;

import io.shockwave.internal.events.Events;
import io.shockwave.internal.events.TlsHandshakeEvent;
import io.shockwave.internal.memory.Slab;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLProtocolException;
import javax.net.ssl.SSLSession;

/**
 * TLS of one connection, between the bytes of a socket and plain bytes (RFC 8446, RFC 5246). Confined to whoever drives the connection; it has no socket, thread or clock.
 *
 * <pre>
 *                        needsTask() ── delegatedTask().run() elsewhere, then taskDone() ──┐
 *                             ▲                                                            │
 *   new ──► HANDSHAKE ────────┴──────────────────◄──────────────────────────────────────── ┘
 *               │  isOpen() turns true
 *               ▼
 *             OPEN ──► close() or the peer's close_notify ──► isDone() once transmit() has nothing left
 *               │
 *               ▼      (from everywhere)
 *            FAILED ──► transmit() still gives the alert ──► isDone()
 * </pre>
 *
 * <p>How to drive it, the same for a reactor and for a thread that blocks. After each step look at the flags in this order:
 * <ol>
 * <li>{@link #needsTask()}: run {@link #delegatedTask()} on a thread that may compute (a virtual thread on a server, the own one on a client), hand over back to the
 *     driver, call {@link #taskDone()}, then {@code receive} with {@code len} 0 and go on below. Until then do not read the socket and call nothing else but {@link #release}.
 * <li>{@link #wantsTransmit()}: call {@link #transmit} with no plain bytes and write what it gives. Nothing is decrypted before that, so do not read the socket either
 *     before the result is at least in the connection's output buffer.
 * <li>{@link #hasMore()}: there is input left that {@code dst} had no room for; call {@code receive} with {@code len} 0 once there is room. Do not read the socket before.
 * <li>{@link #isDone()}: nothing will be sent any more; close the socket after the last transmitted byte is written. If {@link #isFailed()}, {@link #failure()} says why.
 * <li>{@link #isInputClosed()}: the peer ended its side, for the engine above that is {@code receiveEnd}.
 * <li>Otherwise read the socket: bytes go to {@link #receive}, its end to {@link #receiveEnd()}, after which {@link #isTruncated()} tells a cut from a proper end.
 * </ol>
 * A driver that sends plain bytes calls {@link #transmit} with them while {@link #isOpen()}. Neither call blocks or throws for a mistake of the peer. A time limit for the
 * handshake is the driver's to keep, and so is writing the alert of a failed session before closing.
 *
 * <p>Memory: a session between two records holds none of our buffers. A part of a record is held in an array lent by the slab that grows as the bytes come, not as the
 * header promises; plain bytes that the caller has no room for likewise. {@link #release} gives back everything.
 */
public final class TlsSession {
    /** The most plain bytes in a record (RFC 8446 5.1). */
    public static final int MAX_PLAIN_BYTES = 1 << 14;
    /** The longest record: 2^14 + 2048 in TLS 1.2 (RFC 5246 6.2.3), and its header. */
    public static final int MAX_RECORD_BYTES = MAX_PLAIN_BYTES + 2048 + 5;
    /** The most that a peer may send before the handshake is complete: four of the largest messages that the JDK takes (32 KiB each), for chains of certificates. */
    public static final int MAX_HANDSHAKE_BYTES = 1 << 17;
    /** The most records in sequence without any plain bytes: tickets, key updates and empty records cost us work and the peer nothing. Servers send up to about eight tickets. */
    public static final int MAX_SILENT_RECORDS = 32;
    /**
     * The most messages that a peer may make us answer after the handshake, over the life of the connection. Each puts some 30 bytes into the output of a driver, also when the
     * peer reads none of it; a key serves for 2^24 records (RFC 8446 5.5), so that whoever needs more updates has sent hundreds of terabytes.
     */
    public static final int MAX_ANSWERS = 1_024;
    /** The most encrypted bytes that are taken while they cannot be decrypted; above it the driver reads the socket when it must not. */
    static final int MAX_HELD_BYTES = 1 << 18;

    private static final int HEADER_BYTES = 5;
    private static final int TYPE_CHANGE_CIPHER_SPEC = 20;
    private static final int TYPE_HANDSHAKE = 22;
    private static final int TYPE_APPLICATION_DATA = 23;
    private static final byte ALERT_UNEXPECTED_MESSAGE = 10;
    private static final byte ALERT_RECORD_OVERFLOW = 22;
    private static final byte[] EMPTY = new byte[0];

    private enum Phase { HANDSHAKE, OPEN, FAILED, RELEASED }

    private final SSLEngine engine;
    private final Slab slab;
    private final TlsViews views;

    private Phase phase = Phase.HANDSHAKE;
    private boolean taskNeeded;
    private boolean wrapNeeded;
    private boolean inputEnded;
    private boolean closeNotified;
    private boolean outputDone;
    /** TLS 1.2, where handshake messages after the handshake would be a renegotiation. */
    private boolean renegotiable;
    private SSLException failure;
    /** Null once the handshake ended, and while nobody records. */
    private TlsHandshakeEvent event;
    /** An alert that the engine does not know of, in the clear: possible only before the keys change. */
    private byte[] alert = EMPTY;

    /** Encrypted bytes not yet decrypted, in [heldOff, heldOff + heldLen); EMPTY when there are none. */
    private byte[] held = EMPTY;
    private int heldOff;
    private int heldLen;
    /** Plain bytes that the caller had no room for. */
    private byte[] plain = EMPTY;
    private int plainOff;
    private int plainLen;

    private int handshakeBytes;
    private int silentRecords;
    private int answers;
    /** Of the last unwrap. */
    private int consumedCipher;
    /** Of the last transmit. */
    private int consumedPlain;

    /**
     * @param engine set up and not begun
     * @param slab lends what must be held
     * @param views of the thread that drives this session
     */
    public TlsSession(SSLEngine engine, Slab slab, TlsViews views) {
        this.engine = engine;
        this.slab = slab;
        this.views = views;
        this.event = Events.tlsHandshake(engine.getUseClientMode(), engine.getPeerHost());
        try {
            engine.beginHandshake();
            noteStatus(engine.getHandshakeStatus());
        } catch (SSLException e) {
            fail(e);
        }
    }

    // ---- in ----

    /**
     * Takes encrypted bytes from the peer, all of them, and puts plain bytes to {@code dst}. {@code buf} is the caller's again on return.
     *
     * @param len 0 to go on with what is held
     * @return the plain bytes put to {@code dst}
     */
    public int receive(byte[] buf, int off, int len, byte[] dst, int dstOff, int dstLen) {
        int at = off;
        int end = off + len;
        int put = drainPlain(dst, dstOff, dstLen);
        while (isDecrypting() && plainLen == 0) {
            if (heldLen > 0) {
                at += completeHeldRecord(buf, at, end - at);
                if (!isRecordReady(held, heldOff, heldLen)) {
                    break;
                }
                int length = recordLength(held, heldOff);
                put += unwrap(held, heldOff, length, dst, dstOff + put, dstLen - put);
                heldOff += consumedCipher;
                heldLen -= consumedCipher;
                if (heldLen == 0) {
                    freeHeld();
                }
            } else if (isRecordReady(buf, at, end - at)) {
                put += unwrap(buf, at, recordLength(buf, at), dst, dstOff + put, dstLen - put);
                at += consumedCipher;
            } else {
                break;
            }
        }
        if (phase == Phase.FAILED || phase == Phase.RELEASED || closeNotified) {
            freeHeld(); // RFC 8446 6.1: what follows a closure alert is ignored.
        } else if (at < end) {
            hold(buf, at, end - at);
        }
        return put;
    }

    /** The peer closed its side of the socket. Without a close_notify before it, {@link #isTruncated()} is true from now on. */
    public void receiveEnd() {
        inputEnded = true;
        if (phase == Phase.HANDSHAKE) {
            fail(new SSLProtocolException("the peer closed the connection during the TLS handshake"));
            wrapNeeded = false;
            outputDone = true;
            freeHeld();
        }
    }

    private boolean isDecrypting() {
        return (phase == Phase.OPEN || phase == Phase.HANDSHAKE) && !taskNeeded && !wrapNeeded && !closeNotified;
    }

    /** Whether a whole record lies there. Refuses what cannot become a record, without waiting for the rest of it. */
    private boolean isRecordReady(byte[] buf, int off, int len) {
        if (len == 0) {
            return false;
        }
        int type = buf[off] & 0xFF;
        if (type < TYPE_CHANGE_CIPHER_SPEC || type > TYPE_APPLICATION_DATA || len > 1 && buf[off + 1] != 3) {
            failInClear(ALERT_UNEXPECTED_MESSAGE, "the peer does not speak TLS on this connection");
            return false;
        }
        if (len < HEADER_BYTES) {
            return false;
        }
        int length = recordLength(buf, off);
        if (length > MAX_RECORD_BYTES) {
            failInClear(ALERT_RECORD_OVERFLOW, "the peer sent a TLS record of " + length + " bytes, more than " + MAX_RECORD_BYTES);
            return false;
        }
        if (len < length) {
            return false;
        }
        if (phase == Phase.OPEN && renegotiable && type == TYPE_HANDSHAKE) {
            refuse("the peer asked for renegotiation, which is not done (RFC 5746 explains the danger)");
            return false;
        }
        return true;
    }

    private static int recordLength(byte[] buf, int off) {
        return HEADER_BYTES + ((buf[off + 3] & 0xFF) << 8 | buf[off + 4] & 0xFF);
    }

    /** Appends to the held bytes what the record at their start lacks, and returns how many were taken from {@code buf}. */
    private int completeHeldRecord(byte[] buf, int off, int len) {
        int taken = 0;
        if (heldLen < HEADER_BYTES) {
            taken = Math.min(len, HEADER_BYTES - heldLen);
            hold(buf, off, taken);
        }
        if (heldLen >= HEADER_BYTES) {
            int rest = Math.min(len - taken, recordLength(held, heldOff) - heldLen);
            if (rest > 0 && recordLength(held, heldOff) <= MAX_RECORD_BYTES) {
                hold(buf, off + taken, rest);
                taken += rest;
            }
        }
        return taken;
    }

    /** Decrypts one record. {@link #consumedCipher} is the bytes used of it, and the plain bytes put to {@code dst} are returned. */
    private int unwrap(byte[] buf, int off, int len, byte[] dst, int dstOff, int dstLen) {
        consumedCipher = 0;
        try {
            ByteBuffer target = views.plainIn(dst, dstOff, dstLen);
            SSLEngineResult result = engine.unwrap(views.encryptedIn(buf, off, len), target);
            if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
                note(result, len);
                return result.bytesProduced();
            }
            // The plain bytes are fewer than the record; SSLEngine estimates them without the padding that it has not seen.
            plain = slab.lend(len);
            result = engine.unwrap(views.encryptedIn(buf, off, len), views.plainIn(plain, 0, plain.length));
            plainOff = 0;
            plainLen = result.bytesProduced();
            note(result, len);
            if (plainLen == 0) {
                freePlain();
            }
            return drainPlain(dst, dstOff, dstLen);
        } catch (SSLException e) {
            consumedCipher = len;
            freePlain();
            fail(e);
            noteStatus(engine.getHandshakeStatus());
            return 0;
        }
    }

    private void note(SSLEngineResult result, int recordBytes) {
        consumedCipher = result.bytesConsumed();
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW || result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new IllegalStateException("SSLEngine does not take a whole record of " + recordBytes + " bytes: " + result);
        }
        if (phase == Phase.HANDSHAKE) {
            handshakeBytes += consumedCipher;
        }
        silentRecords = result.bytesProduced() > 0 ? 0 : silentRecords + 1;
        if (engine.isInboundDone()) {
            closeNotified = true;
        }
        noteStatus(result.getHandshakeStatus());
        if (phase == Phase.HANDSHAKE && handshakeBytes > MAX_HANDSHAKE_BYTES) {
            refuse("the peer's handshake exceeds " + MAX_HANDSHAKE_BYTES + " bytes");
        } else if (phase == Phase.OPEN && silentRecords > MAX_SILENT_RECORDS) {
            refuse("the peer sent more than " + MAX_SILENT_RECORDS + " TLS records in sequence without data");
        } else if (phase == Phase.OPEN && wrapNeeded && !closeNotified && ++answers > MAX_ANSWERS) {
            refuse("the peer asked for more than " + MAX_ANSWERS + " updates of the keys");
        } else if (phase == Phase.HANDSHAKE && closeNotified) {
            fail(new SSLProtocolException("the peer closed the connection during the TLS handshake"));
        }
        if (consumedCipher == 0 && isDecrypting()) {
            throw new IllegalStateException("SSLEngine makes no progress: " + result);
        }
    }

    // ---- out ----

    /**
     * Puts records to {@code dst}: what the protocol has to say, then the plain bytes while there is room for a whole record and the session is open.
     * {@link #consumed()} tells how many of the plain bytes were used; the rest must be offered again.
     *
     * @param dstLen at least {@link #transmitRoomBytes()}, or nothing is put
     * @return the bytes put to {@code dst}
     */
    public int transmit(byte[] src, int off, int len, byte[] dst, int dstOff, int dstLen) {
        int used = 0;
        int put = takeAlert(dst, dstOff, dstLen);
        while (!taskNeeded && !outputDone && phase != Phase.RELEASED) {
            boolean data = phase == Phase.OPEN && used < len;
            if (!wrapNeeded && !data || dstLen - put < transmitRoomBytes()) {
                break;
            }
            try {
                ByteBuffer source = data ? views.plainOut(src, off + used, len - used) : TlsViews.NOTHING;
                SSLEngineResult result = engine.wrap(source, views.encryptedOut(dst, dstOff + put, dstLen - put));
                used += result.bytesConsumed();
                put += result.bytesProduced();
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    outputDone = true;
                    wrapNeeded = false;
                } else {
                    noteStatus(result.getHandshakeStatus());
                }
            } catch (SSLException e) {
                boolean again = phase == Phase.FAILED;
                fail(e);
                noteStatus(engine.getHandshakeStatus());
                outputDone |= again;
            }
        }
        if (phase == Phase.FAILED && !wrapNeeded && alert.length == 0) {
            outputDone = true;
        }
        consumedPlain = used;
        return put;
    }

    /** Plain bytes that the last {@link #transmit} used. */
    public int consumed() {
        return consumedPlain;
    }

    /**
     * The room that one record can need (16,709 bytes): what {@link #transmit} must be offered. Give it a multiple, and one call makes several records;
     * the JDK puts up to 16,367 plain bytes into one, so that 16,384 need two.
     */
    public int transmitRoomBytes() {
        return engine.getSession().getPacketBufferSize();
    }

    /** Ends this side: close_notify is to be transmitted (RFC 8446 6.1). In TLS 1.3 the peer may go on sending. Idempotent. */
    public void close() {
        if (phase == Phase.OPEN || phase == Phase.HANDSHAKE) {
            engine.closeOutbound();
            noteStatus(engine.getHandshakeStatus());
            outputDone = engine.isOutboundDone();
            taskNeeded = false;
        }
    }

    /** Gives back all that was lent. Nothing is received or transmitted after it. Idempotent. */
    public void release() {
        phase = Phase.RELEASED;
        freeHeld();
        freePlain();
    }

    private int takeAlert(byte[] dst, int off, int len) {
        int bytes = alert.length;
        if (bytes == 0 || len < bytes) {
            return 0;
        }
        System.arraycopy(alert, 0, dst, off, bytes);
        alert = EMPTY;
        outputDone = true;
        return bytes;
    }

    // ---- state ----

    /** Whether the handshake is complete and nothing has failed; plain bytes can be transmitted until {@link #isDone()}. */
    public boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Whether work must be done, elsewhere if this thread may not compute for milliseconds, before anything goes on. */
    public boolean needsTask() {
        return taskNeeded;
    }

    /** Work of the handshake (signatures, certificates): may run on any one thread, and touches nothing of this session. Followed by {@link #taskDone()} on the driver's. */
    public Runnable delegatedTask() {
        SSLEngine worker = engine;
        return () -> {
            for (Runnable task = worker.getDelegatedTask(); task != null; task = worker.getDelegatedTask()) {
                task.run();
            }
        };
    }

    /** The delegated task ran to its end, and what it wrote is visible to this thread. */
    public void taskDone() {
        if (phase != Phase.RELEASED) {
            noteStatus(engine.getHandshakeStatus());
        }
    }

    /** Whether {@link #transmit} must be called although there are no plain bytes to send. */
    public boolean wantsTransmit() {
        return alert.length > 0 || wrapNeeded && !taskNeeded && !outputDone && phase != Phase.RELEASED;
    }

    /** Whether {@code receive} with no new bytes would give plain bytes, or make progress. */
    public boolean hasMore() {
        return plainLen > 0 || isDecrypting() && holdsRecord();
    }

    private boolean holdsRecord() {
        return heldLen >= HEADER_BYTES && heldLen >= recordLength(held, heldOff);
    }

    /** Whether the peer sends no more plain bytes and all that it sent were taken: after its close_notify, or its end of the connection. */
    public boolean isInputClosed() {
        return plainLen == 0 && (closeNotified || inputEnded && !holdsRecord());
    }

    /** Whether the connection ended without a close_notify, so that whoever cut it may not be the peer: content delimited by the end must not be taken for complete. */
    public boolean isTruncated() {
        return inputEnded && !closeNotified && !holdsRecord();
    }

    /** Whether nothing will be transmitted any more. */
    public boolean isDone() {
        return phase == Phase.RELEASED || outputDone && alert.length == 0;
    }

    public boolean isFailed() {
        return failure != null;
    }

    /** Why it failed. @throws IllegalStateException if it did not */
    public SSLException failure() {
        if (failure == null) {
            throw new IllegalStateException("the session did not fail");
        }
        return failure;
    }

    /** The protocol agreed on by ALPN (RFC 7301); empty when the peer does not use ALPN. Known once {@link #isOpen()}. */
    public String protocol() {
        String agreed = engine.getApplicationProtocol();
        return agreed == null ? "" : agreed;
    }

    /** Version, cipher suite and the peer's certificates; complete once {@link #isOpen()}. */
    public SSLSession session() {
        return engine.getSession();
    }

    /** The driver gives its buffers to others: no view of this session may keep them. Only where the views are this session's own. */
    public void forgetBuffers() {
        views.forgetAll();
    }

    /** Bytes of arrays that this session holds now. */
    public int heldBytes() {
        return held.length + plain.length;
    }

    // ---- inside ----

    private void noteStatus(HandshakeStatus reported) {
        // FINISHED is said once and hides what comes next.
        HandshakeStatus status = reported == HandshakeStatus.FINISHED ? engine.getHandshakeStatus() : reported;
        taskNeeded = status == HandshakeStatus.NEED_TASK;
        wrapNeeded = status == HandshakeStatus.NEED_WRAP;
        if (phase == Phase.HANDSHAKE && (reported == HandshakeStatus.FINISHED || status == HandshakeStatus.NOT_HANDSHAKING) && !engine.isOutboundDone() && !closeNotified) {
            phase = Phase.OPEN;
            silentRecords = 0;
            renegotiable = !"TLSv1.3".equals(engine.getSession().getProtocol());
            if (event != null) {
                event.succeeded(engine.getSession());
                event = null;
            }
        }
    }

    private void fail(SSLException why) {
        if (failure == null) {
            failure = why;
        }
        if (event != null) {
            event.failed(why);
            event = null;
        }
        if (phase != Phase.RELEASED) {
            phase = Phase.FAILED;
        }
        taskNeeded = false;
    }

    /** Fails before the engine has judged anything, with an alert while alerts are still in the clear. */
    private void failInClear(byte description, String why) {
        if (phase == Phase.HANDSHAKE && handshakeBytes == 0) {
            alert = new byte[] {21, 3, 3, 0, 2, 2, description};
            wrapNeeded = false;
        } else {
            engine.closeOutbound();
            noteStatus(engine.getHandshakeStatus());
        }
        fail(new SSLProtocolException(why));
    }

    /** Fails on a rule of ours, for which SSLEngine has no alert to choose: it says user_canceled or close_notify. */
    private void refuse(String why) {
        fail(new SSLProtocolException(why));
        engine.closeOutbound();
        noteStatus(engine.getHandshakeStatus());
        taskNeeded = false;
    }

    private int drainPlain(byte[] dst, int off, int len) {
        int bytes = Math.min(plainLen, len);
        if (bytes > 0) {
            System.arraycopy(plain, plainOff, dst, off, bytes);
            plainOff += bytes;
            plainLen -= bytes;
            if (plainLen == 0) {
                freePlain();
            }
        }
        return bytes;
    }

    private void hold(byte[] buf, int off, int len) {
        if (len == 0) {
            return;
        }
        int total = heldLen + len;
        if (total > MAX_HELD_BYTES) {
            throw new IllegalStateException("more than " + MAX_HELD_BYTES + " bytes received while none can be decrypted");
        }
        if (heldOff + total > held.length) {
            byte[] room = total > held.length ? slab.lend(total) : held;
            System.arraycopy(held, heldOff, room, 0, heldLen);
            if (room != held && held.length > 0) {
                views.forget(held);
                slab.giveBack(held);
            }
            held = room;
            heldOff = 0;
        }
        System.arraycopy(buf, off, held, heldOff + heldLen, len);
        heldLen = total;
    }

    private void freeHeld() {
        if (held.length > 0) {
            views.forget(held);
            slab.giveBack(held);
        }
        held = EMPTY;
        heldOff = 0;
        heldLen = 0;
    }

    private void freePlain() {
        if (plain.length > 0) {
            views.forget(plain);
            slab.giveBack(plain);
        }
        plain = EMPTY;
        plainOff = 0;
        plainLen = 0;
    }
}
