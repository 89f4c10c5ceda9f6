package io.shockwave.internal.pool;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * From which local address each host was reached last: another one for the same host says that the network is another. Thread-safe; guarded by lock. Bounded: the host that was not reached for longest is
 * forgotten first.
 */
public final class Departures {
    /** How many hosts are remembered. */
    public static final int DEFAULT_HOSTS = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, InetAddress> locals;

    public Departures(int maxHosts) {
        locals = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<InetAddress, InetAddress> eldest) {
                return size() > maxHosts;
            }
        };
    }

    /** A connection leaves. @return whether the last one to the same host left from another address; then all others are forgotten, as they say nothing any more */
    public boolean isChange(InetAddress host, InetAddress local) {
        lock.lock();
        try {
            InetAddress before = locals.get(host);
            boolean changed = before != null && !before.equals(local);
            if (changed) {
                locals.clear();
            }
            locals.put(host, local);
            return changed;
        } finally {
            lock.unlock();
        }
    }

    /** It is known that the network is another. */
    public void clear() {
        lock.lock();
        try {
            locals.clear();
        } finally {
            lock.unlock();
        }
    }
}
