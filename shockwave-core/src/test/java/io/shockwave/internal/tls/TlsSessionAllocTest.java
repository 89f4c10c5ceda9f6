package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS costs what the JDK's SSLEngine allocates, and the session adds nothing to it. */
final class TlsSessionAllocTest {
    private static final int RECORDS = 2_000;
    /** What SSLEngine of JDK 25 allocates with nothing compiled; compiled code saves some 200 bytes of it. One more ByteBuffer of ours (56 bytes) would show. */
    private static final int BUDGET_BYTES = 3_040;

    @TempDir
    Path folder;

    @Test
    void aRecordCostsWhatSslEngineCosts() throws Exception {
        TestCertificates ca = TestCertificates.authority("Test CA");
        Issued site = ca.issue(Kind.EC_P256, "localhost");
        TlsConfig client = TlsConfig.trusting(ca.write(folder.resolve("ca.pem")));
        TlsConfig server = TlsConfig.pem(site.writeChain(folder.resolve("s.pem")), site.writeKey(folder.resolve("s.key")), new char[0]);
        TlsPair pair = TlsPair.of(client, "localhost", server).run();
        byte[] message = new byte[200];
        byte[] wire = new byte[1 << 15];
        byte[] plain = new byte[1 << 15];
        double ours = AllocationGate.bytesPerOp(RECORDS, () -> {
            int length = pair.client.tls.transmit(message, 0, message.length, wire, 0, wire.length);
            assertEquals(200, pair.server.tls.receive(wire, 0, length, plain, 0, plain.length));
        });
        double bare = bare(client.clientEngine("localhost", 443, "http/1.1"), server.serverEngine("http/1.1"));
        System.out.printf("TLS, 200 bytes sent and received: %.0f bytes allocated, of which SSLEngine %.0f%n", ours, bare);
        assertTrue(ours <= BUDGET_BYTES, ours + " bytes for a record, SSLEngine alone " + bare);
    }

    /** The same through bare engines with buffers that are reused. */
    private static double bare(SSLEngine client, SSLEngine server) throws Exception {
        ByteBuffer up = ByteBuffer.allocate(1 << 17);
        ByteBuffer down = ByteBuffer.allocate(1 << 17);
        ByteBuffer plain = ByteBuffer.allocate(1 << 15);
        ByteBuffer nothing = ByteBuffer.allocate(0);
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < 30; i++) {
            step(client, nothing, down, up, plain);
            step(server, nothing, up, down, plain);
        }
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, server.getHandshakeStatus());
        ByteBuffer message = ByteBuffer.allocate(200);
        return AllocationGate.bytesPerOp(RECORDS, () -> {
            client.wrap(message.clear(), up.clear());
            server.unwrap(up.flip(), plain.clear());
            assertEquals(200, plain.position());
        });
    }

    private static void step(SSLEngine engine, ByteBuffer nothing, ByteBuffer in, ByteBuffer out, ByteBuffer plain) throws Exception {
        in.flip();
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING || in.hasRemaining()) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> engine.wrap(nothing, out);
                default -> {
                    if (!in.hasRemaining()) {
                        in.compact();
                        return;
                    }
                    engine.unwrap(in, plain.clear());
                }
            }
        }
        in.compact();
    }
}
