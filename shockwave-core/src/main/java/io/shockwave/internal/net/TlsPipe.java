package io.shockwave.internal.net;

import io.shockwave.internal.tls.TlsSession;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/** Drives the TLS session of one channel: encrypted bytes of the socket on one side, plain bytes of the protocol on the other. Owned by its channel, which without TLS has none; confined to its reactor. */
final class TlsPipe {
    private static final byte[] NOTHING = new byte[0];
    /** To who speaks HTTP where TLS is spoken, in the words that others have made known for it. */
    private static final byte[] CLEARTEXT = plainAnswer("The plain HTTP request was sent to HTTPS port: use https://\n");

    private final TcpChannel channel;
    private final Reactor reactor;
    private final TlsSession session;
    private boolean open; // the handshake is complete
    private boolean begun; // the peer has sent its first byte
    private boolean tasking; // a part of the handshake is computed elsewhere

    TlsPipe(TcpChannel channel, Reactor reactor, TlsSession session) {
        this.channel = channel;
        this.reactor = reactor;
        this.session = session;
    }

    TlsSession session() {
        return session;
    }

    /** Whether the socket must not be read until a delegated task is done. */
    boolean isTasking() {
        return tasking;
    }

    /** Whether bytes of the peer wait to be decrypted. */
    boolean holdsInput() {
        return tasking || session.hasMore();
    }

    /** Goes on with what is held, after the protocol had no room for it. */
    void goOn() {
        if (!tasking && channel.isOpen() && session.hasMore() && channel.plainRoom() > 0) {
            decrypt(NOTHING, 0, 0);
        }
    }

    private static byte[] plainAnswer(String text) {
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: " + text.length() + "\r\nConnection: close\r\n\r\n" + text).getBytes(StandardCharsets.US_ASCII);
    }

    /** No record of TLS begins with a letter (RFC 8446 5.1), and every method of HTTP does. */
    private boolean isCleartext(byte[] buf, int off, int len) {
        if (begun || len == 0) {
            return false;
        }
        begun = true;
        return buf[off] >= 'A' && buf[off] <= 'Z';
    }

    void decrypt(byte[] buf, int off, int len) {
        if (isCleartext(buf, off, len)) {
            reactor.counters().increment(Counters.TLS_FAILURES);
            if (channel.sendRaw(CLEARTEXT, 0, CLEARTEXT.length)) {
                channel.finishUnsent();
            }
            return;
        }
        int left = len;
        for (;;) {
            int plain = session.receive(buf, off, left, reactor.plain, 0, channel.plainRoom());
            left = 0; // it takes all of them at once
            if (plain > 0) {
                channel.arrived(reactor.plain, 0, plain);
            }
            if (!channel.isOpen() || !handshakeGoesOn()) {
                return;
            }
            if (!session.hasMore() || channel.plainRoom() <= 0) {
                break;
            }
        }
        if (session.isInputClosed()) {
            channel.plainEnded();
        }
    }

    /** Does what the session asks for besides reading. @return whether it can go on now */
    private boolean handshakeGoesOn() {
        if (session.needsTask()) {
            runTask();
            return false;
        }
        if (session.wantsTransmit() && !encrypt(NOTHING, 0, 0)) {
            return false;
        }
        if (session.isFailed()) {
            reactor.counters().increment(Counters.TLS_FAILURES);
            Log.LOG.log(Level.DEBUG, "a TLS connection failed", session.failure());
            channel.finishUnsent(); // the alert
            return false;
        }
        if (!open && session.isOpen()) {
            open = true;
            reactor.counters().increment(Counters.TLS_HANDSHAKES);
        }
        return true;
    }

    /** Signatures take milliseconds in which a reactor has other connections to serve. */
    private void runTask() {
        tasking = true;
        Runnable work = session.delegatedTask();
        Handoff.Task back = new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                tasking = false;
                if (channel.isOpen()) {
                    session.taskDone();
                    decrypt(NOTHING, 0, 0);
                    channel.update();
                }
            }
        };
        Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } finally {
                reactor.hand(back);
            }
        });
    }

    /** @return false if the connection was lost */
    boolean encrypt(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        do {
            int n = session.transmit(buf, at, end - at, reactor.cipher, 0, reactor.cipher.length);
            at += session.consumed();
            if (n == 0) {
                break;
            }
            if (!channel.sendRaw(reactor.cipher, 0, n)) {
                return false;
            }
        } while (at < end || session.wantsTransmit());
        return true;
    }

    /** The socket has ended. */
    void receiveEnd() {
        session.receiveEnd();
        if (session.isTruncated()) {
            Log.LOG.log(Level.DEBUG, "a TLS connection ended without close_notify");
        }
    }

    /** Sends close_notify. @return false if the connection was lost */
    boolean close() {
        session.close();
        return encrypt(NOTHING, 0, 0);
    }

    void release() {
        session.release();
    }
}
