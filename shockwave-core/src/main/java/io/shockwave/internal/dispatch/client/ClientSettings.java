package io.shockwave.internal.dispatch.client;

import io.shockwave.client.PushListener;
import io.shockwave.client.Resolver;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.quic.QuicSettings;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * What a client was built with. Immutable. Times are nanoseconds, {@link TimeLimit#NONE} for no limit.
 *
 * @param decompressRatio 0 when content codings are left alone
 * @param proxy the proxy's address; {@code null} without one
 * @param proxyIsSocks SOCKS5 rather than HTTP
 * @param proxyUser empty without credentials
 * @param http1 whether HTTP/1.1 may be spoken
 * @param http3 whether HTTP/3 may be spoken
 * @param http3First whether it is tried with servers that have not said that they speak it
 * @param earlyData whether requests that only read are sent before the handshake is complete, where the server offers it
 * @param datagrams whether tunnels have datagrams in frames of QUIC
 * @param unixSocket {@code null} without one
 * @param userAgent empty for none
 * @param maxArenaBytes bytes that one response's arena may hold
 * @param arenaBacking what arenas lie on
 * @param maxPushes that are accepted at a time; 0 for none
 * @param pushes receives them; null for none
 * @param quic of the connections under HTTP/3; complete once the client has its socket
 */
record ClientSettings(
        boolean http1,
        boolean http3,
        boolean http3First,
        boolean earlyData,
        boolean datagrams,
        long resolveNs,
        long connectNs,
        long tlsNs,
        long poolNs,
        long firstByteNs,
        long betweenBytesNs,
        long totalNs,
        Redirects redirects,
        int maxRedirects,
        int decompressRatio,
        long decompressBytes,
        Http1Limits limits,
        int maxInterim,
        InetSocketAddress proxy,
        boolean proxyIsSocks,
        String proxyUser,
        String proxyPassword,
        UnixDomainSocketAddress unixSocket,
        Resolver resolver,
        String userAgent,
        int maxArenaBytes,
        ChunkStore.Backing arenaBacking,
        int maxPushes,
        PushListener pushes,
        QuicSettings quic) {

    boolean hasHttpProxy() {
        return proxy != null && !proxyIsSocks;
    }

    boolean hasProxyCredentials() {
        return !proxyUser.isEmpty();
    }

    /** The proxy as a part of the pool's key: with its credentials, since a tunnel made with one user's must not serve another. */
    String proxyKey() {
        if (unixSocket != null) {
            return "unix:" + unixSocket.getPath();
        }
        return proxy == null ? "" : (proxyIsSocks ? "socks5://" : "http://") + proxyUser + ':' + proxyPassword + '@' + proxy.getHostString() + ':' + proxy.getPort();
    }

    /** The proxy as it may stand in a message. */
    String proxyName() {
        return (proxyIsSocks ? "SOCKS proxy " : "proxy ") + proxy.getHostString() + ':' + proxy.getPort();
    }
}
