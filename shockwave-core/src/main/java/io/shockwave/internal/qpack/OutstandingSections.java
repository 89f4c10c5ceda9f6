package io.shockwave.internal.qpack;

import java.util.Arrays;

/** The sections that were sent, refer to the dynamic table and are not acknowledged, oldest first. Owned by an encoder. */
final class OutstandingSections {
    /** With so many sections on their way, the next ones are written without references: what a peer that never acknowledges can make us keep is bounded. */
    static final int MOST = 256;

    private long[] streams = {};
    private long[] required = {};
    private long[] lowest = {};
    private int count;

    boolean hasRoom() {
        return count < MOST;
    }

    void add(long stream, long requiredInserts, long lowestEntry) {
        if (count == streams.length) {
            int larger = Math.min(MOST, Math.max(8, count * 2));
            streams = Arrays.copyOf(streams, larger);
            required = Arrays.copyOf(required, larger);
            lowest = Arrays.copyOf(lowest, larger);
        }
        streams[count] = stream;
        required[count] = requiredInserts;
        lowest[count++] = lowestEntry;
    }

    /** The oldest entry that any of them refers to. */
    long lowest() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, lowest[i]);
        }
        return least;
    }

    /** RFC 9204 2.1.2: whether the stream may refer to what is not acknowledged: it could be blocked already, or fewer streams than {@code most} could. */
    boolean mayBlock(long stream, long known, long most) {
        if (most == 0) {
            return false;
        }
        int blocked = 0;
        for (int i = 0; i < count; i++) {
            if (required[i] <= known) {
                continue;
            }
            if (streams[i] == stream) {
                return true;
            }
            if (isFirstBlocked(i, known) && ++blocked == most) {
                return isBlocked(stream, known);
            }
        }
        return true;
    }

    private boolean isFirstBlocked(int index, long known) {
        for (int i = 0; i < index; i++) {
            if (streams[i] == streams[index] && required[i] > known) {
                return false;
            }
        }
        return true;
    }

    private boolean isBlocked(long stream, long known) {
        for (int i = 0; i < count; i++) {
            if (streams[i] == stream && required[i] > known) {
                return true;
            }
        }
        return false;
    }

    /** Removes the stream's oldest section. @return its Required Insert Count; 0 if it has none */
    long removeOldest(long stream) {
        for (int i = 0; i < count; i++) {
            if (streams[i] == stream) {
                long value = required[i];
                removeAt(i);
                return value;
            }
        }
        return 0;
    }

    void removeNewest() {
        count--;
    }

    void removeAll(long stream) {
        for (int i = count - 1; i >= 0; i--) {
            if (streams[i] == stream) {
                removeAt(i);
            }
        }
    }

    private void removeAt(int index) {
        count--;
        System.arraycopy(streams, index + 1, streams, index, count - index);
        System.arraycopy(required, index + 1, required, index, count - index);
        System.arraycopy(lowest, index + 1, lowest, index, count - index);
    }

    int count() {
        return count;
    }

    int heldBytes() {
        return streams.length * 3 * Long.BYTES;
    }
}
