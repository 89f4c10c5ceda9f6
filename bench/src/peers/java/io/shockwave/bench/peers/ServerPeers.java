package io.shockwave.bench.peers;

import java.util.Arrays;
import java.util.function.Supplier;

/** The servers that are compared, by the name that the command line knows. */
public enum ServerPeers {
    INLINE("inline", () -> new ShockwaveServerPeer(true, false)),
    VIRTUAL("virtual", () -> new ShockwaveServerPeer(false, false)),
    /** The same two with all content from arrays. */
    ARRAY("array", () -> new ShockwaveServerPeer(true, true)),
    ARRAY_VIRTUAL("array-vt", () -> new ShockwaveServerPeer(false, true)),
    FLOOR("floor", FloorServerPeer::new),
    NETTY("netty", NettyServerPeer::new),
    ACTIVEJ("activej", ActivejServerPeer::new),
    MICROHTTP("microhttp", MicrohttpServerPeer::new),
    VERTX("vertx", VertxServerPeer::new),
    UNDERTOW("undertow", UndertowServerPeer::new),
    HELIDON("helidon", HelidonServerPeer::new),
    JETTY("jetty", JettyServerPeer::new),
    ROBAHO("robaho", () -> new JdkServerPeer(true)),
    JDK("jdk", () -> new JdkServerPeer(false));

    private final String label;
    private final Supplier<ServerPeer> factory;

    ServerPeers(String label, Supplier<ServerPeer> factory) {
        this.label = label;
        this.factory = factory;
    }

    /** Whether it differs from the others with this work. */
    public boolean isFor(Work work) {
        return (this != ARRAY && this != ARRAY_VIRTUAL || work.body().length > ShockwaveServerPeer.SMALL_BYTES) && (!work.secure() || create().isSecurable());
    }

    public String label() {
        return label;
    }

    public ServerPeer create() {
        return factory.get();
    }

    public static ServerPeers of(String label) {
        return Arrays.stream(values()).filter(peer -> peer.label.equals(label)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no server is called " + label + "; there are " + Arrays.stream(values()).map(ServerPeers::label).toList()));
    }
}
