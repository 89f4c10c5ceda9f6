package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.internal.header.HeaderBlock;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes gzip (RFC 1952) or deflate (RFC 1950, or bare RFC 1951 as some servers send it) as bytes arrive. Owned by one response; {@link #end} frees its native memory.
 *
 * <pre>
 *   gzip:    HEADER ──▶ DATA ──▶ TRAILER ──▶ BETWEEN ──▶ HEADER (another member) …
 *   deflate: SNIFF  ──▶ DATA ──▶ BETWEEN
 * </pre>
 */
final class ContentDecoding {
    private enum State { HEADER, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CRC, SNIFF, DATA, TRAILER, BETWEEN }

    /** Below this many bytes the ratio is not judged: a page of blanks is no bomb. */
    static final long RATIO_FREE_BYTES = 64 * 1024;

    /** As many coded bytes may follow one another that decode to nothing (names, empty blocks and members), else a read could wait without end for a peer that goes on sending. */
    static final long MAX_BARREN_BYTES = 128 * 1024;

    private static final int GZIP_HEADER_BYTES = 10;
    private static final int GZIP_TRAILER_BYTES = 8;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;

    private final boolean gzip;
    private final int maxRatio;
    private final long maxBytes;
    private final CRC32 crc = new CRC32();
    private final byte[] field = new byte[GZIP_HEADER_BYTES];
    private Inflater inflater;
    private State state;
    private int fieldBytes;
    private int flags;
    private int extraLeft;
    private long memberBytes;
    private long coded;
    /** What {@link #coded} was when bytes came out last. */
    private long codedAtOutput;
    private long decoded;
    private int produced;
    /** Bytes in {@link #field} that were looked at and are still to be inflated. */
    private int sniffed;
    private boolean full;

    ContentDecoding(boolean gzip, int maxRatio, long maxBytes) {
        this.gzip = gzip;
        this.maxRatio = maxRatio;
        this.maxBytes = maxBytes;
        this.state = gzip ? State.HEADER : State.SNIFF;
    }

    /** What decodes content with these fields, from which those that speak of the coded content are taken, as nobody gets to see it; null if it is handed through. */
    static ContentDecoding of(HeaderBlock fields, int maxRatio, long maxBytes) {
        int index = fields.indexOf(HeaderName.CONTENT_ENCODING, 0);
        if (index < 0 || fields.indexOf(HeaderName.CONTENT_ENCODING, index + 1) >= 0) {
            return null; // several codings are handed through, like unknown ones: nesting is how bombs grow
        }
        boolean gzip = fields.valueIs(index, "gzip") || fields.valueIs(index, "x-gzip");
        if (!gzip && !fields.valueIs(index, "deflate")) {
            return null;
        }
        fields.remove(HeaderName.CONTENT_ENCODING);
        fields.remove(HeaderName.CONTENT_LENGTH);
        return new ContentDecoding(gzip, maxRatio, maxBytes);
    }

    /** Bytes written by the last {@link #decode}. */
    int produced() {
        return produced;
    }

    /** Whether the content may end here. */
    boolean isComplete() {
        return state == State.BETWEEN;
    }

    void end() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }

    /**
     * Takes coded bytes and writes decoded ones.
     *
     * @return the coded bytes taken; fewer than {@code len} when {@code dst} is full
     * @throws HttpException {@code PROTOCOL} for what is malformed, {@code TOO_LARGE} for what grows beyond the caps
     */
    int decode(byte[] buf, int off, int len, byte[] dst, int dstOff, int dstLen) throws HttpException {
        produced = 0;
        int at = off;
        int end = off + len;
        while (at < end || hasPending()) {
            if (state != State.DATA) {
                wrapper(buf[at++]);
            } else if (produced == dstLen) {
                break;
            } else if (sniffed > 0) {
                sniffed -= inflate(field, 2 - sniffed, sniffed, dst, dstOff + produced, dstLen - produced);
            } else {
                at += inflate(buf, at, end - at, dst, dstOff + produced, dstLen - produced);
            }
        }
        return at - off;
    }

    /** Whether {@link #decode} has something to write without further input. */
    boolean hasPending() {
        return state == State.DATA && (sniffed > 0 || full);
    }

    private int inflate(byte[] buf, int off, int len, byte[] dst, int dstOff, int dstLen) throws HttpException {
        inflater.setInput(buf, off, len);
        int n;
        try {
            n = inflater.inflate(dst, dstOff, dstLen);
        } catch (DataFormatException e) {
            throw malformed("the compressed data is malformed", e);
        }
        if (inflater.needsDictionary()) {
            throw malformed("it needs a preset dictionary", null);
        }
        int taken = len - inflater.getRemaining();
        count(buf == field ? 0 : taken, n);
        if (gzip) {
            crc.update(dst, dstOff, n);
            memberBytes += n;
        }
        produced += n;
        full = n == dstLen; // then it may hold more
        if (inflater.finished()) {
            state = gzip ? State.TRAILER : State.BETWEEN;
            fieldBytes = 0;
        }
        return taken;
    }

    private void count(int taken, int n) throws HttpException {
        coded += taken;
        decoded += n;
        if (n > 0) {
            codedAtOutput = coded;
        } else if (coded - codedAtOutput > MAX_BARREN_BYTES) {
            throw new HttpException(HttpException.Kind.TOO_LARGE, "more than " + MAX_BARREN_BYTES + " coded bytes decode to nothing");
        }
        if (decoded > maxBytes) {
            throw new HttpException(HttpException.Kind.TOO_LARGE, "the decoded content is longer than " + maxBytes + " bytes");
        }
        if (decoded > RATIO_FREE_BYTES && decoded / maxRatio > coded) {
            throw new HttpException(HttpException.Kind.TOO_LARGE, "the content grew to more than " + maxRatio + " times its coded size");
        }
    }

    /** "deflate" means zlib (RFC 9110 8.4.1.2), yet some senders leave its two header bytes out; they are told apart by the check in RFC 1950 2.2. */
    private void sniff(byte b) {
        field[fieldBytes++] = b;
        if (fieldBytes == 2) {
            int cmf = field[0] & 0xFF;
            boolean zlib = (cmf & 15) == 8 && cmf >> 4 <= 7 && (cmf << 8 | field[1] & 0xFF) % 31 == 0;
            inflater = new Inflater(!zlib);
            state = State.DATA;
            sniffed = 2;
        }
    }

    private void wrapper(byte b) throws HttpException {
        count(1, 0);
        switch (state) {
            case HEADER -> {
                field[fieldBytes++] = b;
                if (fieldBytes == GZIP_HEADER_BYTES) {
                    header();
                }
            }
            case EXTRA_LENGTH -> {
                field[fieldBytes++] = b;
                if (fieldBytes == 2) {
                    extraLeft = field[0] & 0xFF | (field[1] & 0xFF) << 8;
                    state = State.EXTRA;
                    afterExtra();
                }
            }
            case EXTRA -> {
                extraLeft--;
                afterExtra();
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    flags &= state == State.NAME ? ~FNAME : ~FCOMMENT;
                    nextField();
                }
            }
            case HEADER_CRC -> {
                if (++fieldBytes == 2) {
                    flags &= ~FHCRC;
                    nextField();
                }
            }
            case TRAILER -> {
                field[fieldBytes++] = b;
                if (fieldBytes == GZIP_TRAILER_BYTES) {
                    trailer();
                }
            }
            case BETWEEN -> {
                if (!gzip) {
                    throw malformed("bytes follow its end", null);
                }
                state = State.HEADER; // RFC 1952 2.2: a file is a series of members
                field[0] = b;
                fieldBytes = 1;
            }
            case SNIFF -> sniff(b);
            case DATA -> throw new IllegalStateException(state.name());
        }
    }

    private void header() throws HttpException {
        if ((field[0] & 0xFF) != 0x1F || (field[1] & 0xFF) != 0x8B || field[2] != 8 || (field[3] & 0xE0) != 0) {
            throw malformed("it does not begin as gzip", null);
        }
        flags = field[3] & 0xFF;
        nextField();
    }

    private void afterExtra() {
        if (extraLeft == 0) {
            flags &= ~FEXTRA;
            nextField();
        }
    }

    private void nextField() {
        fieldBytes = 0;
        if ((flags & FEXTRA) != 0) {
            state = State.EXTRA_LENGTH;
        } else if ((flags & FNAME) != 0) {
            state = State.NAME;
        } else if ((flags & FCOMMENT) != 0) {
            state = State.COMMENT;
        } else if ((flags & FHCRC) != 0) {
            state = State.HEADER_CRC;
        } else {
            state = State.DATA;
            crc.reset();
            memberBytes = 0;
            if (inflater == null) {
                inflater = new Inflater(true);
            } else {
                inflater.reset();
            }
        }
    }

    private void trailer() throws HttpException {
        if (littleEndian(0) != crc.getValue() || littleEndian(4) != (memberBytes & 0xFFFF_FFFFL)) {
            throw malformed("its checksum does not match", null);
        }
        state = State.BETWEEN;
        fieldBytes = 0;
    }

    private long littleEndian(int at) {
        return field[at] & 0xFFL | (field[at + 1] & 0xFFL) << 8 | (field[at + 2] & 0xFFL) << 16 | (field[at + 3] & 0xFFL) << 24;
    }

    private HttpException malformed(String what, Throwable cause) {
        return new HttpException(HttpException.Kind.PROTOCOL, HttpException.Phase.NONE,
                "the content cannot be decoded as " + (gzip ? "gzip (RFC 1952)" : "deflate (RFC 1950)") + ": " + what, cause);
    }
}
