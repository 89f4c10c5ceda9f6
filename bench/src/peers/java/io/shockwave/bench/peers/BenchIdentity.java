package io.shockwave.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificate that all contestants serve: made once by keytool, into the folder that the property {@code bench.dir} names. */
final class BenchIdentity {
    private static final String ALIAS = "bench";
    static final char[] PASSWORD = "benchmark".toCharArray();

    private BenchIdentity() {}

    /** The PKCS #12 file with an ECDSA key on P-256. */
    static Path store() throws IOException {
        Path file = Path.of(System.getProperty("bench.dir", System.getProperty("java.io.tmpdir")), "bench-identity.p12");
        if (!Files.exists(file)) {
            Process keytool = new ProcessBuilder(List.of(System.getProperty("java.home") + "/bin/keytool", "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-alias", ALIAS,
                "-dname", "CN=localhost", "-ext", "san=dns:localhost,dns:*" + Http3Answer.HOSTS + ",ip:127.0.0.1", "-validity", "3650", "-storetype", "PKCS12",
                "-keystore", file.toString(), "-storepass", new String(PASSWORD))).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!Files.exists(file)) {
                throw new IOException("keytool made no key store: " + said);
            }
        }
        return file;
    }

    private static KeyStore keys() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    static X509Certificate certificate() throws IOException, GeneralSecurityException {
        return (X509Certificate) keys().getCertificate(ALIAS);
    }

    static PrivateKey key() throws IOException, GeneralSecurityException {
        return (PrivateKey) keys().getKey(ALIAS, PASSWORD);
    }

    /** A file with the certificate alone, for clients. */
    static Path pem() throws IOException, GeneralSecurityException {
        Path file = store().resolveSibling("bench-identity.pem");
        String lines = Base64.getMimeEncoder().encodeToString(certificate().getEncoded());
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n");
        return file;
    }

    static SSLContext context() throws IOException, GeneralSecurityException {
        KeyStore keys = keys();
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
