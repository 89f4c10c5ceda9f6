package io.shockwave.internal.exchange;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Scratch;
import io.shockwave.internal.memory.Slab;
import java.nio.ByteBuffer;

/**
 * One request and its response, in the form in which every protocol version ends: plain fields, reused. Owned by a connection while it is in progress; lent by its
 * reactor. Fields are public to the engines and drivers, which are its only users: there is nothing to protect them from but themselves.
 *
 * <p>The received half is written by the engine before {@link ExchangeSink#onHead}, the sent half by the application before it tells the engine.
 */
public final class Exchange extends Lifetime {
    /** A length that is not announced. */
    public static final long UNKNOWN = -1L;

    /** What the content to be sent is made of. LEFT is an array or memory, as BYTES is, which HTTP/1.1 leaves to its driver to write, as it does with a FILE. */
    public enum Source { NONE, BYTES, RING, FILE, LEFT }

    /** What views of it hold on to. */
    public final Lifetime life = this;
    /** The received header section, its line being the request-target (server) or the reason phrase (client). */
    public final HeaderBlock received;
    /** The header section to send. */
    public final HeaderBlock sent;
    /** Content that was received and not yet read. */
    public final ByteRing inbound;
    /** Content that was written and not yet sent. */
    public final ByteRing outbound;

    private final Slab slab;
    private HeaderBlock receivedTrailers;
    private HeaderBlock sentTrailers;
    private HeaderBlock interim;
    private byte[] lent;
    private byte[] small; // kept, as the slab's lock costs more than so few bytes are worth; null until it is needed
    /** Set by the rings, so that an exchange without content on its way does not touch them. */
    boolean ringsOpened;
    private Scratch scratch;
    /** What the engine that serves it keeps with it; each engine knows its own. */
    public Object working;
    /** As {@code working}, for the engine of a connection that carries many exchanges; beside it, as exchanges serve both kinds in turn. */
    public Object stream;
    /** The request that came behind it on its connection, when that was read ahead. */
    public Exchange following;
    /** What whoever lent it keeps with it: an engine that carries many exchanges tells of each by this object alone. */
    public Object owner;

    // ---- request
    public Method method = Method.GET;
    public HttpVersion version = HttpVersion.HTTP_1_1;
    /** Where path, query and authority stand in the received line; the authority, if it is not there, is Host's value ({@link #hostIndex}). */
    public int pathOff;
    public int pathLen;
    public int queryOff;
    public int queryLen;
    public int authorityOff;
    public int authorityLen;
    public int hostIndex;
    public boolean expectsContinue;
    public boolean asksUpgrade;
    /** What an extended CONNECT asks for (RFC 9220): the value of {@code :protocol}; empty otherwise. */
    public String protocol = "";
    /** The request arrived before the handshake was complete, so it may be a replay (RFC 8470). */
    public boolean early;

    // ---- received content
    /** As announced; {@link #UNKNOWN} for chunked and close-delimited content. */
    public long receivedLength;

    // ---- response
    public int status;
    public int interimStatus;

    // ---- content to send
    public Source source = Source.NONE;
    /** Bytes to send; {@link #UNKNOWN} while only the application knows. */
    public long sendLength;
    public byte[] sendBytes;
    /** Memory outside the heap that holds the content in place of {@code sendBytes}; else null. Its position and limit count for nothing. */
    public ByteBuffer sendMemory;
    public int sendOff;
    /** Bytes of content that were given to the connection, without framing. */
    public long contentSent;
    /** The ring's writer has written its last byte; trailers are complete. Written by the application's thread before it tells the engine. */
    public volatile boolean sendEnded;

    public Exchange(Slab slab) {
        this.slab = slab;
        received = new HeaderBlock(slab, life);
        sent = new HeaderBlock(slab, life);
        inbound = new ByteRing(slab, this);
        outbound = new ByteRing(slab, this);
    }

    /** Trailers that were received; made when first asked for, as few messages have them. */
    public HeaderBlock receivedTrailers() {
        if (receivedTrailers == null) {
            receivedTrailers = new HeaderBlock(slab, life);
        }
        return receivedTrailers;
    }

    public boolean hasReceivedTrailers() {
        return receivedTrailers != null && receivedTrailers.size() > 0;
    }

    /** Trailers to send. */
    public HeaderBlock sentTrailers() {
        if (sentTrailers == null) {
            sentTrailers = new HeaderBlock(slab, life);
        }
        return sentTrailers;
    }

    /** Fields of an interim response to send. */
    public HeaderBlock interim() {
        if (interim == null) {
            interim = new HeaderBlock(slab, life);
        }
        return interim;
    }

    public boolean hasSentTrailers() {
        return sentTrailers != null && sentTrailers.size() > 0;
    }

    /** What the handler's arena is made of; made when first asked for, and empty between exchanges. */
    public Scratch scratch(ChunkStore store, int limitBytes) {
        if (scratch == null) {
            scratch = new Scratch(store, limitBytes);
        }
        return scratch;
    }

    /** An array for content to send until the exchange ends: a small one of its own, or borrowed. Only the last one that was asked for lasts. */
    public byte[] lend(int minBytes) {
        if (minBytes <= Slab.MIN_BYTES) {
            if (small == null) {
                small = new byte[Slab.MIN_BYTES];
            }
            return small;
        }
        if (lent != null) {
            slab.giveBack(lent);
        }
        lent = slab.lend(minBytes);
        return lent;
    }

    /** Ends all views, gives borrowed bytes back and makes it ready for the next message. */
    public void reset() {
        life.advance();
        received.clear();
        sent.clear();
        if (receivedTrailers != null) {
            receivedTrailers.clear();
        }
        if (sentTrailers != null) {
            sentTrailers.clear();
        }
        if (interim != null) {
            interim.clear();
        }
        if (lent != null) {
            slab.giveBack(lent);
            lent = null;
        }
        if (scratch != null) {
            scratch.release();
        }
        if (ringsOpened) {
            inbound.release();
            outbound.release();
            ringsOpened = false;
        }
        method = Method.GET;
        version = HttpVersion.HTTP_1_1;
        pathOff = pathLen = queryOff = queryLen = authorityOff = authorityLen = 0;
        hostIndex = -1;
        expectsContinue = false;
        asksUpgrade = false;
        protocol = "";
        early = false;
        receivedLength = 0;
        status = 200;
        source = Source.NONE;
        sendLength = 0;
        sendBytes = null;
        sendMemory = null;
        sendOff = 0;
        contentSent = 0;
        if (sendEnded) { // a volatile write waits for all writes before it
            sendEnded = false;
        }
    }

    /** Leaves all borrowed bytes to the collector: someone may still use this exchange, which is never reset again. */
    public void forget() {
        received.forget();
        sent.forget();
        if (receivedTrailers != null) {
            receivedTrailers.forget();
        }
        if (sentTrailers != null) {
            sentTrailers.forget();
        }
        if (interim != null) {
            interim.forget();
        }
        if (lent != null) {
            slab.forget(lent);
            lent = null;
        }
        small = null;
        if (scratch != null) {
            scratch.forget();
        }
        inbound.forget();
        outbound.forget();
    }

    /** Spills of all sections since this exchange was made. */
    public long spills() {
        return received.spills() + sent.spills() + (receivedTrailers == null ? 0 : receivedTrailers.spills()) + (sentTrailers == null ? 0 : sentTrailers.spills())
                + (interim == null ? 0 : interim.spills());
    }
}
