package io.shockwave.client;

import io.shockwave.internal.testing.RawServer;
import io.shockwave.internal.testing.TestCertificates;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Scripted servers that speak the JDK's TLS over connections whose bare ends the script holds too. */
final class TlsOrigin {
    /** What happens on one connection. */
    @FunctionalInterface
    interface Script {
        void serve(RawServer.Peer bare, RawServer.Peer tls) throws Exception;
    }

    private final SSLContext context;

    TlsOrigin(TestCertificates.Issued issued) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", issued.key(), new char[0], issued.chain().toArray(new Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
    }

    RawServer server(Script script, String... protocols) throws IOException {
        return new RawServer(peer -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, peer.socket.getPort(), false);
            socket.setUseClientMode(false);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            script.serve(peer, new RawServer.Peer(socket));
        });
    }
}
