package io.shockwave.bench.peers;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** What speaks HTTP/3, as a server and as a client, by the name that the command line knows. */
enum Http3Peers {
    OURS("ours", List.of(), ShockwaveHttp3Server::new, ShockwaveHttp3Client::new),
    /** With datagrams through NIO, one a system call; packets protected by libcrypto as before. */
    NIO("nio", List.of("-Dio.shockwave.udp=nio"), ShockwaveHttp3Server::new, ShockwaveHttp3Client::new),
    NETTY("netty", List.of(), () -> new NettyHttp3Server(false), () -> new NettyHttp3Client(false)),
    /** With datagrams through NIO as {@link #NIO} has them. */
    NETTY_NIO("netty-nio", List.of(), () -> new NettyHttp3Server(true), () -> new NettyHttp3Client(true));

    private final String label;
    private final List<String> jvm;
    private final Supplier<ServerPeer> server;
    private final Supplier<Http3ClientPeer> client;

    Http3Peers(String label, List<String> jvm, Supplier<ServerPeer> server, Supplier<Http3ClientPeer> client) {
        this.label = label;
        this.jvm = jvm;
        this.server = server;
        this.client = client;
    }

    String label() {
        return label;
    }

    /** Arguments of its JVM. */
    List<String> jvm() {
        return jvm;
    }

    ServerPeer server() {
        return server.get();
    }

    Http3ClientPeer client() {
        return client.get();
    }

    static Http3Peers of(String label) {
        return Arrays.stream(values()).filter(peer -> peer.label.equals(label)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("nobody is called " + label + "; there are " + Arrays.stream(values()).map(Http3Peers::label).toList()));
    }
}
