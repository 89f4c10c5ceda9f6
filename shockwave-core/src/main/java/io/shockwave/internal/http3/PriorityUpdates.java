package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;

/** What requests and PRIORITY_UPDATE say of priorities (RFC 9218 5 and 7.1), those of requests that have not arrived included, of which the latest few are kept. Owned by a server's engine. */
final class PriorityUpdates {
    private static final int NONE = -1;
    static final int MOST = 16;

    private final Http3ServerEngine engine;
    private long[] ids;
    private byte[] priorities;
    private int count;

    PriorityUpdates(Http3ServerEngine engine) {
        this.engine = engine;
    }

    /** A request's head is complete: an update that came before it counts more than its field. */
    void begin(Http3Stream s) {
        int priority = take(s.id);
        if (priority == NONE) {
            HeaderBlock fields = s.x.received;
            int index = fields.indexOf(HeaderName.PRIORITY, 0);
            if (index < 0) {
                return;
            }
            priority = Priority.parse(fields.bytes(), fields.valueOff(index), fields.valueLen(index));
        }
        engine.transport.priority(s.id, Priority.urgency(priority), Priority.incremental(priority));
    }

    /** An update came. @param nextRequest above every request that was begun. @return what is wrong; null when nothing is */
    Http3Error received(long id, int priority, long nextRequest) {
        if ((id & 3) != 0) {
            return Http3Error.ID_ERROR;
        }
        Http3Stream s = engine.streams.get(id);
        if (s != null && s != Http3Stream.OPENED && s.headTold) {
            engine.transport.priority(id, Priority.urgency(priority), Priority.incremental(priority));
        } else if (id >= nextRequest || s != null) {
            put(id, priority);
        }
        return null;
    }

    private void put(long id, int priority) {
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
    private int take(long id) {
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
