package io.shockwave.internal.http3;

/** Priorities of requests that have not arrived yet (RFC 9218 7.1). Owned by a connection. Only the latest few are kept: an update is a wish. */
final class PriorityUpdates {
    static final int NONE = -1;
    static final int MOST = 16;

    private long[] ids;
    private byte[] priorities;
    private int count;

    void put(long id, int priority) {
        if (ids == null) {
            ids = new long[MOST];
            priorities = new byte[MOST];
        }
        take(id);
        if (count == MOST) {
            removeAt(0);
        }
        ids[count] = id;
        priorities[count++] = (byte) priority;
    }

    /** The priority for the request with this id, which is forgotten; {@link #NONE} if there is none. */
    int take(long id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                int priority = priorities[i];
                removeAt(i);
                return priority;
            }
        }
        return NONE;
    }

    private void removeAt(int index) {
        count--;
        System.arraycopy(ids, index + 1, ids, index, count - index);
        System.arraycopy(priorities, index + 1, priorities, index, count - index);
    }
}
