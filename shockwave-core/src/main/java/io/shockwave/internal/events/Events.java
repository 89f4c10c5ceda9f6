package io.shockwave.internal.events;

import io.shockwave.HttpException;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.quic.QuicConnection;
import jdk.jfr.FlightRecorder;

/**
 * Where events begin. Stateless; from any thread.
 *
 * <p>Methods that begin an event with a duration return {@code null} while it is off, and whoever keeps the event asks for that. Whether an event is on is asked of an instance that is
 * made once, since {@code isEnabled} is an instance method that looks at no instance: so nothing depends on the JIT removing an object.
 */
public final class Events {
    /** Which side tells it. */
    public static final String SERVER = "server";
    public static final String CLIENT = "client";
    private static final boolean PRESENT = isPresent();

    private Events() {
    }

    /** Loaded only when jdk.jfr is there, and initialised only once somebody records. */
    private static final class Probes {
        static final ServerRequestEvent SERVER_REQUEST = new ServerRequestEvent();
        static final ClientRequestEvent CLIENT_REQUEST = new ClientRequestEvent();
        static final ConnectEvent CONNECT = new ConnectEvent();
        static final PoolWaitEvent POOL_WAIT = new PoolWaitEvent();
        static final TlsHandshakeEvent TLS_HANDSHAKE = new TlsHandshakeEvent();
        static final HeaderSpillEvent HEADER_SPILL = new HeaderSpillEvent();
        static final ViolationEvent VIOLATION = new ViolationEvent();
        static final TimeoutEvent TIMEOUT = new TimeoutEvent();
        static final QuicConnectEvent QUIC_CONNECT = new QuicConnectEvent();
        static final QuicHandshakeEvent QUIC_HANDSHAKE = new QuicHandshakeEvent();
        static final QuicMigrationEvent QUIC_MIGRATION = new QuicMigrationEvent();
        static final QuicLossBurstEvent QUIC_LOSS_BURST = new QuicLossBurstEvent();
        static final QuicCloseEvent QUIC_CLOSE = new QuicCloseEvent();
    }

    private static boolean isPresent() {
        Module jfr = ModuleLayer.boot().findModule("jdk.jfr").orElse(null);
        return jfr != null && Events.class.getModule().canRead(jfr);
    }

    /** Loaded only when jdk.jfr is there. */
    private static final class Recorder {
        static boolean isAwake() {
            return FlightRecorder.isInitialized();
        }
    }

    /**
     * Whether a recording was ever begun in this JVM. The first event class that is initialised registers itself, and that reads the metadata of every event of the JDK: some
     * 300 classes, a megabyte of heap and 50 ms in the middle of a program's first request, for nothing. One that is registered while a recording runs joins it.
     */
    private static boolean isRecording() {
        return PRESENT && Recorder.isAwake();
    }

    // ---- with a duration: null while off

    /** The first byte of a request's head is there. */
    public static ServerRequestEvent serverRequest(boolean secure) {
        if (!isRecording() || !Probes.SERVER_REQUEST.isEnabled()) {
            return null;
        }
        ServerRequestEvent event = new ServerRequestEvent();
        event.secure = secure;
        event.begin();
        return event;
    }

    /** A connection is about to be asked for. */
    public static ClientRequestEvent clientRequest(Object origin) {
        if (!isRecording() || !Probes.CLIENT_REQUEST.isEnabled()) {
            return null;
        }
        ClientRequestEvent event = new ClientRequestEvent(origin, System.nanoTime());
        event.begin();
        return event;
    }

    public static ConnectEvent connect(Object origin) {
        if (!isRecording() || !Probes.CONNECT.isEnabled()) {
            return null;
        }
        ConnectEvent event = new ConnectEvent();
        event.origin = origin.toString();
        event.begin();
        return event;
    }

    public static PoolWaitEvent poolWait(Object origin) {
        if (!isRecording() || !Probes.POOL_WAIT.isEnabled()) {
            return null;
        }
        PoolWaitEvent event = new PoolWaitEvent();
        event.origin = origin.toString();
        event.begin();
        return event;
    }

    public static TlsHandshakeEvent tlsHandshake(boolean client, String peer) {
        if (!isRecording() || !Probes.TLS_HANDSHAKE.isEnabled()) {
            return null;
        }
        TlsHandshakeEvent event = new TlsHandshakeEvent();
        event.side = client ? CLIENT : SERVER;
        event.peer = peer;
        event.begin();
        return event;
    }

    // ---- of a moment

    /** Header sections of this exchange were larger than the tier's page; before it is reset. */
    public static void headerSpill(String side, Exchange x, long spills) {
        if (isRecording() && Probes.HEADER_SPILL.isEnabled()) {
            HeaderSpillEvent event = new HeaderSpillEvent();
            event.fill(side, x, spills);
            event.commit();
        }
    }

    /** The peer broke a rule or met a limit. */
    public static void violation(String side, Violation why) {
        if (isRecording() && Probes.VIOLATION.isEnabled()) {
            ViolationEvent event = new ViolationEvent();
            event.fill(side, why);
            event.commit();
        }
    }

    /** A time limit of the client passed. */
    public static void timeout(HttpException.Phase phase, Object origin, long limitNs) {
        if (isRecording() && Probes.TIMEOUT.isEnabled()) {
            timeout(CLIENT, phase.name(), origin.toString(), limitNs);
        }
    }

    /** A time limit of the server passed. */
    public static void timeout(String phase) {
        if (isRecording() && Probes.TIMEOUT.isEnabled()) {
            timeout(SERVER, phase, null, -1);
        }
    }

    private static void timeout(String side, String phase, String origin, long limitNs) {
        TimeoutEvent event = new TimeoutEvent();
        event.fill(side, phase, origin, limitNs);
        event.commit();
    }

    // ---- of QUIC connections

    static String side(QuicConnection connection) {
        return connection.isServer() ? SERVER : CLIENT;
    }

    static void quicConnect(QuicConnection connection) {
        if (isRecording() && Probes.QUIC_CONNECT.isEnabled()) {
            QuicConnectEvent event = new QuicConnectEvent();
            event.fill(connection);
            event.commit();
        }
    }

    static void quicHandshake(QuicConnection connection, long tookNs) {
        if (isRecording() && Probes.QUIC_HANDSHAKE.isEnabled()) {
            QuicHandshakeEvent event = new QuicHandshakeEvent();
            event.fill(connection, tookNs);
            event.commit();
        }
    }

    static void quicMigration(QuicConnection connection, boolean rebinding) {
        if (isRecording() && Probes.QUIC_MIGRATION.isEnabled()) {
            QuicMigrationEvent event = new QuicMigrationEvent();
            event.fill(connection, rebinding);
            event.commit();
        }
    }

    static void quicLossBurst(QuicConnection connection, int packets, boolean persistent) {
        if (isRecording() && Probes.QUIC_LOSS_BURST.isEnabled()) {
            QuicLossBurstEvent event = new QuicLossBurstEvent();
            event.fill(connection, packets, persistent);
            event.commit();
        }
    }

    static void quicClose(QuicConnection connection, long errorCode, boolean application, boolean byPeer, String reason, long ageNs) {
        if (isRecording() && Probes.QUIC_CLOSE.isEnabled()) {
            QuicCloseEvent event = new QuicCloseEvent();
            event.fill(connection, errorCode, application, byPeer, reason, ageNs);
            event.commit();
        }
    }
}
