package io.shockwave.internal.dispatch;

import io.shockwave.internal.http1.Http1Settings;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.tls.TlsConfig;
import io.shockwave.server.AccessLog;
import io.shockwave.server.Handler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a server's connections share. Immutable.
 *
 * @param http1 bounds and times of HTTP/1.1
 * @param http3 bounds and times of HTTP/3; null where it is not offered
 * @param quic of the connections under HTTP/3; null where it is not offered
 * @param preferred where its connections of HTTP/3 are told to come (RFC 9000 9.6), one of each IP version at most; empty for where they are
 * @param tls certificates of the TCP listeners; null for cleartext
 * @param handler answers requests
 * @param inline whether it runs on the reactor
 * @param bufferBytes bytes buffered per exchange and direction
 * @param maxPipelined answers gathered before they are written
 * @param writeTimeoutNs how long a peer may take nothing
 * @param accessLog receives a line per exchange; null for none
 * @param onHandlerError is told of what handlers throw
 * @param proxyProtocol whether connections begin with a PROXY protocol header
 * @param trustedProxies from where; empty for anywhere
 * @param maxArenaBytes bytes that one exchange's arena may hold
 * @param arenaBacking what arenas lie on
 */
record ServerSettings(
        Http1Settings http1,
        Http3Settings http3,
        QuicSettings quic,
        List<InetSocketAddress> preferred,
        TlsConfig tls,
        Handler handler,
        boolean inline,
        int bufferBytes,
        int maxPipelined,
        long writeTimeoutNs,
        AccessLog accessLog,
        Consumer<Throwable> onHandlerError,
        boolean proxyProtocol,
        Set<InetAddress> trustedProxies,
        int maxArenaBytes,
        ChunkStore.Backing arenaBacking) {
}
