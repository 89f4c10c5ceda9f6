package io.shockwave.internal.quic;

/** The congestion window, what it was before loss or ProbeRTT lowered it, and whether a round used it (draft-ietf-ccwg-bbr 5.6.4). Owned by {@link Bbr}. */
final class BbrWindow {
    private long bytes;
    private long savedBytes;
    private boolean limited;
    private boolean limitedInRound;

    void reset(int datagramBytes) {
        bytes = CongestionControl.initialWindowBytes(datagramBytes);
        savedBytes = 0;
    }

    long bytes() {
        return bytes;
    }

    void grow(long by) {
        bytes += by;
    }

    void atLeast(long least) {
        bytes = Math.max(bytes, least);
    }

    void atMost(long most) {
        bytes = Math.min(bytes, most);
    }

    void collapse(int datagramBytes) {
        bytes = (long) CongestionControl.MIN_WINDOW_DATAGRAMS * datagramBytes;
    }

    /** BBRSaveCwnd. @param lowered whether it is below what it was saved at, on purpose */
    void save(boolean lowered) {
        savedBytes = lowered ? Math.max(savedBytes, bytes) : bytes;
    }

    /** BBRRestoreCwnd. */
    void restore() {
        bytes = Math.max(bytes, savedBytes);
    }

    // ---- use

    void sent(long inFlightBytes, int datagramBytes) {
        if (inFlightBytes + datagramBytes > bytes) {
            limitedInRound = true;
        }
    }

    /** An acknowledgment came. @param roundStart whether a round begins with it */
    void acked(boolean roundStart) {
        if (roundStart) {
            limited = limitedInRound;
            limitedInRound = false;
        }
        limited |= limitedInRound;
    }

    /** Whether it held the sender back in the last round or this one. */
    boolean isLimiting() {
        return limited;
    }
}
