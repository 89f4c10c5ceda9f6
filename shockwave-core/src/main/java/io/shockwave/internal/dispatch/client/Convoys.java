package io.shockwave.internal.dispatch.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/** The convoys of one client, each begun with the first connection that boards it. Thread-safe. */
final class Convoys {
    /** One for two processors: what goes together should be many. */
    private static final int COUNT = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 16);

    private final ReentrantLock lock = new ReentrantLock();
    private final Convoy[] convoys = new Convoy[COUNT];
    private int turn;
    private boolean closed;

    /** Has a connection's channel, which does not block from now on, join one of them. */
    Passage board(SocketChannel channel) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the client is closed");
            }
            turn = (turn + 1) % COUNT;
            if (convoys[turn] == null || convoys[turn].isOver()) {
                convoys[turn] = new Convoy();
            }
            return new Passage(convoys[turn], channel);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            for (Convoy convoy : convoys) {
                if (convoy != null) {
                    convoy.close();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
