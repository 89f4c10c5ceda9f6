package io.shockwave.internal.net;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.Consumer;

/** Waits with a selector of NIO. Owned by its reactor. */
final class NioPoller extends Poller {
    private final Reactor reactor;
    private final Selector selector;
    private final Consumer<SelectionKey> onKey = this::ready;

    NioPoller(Reactor reactor) throws IOException {
        this.reactor = reactor;
        this.selector = Selector.open();
    }

    SelectionKey register(SelectableChannel channel, int ops, Reactor.Ready owner) throws IOException {
        return channel.register(selector, ops, owner);
    }

    @Override
    void await(long timeoutMs) throws IOException {
        if (timeoutMs < 0) {
            selector.select(onKey);
        } else if (timeoutMs == 0) {
            selector.selectNow(onKey);
        } else {
            selector.select(onKey, timeoutMs);
        }
    }

    private void ready(SelectionKey key) {
        int ops;
        try {
            ops = key.readyOps();
        } catch (CancelledKeyException e) {
            return; // closed since the selector was asked, an acceptor by another thread
        }
        reactor.ready((Reactor.Ready) key.attachment(), ops);
    }

    @Override
    void wakeup() {
        selector.wakeup();
    }

    @Override
    void owners(List<Object> into) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                into.add(key.attachment());
            }
        }
    }

    @Override
    void close() throws IOException {
        selector.close();
    }
}
