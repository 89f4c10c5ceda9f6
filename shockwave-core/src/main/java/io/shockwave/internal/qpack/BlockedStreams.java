package io.shockwave.internal.qpack;

import java.util.Arrays;

/** The streams whose sections wait for insertions, at most as many as the peer was allowed (RFC 9204 2.1.2). Owned by a decoder. */
final class BlockedStreams {
    private final int most;
    private long[] streams = {};
    private long[] required = {};
    private int count;

    BlockedStreams(int most) {
        this.most = most;
    }

    /** @return false if that is one more than allowed */
    boolean add(long stream, long requiredInserts) {
        if (count == most) {
            return false;
        }
        if (count == streams.length) {
            int larger = Math.min(most, Math.max(4, count * 2));
            streams = Arrays.copyOf(streams, larger);
            required = Arrays.copyOf(required, larger);
        }
        streams[count] = stream;
        required[count++] = requiredInserts;
        return true;
    }

    /** Takes out the first stream that waits for no more than {@code inserted}; {@link QpackDecoder#NONE} when there is none. */
    long next(long inserted) {
        for (int i = 0; i < count; i++) {
            if (required[i] <= inserted) {
                long stream = streams[i];
                removeAt(i);
                return stream;
            }
        }
        return QpackDecoder.NONE;
    }

    void remove(long stream) {
        for (int i = 0; i < count; i++) {
            if (streams[i] == stream) {
                removeAt(i);
                return;
            }
        }
    }

    private void removeAt(int index) {
        count--;
        System.arraycopy(streams, index + 1, streams, index, count - index);
        System.arraycopy(required, index + 1, required, index, count - index);
    }

    int count() {
        return count;
    }
}
