package io.shockwave.bench.peers;

import java.util.Arrays;
import java.util.function.Supplier;

/** The clients that are compared, by the name that the command line knows. */
public enum ClientPeers {
    REUSED("reused", () -> new ShockwaveClientPeer(true)),
    FRESH("fresh", () -> new ShockwaveClientPeer(false)),
    FLOOR("floor", FloorClientPeer::new),
    APACHE("apache", ApacheClientPeer::new),
    VERTX("vertx", VertxClientPeer::new),
    OKHTTP("okhttp", OkhttpClientPeer::new),
    HELIDON("helidon", HelidonClientPeer::new),
    JETTY("jetty", JettyClientPeer::new),
    JDK("jdk", JdkClientPeer::new);

    private final String label;
    private final Supplier<ClientPeer> factory;

    ClientPeers(String label, Supplier<ClientPeer> factory) {
        this.label = label;
        this.factory = factory;
    }

    public String label() {
        return label;
    }

    public ClientPeer create() {
        return factory.get();
    }

    public static ClientPeers of(String label) {
        return Arrays.stream(values()).filter(peer -> peer.label.equals(label)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no client is called " + label + "; there are " + Arrays.stream(values()).map(ClientPeers::label).toList()));
    }
}
