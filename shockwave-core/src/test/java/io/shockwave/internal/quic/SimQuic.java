package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls.JcaTlsKeys;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsRig;
import io.shockwave.internal.tls13.TlsServerSettings;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An endpoint of a simulated network: moves datagrams between {@link QuicEndpoint} and {@link SimNetwork}. */
final class SimQuic implements SimNetwork.Actor {
    /** As much as a socket is given in one call. */
    private static final int BATCH_BYTES = 16 << 10;

    final QuicEndpoint endpoint;
    final Slab slab;
    final SimNetwork.Host host;
    /** By the number that datagrams have which come and go there; the first is {@link #host}. */
    final List<SimNetwork.Host> hosts = new ArrayList<>();
    /** Applications of accepted connections, in their order. */
    final List<TestApp> accepted = new ArrayList<>();
    private final Outgoing out = new Outgoing();
    private final byte[] buf = new byte[BATCH_BYTES];
    /** Sees the first byte of each datagram that comes. */
    java.util.function.IntConsumer onDatagram = _ -> { };
    long sentDatagrams;
    long sentBytes;
    long receivedBytes;

    SimQuic(SimNetwork network, String name, int port, QuicSettings settings) {
        this(network, name, port, settings, new JcaProtectionProvider());
    }

    SimQuic(SimNetwork network, String name, int port, QuicSettings settings, PacketProtectionProvider protections) {
        Random random = new Random(network.seed() * 31 + port);
        slab = new Slab(16 << 20);
        QuicContext context = new QuicContext(settings, slab, (dst, off, len) -> {
            for (int i = off; i < off + len; i++) {
                dst[i] = (byte) random.nextInt();
            }
        }, protections, new JcaTlsKeys(new SecureRandom()), TlsRig.NOW_MS);
        endpoint = new QuicEndpoint(context, ConnectionIdEncoding.random(settings.connectionIdBytes()), new byte[0]);
        host = network.host(name, PeerAddress.ofIpv4(0x0A000000 | port & 0xFF, port), this);
        hosts.add(host);
    }

    /** Gives it another address, with the next number. */
    SimNetwork.Host also(SimNetwork network, PeerAddress address) {
        int local = hosts.size();
        SimQuic main = this;
        SimNetwork.Host other = network.host(host.name + local, address, new SimNetwork.Actor() {
            @Override
            public void receive(byte[] bytes, int off, int len, PeerAddress from, int ecn, long nowNs) {
                receivedBytes += len;
                endpoint.receive(bytes, off, len, from, local, ecn, nowNs);
            }

            @Override
            public void wake(long nowNs) {
                main.wake(nowNs);
            }

            @Override
            public long deadlineNs() {
                return Long.MAX_VALUE;
            }
        });
        hosts.add(other);
        return other;
    }

    static TlsServerSettings serverTls() {
        return new TlsServerSettings(TlsRig.credentials(Kind.ED25519), TlsRig.PROTOCOLS);
    }

    static TlsClientSettings clientTls() {
        return TlsRig.clientSettings();
    }

    /** Serves with an application of its own for each connection. */
    SimQuic serve(java.util.function.Supplier<TestApp> app) {
        return serve(serverTls(), app);
    }

    SimQuic serve(TlsServerSettings tls, java.util.function.Supplier<TestApp> app) {
        endpoint.serve(tls, c -> {
            TestApp made = app.get();
            made.connection = c;
            accepted.add(made);
            return made;
        });
        return this;
    }

    QuicConnection connect(SimQuic server, TestApp app, SimNetwork network) {
        return connect(server, app, clientTls(), new byte[0], network);
    }

    QuicConnection connect(SimQuic server, TestApp app, TlsClientSettings tls, byte[] token, SimNetwork network) {
        QuicConnection c = endpoint.connect(server.host.address(), 0, tls, app, token, network.nowNs());
        app.connection = c;
        return c;
    }

    @Override
    public void receive(byte[] bytes, int off, int len, PeerAddress from, int ecn, long nowNs) {
        receivedBytes += len;
        onDatagram.accept(bytes[off] & 0xFF);
        endpoint.receive(bytes, off, len, from, 0, ecn, nowNs);
    }

    @Override
    public void wake(long nowNs) {
        if (endpoint.deadline() <= nowNs) {
            endpoint.timeout(nowNs);
        }
        int n;
        while ((n = endpoint.transmit(buf, 0, buf.length, nowNs, out)) > 0) {
            for (int at = 0; at < n; at += out.segmentBytes) {
                int len = Math.min(out.segmentBytes, n - at);
                sentDatagrams++;
                sentBytes += len;
                hosts.get(Math.min(out.local, hosts.size() - 1)).send(buf, at, len, out.to, out.ecn);
            }
        }
    }

    @Override
    public long deadlineNs() {
        return endpoint.deadline();
    }
}
