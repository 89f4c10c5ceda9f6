package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * The keys of 1-RTT packets and their updates (RFC 9001 6). Owned by a connection.
 *
 * <pre>
 *   read:   previous (until three PTO after the change) ── current ── next (made in advance, so that a forged phase bit costs no more than a true one)
 *   write:  current
 *
 *   phases equal ── initiate ──▶ write is ahead ── peer's first packet in the new phase ──▶ phases equal
 *        └────── peer's first packet in a new phase: read and write advance ───────────────────┘
 * </pre>
 *
 * <p>At rest there are secrets alone, and whoever asks for a key has them all made again: no cipher, and no memory of a library, is kept for a connection that is silent.
 */
final class KeyPhases {
    static final long NONE = -1L;
    /** Left of every write key for CONNECTION_CLOSE and its repetitions: the limit holds for them, too. */
    static final int CLOSE_PACKETS = 64;

    private final PacketProtectionProvider provider;
    /** At rest, of read and write; else null. */
    private byte[] parkedRead;
    private byte[] parkedWrite;
    private long confidentialityLimit;
    private PacketProtection write;
    private PacketProtection read;
    private PacketProtection nextRead;
    private PacketProtection previousRead;
    private long dropPreviousNs = Long.MAX_VALUE;
    private int writePhase;
    private int readPhase;
    /** First number sent, and first received, in the current phase. */
    private long writeFirst;
    private long readFirst = NONE;
    private long sealed;
    /** The peer changed phase, and no acknowledgment has left in it yet. */
    private boolean answerPending;
    private long updates;

    KeyPhases(PacketProtectionProvider provider) {
        this.provider = provider;
    }

    void write(PacketProtection protection) {
        write = protection;
        confidentialityLimit = protection.confidentialityLimit();
    }

    void read(PacketProtection protection) {
        read = protection;
        nextRead = protection.nextPhase();
    }

    boolean canWrite() {
        return write != null || parkedRead != null;
    }

    boolean canRead() {
        return read != null || parkedRead != null;
    }

    /** Gives up all that can be made of secrets again; nothing while the keys of the phase before may still be needed. */
    void rest() {
        if (read == null || write == null || previousRead != null) {
            return;
        }
        byte[] readable = read.park();
        if (readable == null) {
            return;
        }
        parkedWrite = write.park();
        parkedRead = readable;
        wipe(write);
        wipe(read);
        wipe(nextRead);
        write = null;
        read = null;
        nextRead = null;
    }

    boolean isAtRest() {
        return parkedRead != null;
    }

    private void wake() {
        if (parkedRead != null) {
            read = provider.unpark(parkedRead);
            nextRead = read.nextPhase();
            write = provider.unpark(parkedWrite);
            forgetParked();
        }
    }

    private void forgetParked() {
        if (parkedRead != null) {
            Arrays.fill(parkedRead, (byte) 0);
            Arrays.fill(parkedWrite, (byte) 0);
            parkedRead = null;
            parkedWrite = null;
        }
    }

    PacketProtection write() {
        wake();
        return write;
    }

    /** Header protection does not change with the phases. */
    PacketProtection header() {
        wake();
        return read;
    }

    boolean writePhaseBit() {
        return (writePhase & 1) != 0;
    }

    /** The keys for a packet: the phase bit says whether it is the current phase's, and its number whether another one's is the one before or after. */
    PacketProtection forPacket(boolean phaseBit, long number) {
        if (phaseBit == ((readPhase & 1) != 0)) {
            return read;
        }
        if (previousRead != null && (readFirst == NONE || number < readFirst)) {
            return previousRead;
        }
        return nextRead;
    }

    /**
     * A packet was opened with these keys.
     *
     * @return 0 or a transport error
     */
    int onOpened(PacketProtection used, long number, long nowNs, long ptoNs) {
        if (used == read) {
            if (readFirst == NONE || number < readFirst) {
                readFirst = number;
            }
            return 0;
        }
        if (used != nextRead) {
            return 0;
        }
        // RFC 9001 6.2: two updates without an acknowledgment of the first between them are a KEY_UPDATE_ERROR.
        if (answerPending) {
            return QuicError.KEY_UPDATE_ERROR;
        }
        rotate(nowNs, ptoNs);
        readFirst = number;
        if (writePhase < readPhase) {
            answerPending = true;
            advanceWrite();
        }
        return 0;
    }

    private void rotate(long nowNs, long ptoNs) {
        if (previousRead != null) {
            previousRead.wipe();
        }
        previousRead = read;
        // RFC 9001 6.5: old keys are kept for packets that were reordered, three PTO at most.
        dropPreviousNs = nowNs + 3 * ptoNs;
        read = nextRead;
        nextRead = read.nextPhase();
        readPhase++;
        updates++;
    }

    private void advanceWrite() {
        wake();
        PacketProtection old = write;
        write = old.nextPhase();
        old.wipe();
        writePhase++;
        writeFirst = NONE;
        sealed = 0;
    }

    /** A packet was sealed. */
    void onSealed(long number, boolean hasAck) {
        if (writeFirst == NONE) {
            writeFirst = number;
        }
        sealed++;
        if (hasAck) {
            answerPending = false;
        }
    }

    /** Whether the limit of the current write key is so near that the phase must change (RFC 9001 6.6). */
    boolean isUpdateDue() {
        return sealed >= confidentialityLimit - (confidentialityLimit >> 2);
    }

    /** Whether nothing may be sealed any more but the packets that say so. */
    boolean isExhausted() {
        return sealed >= confidentialityLimit - CLOSE_PACKETS;
    }

    /** RFC 9001 6.1, 6.5: a phase lasts until a packet of it was acknowledged, and until the keys of the one before are gone. */
    boolean canInitiate(long largestAcked) {
        return canRead() && writePhase == readPhase && writeFirst != NONE && largestAcked >= writeFirst && previousRead == null;
    }

    void initiate() {
        advanceWrite();
    }

    long deadline() {
        return dropPreviousNs;
    }

    void timeout(long nowNs) {
        if (nowNs >= dropPreviousNs) {
            dropPreviousNs = Long.MAX_VALUE;
            previousRead.wipe();
            previousRead = null;
        }
    }

    /** How often the phase of reading changed. */
    long updates() {
        return updates;
    }

    void wipe() {
        forgetParked();
        wipe(write);
        wipe(read);
        wipe(nextRead);
        wipe(previousRead);
        write = null;
        read = null;
        nextRead = null;
        previousRead = null;
        dropPreviousNs = Long.MAX_VALUE;
    }

    private static void wipe(PacketProtection keys) {
        if (keys != null) {
            keys.wipe();
        }
    }
}
