package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    @Test
    void aClientAndAServerAgree() {
        TlsRig rig = new TlsRig();
        assertEquals("none", TlsError.name(rig.run()));
        assertTrue(rig.client.isComplete() && rig.server.isComplete());
        assertEquals(1, rig.clientTold.completions);
        assertEquals(1, rig.serverTold.completions);
        for (EncryptionLevel level : List.of(EncryptionLevel.HANDSHAKE, EncryptionLevel.APPLICATION)) {
            assertEquals(rig.clientTold.readSecrets.get(level), rig.serverTold.writeSecrets.get(level));
            assertEquals(rig.clientTold.writeSecrets.get(level), rig.serverTold.readSecrets.get(level));
            assertNotEquals(rig.clientTold.readSecrets.get(level), rig.clientTold.writeSecrets.get(level));
        }
        assertEquals("of the client", rig.serverTold.peerParameters);
        assertEquals("of the server", rig.clientTold.peerParameters);
        assertEquals("h3", rig.client.alpn());
        assertEquals("h3", rig.server.alpn());
        assertEquals(TlsRig.NAME, rig.server.serverName());
        assertEquals(NamedGroup.X25519, rig.client.group());
        assertEquals(CipherSuite.AES_128_GCM_SHA256, rig.server.suite());
        assertEquals(1, rig.client.peerCertificates().length);
        assertEquals(0, rig.server.peerCertificates().length);
        assertFalse(rig.client.isResumed() || rig.client.wasRetried());
        assertEquals(List.of(), rig.clientTold.keyLog);
    }
}
