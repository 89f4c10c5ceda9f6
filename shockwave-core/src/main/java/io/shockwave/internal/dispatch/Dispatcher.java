package io.shockwave.internal.dispatch;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.net.Log;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * Between the engines of connections and the handlers: what an engine tells of an exchange reaches its handler's side, inline or on a virtual thread, in the same way for every
 * protocol. Confined to its reactor.
 */
final class Dispatcher {
    private final ServerReactor home;
    private final ServerSettings settings;

    Dispatcher(ServerReactor home) {
        this.home = home;
        this.settings = home.settings();
    }

    /** The head of its request is complete: runs the handler, here or soon. */
    void begin(ServerExchange sx) {
        Exchange x = sx.x;
        home.tally().started();
        sx.started = true;
        sx.inline = settings.inline();
        sx.begin(x.receivedLength == 0 ? ServerExchange.Content.ENDED : ServerExchange.Content.OPEN);
        if (sx.inline) {
            sx.call().runInline();
            sx.returned = true;
        } else {
            if (x.receivedLength != 0) {
                x.inbound.open(settings.bufferBytes());
            }
            sx.endTold = x.receivedLength == 0;
            home.startSoon(sx.call());
        }
    }

    /** A request without content, which the thread that is about to be started answers after those before it. */
    void beginAhead(ServerExchange sx) {
        sx.started = true;
        sx.inline = false;
        sx.begin(ServerExchange.Content.ENDED);
        sx.endTold = true;
        home.startAfterLast(sx.call());
    }

    /** A request that was read ahead, and whose turn will not come. */
    void dropped(ServerExchange sx) {
        sx.finished = true;
        sx.event = null;
        sx.isAhead = false;
        closeFile(sx);
        sx.taken = true;
        if (!sx.started || sx.returned) {
            recycle(sx);
        } else {
            sx.wakeWriter();
        }
    }

    /** @return the bytes that found room, or a listener */
    int content(ServerExchange sx, byte[] buf, int off, int len) {
        if (!sx.inline) {
            return counted(sx, sx.offerContent(buf, off, len));
        }
        if (sx.listener == null) {
            return 0; // nobody asked yet; when the response is sent without, the content is abandoned
        }
        counted(sx, len);
        try {
            sx.listener.onData(buf, off, len);
        } catch (Throwable t) {
            sx.reusedCall.failed(t);
        }
        return len;
    }

    private static int counted(ServerExchange sx, int bytes) {
        if (sx.event != null) {
            sx.event.received(bytes);
        }
        return bytes;
    }

    void contentEnd(ServerExchange sx) {
        if (sx.endTold) {
            sx.endTold = false;
            return; // its handler may have opened a tunnel meanwhile, in which there is content again
        }
        sx.content = ServerExchange.Content.ENDED;
        sx.wakeReader();
        if (sx.inline && sx.listener != null) {
            try {
                sx.listener.onEnd();
            } catch (Throwable t) {
                sx.reusedCall.failed(t);
            }
        }
    }

    void contentFailed(ServerExchange sx, Violation why) {
        sx.contentFailure = why;
        sx.content = ServerExchange.Content.FAILED;
        sx.wakeReader();
        home.tally().contentFailed(why);
        if (sx.inline) {
            tellListener(sx);
            if (!sx.committed && sx.returned && sx.listener != null) {
                sx.reusedCall.reply().fail(why.status());
            }
        }
    }

    private void tellListener(ServerExchange sx) {
        if (!sx.inline || sx.listener == null) {
            return;
        }
        try {
            sx.listener.onError(sx.contentException());
        } catch (Throwable t) {
            home.handlerFailed(t);
        }
    }

    /** The engine refused the request, and answers it. */
    void rejected(ServerExchange sx, Violation why) {
        home.tally().rejected(why);
        sx.started = true;
        sx.committed = true;
        sx.returned = true;
        Log.LOG.log(Level.DEBUG, "a request was refused: {0}", why);
    }

    /** The engine let go of it. */
    void finished(ServerExchange sx) {
        sx.finished = true;
        if (sx.committed) {
            home.tally().finished(sx, sx.connection);
        }
        closeFile(sx);
        if (sx.content == ServerExchange.Content.OPEN) {
            sx.content = ServerExchange.Content.ENDED; // whoever still reads a tunnel that its other thread closed
            sx.wakeReader();
        }
        if (sx.inline || sx.returned) {
            recycle(sx);
        } else {
            sx.taken = true;
            sx.wakeWriter();
        }
    }

    /**
     * The connection, or its stream, is lost while the exchange is in progress: the handler's side is told, and ends in its own time.
     *
     * {@code sx.former} is told when the handler's side has ended.
     *
     * @param cut whether a shutdown did it
     * @param byPeer whether the peer did
     */
    void lost(ServerExchange sx, boolean cut, boolean byPeer) {
        if (sx.started && !sx.isAhead) {
            home.tally().lost(sx, sx.connection, cut, byPeer);
        }
        sx.isAhead = false;
        sx.gone = true;
        sx.connection = null;
        closeFile(sx);
        if (sx.content == ServerExchange.Content.OPEN) {
            sx.content = ServerExchange.Content.FAILED;
            tellListener(sx);
        }
        sx.wakeBoth();
        boolean whole = sx.answeredInline && (sx.x.source != Exchange.Source.RING || sx.x.sendEnded);
        if (!sx.started || (sx.inline ? whole : sx.returned)) {
            ended(sx);
        } else if (sx.inline) {
            sx.x.forget(); // a thread that has not seen this yet may hold it: it is not reused, and the collector takes it
            release(sx);
        }
    }

    /** The handler's side ended after the engine had let go. */
    void done(ServerExchange sx) {
        if (sx.finished && sx.returned) {
            recycle(sx);
        }
    }

    /** Both sides of an exchange that was lost have ended. */
    void ended(ServerExchange sx) {
        release(sx);
        recycle(sx);
    }

    private static void release(ServerExchange sx) {
        ExchangeOwner former = sx.former;
        sx.former = null;
        if (former != null) {
            former.released(sx);
        }
    }

    private void recycle(ServerExchange sx) {
        sx.connection = null;
        home.giveBack(sx);
    }

    /** Whether the handler's side will not ask for content any more. */
    static boolean isOver(ServerExchange sx) {
        return sx.returned && (!sx.inline || sx.listener == null || sx.content != ServerExchange.Content.OPEN);
    }

    private static void closeFile(ServerExchange sx) {
        if (sx.file != null) {
            try {
                sx.file.close();
            } catch (IOException e) {
                Log.LOG.log(Level.DEBUG, "closing a file", e);
            }
            sx.file = null;
        }
    }
}
